import type { Instant, RealmName } from '../../domain/ids.ts'
import type { Dimension } from '../../domain/pattern/dimension.ts'
import { failuresKeptMs, isTellable, tellableBefore } from '../../domain/pattern/threshold.ts'
import { wholeHoursOf } from '../../domain/pattern/whole-hours.ts'
import type { Act } from '../../domain/policy/ceilings.ts'
import type { Actor } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { type OperationRefusal, refuse } from './refusal.ts'
import { refuseSpan, type StatisticsSpan } from './statistics-span.ts'

/**
 * Failures of one value. Of fewer than five people nothing is told but that it is too few: a number would point at
 * somebody, and mean nothing (E7). `before` is of the span before; null where that one had too few people, where counting
 * had not begun by then, and where it is longer ago than failures are kept.
 */
export type FailureFigures =
  | { value: string; isTooFew: true }
  | { value: string; isTooFew: false; failures: number; people: number; before: number | null }

export type CountedFailures = {
  outcome: 'done'
  dimension: Dimension
  since: Instant
  until: Instant
  /** Most failures first; those of too few people last, by name. */
  values: readonly FailureFigures[]
  /** There are more values, with fewer failures, of which nothing is told. */
  isCut: boolean
}

export type CountFailuresDeps = { unitOfWork: UnitOfWork; clock: Clock; findPolicy: FindPolicy }

const readingActs: readonly Act[] = ['review', 'audit']
/** Values that are told, most failures first. */
export const mostValues = 1_000

/**
 * Counts the failed biometric checks of a span of time by one dimension (R5): for auditors, and for whoever reviews or
 * audits cases; by person for auditors alone. Places are counted in whole hours, by person the span is as it was asked.
 */
export const createCountFailures = ({ unitOfWork, clock, findPolicy }: CountFailuresDeps) => {
  return (
    actor: Actor,
    { dimension, ...asked }: StatisticsSpan & { dimension: Dimension },
  ): Promise<CountedFailures | OperationRefusal> =>
    unitOfWork(async (tx): Promise<CountedFailures | OperationRefusal> => {
      const { realm, person } = actor
      const isAuditor = person.roles.includes(auditorRole)
      const { policy } = await findPolicy(tx, realm, '', clock())
      const mayRead = policy?.authority.some(
        ({ role, acts }) => person.roles.includes(role) && readingActs.some((act) => acts.includes(act)),
      )
      if (!isAuditor && (mayRead !== true || dimension === 'user')) return refuse('act_not_allowed')
      const refused = refuseSpan(asked)
      if (refused !== undefined) return refused
      const span = dimension === 'user' ? asked : wholeHoursOf(asked)
      const counts = await tx.failures.countBy(realm, dimension, { ...span, most: mostValues + 1 })
      const told = counts.slice(0, mostValues)
      const before = await countsBefore(tx, realm, { dimension, ...span, values: told.map(({ value }) => value) })
      return {
        outcome: 'done',
        dimension,
        ...span,
        values: [
          ...told
            .filter(({ people }) => isTellable(dimension, people))
            .map(({ value, failures, people }) => ({
              value,
              isTooFew: false as const,
              failures,
              people,
              before: before(value),
            })),
          // In an order that says nothing of how many they are.
          ...told
            .filter(({ people }) => !isTellable(dimension, people))
            .map(({ value }) => ({ value, isTooFew: true as const }))
            .sort((a, b) => (a.value < b.value ? -1 : 1)),
        ],
        isCut: counts.length > told.length,
      }
    })

  /** Failures of these values in the span before, as long, as they may be told. */
  async function countsBefore(
    tx: Transaction,
    realm: RealmName,
    { dimension, since, until, values }: StatisticsSpan & { dimension: Dimension; values: readonly string[] },
  ): Promise<(value: string) => number | null> {
    const from = since - (until - since)
    const began = await tx.failures.countedSince(realm)
    if (began === undefined || from < Math.max(began, clock() - failuresKeptMs)) return () => null
    const span = { since: from, until: since }
    const counts = await tx.failures.countBy(realm, dimension, { ...span, values, most: values.length })
    const byValue = new Map(counts.map((one) => [one.value, one]))
    return (value) => tellableBefore(dimension, byValue.get(value) ?? { failures: 0, people: 0 }) ?? null
  }
}

export type CountFailures = ReturnType<typeof createCountFailures>
