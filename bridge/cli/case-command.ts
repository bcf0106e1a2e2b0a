import type { createOperations } from '../operations-client/create-operations.ts'
import type { CommandAnswer } from './command-answer.ts'

/** The routes of the API, called as the person who acts. */
export type Operations = ReturnType<typeof createOperations<CommandAnswer>>

/** Options that every `case` command has. */
export type OperationsOptions = { url?: string; keycloakUrl?: string; realm?: string }

/**
 * Opens the API for one command, or says what is wrong with the settings. Nobody signs in before the first call; with
 * `keep`, somebody does then in any case, and it is kept for the next commands.
 */
export type WithOperations = (
  options: OperationsOptions,
  work: (operations: Operations) => Promise<CommandAnswer>,
  keep?: 'keep',
) => Promise<CommandAnswer>

export type CaseCommandDeps = {
  withOperations: WithOperations
  /** Asks at a terminal; undefined where nobody is there, or they gave up. */
  ask: (question: string) => Promise<string | undefined>
  /** Facts, progress and prompts, for people; never on standard output. */
  tell: (line: string) => void
  clock: () => number
}
