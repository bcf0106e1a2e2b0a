import { getReason } from './ask-grounds.ts'
import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { timeFault } from './read-span.ts'
import { readTime } from './time-words.ts'

export type DeclareOptions = OperationsOptions & {
  user: string
  client: string
  occurredAt: string
  what: string
  approvedBy?: string
  reason?: string
}

/** `case declare`: writes down a bypass that happened outside; when it is written down is the bridge's own clock. */
export const createCaseDeclare =
  ({ withOperations, ask, clock }: CaseCommandDeps) =>
  async (options: DeclareOptions): Promise<CommandAnswer> => {
    const at = readTime(options.occurredAt, clock())
    if (at === undefined) return timeFault('--occurred-at')
    const reason = await getReason(ask, options.reason)
    if ('answer' in reason) return reason.answer
    const { user, client, what, approvedBy } = options
    return withOperations(options, async (operations) => {
      const declared = await operations.declare({
        user,
        client,
        occurredAt: new Date(at).toISOString(),
        what,
        ...(approvedBy === undefined ? {} : { approvedBy }),
        reason: reason.value,
      })
      if (declared.outcome !== 'done') return operationsFault(declared)
      const { case: id } = declared.value
      return done(`Declared: ${id}\nSomebody else reviews it: fallback-bridge case review ${id}`, declared.json)
    })
  }
