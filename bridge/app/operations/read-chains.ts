import type { DecoyDecisions } from '../../domain/approval/decoy-decisions.ts'
import { type RankedApprover, type RankedChain, rankChains } from '../../domain/approval/rank-chains.ts'
import type { Instant } from '../../domain/ids.ts'
import type { Actor } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { OutsideHoursOf } from '../policy/policy-ports.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { type OperationRefusal, refuse } from './refusal.ts'
import { refuseSpan, type StatisticsSpan } from './statistics-span.ts'

/** How the realm's approval chains, and the people in them, decided; the weakest first (R58). */
export type Chains = {
  outcome: 'done'
  since: Instant
  until: Instant
  /** How many decisions were read. */
  decisions: number
  /** There are more, older ones: nothing is told about what lies before `readFrom`. */
  isCut: boolean
  /** From when on decisions were read; `since`, unless it was cut. */
  readFrom: Instant
  chains: readonly RankedChain[]
  approvers: readonly RankedApprover[]
  /** Who decided about people who are made up, and how. */
  decoys: readonly DecoyDecisions[]
}

export type ReadChainsDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  findPolicy: FindPolicy
  outsideHoursOf: OutsideHoursOf
}

/** Decisions of one report; of more, the newest are read. */
export const mostDecisions = 5_000

/**
 * Reads and ranks the chains of a span of time, in one statement; for auditors alone. The hours are those of the policy
 * that is active now; where none is, nothing is said about them.
 */
export const createReadChains =
  ({ unitOfWork, clock, findPolicy, outsideHoursOf }: ReadChainsDeps) =>
  async (actor: Actor, span: StatisticsSpan): Promise<Chains | OperationRefusal> => {
    const { realm, person } = actor
    if (!person.roles.includes(auditorRole)) return refuse('act_not_allowed')
    const refused = refuseSpan(span)
    if (refused !== undefined) return refused
    const { read, policy } = await unitOfWork(async (tx) => ({
      read: await tx.approvals.chainsDecidedIn(realm, { ...span, most: mostDecisions + 1 }),
      policy: (await findPolicy(tx, realm, '', clock())).policy,
    }))
    const decisions = read.slice(0, mostDecisions)
    const isCut = read.length > decisions.length
    return {
      outcome: 'done',
      ...span,
      decisions: decisions.length,
      isCut,
      readFrom: isCut ? (decisions.at(-1)?.at ?? span.since) : span.since,
      ...rankChains(decisions, policy === undefined ? undefined : outsideHoursOf(policy)),
    }
  }

export type ReadChains = ReturnType<typeof createReadChains>
