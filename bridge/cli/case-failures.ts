import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { timeFault } from './case-list.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { tableLines } from './text-table.ts'
import { readTime, timeWords } from './time-words.ts'

export type FailuresOptions = OperationsOptions & { by: string; since?: string; until?: string }

/** `case failures`: how often biometric checks failed, by person, model, site, software or time of day. */
export const createCaseFailures =
  ({ withOperations, clock }: CaseCommandDeps) =>
  async (options: FailuresOptions): Promise<CommandAnswer> => {
    const now = clock()
    const since = options.since === undefined ? undefined : readTime(options.since, now)
    const until = options.until === undefined ? undefined : readTime(options.until, now)
    if (options.since !== undefined && since === undefined) return timeFault('--since')
    if (options.until !== undefined && until === undefined) return timeFault('--until')
    return withOperations(options, async (operations) => {
      const told = await operations.failures({
        by: options.by,
        since: since === undefined ? undefined : new Date(since).toISOString(),
        until: until === undefined ? undefined : new Date(until).toISOString(),
      })
      if (told.outcome !== 'done') return operationsFault(told)
      const { values } = told.value
      const rows = values.map(({ value, tooFew, failures, people, before }) =>
        tooFew
          ? [value, 'too few', '', '']
          : [value, String(failures), String(people), before === null ? 'not counted yet' : String(before)],
      )
      return done(
        [
          `Failed checks by ${options.by}, from ${timeWords(told.value.since)} to ${timeWords(told.value.until)}`,
          ...(rows.length === 0 ? ['none'] : tableLines(['VALUE', 'FAILURES', 'PEOPLE', 'THE SPAN BEFORE'], rows)),
        ].join('\n'),
        told.json,
      )
    })
  }
