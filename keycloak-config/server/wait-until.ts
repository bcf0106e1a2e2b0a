import { setTimeout as delay } from 'node:timers/promises'

/** How long to wait and how often to look, in milliseconds. */
export type Patience = {
  withinMs?: number
  everyMs?: number
}

/**
 * Calls `look` until it gives something other than undefined, null or false, and gives that. Throws an Error that names
 * `what` once the time is over; an error that `look` throws ends the waiting at once.
 */
export const waitUntil = async <T>(
  what: string,
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  { withinMs = 20_000, everyMs = 50 }: Patience = {},
): Promise<T> => {
  const deadline = Date.now() + withinMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== null && seen !== false) return seen
    if (Date.now() >= deadline) throw new Error(`Waited ${withinMs / 1_000} s in vain until ${what}`)
    await delay(everyMs)
  }
}
