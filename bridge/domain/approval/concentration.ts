import { groupBy } from '../group-by.ts'
import type { CaseId } from '../ids.ts'
import type { StudiedDecision, ToldPerson } from './study-decisions.ts'

/** Somebody, or a pair, and in how many of how many cases. */
export type Concentration = { people: readonly ToldPerson[]; count: number; of: number }

/** How many of a chain's last cases are looked at for a pair that always approves together (C05). */
export const pairWindow = 6

/** Who took part in most of the chain's cases; of several the first by account. Of decisions oldest first. */
export const busiestOf = (decisions: readonly StudiedDecision[]): Concentration | undefined => {
  const cases = [...byCase(decisions.filter(({ isStanding }) => isStanding)).values()]
  return mostOf(cases.map((rows) => deciders(rows).map((one) => [one])))
}

/**
 * The pair that approved together most of the last cases on which at least two people said yes, six of them at most. Of
 * decisions oldest first; a case stands where its last yes does.
 */
export const closestPairOf = (decisions: readonly StudiedDecision[]): Concentration | undefined => {
  const yes = decisions.filter(({ isStanding, verdict }) => isStanding && verdict === 'approve')
  const together = [...byCase(yes.toReversed()).values()].map(deciders).filter(({ length }) => length > 1)
  return mostOf(together.slice(0, pairWindow).map(pairsOf))
}

/** Whose yeses for each other are most of these; both directions stand in the same span, not always in these. */
export const mutualPairOf = (decisions: readonly StudiedDecision[]): readonly ToldPerson[] => {
  const returned = decisions.filter(({ isReturned }) => isReturned)
  const most = mostOf(
    returned.map(({ decider, about, told, toldSubject, subject }) => [
      [
        { key: decider, told },
        { key: about, told: toldSubject ?? { id: subject, name: subject } },
      ].sort(byKey),
    ]),
  )
  return most?.people ?? []
}

type Decider = { key: string; told: ToldPerson }

/** Of groups of people, each named once in an entry, the one that stands in most entries. */
const mostOf = (entries: readonly (readonly (readonly Decider[])[])[]): Concentration | undefined => {
  const counts = new Map<string, { people: readonly ToldPerson[]; count: number }>()
  for (const groups of entries) {
    for (const group of groups) {
      const key = JSON.stringify(group.map((one) => one.key))
      const people = group.map(({ told }) => told)
      counts.set(key, { people, count: (counts.get(key)?.count ?? 0) + 1 })
    }
  }
  const [most] = [...counts].sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
  return most === undefined ? undefined : { ...most[1], of: entries.length }
}

const byCase = (decisions: readonly StudiedDecision[]): ReadonlyMap<CaseId, readonly StudiedDecision[]> =>
  groupBy(decisions, (one) => one.case)

const deciders = (decisions: readonly StudiedDecision[]): readonly Decider[] =>
  [...new Map(decisions.map(({ decider, told }) => [decider, { key: decider, told }])).values()].sort(byKey)

const pairsOf = (people: readonly Decider[]): readonly (readonly Decider[])[] =>
  people.flatMap((one, index) => people.slice(index + 1).map((other) => [one, other]))

const byKey = (a: Decider, b: Decider): number => (a.key < b.key ? -1 : 1)
