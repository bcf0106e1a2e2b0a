import type { Failure } from './failure.ts'
import type { FactorHandle, Instant, PathId } from './ids.ts'
import type { Check, Path, Policy, Profile } from './policy.ts'

/** Why somebody is not let in. Closed: each has a text in the provider's message files. */
export const denialReasons = [
  'attempt_limit',
  'user_locked',
  'rebind_required',
  'no_path_available',
  'no_active_policy',
  'first_factor_missing',
  'failure_missing',
  'case_limit',
  'superseded',
  'expired',
  'already_used',
  'not_found',
  'enrolment_refused',
] as const
export type DenialReason = (typeof denialReasons)[number]

/** A factor the user owns, as Keycloak reports it. */
export type OwnedFactor = { type: 'bridge-totp'; handle: FactorHandle } | { type: 'keycloak-otp' }

/** All that a decision may look at (I13). */
export type DecisionFacts = {
  at: Instant
  failure: Failure | undefined
  firstFactor: { kind: 'password'; at: Instant } | undefined
  /** Checks the user can pass: owned in Keycloak, and known to the bridge where the bridge verifies. */
  availableChecks: readonly Check[]
  account: { lockedUntil: Instant | undefined; failuresSinceSuccess: number; casesInLastDay: number }
}

/** The outcome; there is no bypass, and no outcome without a non-biometric factor still to be proved. */
export type Decision =
  | { outcome: 'deny'; reason: DenialReason }
  | { outcome: 'deny_with_retry'; reason: DenialReason; retryAt: Instant }
  | { outcome: 'grant_alternate'; profile: Profile; paths: readonly Path[] }

/**
 * Decides whether and by which paths a person may continue. Pure: the same policy and facts give the same decision.
 * Whatever is missing or unknown denies (I5).
 */
export const decide = (policy: Policy | undefined, facts: DecisionFacts): Decision => {
  if (policy === undefined) return { outcome: 'deny', reason: 'no_active_policy' }
  if (facts.failure === undefined) return { outcome: 'deny', reason: 'failure_missing' }
  if (facts.firstFactor === undefined) return { outcome: 'deny', reason: 'first_factor_missing' }
  const { profile } = policy
  if (facts.account.failuresSinceSuccess >= profile.account.failuresUntilRebind) {
    return { outcome: 'deny', reason: 'rebind_required' }
  }
  if (facts.account.lockedUntil !== undefined && facts.account.lockedUntil > facts.at) {
    return { outcome: 'deny_with_retry', reason: 'user_locked', retryAt: facts.account.lockedUntil }
  }
  if (facts.account.casesInLastDay >= profile.casesPerDay) return { outcome: 'deny', reason: 'case_limit' }
  const paths = profile.paths.flatMap((id) =>
    policy.paths.filter((path) => path.id === id && facts.availableChecks.includes(path.check)),
  )
  if (paths.length === 0) return { outcome: 'deny', reason: 'no_path_available' }
  return { outcome: 'grant_alternate', profile, paths }
}

/** The path with this id, if the policy has it. */
export const pathOf = (policy: Policy, id: PathId | undefined): Path | undefined =>
  policy.paths.find((path) => path.id === id)
