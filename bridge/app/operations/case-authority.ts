import type { UserId } from '../../domain/ids.ts'
import {
  type ActingPerson,
  type ActOnCase,
  hasAuthority,
  mayAct,
  mayActForSome,
} from '../../domain/policy/authority.ts'
import { type Act, acts, isProfileName } from '../../domain/policy/ceilings.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { tierOf } from '../../domain/policy/read-facts.ts'
import { nobody } from '../pattern/find-patterns.ts'
import type { PersonFacts } from '../people-ports.ts'
import type { StoredDecision } from '../policy/policy-ports.ts'

/** What the right to act on a case depends on, beside the act, the policy and the person who acts. */
export type AboutCase = Omit<ActOnCase, 'act' | 'profile'> & { user: UserId; profile: string }

/**
 * Tier and groups of a case's subject as they were judged; where nothing was, as of a pattern, or of what was declared or
 * done by hand, those that Keycloak tells now. Lists and acts ask this same function, so that both say the same.
 */
export const judgedOf = (
  policy: Policy,
  stored: StoredDecision | undefined,
  subject: PersonFacts | undefined,
): Pick<AboutCase, 'tier' | 'subjectGroups'> => ({
  tier:
    stored?.decision.assessment?.tier ??
    tierOf(policy, subject === undefined ? {} : { roles: subject.roles, groups: subject.groups }),
  subjectGroups: stored === undefined ? subject?.groups : stored.facts.groups,
})

/**
 * Whether the authority matrix lets a person act so on a case, and without an act, any way at all. The case of a place where
 * checks fail is nobody's (R5): whoever may act so for some people may act so on it.
 */
export const isAllowed = (policy: Policy, person: ActingPerson, about: AboutCase, act?: Act): boolean => {
  const { user, profile, tier, subjectGroups, subjectManager } = about
  if (!isProfileName(profile)) return false
  if (user === nobody) return mayForSome(policy, person, { profile, tier }, act)
  const related = { profile, tier, subjectGroups, subjectManager }
  return act === undefined ? hasAuthority(policy, person, related) : mayAct(policy, person, { act, ...related })
}

/** Whether there can be somebody of this tier for whom the matrix lets a person act so; without an act, any way at all. */
export const mayForSome = (
  policy: Policy,
  person: ActingPerson,
  { profile, tier }: Pick<AboutCase, 'profile' | 'tier'>,
  act?: Act,
): boolean =>
  isProfileName(profile) &&
  (act === undefined ? acts : [act]).some((one) =>
    mayActForSome(policy, person, { act: one, profile, tier, asManager: true }),
  )
