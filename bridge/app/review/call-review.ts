import { type FallbackCase, nextState } from '../../domain/case.ts'
import type { Instant } from '../../domain/ids.ts'
import { termsOf } from '../../domain/policy/decision.ts'
import type { ReviewReason } from '../../domain/review/review.ts'
import type { Clock, Ids, Transaction } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'

export type CallReviewDeps = { clock: Clock; ids: Pick<Ids, 'review'>; recordChange: RecordChange }

const dayMs = 86_400_000
/** How soon a case must be looked at that went wrong or went ahead of everybody, whatever the policy says (R35). */
const gravest: readonly ReviewReason[] = [
  'disputed',
  'unratified',
  'revoked',
  'disagreement',
  'break_glass',
  'verbal',
  'declared',
  'out_of_band',
]

/** Opens a review of a case for a reason, once for each reason, and gives the case as it then stands. */
export const createCallReview =
  ({ clock, ids, recordChange }: CallReviewDeps) =>
  async (tx: Transaction, current: FallbackCase, reason: ReviewReason): Promise<FallbackCase> => {
    if (nextState(current.state, 'call_review') === undefined) return current
    const at = clock()
    const dueAt = await dueOf(tx, current, reason, at)
    const review = ids.review()
    const { realm, id } = current
    if (!(await tx.reviews.open({ realm, id: review, case: id, reason, openedAt: at, dueAt }))) {
      // Called while the session stood; what is not done by its end is due then as well.
      const known = (await tx.reviews.ofCase(realm, id)).find((one) => one.reason === reason)
      if (current.state !== 'ended' || known?.done !== undefined) return current
    }
    return recordChange(tx, current, 'call_review', { actor: 'system', facts: { review, reason, dueAt } })
  }

const dueOf = async (
  tx: Transaction,
  { realm, id }: FallbackCase,
  reason: ReviewReason,
  at: Instant,
): Promise<Instant> => {
  const stored = await tx.decisions.find(realm, id)
  const within = (stored === undefined ? undefined : termsOf(stored.decision)?.review.withinSeconds) ?? dayMs / 1000
  return at + (gravest.includes(reason) ? Math.min(within * 1000, dayMs) : within * 1000)
}

export type CallReview = ReturnType<typeof createCallReview>
