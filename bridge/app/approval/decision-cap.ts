import type { NaturalPerson } from '../../domain/approval/separation.ts'
import type { Instant, RealmName } from '../../domain/ids.ts'
import type { Transaction } from '../ports.ts'

/**
 * Decisions of one natural person in an hour, own ones, those they wrote down and those they are named for; then somebody
 * else must decide, and no rule widens it (R34, S07).
 */
export const decisionsPerHour = 20
const hourMs = 3_600_000

/**
 * Whether one of these people has decided as much as one may. Whoever is looked at is held until the transaction ends, so
 * that decisions on many cases at once are counted one after another.
 */
export const isCapReached = async (
  tx: Transaction,
  realm: RealmName,
  people: readonly NaturalPerson[],
  at: Instant,
): Promise<boolean> => {
  await tx.participants.hold(realm, people)
  for (const person of people) {
    const decided = await tx.participants.countSince(
      realm,
      person,
      ['approver', 'recorder', 'verbal_approver'],
      at - hourMs,
    )
    if (decided >= decisionsPerHour) return true
  }
  return false
}
