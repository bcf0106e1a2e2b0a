import { setTimeout as pause } from 'node:timers/promises'

const deadlineMs = 60_000

/** Waits until the condition holds; fails with what was waited for. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`)
    await pause(2)
  }
}
