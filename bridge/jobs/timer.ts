/** Runs something once, so many milliseconds from now; gives the function that calls it off. */
export type Timer = (afterMs: number, run: () => void) => () => void

/** The timer of the process. */
export const systemTimer: Timer = (afterMs, run) => {
  const handle = setTimeout(run, afterMs)
  return () => clearTimeout(handle)
}
