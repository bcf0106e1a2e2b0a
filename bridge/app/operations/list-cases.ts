import { type CaseState, caseStates, type FallbackCase } from '../../domain/case.ts'
import type { CaseId, Instant, UserId } from '../../domain/ids.ts'
import { hasAuthority } from '../../domain/policy/authority.ts'
import { isProfileName } from '../../domain/policy/ceilings.ts'
import type { Tier } from '../../domain/policy/facts.ts'
import { ownershipOf } from '../../domain/policy/ownership.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Actor } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { type OperationRefusal, refuse } from './refusal.ts'

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
  /** User name of who answers for it (R10); absent without a policy, and for the subject alone. */
  owner: string | undefined
  openedAt: Instant
  expiresAt: Instant
  version: number
}

export type ListedCases = { outcome: 'done'; cases: readonly CaseLine[]; next: CaseId | undefined }

export type ListCasesDeps = { unitOfWork: UnitOfWork; clock: Clock; findPolicy: FindPolicy }

/** Rows that are looked at for one page at most; further ones come with the next page. */
const mostLookedAt = 1_000
const pageSize = 100

/**
 * Lists the cases that the caller may see, newest first. Pages are stable: they are cut by the case's id, which no new
 * case comes before. What may not be seen is passed over and not counted.
 */
export const createListCases = ({ unitOfWork, clock, findPolicy }: ListCasesDeps) => {
  return (actor: Actor, ask: ListCasesAsk): Promise<ListedCases | OperationRefusal> =>
    unitOfWork(async (tx) => {
      const { policy } = await findPolicy(tx, actor.realm, '', clock())
      const isAuditor = actor.person.roles.includes(auditorRole)
      if (policy === undefined && !isAuditor) return refuse('no_active_policy')
      return collect(tx, actor, ask, policy)
    })

  async function collect(
    tx: Transaction,
    actor: Actor,
    ask: ListCasesAsk,
    policy: Policy | undefined,
  ): Promise<ListedCases> {
    const cases: CaseLine[] = []
    let after = ask.after
    for (let looked = 0; looked < mostLookedAt; looked += pageSize) {
      const page = await tx.cases.page(actor.realm, {
        states: ask.states ?? caseStates,
        profile: ask.profile,
        user: ask.user,
        since: ask.since,
        until: ask.until,
        after,
        count: pageSize,
      })
      for (const one of page) {
        const line = await lineOf(tx, actor, one, policy)
        if (line !== undefined) {
          if (cases.length === ask.limit) return { outcome: 'done', cases, next: cases.at(-1)?.id }
          cases.push(line)
        }
        after = one.id
      }
      if (page.length < pageSize) return { outcome: 'done', cases, next: undefined }
    }
    return { outcome: 'done', cases, next: after }
  }

  async function lineOf(
    tx: Transaction,
    actor: Actor,
    one: FallbackCase,
    policy: Policy | undefined,
  ): Promise<CaseLine | undefined> {
    const stored = await tx.decisions.find(one.realm, one.id)
    const tier = stored?.decision.assessment?.tier ?? 'privileged'
    const isForOthers =
      actor.person.roles.includes(auditorRole) ||
      (policy !== undefined &&
        isProfileName(one.profile) &&
        hasAuthority(policy, actor.person.roles, {
          profile: one.profile,
          tier,
          subjectGroups: stored?.facts.groups,
        }))
    if (!isForOthers && actor.person.id !== one.user) return undefined
    const { id, state, user, client, profile, openedAt, expiresAt, version } = one
    const owner = policy === undefined || !isForOthers ? undefined : ownershipOf(policy, profile).owner
    return { id, state, user, client, profile, tier, owner, openedAt, expiresAt, version }
  }
}

export type ListCases = ReturnType<typeof createListCases>
