import type { Instant, PathId } from '../ids.ts'
import type { Band, ProfileName, VerificationMethod } from './ceilings.ts'
import type { Check, Tier } from './facts.ts'
import type { ApprovalDemand, Limits, ReviewDemand } from './policy.ts'
import type { Score } from './score.ts'

/** The five outcomes, mildest first; there is no bypass (R7). */
export const outcomes = ['grant_alternate', 'degrade', 'escalate', 'deny_with_retry', 'deny'] as const
export type Outcome = (typeof outcomes)[number]

/** Why a policy's decision is what it is. Closed: each has a text in docs/errors.md and in the provider's messages. */
export const decisionReasons = [
  'no_active_policy',
  'switched_off',
  'failure_missing',
  'first_factor_missing',
  'no_rule_matches',
  'policy_denies',
  'user_locked',
  'rebind_required',
  'case_limit',
  'fallbacks_used_up',
  'risk_too_high',
  'no_path_available',
  'level_out_of_reach',
  'nobody_may_approve',
  'approval_needed',
  'decoy',
] as const
export type DecisionReason = (typeof decisionReasons)[number]

/** What made a decision stricter than the score alone, or milder where a stronger factor had already succeeded (R26). */
export const remarks = [
  'band_raised_by_profile',
  'band_raised_for_privileged',
  'owner_not_active',
  'rule_left_open',
  'limits_halved_for_privileged',
  'shortened_by_degrade',
  'continues_without_biometric',
] as const
export type Remark = (typeof remarks)[number]

/** A path as offered: the check that the person is asked for, and what the session may then say of itself. */
export type OfferedPath = {
  id: PathId
  check: Exclude<Check, 'password'>
  level: number
  acr: string
  amr: readonly string[]
}

/** What a profile made of the facts. Plain JSON, so that it can be stored and compared byte for byte (R9). */
export type Assessment = {
  rule: string
  profile: ProfileName
  tier: Tier
  score: Score
  band: Band
  remarks: readonly Remark[]
}

/** What may be granted, and under which demands. */
export type Terms = {
  paths: readonly OfferedPath[]
  limits: Limits
  approvals: readonly ApprovalDemand[]
  evidenceReview: boolean
  /** Id of the evidence schema; null where none is asked for. */
  evidence: string | null
  review: ReviewDemand
  /** Where people are asked: how long, and what may make up for it. Absent members are not allowed or not asked. */
  approvalSeconds?: number
  methods?: readonly VerificationMethod[]
  distinctMethods?: true
  verbal?: { withinSeconds: number }
  ratification?: { group: string; withinSeconds: number }
  /** The group by which the person is a decoy: people are asked, and nobody is let in whatever they say (S07). */
  decoy?: string
}

/** The outcome, always with its reason or its terms, and from the moment a profile was chosen with its assessment. */
export type Decision = { engine: 1 } & (
  | { outcome: 'deny'; reason: DecisionReason; assessment: Assessment | null }
  | { outcome: 'deny_with_retry'; reason: 'user_locked'; retryAt: Instant; assessment: Assessment }
  | { outcome: 'escalate'; reason: 'approval_needed'; terms: Terms; assessment: Assessment }
  | { outcome: 'degrade' | 'grant_alternate'; terms: Terms; assessment: Assessment }
)

/** The terms of a decision that has some. */
export const termsOf = (decision: Decision): Terms | undefined => ('terms' in decision ? decision.terms : undefined)

/**
 * Orders two decisions: above 0 where `a` is stricter. First the outcome, then how many must approve, the review, the
 * width of what is granted; so that of several candidates the strictest can be taken.
 */
export const compareStrictness = (a: Decision, b: Decision): number => {
  const left = strictnessOf(a)
  const right = strictnessOf(b)
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

const strictnessOf = (decision: Decision): readonly number[] => {
  const terms = termsOf(decision)
  const outcome = outcomes.indexOf(decision.outcome)
  if (terms === undefined) return [outcome]
  return [
    outcome,
    terms.evidenceReview ? 1 : 0,
    terms.approvals.reduce((total, { count }) => total + count, 0),
    terms.evidence === null ? 0 : 1,
    -terms.limits.sessionSeconds,
    -terms.limits.grantSeconds,
    -terms.limits.challengeSeconds,
    -terms.limits.attempts,
    -Math.max(0, ...terms.paths.map((path) => path.level)),
    -terms.paths.length,
  ]
}
