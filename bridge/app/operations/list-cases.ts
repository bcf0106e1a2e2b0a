import { type CaseState, caseStates, type FallbackCase, isWaiting } from '../../domain/case.ts'
import type { CaseId, Instant, UserId } from '../../domain/ids.ts'
import type { Tier } from '../../domain/policy/facts.ts'
import { ownershipOf } from '../../domain/policy/ownership.ts'
import { recentRequests } from '../approval/recent-requests.ts'
import type { Actor, People, PersonFacts } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { judgedOf } from './case-authority.ts'
import { type OperationRefusal, refuse } from './refusal.ts'
import { type CaseRow, createSeeRows, isUnjudged, sightOf } from './see-rows.ts'

export type ListCasesAsk = {
  states: readonly CaseState[] | undefined
  profile: string | undefined
  user: UserId | undefined
  since: Instant | undefined
  until: Instant | undefined
  after: CaseId | undefined
  /** 1 to 100. */
  limit: number
}

/** One line of a list: enough to choose a case, and no more of the person than their id. */
export type CaseLine = {
  id: CaseId
  state: CaseState
  user: UserId
  client: string
  profile: string
  tier: Tier
  /** User name of who answers for it (R10); absent without a policy, and for the subject. */
  owner: string | undefined
  openedAt: Instant
  expiresAt: Instant
  version: number
  /** How often its person was told no in the last 24 hours; absent where nobody is asked about the case (S02). */
  deniedInLastDay: number | undefined
}

export type ListedCases = { outcome: 'done'; cases: readonly CaseLine[]; next: CaseId | undefined }

export type ListCasesDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  findPolicy: FindPolicy
  people: Pick<People, 'find'>
}

/** Rows that are looked at for one page at most; further ones come with the next page. */
const mostLookedAt = 1_000
const pageSize = 100

/**
 * Lists the cases that the caller may see, newest first. Pages are stable: they are cut by the case's id, which no new
 * case comes before. What may not be seen is passed over and not counted.
 * @throws BridgeError keycloak_unreachable, keycloak_refused, where what the caller may see hangs on who the subjects are
 */
export const createListCases = ({ unitOfWork, clock, findPolicy, people }: ListCasesDeps) => {
  const seeRows = createSeeRows(people)

  return async (actor: Actor, ask: ListCasesAsk): Promise<ListedCases | OperationRefusal> => {
    const cases: CaseLine[] = []
    let { after } = ask
    for (let looked = 0; looked < mostLookedAt; looked += pageSize) {
      const part = await unitOfWork((tx) => read(tx, actor, { ...ask, after }, ask.limit + 1 - cases.length))
      if (part === undefined) return refuse('no_active_policy')
      const sightOfRow = await seeRows(actor, part.rows, { alsoAsk: isUnjudged })
      for (const row of part.rows) {
        const { isSeen, subject } = sightOfRow(row)
        if (!isSeen && row.user !== actor.person.id) continue
        if (cases.length === ask.limit) return { outcome: 'done', cases, next: cases.at(-1)?.id }
        cases.push(lineOf(row, subject, row.user !== actor.person.id))
      }
      if (part.next === undefined) return { outcome: 'done', cases, next: undefined }
      after = part.next
    }
    return { outcome: 'done', cases, next: after }
  }

  /** Rows of one page, up to that at which the list is full whatever Keycloak says; undefined without a policy. */
  async function read(
    tx: Transaction,
    actor: Actor,
    ask: ListCasesAsk,
    wanted: number,
  ): Promise<{ rows: readonly Row[]; next: CaseId | undefined } | undefined> {
    const { policy } = await findPolicy(tx, actor.realm, '', clock())
    if (policy === undefined && !actor.person.roles.includes(auditorRole)) return undefined
    const { states, profile, user, since, until, after } = ask
    const filter = { states: states ?? caseStates, profile, user, since, until }
    const page = await tx.cases.page(actor.realm, { ...filter, after, count: pageSize })
    const rows: Row[] = []
    let seen = 0
    for (const current of page) {
      const { realm, id, user, state } = current
      const stored = await tx.decisions.find(realm, id)
      const deniedInLastDay = isWaiting(state) ? (await recentRequests(tx, current, clock())).denied : undefined
      const row = { user, profile: current.profile, policy, stored, current, deniedInLastDay }
      rows.push(row)
      if (sightOf(actor, row) === 'seen' || user === actor.person.id) seen += 1
      if (seen === wanted) break
    }
    return { rows, next: page.length < pageSize ? undefined : page.at(-1)?.id }
  }
}

type Row = CaseRow & { current: FallbackCase; deniedInLastDay: number | undefined }

const lineOf = (row: Row, subject: PersonFacts | undefined, isForOthers: boolean): CaseLine => {
  const { current, policy, stored, deniedInLastDay } = row
  const { id, state, user, client, profile, openedAt, expiresAt, version } = current
  const owner = policy === undefined || !isForOthers ? undefined : ownershipOf(policy, profile).owner
  const tier = policy === undefined ? 'privileged' : judgedOf(policy, stored, subject).tier
  return { id, state, user, client, profile, tier, owner, openedAt, expiresAt, version, deniedInLastDay }
}

export type ListCases = ReturnType<typeof createListCases>
