import type { CaseEvent, FallbackCase } from '../../domain/case.ts'
import type { ReviewReason } from '../../domain/review/review.ts'
import type { Clock, Transaction } from '../ports.ts'
import type { Change, RecordChange } from '../record-change.ts'
import type { CallReview } from '../review/call-review.ts'

export type RevokeAccessDeps = { clock: Clock; recordChange: RecordChange; callReview: CallReview }

/** How a case ends against the will of whoever it let in, and why it is looked at afterwards, where nothing else is said. */
const reviewReasons: Readonly<Record<'revoke' | 'unratify' | 'dispute', ReviewReason>> = {
  revoke: 'revoked',
  unratify: 'unratified',
  dispute: 'disputed',
}

/**
 * Takes back what a case gave: the case moves on, a session that stands or can still come is ended by a job that is due at
 * once and repeated until Keycloak says that it is gone (R52, I10), and a review is called. Survives a crash: all of it is
 * rows of one transaction.
 */
export const createRevokeAccess =
  ({ clock, recordChange, callReview }: RevokeAccessDeps) =>
  async (
    tx: Transaction,
    current: FallbackCase,
    event: Extract<CaseEvent, 'revoke' | 'unratify' | 'dispute'>,
    change: Omit<Change, 'set'>,
    why: ReviewReason = reviewReasons[event],
  ): Promise<FallbackCase> => {
    const at = clock()
    const { realm, id, grantedAt, endsAt } = current
    const isOver = endsAt === undefined || endsAt <= at
    // A session must have an end after its beginning, even if both fall into one millisecond.
    const endsNow = isOver || grantedAt === undefined ? {} : { endsAt: Math.max(at, grantedAt + 1) }
    const ended = await recordChange(tx, current, event, { ...change, set: endsNow })
    if (!isOver) {
      await tx.jobs.add({ kind: 'end_session', realm, lane: `end-now:${id}:${event}`, about: id, dueAt: at })
      await tx.jobs.add({ kind: 'confirm_session', realm, lane: `session-again:${id}`, about: id, dueAt: at })
    }
    return callReview(tx, ended, why)
  }

export type RevokeAccess = ReturnType<typeof createRevokeAccess>
