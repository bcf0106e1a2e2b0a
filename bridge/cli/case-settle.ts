import { getReason } from './ask-grounds.ts'
import type { CaseCommandDeps, Operations, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'

export type SettleOptions = OperationsOptions & { refuse?: boolean; reason?: string }

/** `case confirm` and `case ratify`: the word of whoever is named, or of the group, on what went ahead of them. */
export const createCaseSettle = ({ withOperations, ask }: CaseCommandDeps) => {
  const settle = async (
    id: string,
    options: SettleOptions,
    send: (operations: Operations, reason: string) => ReturnType<Operations['confirm']>,
    yes: string,
  ): Promise<CommandAnswer> => {
    const reason = await getReason(ask, options.reason)
    if ('answer' in reason) return reason.answer
    return withOperations(options, async (operations) => {
      const settled = await send(operations, reason.value)
      if (settled.outcome !== 'done') return operationsFault(settled, id)
      const { state } = settled.value
      return done(
        options.refuse === true
          ? `Refused: whatever it gave is taken back. The case is now ${state}.`
          : `${yes} The case is now ${state}.`,
        settled.json,
      )
    })
  }

  return {
    confirm: (id: string, options: SettleOptions): Promise<CommandAnswer> =>
      settle(
        id,
        options,
        (operations, reason) => operations.confirm(id, options.refuse === true ? 'refuse' : 'confirm', reason),
        'Confirmed: the approval is your own.',
      ),
    ratify: (id: string, options: SettleOptions): Promise<CommandAnswer> =>
      settle(
        id,
        options,
        (operations, reason) => operations.ratify(id, options.refuse === true ? 'refuse' : 'ratify', reason),
        'Ratified.',
      ),
  }
}
