import { type ApproverFigures, approverFiguresOf } from '../../domain/approval/approver-figures.ts'
import type { CaseState } from '../../domain/case.ts'
import type { Instant } from '../../domain/ids.ts'
import type { Actor } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { mostDecisions } from './read-chains.ts'
import { type OperationRefusal, refuse } from './refusal.ts'
import { refuseSpan, type StatisticsSpan } from './statistics-span.ts'

/** Counts of a realm's cases by state and profile; numbers alone, of nobody in particular. */
export type Statistics = {
  outcome: 'done'
  since: Instant
  until: Instant
  cases: readonly { state: CaseState; profile: string; count: number }[]
  /** Headline figures: spoken approvals that wait, and cases that were taken back because nobody confirmed (R36). */
  verbalPending: number
  unratified: number
  /** How people decide; told to auditors alone. */
  approvers: readonly ApproverFigures[]
  /** There are more, older decisions, which the figures of approvers leave out. */
  isCut: boolean
}

/** Counts the cases opened in a span of time; for whoever has any authority in the realm. */
export const createReadStatistics =
  ({ unitOfWork, clock, findPolicy }: { unitOfWork: UnitOfWork; clock: Clock; findPolicy: FindPolicy }) =>
  (actor: Actor, span: StatisticsSpan): Promise<Statistics | OperationRefusal> =>
    unitOfWork(async (tx) => {
      const { realm, person } = actor
      const { policy } = await findPolicy(tx, realm, '', clock())
      const hasAny =
        person.roles.includes(auditorRole) ||
        policy?.authority.some((line) => person.roles.includes(line.role)) === true
      if (!hasAny) return refuse('act_not_allowed')
      const refused = refuseSpan(span)
      if (refused !== undefined) return refused
      const cases = await tx.cases.countByState(realm, span)
      const read = person.roles.includes(auditorRole)
        ? await tx.approvals.decidedIn(realm, { ...span, most: mostDecisions + 1 })
        : []
      return {
        outcome: 'done',
        ...span,
        cases,
        approvers: approverFiguresOf(read.slice(-mostDecisions)),
        isCut: read.length > mostDecisions,
        verbalPending: await tx.approvals.countPending(realm),
        unratified: cases.filter(({ state }) => state === 'unratified').reduce((sum, { count }) => sum + count, 0),
      }
    })

export type ReadStatistics = ReturnType<typeof createReadStatistics>
