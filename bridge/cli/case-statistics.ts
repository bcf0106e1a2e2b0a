import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { timeFault } from './case-list.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { tableLines } from './text-table.ts'
import { readTime, shortSpan, timeWords } from './time-words.ts'

/** `case statistics`: numbers of nobody in particular. */
export const createCaseStatistics =
  ({ withOperations, clock }: CaseCommandDeps) =>
  async (options: OperationsOptions & { since?: string; until?: string }): Promise<CommandAnswer> => {
    const now = clock()
    const since = options.since === undefined ? undefined : readTime(options.since, now)
    const until = options.until === undefined ? undefined : readTime(options.until, now)
    if (options.since !== undefined && since === undefined) return timeFault('--since')
    if (options.until !== undefined && until === undefined) return timeFault('--until')
    return withOperations(options, async (operations) => {
      const told = await operations.statistics({
        since: since === undefined ? undefined : new Date(since).toISOString(),
        until: until === undefined ? undefined : new Date(until).toISOString(),
      })
      if (told.outcome !== 'done') return operationsFault(told)
      const { cases, verbalPending, unratified, approvers } = told.value
      return done(
        [
          `Cases opened from ${timeWords(told.value.since)} to ${timeWords(told.value.until)}`,
          ...(cases.length === 0
            ? ['none']
            : tableLines(
                ['STATE', 'PROFILE', 'CASES'],
                cases.map(({ state, profile, count }) => [state, profile, String(count)]),
              )),
          `Spoken approvals that wait to be confirmed: ${verbalPending}`,
          `Cases taken back because nobody confirmed or ratified: ${unratified}`,
          ...(approvers.length === 0
            ? []
            : [
                '',
                ...tableLines(
                  ['APPROVER', 'YES', 'NO', 'MEDIAN', 'FASTER THAN READING'],
                  approvers.map(({ person, approved, denied, medianSeconds, hasty }) => [
                    `${person.name} (${person.id})`,
                    String(approved),
                    String(denied),
                    shortSpan(medianSeconds * 1000),
                    String(hasty),
                  ]),
                ),
              ]),
        ].join('\n'),
        told.json,
      )
    })
  }
