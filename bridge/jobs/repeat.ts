import type { Timer } from './timer.ts'

export type RepeatDeps = {
  timer: Timer
  /** Must not reject. */
  work: () => Promise<void>
  /** Milliseconds from the end of one run to the next; asked after each. */
  pauseMs: () => number
}

/** Something that goes on from `start` until `stop`, which resolves when nothing runs any more. */
export type Repeated = { start: () => void; stop: () => Promise<void> }

/** Does the work at once and then again and again, never twice at a time. */
export const createRepeat = ({ timer, work, pauseMs }: RepeatDeps): Repeated => {
  let isStopped = true
  let run: Promise<void> | undefined
  let cancel = () => {}

  const begin = (): void => {
    run = work().finally(() => {
      run = undefined
      if (!isStopped) cancel = timer(pauseMs(), begin)
    })
  }

  return {
    start: () => {
      isStopped = false
      begin()
    },
    stop: async () => {
      isStopped = true
      cancel()
      await run
    },
  }
}
