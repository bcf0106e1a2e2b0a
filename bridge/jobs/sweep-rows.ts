import type { Clock, Log, UnitOfWork } from '../app/ports.ts'
import { causeOf } from '../domain/cause-of.ts'
import { failuresKeptMs } from '../domain/pattern/threshold.ts'
import { createRepeat, type Repeated } from './repeat.ts'
import type { Timer } from './timer.ts'

export type SweepRowsDeps = { unitOfWork: UnitOfWork; clock: Clock; timer: Timer; log: Log }

const everyMs = 60_000
/** Failures that are deleted in one transaction: while one is written on SQLite, every login waits. */
const mostInTransaction = 1_000

/**
 * Deletes once a minute what can no longer matter, so that tables stay small (K12): request ids and answers, and failures
 * that no pattern looks back at.
 */
export const createSweepRows = ({ unitOfWork, clock, timer, log }: SweepRowsDeps): Repeated =>
  createRepeat({
    timer,
    pauseMs: () => everyMs,
    work: async () => {
      try {
        await unitOfWork((tx) => tx.requests.sweep(clock()))
        const before = clock() - failuresKeptMs
        while ((await unitOfWork((tx) => tx.failures.sweep(before, mostInTransaction))) >= mostInTransaction) {
          // One batch per turn.
        }
      } catch (error) {
        log.warn('old rows could not be deleted', { error: causeOf(error) })
      }
    },
  })
