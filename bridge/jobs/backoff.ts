const firstPauseMs = 500

/**
 * Pause after so many attempts: doubled each time up to the longest, its upper half random, so that jobs that failed
 * together do not come back together. `random` gives a number from 0 to below 1.
 */
export const pauseAfter = (attempts: number, longestMs: number, random: () => number): number => {
  const pause = Math.min(firstPauseMs * 2 ** Math.min(Math.max(attempts - 1, 0), 30), longestMs)
  return Math.ceil(pause / 2 + (random() * pause) / 2)
}
