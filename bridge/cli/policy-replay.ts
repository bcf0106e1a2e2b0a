import type { Redecided, ReplayCases, Verified } from '../app/policy/replay-cases.ts'
import { type ReplaySummary, summariseReplay } from '../app/policy/summarise-replay.ts'
import type { UnitOfWork } from '../app/ports.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { counted } from '../policy/duration-words.ts'
import { type CommandAnswer, done, faulty, notPassed } from './command-answer.ts'
import type { LoadPolicy } from './load-policy.ts'
import { type OnDatabase, onRealm } from './on-database.ts'

export type PolicyReplayDeps = {
  onDatabase: OnDatabase
  loadPolicy: LoadPolicy
  replayCases: (unitOfWork: UnitOfWork) => ReplayCases
  clock: () => number
  /** Progress, a line at a time. */
  tell: (line: string) => void
}

export type ReplayOptions = { realm: string; days?: string; draft?: string }

const dayMs = 86_400_000
/** How many single cases are told; the counts tell of all. */
const mostTold = 20

/** `policy replay --realm r`: takes stored decisions again; with `--draft`, under another policy. */
export const createPolicyReplay =
  (deps: PolicyReplayDeps) =>
  async ({ realm, days = '30', draft }: ReplayOptions): Promise<CommandAnswer> => {
    if (!/^[1-9]\d{0,3}$/.test(days)) {
      return faulty('usage', 'days_malformed', '--days is no number of days.', 'Give a whole number from 1 to 9999.')
    }
    const loaded = draft === undefined ? undefined : deps.loadPolicy(draft)
    if (loaded !== undefined && 'answer' in loaded) return loaded.answer
    const since = deps.clock() - Number(days) * dayMs
    const reached = await onRealm(deps.onDatabase, realm, async (unitOfWork, name) => {
      const cases = deps.replayCases(unitOfWork)
      const range = {
        realm: name,
        since,
        onProgress: ({ done: count }: { done: number }) => deps.tell(`${counted(count, 'case')} …`),
      }
      return loaded === undefined
        ? verified(cases.verify(range))
        : redecided(loaded.policy, cases.against(loaded.policy, range))
    })
    return 'answer' in reached ? reached.answer : reached.value
  }

const verified = async (cases: AsyncIterable<Verified>): Promise<CommandAnswer> => {
  let count = 0
  const drifted: Verified[] = []
  for await (const one of cases) {
    count += 1
    if (!one.isSame) drifted.push(one)
  }
  const json = { cases: count, same: count - drifted.length, drifted }
  if (drifted.length === 0)
    return done(`${counted(count, 'case')} decided again: every decision is the same, byte for byte.`, json)
  const lines = drifted
    .slice(0, mostTold)
    .map((one) => `  ${one.case}: ${one.isSame ? '' : one.because} (${one.policyDigest.slice(0, 12)})`)
  return notPassed(
    [
      `${counted(drifted.length, 'case')} of ${count} could not be decided to the same again:`,
      ...lines,
      'Keep the database as it is and compare it with a backup.',
    ].join('\n'),
    json,
  )
}

const redecided = async (draft: Policy, cases: AsyncIterable<Redecided>): Promise<CommandAnswer> => {
  const changed: Redecided[] = []
  const watched = async function* () {
    for await (const one of cases) {
      if (one.change !== 'unchanged') changed.push(one)
      yield one
    }
  }
  const summary = await summariseReplay(watched())
  const json = {
    digest: draft.digest,
    ...summary,
    changed: changed.map(({ case: id, at, change, profile, before, after }) => ({
      case: id,
      at,
      change,
      profile,
      before: before.outcome,
      after: after.outcome,
    })),
  }
  return done(
    [...summaryLines(summary), ...changed.slice(0, mostTold).map(changeLine), ...more(changed.length)].join('\n'),
    json,
  )
}

const summaryLines = ({ cases, counts, byProfile }: ReplaySummary): string[] => [
  `${counted(cases, 'case')} decided under the draft:`,
  ...countLines(counts).map((line) => `  ${line}`),
  ...Object.entries(byProfile).flatMap(([profile, of]) => [
    `  profile ${profile}: ${countLines(of).join(', ') || 'none'}`,
  ]),
]

const countLines = (counts: ReplaySummary['counts']): string[] =>
  Object.entries(counts).map(([change, count]) => `${count} ${change.replaceAll('_', ' ')}`)

const changeLine = ({ case: id, change, before, after }: Redecided): string =>
  `  ${id}: ${before.outcome} → ${after.outcome} [${change}]`

const more = (count: number): string[] =>
  count > mostTold ? [`  and ${count - mostTold} more (--json tells all)`] : []
