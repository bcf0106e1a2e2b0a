import type { ApprovalId, CaseId, UserId } from '../ids.ts'
import type { Terms } from '../policy/decision.ts'
import type { ApprovalDemand } from '../policy/policy.ts'
import type { TimedDecision } from './think-time.ts'

/** Who has to say yes before somebody is let in: so many of these groups, and whether the evidence is reviewed then (R58). */
export type ApprovalChain = { profile: string; demands: readonly ApprovalDemand[]; evidenceReview: boolean }

/**
 * One decision on a case, with the chain that it is a part of. A spoken yes is its named approver's once it is `confirmed`;
 * while it is `pending`, or when it `fell` (refused, or nobody confirmed in time), it is nobody's.
 */
export type ChainDecision = TimedDecision & {
  approval: ApprovalId
  case: CaseId
  /** Whom the case lets in. */
  subject: UserId
  chain: ApprovalChain
  /** Absent for a decision of the person's own. */
  spoken: 'pending' | 'confirmed' | 'fell' | undefined
  /** The case was let in ahead of a yes, of a spoken one or a ratification, that never came. */
  isUnratified: boolean
  /** The subject is made up (S07). */
  isDecoy: boolean
}

/** The chain that a case's terms ask for, its groups in order of their names. */
export const chainOf = (
  profile: string,
  terms: Pick<Terms, 'approvals' | 'evidenceReview'> | undefined,
): ApprovalChain => ({
  profile,
  demands: (terms?.approvals ?? [])
    .map(({ group, count }) => ({ group, count }))
    .sort((a, b) => compare(a.group, b.group) || a.count - b.count),
  evidenceReview: terms?.evidenceReview ?? false,
})

/** The same text for the same chain, and for no other. */
export const chainKeyOf = ({ profile, demands, evidenceReview }: ApprovalChain): string =>
  JSON.stringify([profile, demands.map(({ group, count }) => [group, count]), evidenceReview])

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
