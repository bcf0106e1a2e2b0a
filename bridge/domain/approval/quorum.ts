import { isMember } from '../policy/authority.ts'
import type { ApprovalDemand } from '../policy/policy.ts'
import { isSamePerson, type NaturalPerson } from './separation.ts'

/** A person whose approval may count, with the groups they are in at this time. */
export type CountedApprover = NaturalPerson & { groups: readonly string[] }

/** How far a demand is met. */
export type DemandState = { group: string; count: number; given: number }

/**
 * Who counts for what: every demand must be met, each natural person counts for one place of one demand, and the
 * assignment is the one that fills most places (several demands are AND, never OR). An empty list of demands is never met.
 */
export const countApprovals = (
  demands: readonly ApprovalDemand[],
  approvers: readonly CountedApprover[],
): { isMet: boolean; demands: readonly DemandState[] } => {
  const people = approvers.filter(
    (one, index) => !approvers.slice(0, index).some((earlier) => isSamePerson(earlier, one)),
  )
  const places = demands.flatMap(({ group, count }, demand) => Array.from({ length: count }, () => ({ group, demand })))
  const holder = places.map((): number | undefined => undefined)

  /** Finds a place for a person, moving others to other places where that makes room (augmenting paths). */
  const seat = (person: number, tried: Set<number>): boolean => {
    for (const [place, { group }] of places.entries()) {
      if (tried.has(place) || !isMember(people[person]?.groups ?? [], group)) continue
      tried.add(place)
      const sitting = holder[place]
      if (sitting === undefined || seat(sitting, tried)) {
        holder[place] = person
        return true
      }
    }
    return false
  }
  for (const person of people.keys()) seat(person, new Set())

  const states = demands.map(({ group, count }, demand) => ({
    group,
    count,
    given: places.filter((place, index) => place.demand === demand && holder[index] !== undefined).length,
  }))
  return { isMet: states.length > 0 && states.every(({ count, given }) => given >= count), demands: states }
}

/** Whether one more approval of this person would fill a place that is empty. */
export const wouldCount = (
  demands: readonly ApprovalDemand[],
  approvers: readonly CountedApprover[],
  person: CountedApprover,
): boolean => total(demands, [...approvers, person]) > total(demands, approvers)

const total = (demands: readonly ApprovalDemand[], approvers: readonly CountedApprover[]): number =>
  countApprovals(demands, approvers).demands.reduce((sum, { given }) => sum + given, 0)
