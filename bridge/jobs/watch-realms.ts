import type { Log } from '../app/ports.ts'
import { causeOf } from '../domain/cause-of.ts'
import type { RealmName } from '../domain/ids.ts'
import { createRepeat, type Repeated } from './repeat.ts'
import type { Timer } from './timer.ts'

export type WatchRealmsDeps = {
  look: (realm: RealmName) => Promise<void>
  realms: readonly RealmName[]
  everyMs: number
  timer: Timer
  log: Log
  /** What is logged of a look that failed. */
  trouble: string
}

/** A bypass is a case within 60 seconds (R8): three looks, so that one may fail. */
export const bypassesEveryMs = 20_000
/** Whoever has signed in with the passkey has no open case a minute later (E3): three looks, too. */
export const passkeyLoginsEveryMs = 20_000
/** Whoever is disabled, or has become privileged, has no case and no fallback session a minute later (E4). */
export const subjectsEveryMs = 20_000
/** A pattern is of hours and days; a minute more is nothing. */
export const patternsEveryMs = 60_000

/** Looks at the realms again and again, all at once: none waits for another. One whose look failed has the next turn. */
export const createWatchRealms = ({ look, realms, everyMs, timer, log, trouble }: WatchRealmsDeps): Repeated =>
  createRepeat({
    timer,
    pauseMs: () => everyMs,
    work: async () => {
      await Promise.all(
        realms.map(async (realm) => {
          try {
            await look(realm)
          } catch (error) {
            log.warn(trouble, { realm, error: causeOf(error) })
          }
        }),
      )
    },
  })
