import type { CaseLine } from '../operations-client/answers.ts'
import { counted } from '../policy/duration-words.ts'
import type { CaseCommandDeps, Operations, OperationsOptions } from './case-command.ts'
import { type CommandAnswer, done, faulty, pending } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { readSpan, type SpanOptions } from './read-span.ts'
import { tableLines } from './text-table.ts'
import { shortSpan } from './time-words.ts'

export type ListOptions = OperationsOptions &
  SpanOptions & {
    waiting?: boolean
    check?: boolean
    state?: readonly string[]
    profile?: string
    user?: string
    limit: string
    after?: string
    all?: boolean
  }

/** `case list`: one page, or with `--all` every one; with `--check` cases that were found are an exit code of their own. */
export const createCaseList =
  ({ withOperations, tell, clock }: CaseCommandDeps) =>
  async (options: ListOptions): Promise<CommandAnswer> => {
    const now = clock()
    const read = readSpan(options, now)
    if ('fault' in read) return read.fault
    const limit = /^[0-9]{1,3}$/.test(options.limit) ? Number(options.limit) : 0
    if (limit < 1 || limit > 100) return limitFault
    const query = {
      state: options.state,
      profile: options.profile,
      user: options.user,
      waiting: options.waiting === true ? 'true' : undefined,
      ...read.span,
      limit: String(limit),
    }
    return withOperations(options, async (operations) => {
      const listed = await collect(operations, query, options, tell)
      if ('answer' in listed) return listed.answer
      const { cases, json, next } = listed
      const found = options.check === true && cases.length > 0 ? pending : done
      return found(listText(cases, next, clock()), { cases: json, next: next ?? null })
    })
  }

/** `--limit` is no number that a page can have. */
export const limitFault = faulty(
  'usage',
  'limit_malformed',
  '--limit is a number from 1 to 100.',
  'With --all every page is read.',
)

type Collected = { cases: readonly CaseLine[]; json: readonly unknown[]; next: string | undefined }

const collect = async (
  operations: Operations,
  query: Parameters<Operations['listCases']>[0],
  { after, all }: ListOptions,
  tell: (line: string) => void,
): Promise<Collected | { answer: CommandAnswer }> => {
  const cases: CaseLine[] = []
  const json: unknown[] = []
  let from = after
  for (;;) {
    const page = await operations.listCases({ ...query, after: from })
    if (page.outcome !== 'done') return { answer: operationsFault(page) }
    cases.push(...page.value.cases)
    json.push(...membersOf(page.json))
    const { next } = page.value
    // Pages go on to older cases only; one that does not is none.
    if (next === null || next === from) return { cases, json, next: undefined }
    if (all !== true) return { cases, json, next }
    tell(`${counted(cases.length, 'case')} read, going on …`)
    from = next
  }
}

const membersOf = (json: unknown): readonly unknown[] =>
  typeof json === 'object' && json !== null && 'cases' in json && Array.isArray(json.cases) ? json.cases : []

const listText = (cases: readonly CaseLine[], next: string | undefined, now: number): string => {
  const more =
    next === undefined
      ? []
      : [`There may be more: add --after ${next} to see the next page, or --all to see every one.`]
  if (cases.length === 0) return ['No case that you may see is like that.', ...more].join('\n')
  const table = tableLines(
    ['CASE', 'STATE', 'AGE', 'PROFILE', 'TIER', 'APPLICATION', 'USER', 'OWNER', 'TOLD NO'],
    cases.map(({ id, state, openedAt, profile, tier, client, user, owner, deniedInLastDay }) => [
      id,
      state,
      shortSpan(now - openedAt),
      profile,
      tier,
      client,
      user,
      owner ?? '',
      deniedInLastDay === null || deniedInLastDay === 0 ? '' : `${deniedInLastDay} in 24 h`,
    ]),
  )
  return [...table, '', ...more, 'See one: fallback-bridge case show <case>'].join('\n')
}
