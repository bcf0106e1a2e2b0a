import type { FallbackCase } from '../domain/case.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { FindCurrentCase } from './find-current-case.ts'
import type { Transaction } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import { showCase } from './show-case.ts'
import type { CommandOf } from './step-command.ts'

/** Choices of a case that are taken; each is an entry of its history, which nobody may make too long to be read. */
const mostChoices = 20

/**
 * Shows the offered paths, or takes one of them. A path that was not offered shows the list again; the one that is walked
 * already, and any once there were too many choices, shows where the case stands.
 */
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
    if (command.path === current.path || (await choicesOf(tx, current)) >= mostChoices) {
      return showCase(terms, await withoutAttempt(tx, current))
    }
    const moved = await deps.recordChange(tx, current, 'choose_path', {
      actor: `user:${current.user}`,
      facts: { path: command.path },
      set: { path: command.path, pendingAttempt: null },
    })
    return showCase(terms, moved)
  }

const choicesOf = async (tx: Transaction, { realm, id }: FallbackCase): Promise<number> =>
  (await tx.history.list(realm, id)).filter(({ event }) => event === 'choose_path').length

/** Choosing voids an attempt that was reserved, whatever is chosen. */
const withoutAttempt = async (tx: Transaction, current: FallbackCase): Promise<FallbackCase> =>
  current.pendingAttempt === undefined ? current : tx.cases.move(current, current.state, { pendingAttempt: null })

export type ChoosePath = ReturnType<typeof createChoosePath>
