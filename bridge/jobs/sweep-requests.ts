import type { Clock, Log, UnitOfWork } from '../app/ports.ts'
import { causeOf } from '../domain/cause-of.ts'
import { createRepeat, type Repeated } from './repeat.ts'
import type { Timer } from './timer.ts'

export type SweepRequestsDeps = { unitOfWork: UnitOfWork; clock: Clock; timer: Timer; log: Log }

const everyMs = 60_000

/** Deletes request ids and answers that can no longer matter, once a minute, so that their tables stay small (K12). */
export const createSweepRequests = ({ unitOfWork, clock, timer, log }: SweepRequestsDeps): Repeated =>
  createRepeat({
    timer,
    pauseMs: () => everyMs,
    work: async () => {
      try {
        await unitOfWork((tx) => tx.requests.sweep(clock()))
      } catch (error) {
        log.warn('old requests could not be deleted', { error: causeOf(error) })
      }
    },
  })
