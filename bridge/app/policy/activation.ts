import type { Instant, RealmName } from '../../domain/ids.ts'
import type { VersionFault } from './check-version.ts'
import type { Person } from './person.ts'
import type { ActivePolicy, Proposal } from './policy-ports.ts'

const dayMs = 86_400_000
/** How long a loosening with an end may last. */
export const longestLooseningMs = 90 * dayMs
/** How long a proposal waits for its second person. */
export const proposalLifeMs = 7 * dayMs
/** How old the logins are that a comparison looks at, and how many at most. */
export const comparedMs = 30 * dayMs
export const mostCompared = 20_000

export type ActivatePolicyAsk = {
  realm: RealmName
  digest: string
  person: Person
  /** 10 to 500 characters. A loosening needs this, or an end. */
  reason?: string | undefined
  /** When a loosening gives way again to what was in force before it. */
  expiresAt?: Instant | undefined
}

export type ActivationRefusal =
  /** `changed_meanwhile`: another policy came into force while this one was compared. */
  | { reason: 'not_found' | 'already_active' | 'changed_meanwhile' }
  | VersionFault
  /** No reason of 10 to 500 characters, and no end either. */
  | { reason: 'reason_missing' }
  /** The end is past, more than 90 days away, or would lead back to this very version. */
  | { reason: 'expiry_invalid' }
  /** The end of something stricter would be a loosening that nobody confirmed. */
  | { reason: 'expiry_only_for_loosening' }
  /** Somebody else has to confirm: another person, not another account of the same. */
  | { reason: 'same_person' }
  /** Whether the second account is of another person than the first cannot be told. */
  | { reason: 'second_person_doubtful' }
  /** The proposal was too old, or made against another policy. It is taken back now, and can be made anew. */
  | { reason: 'proposal_outdated' }

export type SettledActivation =
  | { outcome: 'activated'; active: ActivePolicy; isLoosening: boolean }
  /** A second person is needed: the same call by somebody else activates. */
  | { outcome: 'proposed'; proposal: Proposal }
  | ({ outcome: 'refused' } & ActivationRefusal)

/** A refusal as a call's outcome. */
export const refused = <Refusal extends ActivationRefusal>(refusal: Refusal) =>
  ({ outcome: 'refused', ...refusal }) as const

/** What stays in force where nothing else is done: what a policy with an end gives way to, or the policy itself. */
export const lastingDigest = (active: ActivePolicy | undefined): string | undefined =>
  active === undefined || active.expiresAt === undefined ? active?.digest : active.fallsBackTo
