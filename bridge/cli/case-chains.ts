import type { Chains } from '../operations-client/answers.ts'
import { counted } from '../policy/duration-words.ts'
import type { CaseCommandDeps, OperationsOptions } from './case-command.ts'
import { under } from './case-facts.ts'
import { chainText, findingText, fixText } from './chain-words.ts'
import { type CommandAnswer, done } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { readSpan, type SpanOptions } from './read-span.ts'
import { tableLines } from './text-table.ts'
import { shortSpan, timeWords } from './time-words.ts'

/** `case chains`: how approval chains and approvers decide, the weakest chain first (R58). */
export const createCaseChains =
  ({ withOperations, clock }: CaseCommandDeps) =>
  async (options: OperationsOptions & SpanOptions): Promise<CommandAnswer> => {
    const read = readSpan(options, clock())
    if ('fault' in read) return read.fault
    return withOperations(options, async (operations) => {
      const told = await operations.chains(read.span)
      return told.outcome === 'done'
        ? done(chainsText(told.value), told.json)
        : operationsFault(told, { figuresFor: 'They are for the realm role fallback-auditor alone.' })
    })
  }

const chainsText = (told: Chains): string =>
  [
    `Approval chains from ${timeWords(told.since)} to ${timeWords(told.until)}, the weakest first`,
    ...(told.cut
      ? [`Only the newest ${counted(told.decisions, 'decision')} were read, from ${timeWords(told.readFrom)} on.`]
      : []),
    ...(told.chains.length === 0
      ? ['Nobody decided anything.']
      : [
          '',
          ...tableLines(
            [...figureTitles, 'CHAIN'],
            told.chains.map((chain) => [...figureCells(chain.told), chainText(chain)]),
          ),
          ...told.chains.flatMap((chain) => standsOutLines(chainText(chain), chain.told, busiestLines(chain))),
          '',
          ...tableLines(
            [...figureTitles, 'APPROVER'],
            told.approvers.map(({ person, told: own }) => [...figureCells(own), nameOf(person)]),
          ),
          ...told.approvers.flatMap(({ person, told: own }) => standsOutLines(nameOf(person), own)),
          '',
          ...decoyLines(told),
          'MEDIAN counts from the request on, and so is the most that anybody can have looked.',
          'These are numbers to talk about. Points say what to talk about first; they measure nobody.',
        ]),
  ].join('\n')

type Told = Chains['approvers'][number]['told']

const figureTitles = ['POINTS', 'DECISIONS', 'YES', 'MEDIAN', 'TOO FAST', 'OUTSIDE HOURS', 'SPOKEN', 'UNRATIFIED']

const figureCells = (told: Told): readonly string[] => {
  if (told.standing === 'too_few') return ['-', `${told.decisions}, too few`, '-', '-', '-', '-', '-', '-']
  const { points, figures } = told
  return [
    String(points),
    String(figures.decisions),
    figures.approvedPercent === null ? `${figures.approved}, too few` : `${figures.approvedPercent}%`,
    figures.medianSeconds === null ? '-' : shortSpan(figures.medianSeconds * 1000),
    String(figures.hasty),
    outsideHoursCell(figures),
    String(figures.spoken),
    String(figures.unratified),
  ]
}

const outsideHoursCell = (figures: { outsideHours: number | null; outsideHoursPercent: number | null }): string => {
  if (figures.outsideHours === null) return 'not known'
  return figures.outsideHoursPercent === null ? `${figures.outsideHours}, too few` : `${figures.outsideHoursPercent}%`
}

const decoyLines = ({ decoys }: Chains): readonly string[] =>
  decoys.length === 0
    ? []
    : [
        ...tableLines(
          ['YES TO DECOYS', 'OF', 'APPROVER'],
          decoys.map(({ person, approved, decisions }) => [String(approved), String(decisions), nameOf(person)]),
        ),
        '',
      ]

const nameOf = ({ id, name }: { id: string; name: string }): string => `${name} (${id})`

const busiestLines = ({ busiest }: Chains['chains'][number]): readonly string[] =>
  busiest === null
    ? []
    : [under(`busiest: ${nameOf(busiest.person)}, in ${busiest.cases} of ${counted(busiest.of, 'case')}`)]

const standsOutLines = (title: string, told: Told, more: readonly string[] = []): readonly string[] =>
  told.standing === 'too_few' || told.findings.length === 0
    ? []
    : [
        '',
        title,
        ...told.findings.flatMap((one) => [
          under(`${findingText(one)} (${counted(one.points, 'point')})`),
          under(`  proposed: ${fixText(one)}`),
        ]),
        ...more,
      ]
