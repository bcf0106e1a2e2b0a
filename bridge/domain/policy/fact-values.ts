import { failureClasses } from '../failure.ts'
import { highestLevel } from './ceilings.ts'
import {
  type ChoiceFact,
  choiceFacts,
  type FactName,
  type FlagFact,
  factsOf,
  flagFacts,
  type NumberFact,
  numberFacts,
  type SetFact,
  setFacts,
} from './condition.ts'
import { devices, failureTrusts, tiers } from './facts.ts'
import type { Condition, Range } from './policy.ts'

/** What a number can be, from and to; a range's bounds stay inside. */
export const numberBounds: Readonly<Record<NumberFact, { least: number; most: number }>> = {
  requiredLevel: { least: 0, most: highestLevel },
  requestedLevel: { least: 0, most: highestLevel },
  failureCount: { least: 1, most: 1_000_000 },
  recentFallbacks: { least: 0, most: 1_000_000 },
  disputes: { least: 0, most: 1_000_000 },
  factorAgeSeconds: { least: 0, most: 20 * 365 * 86_400 },
  firstFactorAgeSeconds: { least: 0, most: 365 * 86_400 },
  rolloutBucket: { least: 0, most: 99 },
}

/** One fact and the values that conditions can tell apart. */
export type FactValues =
  | { name: ChoiceFact; values: readonly string[] }
  | { name: SetFact; values: readonly (readonly string[])[]; isComplete: boolean }
  | { name: NumberFact; values: readonly number[] }
  | { name: FlagFact; values: readonly boolean[] }

/** Most values of one set whose subsets are all tried. */
const mostInAllSubsets = 5

/**
 * For each fact the conditions ask for, one value of every class of values that they can tell apart: for choices what
 * is named and one that is not, for numbers the first of each interval between the named bounds, for sets the subsets
 * of what is named (where more than five are named only the empty one, singles, pairs and all: `isComplete` is false).
 */
export const valuesOf = (conditions: readonly Condition[]): readonly FactValues[] => {
  const asked = new Set<FactName>(conditions.flatMap((condition) => [...factsOf(condition)]))
  const all = conditions.flatMap(withInner)
  return [
    ...choiceFacts.filter((name) => asked.has(name)).map((name) => ({ name, values: choicesOf(name, all) })),
    ...setFacts.filter((name) => asked.has(name)).map((name) => setsOf(name, all)),
    ...numberFacts.filter((name) => asked.has(name)).map((name) => ({ name, values: numbersOf(name, all) })),
    ...flagFacts.filter((name) => asked.has(name)).map((name) => ({ name, values: [true, false] })),
  ]
}

/** The condition and every one inside it. */
export const withInner = (condition: Condition): readonly Condition[] => [
  condition,
  ...[
    ...(condition.all ?? []),
    ...(condition.any ?? []),
    ...(condition.not === undefined ? [] : [condition.not]),
  ].flatMap(withInner),
]

const closedChoices: Partial<Record<ChoiceFact, readonly string[]>> = {
  tier: tiers,
  failureClass: failureClasses,
  failureTrust: failureTrusts,
  device: devices,
}

const choicesOf = (name: ChoiceFact, conditions: readonly Condition[]): readonly string[] => {
  const closed = closedChoices[name]
  if (closed !== undefined) return closed
  const named = unique(conditions.flatMap((condition): readonly string[] => condition[name] ?? []))
  return [...named, unnamed(named)]
}

const unnamed = (named: readonly string[]): string => {
  let value = 'another'
  while (named.includes(value)) value = `${value}-one`
  return value
}

const setsOf = (name: SetFact, conditions: readonly Condition[]): FactValues => {
  const named = unique(conditions.flatMap((condition): readonly string[] => condition[name] ?? []))
  if (named.length <= mostInAllSubsets) return { name, values: subsetsOf(named), isComplete: true }
  const pairs = named.flatMap((one, index) => named.slice(index + 1).map((other) => [one, other]))
  return { name, values: [[], ...named.map((one) => [one]), ...pairs, named], isComplete: false }
}

const subsetsOf = (named: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: 2 ** named.length }, (_unused, bits) =>
    named.filter((_name, place) => (bits >> place) % 2 === 1),
  )

const numbersOf = (name: NumberFact, conditions: readonly Condition[]): readonly number[] => {
  const { least, most } = numberBounds[name]
  const bounds = conditions.flatMap((condition) => boundsOf(condition[name]))
  return unique([least, ...bounds.filter((bound) => bound > least && bound <= most)]).sort((a, b) => a - b)
}

const boundsOf = (range: Range | undefined): readonly number[] =>
  [range?.atLeast, range?.below].filter((bound) => bound !== undefined)

const unique = <Value>(values: readonly Value[]): Value[] => [...new Set(values)]
