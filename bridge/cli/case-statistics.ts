import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { readSpan, type SpanOptions } from './read-span.ts'
import { tableLines } from './text-table.ts'
import { shortSpan, timeWords } from './time-words.ts'

const figuresFor =
  'They are for every role that the policy’s authority matrix names, and for the realm role fallback-auditor.'

/** `case statistics`: numbers of nobody in particular. */
export const createCaseStatistics =
  ({ withOperations, clock }: CaseCommandDeps) =>
  async (options: OperationsOptions & SpanOptions): Promise<CommandAnswer> => {
    const read = readSpan(options, clock())
    if ('fault' in read) return read.fault
    return withOperations(options, async (operations) => {
      const told = await operations.statistics(read.span)
      if (told.outcome !== 'done') return operationsFault(told, { figuresFor })
      const { cases, verbalPending, unratified, approvers, cut } = told.value
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
                ...(cut ? ['Of the newest decisions alone: ask for a shorter span.'] : []),
              ]),
        ].join('\n'),
        told.json,
      )
    })
  }
