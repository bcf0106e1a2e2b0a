import type { Instant, UserId } from '../ids.ts'

/** One decision of a person, and when it was asked for. */
export type TimedDecision = {
  person: UserId
  name: string
  /** What several accounts of the person share, as it was when they decided. */
  identity: string | undefined
  verdict: 'approve' | 'deny'
  askedAt: Instant
  at: Instant
}

/** Less than it takes to read what is decided about. */
export const hastyMs = 5_000

/**
 * The median of the times from the request to the decision, in whole seconds; of an even number the lower one, and
 * undefined of none. It is the most that somebody can have looked, never how long they did: the case may have waited.
 */
export const medianSecondsOf = (decisions: readonly TimedDecision[]): number | undefined => {
  const times = decisions.map(({ askedAt, at }) => Math.max(0, at - askedAt)).sort((a, b) => a - b)
  const median = times[Math.floor((times.length - 1) / 2)]
  return median === undefined ? undefined : Math.round(median / 1000)
}

/**
 * Of decisions that are given oldest first, those for which there was no time to read (S07): less than `hastyMs` after the
 * request, or after the same person's decision before. The second finds whoever works off a queue with one key; `personOf`
 * says who has an account, so that two accounts of one person are no two readers (C04).
 */
export const hastyOf = <One extends TimedDecision>(
  decisions: readonly One[],
  personOf: (account: UserId) => string,
): ReadonlySet<One> => {
  const before = new Map<string, Instant>()
  return new Set(
    decisions.filter(({ person: account, askedAt, at }) => {
      const person = personOf(account)
      const from = Math.max(askedAt, before.get(person) ?? askedAt)
      before.set(person, at)
      return at - from < hastyMs
    }),
  )
}
