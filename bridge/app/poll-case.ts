import type { StepAnswer } from '../domain/step-answer.ts'
import type { FindCurrentCase } from './find-current-case.ts'
import type { Transaction } from './ports.ts'
import { showCase } from './show-case.ts'
import type { CommandOf } from './step-command.ts'

/** Shows again where the case of this login stands: a wait, the field of its path, or why it is over. Changes nothing else. */
export const createPollCase =
  ({ findCurrentCase }: { findCurrentCase: FindCurrentCase }) =>
  async (tx: Transaction, command: CommandOf<'poll'>): Promise<StepAnswer> => {
    const found = await findCurrentCase(tx, command)
    return 'answer' in found ? found.answer : showCase(found.terms, found.current)
  }

export type PollCase = ReturnType<typeof createPollCase>
