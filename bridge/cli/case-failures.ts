import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { readSpan, type SpanOptions } from './read-span.ts'
import { tableLines } from './text-table.ts'
import { timeWords } from './time-words.ts'

export type FailuresOptions = OperationsOptions & SpanOptions & { by: string }

const figuresFor =
  'They are for roles that review or audit under the policy, and for the realm role fallback-auditor; with --by user for that role alone.'

/** `case failures`: how often biometric checks failed, by person, model, site, software or time of day. */
export const createCaseFailures =
  ({ withOperations, clock }: CaseCommandDeps) =>
  async (options: FailuresOptions): Promise<CommandAnswer> => {
    const read = readSpan(options, clock())
    if ('fault' in read) return read.fault
    return withOperations(options, async (operations) => {
      const told = await operations.failures({ by: options.by, ...read.span })
      if (told.outcome !== 'done') return operationsFault(told, { figuresFor })
      const { values, cut } = told.value
      const rows = values.map(({ value, tooFew, failures, people, before }) =>
        tooFew
          ? [value, 'too few', '', '']
          : [value, String(failures), String(people), before === null ? 'no figure' : String(before)],
      )
      return done(
        [
          `Failed checks by ${options.by}, from ${timeWords(told.value.since)} to ${timeWords(told.value.until)}`,
          ...(rows.length === 0 ? ['none'] : tableLines(['VALUE', 'FAILURES', 'PEOPLE', 'THE SPAN BEFORE'], rows)),
          ...(cut ? ['There are more, with fewer failures: ask for a shorter span.'] : []),
        ].join('\n'),
        told.json,
      )
    })
  }
