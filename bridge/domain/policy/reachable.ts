import { type FactName, type FactReader, factsOf, holds } from './condition.ts'
import { type FactValues, valuesOf, withInner } from './fact-values.ts'
import type { Condition } from './policy.ts'

/** `unknown`: the search was cut short, or left out some sets of values. */
export type Reach = 'reachable' | 'unreachable' | 'unknown'

/** How much work a search may do, in members of conditions looked at; shared by the searches of one document. */
export type Budget = { left: number }

/** Enough for hundreds of ordinary rules, and spent in about a second. */
export const documentBudget = (): Budget => ({ left: 1_000_000 })

export type Question = {
  /** Must hold. */
  wanted: Condition
  /** Must not hold, any of them. */
  earlier: readonly Condition[]
  /** Whether facts can be true together; asked of partial assignments, and may be true where in doubt. */
  isCoherent: (facts: FactReader) => boolean
  budget: Budget
}

/**
 * Whether there are facts, all of them known, for which the wanted condition holds and no earlier one does. Searches
 * depth first over the facts that the conditions mention; a partial assignment that settles a condition the wrong way
 * (Kleene's logic: for good) is left at once.
 */
export const reach = ({ wanted, earlier, isCoherent, budget }: Question): Reach => {
  const space = valuesOf([wanted, ...earlier])
  const facts = new Map<FactName, unknown>()
  const reader = readerOf(facts)
  const isReachable = search([goalOf(wanted, true), ...earlier.map((condition) => goalOf(condition, false))])
  if (isReachable) return 'reachable'
  const isExact = budget.left > 0 && space.every((fact) => !('isComplete' in fact) || fact.isComplete)
  return isExact ? 'unreachable' : 'unknown'

  function search(goals: readonly Goal[]): boolean {
    const open: Goal[] = []
    for (const goal of goals) {
      budget.left -= goal.size
      if (budget.left <= 0) return false
      const truth = holds(goal.condition, reader)
      if (truth === undefined) open.push(goal)
      else if (truth !== goal.mustBe) return false
    }
    const [first] = open
    if (first === undefined) return true
    const next = space.find(({ name }) => !facts.has(name) && first.asks.has(name))
    return next !== undefined && tryEach(next, open)
  }

  function tryEach({ name, values }: FactValues, open: readonly Goal[]): boolean {
    for (const value of values) {
      facts.set(name, value)
      if (isCoherent(reader) && search(open)) return true
      facts.delete(name)
    }
    return false
  }
}

type Goal = { condition: Condition; mustBe: boolean; asks: ReadonlySet<FactName>; size: number }

const goalOf = (condition: Condition, mustBe: boolean): Goal => ({
  condition,
  mustBe,
  asks: factsOf(condition),
  size: withInner(condition).reduce((total, part) => total + Object.keys(part).length, 1),
})

const readerOf = (facts: ReadonlyMap<FactName, unknown>): FactReader => ({
  choice: (name) => facts.get(name) as string | undefined,
  set: (name) => facts.get(name) as readonly string[] | undefined,
  number: (name) => facts.get(name) as number | undefined,
  flag: (name) => facts.get(name) as boolean | undefined,
})
