import type { Clock, Log } from '../app/ports.ts'
import type { RecordBypasses } from '../app/review/record-bypasses.ts'
import { causeOf } from '../domain/cause-of.ts'
import type { RealmName } from '../domain/ids.ts'
import { createRepeat, type Repeated } from './repeat.ts'
import type { Timer } from './timer.ts'

export type WatchBypassesDeps = {
  recordBypasses: RecordBypasses
  realms: readonly RealmName[]
  clock: Clock
  timer: Timer
  log: Log
}

/** A bypass is a case within 60 seconds (R8): three looks, so that one may fail. */
const everyMs = 20_000

/** Looks at the realms' admin events again and again; a realm that cannot be asked is asked with the next look. */
export const createWatchBypasses = ({ recordBypasses, realms, timer, log }: WatchBypassesDeps): Repeated =>
  createRepeat({
    timer,
    pauseMs: () => everyMs,
    work: async () => {
      for (const realm of realms) {
        try {
          await recordBypasses(realm)
        } catch (error) {
          log.warn('admin events could not be looked at', { realm, error: causeOf(error) })
        }
      }
    },
  })
