import type { UserId } from '../ids.ts'
import type { TimedDecision } from './think-time.ts'

/**
 * Names who has an account: the same text for all accounts of one identity, as decisions, given oldest first, tell of them
 * (C04). The identity that counts is the one an account had last.
 */
export const naturalPersonOf = (
  decisions: readonly Pick<TimedDecision, 'person' | 'identity'>[],
): ((account: UserId) => string) => {
  const identities = new Map(
    decisions.flatMap(({ person, identity }) => (identity === undefined ? [] : [[person, identity] as const])),
  )
  return (account) => {
    const identity = identities.get(account)
    return identity === undefined ? `account ${account}` : `identity ${identity}`
  }
}
