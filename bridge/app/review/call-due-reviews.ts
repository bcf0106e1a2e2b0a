import type { FallbackCase } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { ReviewReason } from '../../domain/review/review.ts'
import type { Transaction } from '../ports.ts'
import type { CallReview } from './call-review.ts'
import { reviewReasonsOf } from './review-reasons.ts'

/** Opens every review that a case which let somebody in calls for, at its use or at its end. */
export const createCallDueReviews =
  ({ callReview, sha256 }: { callReview: CallReview; sha256: Sha256 }) =>
  async (
    tx: Transaction,
    current: FallbackCase,
    among: readonly ReviewReason[] | undefined = undefined,
  ): Promise<FallbackCase> => {
    const { realm, id } = current
    const stored = await tx.decisions.find(realm, id)
    const reasons = reviewReasonsOf(sha256, current, stored?.decision, await tx.approvals.ofCase(realm, id))
    let latest = current
    for (const reason of reasons) {
      if (among === undefined || among.includes(reason)) latest = await callReview(tx, latest, reason)
    }
    return latest
  }

export type CallDueReviews = ReturnType<typeof createCallDueReviews>
