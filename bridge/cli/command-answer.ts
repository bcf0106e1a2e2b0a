/** How a command ended, as a shell sees it: the numbers of sysexits where there is one. */
export const exitCodes = { done: 0, refused: 1, usage: 2, pending: 3, temporary: 75, configuration: 78 } as const
export type Exit = keyof typeof exitCodes

/** Something that kept a command from its work: a stable code, what is the matter, and what to do next. */
export type Fault = { code: string; sentence: string; next: string }

/**
 * What a command says: a text for people and the same as plain data for programs, or a fault. `done` and `refused`
 * may both have a text: a check that found problems did its work and was not passed.
 */
export type CommandAnswer =
  | { exit: 'done' | 'refused' | 'pending'; text: string; json: unknown }
  | { exit: Exclude<Exit, 'done'>; fault: Fault }

/** The work is done, or the check passed. */
export const done = (text: string, json: unknown): CommandAnswer => ({ exit: 'done', text, json })

/** The check was not passed. */
export const notPassed = (text: string, json: unknown): CommandAnswer => ({ exit: 'refused', text, json })

/** Changes wait to be made. */
export const pending = (text: string, json: unknown): CommandAnswer => ({ exit: 'pending', text, json })

/** The command could not be done. */
export const faulty = (exit: Exclude<Exit, 'done'>, code: string, sentence: string, next: string): CommandAnswer => ({
  exit,
  fault: { code, sentence, next },
})
