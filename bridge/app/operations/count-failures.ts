import type { Instant } from '../../domain/ids.ts'
import type { Dimension } from '../../domain/pattern/dimension.ts'
import { fewestPeople } from '../../domain/pattern/threshold.ts'
import type { Act } from '../../domain/policy/ceilings.ts'
import type { Actor } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { type OperationRefusal, refuse } from './refusal.ts'

/**
 * Failures of one value. Of fewer than five people nothing is told but that it is too few: a number would point at
 * somebody, and mean nothing (E7). `before` is of the span before; null where counting had not begun by then.
 */
export type FailureFigures =
  | { value: string; isTooFew: true }
  | { value: string; isTooFew: false; failures: number; people: number; before: number | null }

export type CountedFailures = {
  outcome: 'done'
  dimension: Dimension
  since: Instant
  until: Instant
  values: readonly FailureFigures[]
}

const readingActs: readonly Act[] = ['review', 'audit']
/** Values that are told, most failures first. */
const mostValues = 200

/**
 * Counts the failed biometric checks of a span of time by one dimension (R5): for auditors, and for whoever reviews or
 * audits cases; by person for auditors alone.
 */
export const createCountFailures =
  ({ unitOfWork, clock, findPolicy }: { unitOfWork: UnitOfWork; clock: Clock; findPolicy: FindPolicy }) =>
  (
    actor: Actor,
    { dimension, since, until }: { dimension: Dimension; since: Instant; until: Instant },
  ): Promise<CountedFailures | OperationRefusal> =>
    unitOfWork(async (tx) => {
      const { realm, person } = actor
      const isAuditor = person.roles.includes(auditorRole)
      const { policy } = await findPolicy(tx, realm, '', clock())
      const mayRead = policy?.authority.some(
        ({ role, acts }) => person.roles.includes(role) && readingActs.some((act) => acts.includes(act)),
      )
      if (!isAuditor && (mayRead !== true || dimension === 'user')) return refuse('act_not_allowed')
      const earlier = { since: since - (until - since), until: since }
      const first = await tx.failures.firstSeenAt(realm)
      const isComparable = first !== undefined && first <= earlier.since
      const counts = await tx.failures.countBy(realm, dimension, { since, until, most: mostValues })
      const asked = { values: counts.map(({ value }) => value), most: mostValues }
      const counted = await tx.failures.countBy(realm, dimension, { ...earlier, ...asked })
      const before = new Map(counted.map((one) => [one.value, one.failures]))
      const values = counts.map(
        ({ value, failures, people }): FailureFigures =>
          dimension !== 'user' && people < fewestPeople
            ? { value, isTooFew: true }
            : { value, isTooFew: false, failures, people, before: isComparable ? (before.get(value) ?? 0) : null },
      )
      return { outcome: 'done', dimension, since, until, values }
    })

export type CountFailures = ReturnType<typeof createCountFailures>
