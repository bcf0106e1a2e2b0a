import type { Instant, RealmName } from '../../domain/ids.ts'
import type { QueueNotice } from '../notice/queue-notice.ts'
import type { Clock, Transaction } from '../ports.ts'
import { labelOf } from './show-wait.ts'

export type TellApproversDeps = {
  clock: Clock
  queueNotice: QueueNotice
  /** How often approvers of a group are mailed at most, in milliseconds. */
  digestMs: number
}

/**
 * Tells a group that a request waits for it: at once where it was told nothing in this span of time, else at the beginning
 * of the next. A digest, never a ping a case (S02).
 */
export const createTellApprovers =
  ({ clock, queueNotice, digestMs }: TellApproversDeps) =>
  async (tx: Transaction, realm: RealmName, group: string): Promise<void> => {
    const at = clock()
    const span = Math.floor(at / digestMs)
    const tell = (of: number, dueAt: Instant) =>
      queueNotice(tx, {
        realm,
        case: undefined,
        kind: 'approvers_waiting',
        to: { group },
        facts: { group: labelOf(group) },
        dedupe: `${group}:${of}`,
        dueAt,
      })
    if (!(await tell(span, at))) await tell(span + 1, (span + 1) * digestMs)
  }

export type TellApprovers = ReturnType<typeof createTellApprovers>
