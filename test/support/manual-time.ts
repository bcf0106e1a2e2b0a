import type { Clock } from '../../bridge/app/ports.ts'
import type { Timer } from '../../bridge/jobs/timer.ts'

/** A clock and a timer that move only when the test says so. */
export type ManualTime = {
  clock: Clock
  timer: Timer
  /** Moves the clock and runs what falls due on the way, in its order. */
  advance: (ms: number) => void
  /** When what is planned is due, in milliseconds from now. */
  planned: () => readonly number[]
}

/** Makes one that begins at the given time. */
export const createManualTime = (startAt = 1_800_000_000_000): ManualTime => {
  let now = startAt
  let plans: { at: number; run: () => void }[] = []

  const takeNext = (until: number) => {
    const next = plans.toSorted((a, b) => a.at - b.at)[0]
    if (next === undefined || next.at > until) return undefined
    plans = plans.filter((plan) => plan !== next)
    return next
  }

  return {
    clock: () => now,
    timer: (afterMs, run) => {
      const plan = { at: now + afterMs, run }
      plans.push(plan)
      return () => {
        plans = plans.filter((other) => other !== plan)
      }
    },
    advance: (ms) => {
      const target = now + ms
      for (let next = takeNext(target); next !== undefined; next = takeNext(target)) {
        now = Math.max(now, next.at)
        next.run()
      }
      now = target
    },
    planned: () => plans.map((plan) => plan.at - now),
  }
}
