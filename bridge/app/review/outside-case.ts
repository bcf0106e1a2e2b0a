import type { FallbackCase } from '../../domain/case.ts'
import type { ProfileName } from '../../domain/policy/ceilings.ts'

/** The profile of an override that no rule has judged. */
export const outsideProfile: ProfileName = 'standard'

/** A case of something that happened outside of the product: it has no login, let nobody in, and waits for its review. */
export const outsideCase = ({
  at,
  ...about
}: Pick<FallbackCase, 'realm' | 'id' | 'user' | 'client' | 'policyDigest'> & { at: number }): FallbackCase => ({
  ...about,
  session: '',
  tab: '',
  execution: '',
  state: 'review_due',
  version: 1,
  profile: outsideProfile,
  path: undefined,
  offered: [],
  failureClass: 'other',
  attempts: 0,
  pendingAttempt: undefined,
  openedAt: at,
  expiresAt: at,
  grantedAt: undefined,
  endsAt: undefined,
})
