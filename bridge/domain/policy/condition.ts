import type { Condition, Range } from './policy.ts'

/** What a condition asks for by a name of its own, and how the answer looks. */
export const choiceFacts = ['realm', 'client', 'tier', 'failureClass', 'failureTrust', 'device'] as const
export const setFacts = ['factor', 'role', 'group', 'zone'] as const
export const numberFacts = [
  'requiredLevel',
  'requestedLevel',
  'failureCount',
  'recentFallbacks',
  'disputes',
  'factorAgeSeconds',
  'firstFactorAgeSeconds',
  'rolloutBucket',
] as const
export const flagFacts = ['outsideHours', 'outage', 'suitabilityPlan'] as const

export type ChoiceFact = (typeof choiceFacts)[number]
export type SetFact = (typeof setFacts)[number]
export type NumberFact = (typeof numberFacts)[number]
export type FlagFact = (typeof flagFacts)[number]
export type FactName = ChoiceFact | SetFact | NumberFact | FlagFact

/** Answers the questions of conditions; undefined where the fact is missing. */
export type FactReader = {
  choice: (name: ChoiceFact) => string | undefined
  set: (name: SetFact) => readonly string[] | undefined
  number: (name: NumberFact) => number | undefined
  flag: (name: FlagFact) => boolean | undefined
}

/** True, false, or undefined where a missing fact leaves it open (Kleene's strong logic of three values). */
export type Truth = boolean | undefined

/** Whether the condition holds. A missing fact leaves open only what depends on it. */
export const holds = (condition: Condition, facts: FactReader): Truth => every(partsOf(condition, facts))

const partsOf = (condition: Condition, facts: FactReader): Truth[] => [
  ...(condition.always === undefined ? [] : [true]),
  ...(condition.all ?? []).map((part) => holds(part, facts)),
  ...(condition.any === undefined ? [] : [some(condition.any.map((part) => holds(part, facts)))]),
  ...(condition.not === undefined ? [] : [negated(holds(condition.not, facts))]),
  ...choiceFacts.flatMap((name) => {
    const wanted: readonly string[] | undefined = condition[name]
    return wanted === undefined ? [] : [known(facts.choice(name), (value) => wanted.includes(value))]
  }),
  ...setFacts.flatMap((name) => {
    const wanted: readonly string[] | undefined = condition[name]
    return wanted === undefined ? [] : [known(facts.set(name), (values) => overlap(name, wanted, values))]
  }),
  ...numberFacts.flatMap((name) => {
    const range = condition[name]
    return range === undefined ? [] : [known(facts.number(name), (value) => isWithin(range, value))]
  }),
  ...flagFacts.flatMap((name) => {
    const wanted = condition[name]
    return wanted === undefined ? [] : [known(facts.flag(name), (value) => value === wanted)]
  }),
]

const known = <Value>(value: Value | undefined, test: (value: Value) => Truth): Truth =>
  value === undefined ? undefined : test(value)

const overlap = (name: SetFact, wanted: readonly string[], values: readonly string[]): boolean =>
  wanted.some((one) => values.some((value) => value === one || (name === 'group' && value.startsWith(`${one}/`))))

const isWithin = ({ atLeast, below }: Range, value: number): Truth =>
  [atLeast ?? 0, below ?? 0, value].some(Number.isNaN)
    ? undefined
    : (atLeast === undefined || value >= atLeast) && (below === undefined || value < below)

const every = (parts: readonly Truth[]): Truth =>
  parts.includes(false) ? false : parts.includes(undefined) ? undefined : true

const some = (parts: readonly Truth[]): Truth =>
  parts.includes(true) ? true : parts.includes(undefined) ? undefined : false

const negated = (truth: Truth): Truth => (truth === undefined ? undefined : !truth)

/** Every fact a condition asks for, at any depth. */
export const factsOf = (condition: Condition): ReadonlySet<FactName> => {
  const own = [...choiceFacts, ...setFacts, ...numberFacts, ...flagFacts].filter(
    (name) => condition[name] !== undefined,
  )
  const inner = [
    ...(condition.all ?? []),
    ...(condition.any ?? []),
    ...(condition.not === undefined ? [] : [condition.not]),
  ]
  return new Set<FactName>([...own, ...inner.flatMap((part) => [...factsOf(part)])])
}
