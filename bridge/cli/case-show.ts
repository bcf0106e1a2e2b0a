import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { caseText } from './case-text.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'

/** `case show <case>`: the whole story on one page. */
export const createCaseShow =
  ({ withOperations, clock }: CaseCommandDeps) =>
  (id: string, options: OperationsOptions): Promise<CommandAnswer> =>
    withOperations(options, async (operations) => {
      const shown = await operations.showCase(id)
      return shown.outcome === 'done' ? done(caseText(shown.value, clock()), shown.json) : operationsFault(shown, id)
    })
