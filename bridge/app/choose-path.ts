import type { StepAnswer } from '../domain/step-answer.ts'
import type { FindCurrentCase } from './find-current-case.ts'
import type { Transaction } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import { showCase } from './show-case.ts'
import type { CommandOf } from './step-command.ts'

/** Shows the offered paths, or takes one of them. A path that was not offered shows the list again. */
export const createChoosePath =
  (deps: { findCurrentCase: FindCurrentCase; recordChange: RecordChange }) =>
  async (tx: Transaction, command: CommandOf<'choose'>): Promise<StepAnswer> => {
    const found = await deps.findCurrentCase(tx, command)
    if ('answer' in found) return found.answer
    const { current, terms } = found
    if (command.path === undefined || !current.offered.includes(command.path)) {
      const offered = terms.paths.filter((path) => current.offered.includes(path.id))
      return { kind: 'choose', case: current.id, paths: offered.map(({ id, check }) => ({ id, check })) }
    }
    const moved = await deps.recordChange(tx, current, 'choose_path', {
      actor: `user:${current.user}`,
      facts: { path: command.path },
      set: { path: command.path, pendingAttempt: null },
    })
    return showCase(terms, moved)
  }

export type ChoosePath = ReturnType<typeof createChoosePath>
