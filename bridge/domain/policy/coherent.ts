import { type FailureClass, failureClasses, trustOf } from '../failure.ts'
import { isAdministrative } from './ceilings.ts'
import type { FactReader } from './condition.ts'
import type { Policy } from './policy.ts'

/**
 * Whether facts can be true together, as far as they are known: some follow from others. False only for what no login
 * can be: a class with another's trust, an administrator of the standard tier, a plan without its group.
 * @param named the groups that the conditions ask for; a login may hold others beside them
 */
export const isCoherent = (policy: Policy, named: readonly string[], facts: FactReader): boolean =>
  trustFollowsClass(facts) && tierFollowsNames(policy, facts) && planFollowsGroup(policy, named, facts)

const trustFollowsClass = (facts: FactReader): boolean => {
  const name = facts.choice('failureClass')
  const trust = facts.choice('failureTrust')
  return name === undefined || trust === undefined || !isClass(name) || trustOf(name) === trust
}

const isClass = (name: string): name is FailureClass => failureClasses.some((one) => one === name)

const tierFollowsNames = (policy: Policy, facts: FactReader): boolean => {
  if (facts.choice('tier') !== 'standard') return true
  const roles = facts.set('role') ?? []
  const groups = facts.set('group') ?? []
  return (
    !roles.some((role) => isAdministrative(role) || policy.privileged.roles.includes(role)) &&
    !groups.some((group) => isIn(policy.privileged.groups, group))
  )
}

const planFollowsGroup = (policy: Policy, named: readonly string[], facts: FactReader): boolean => {
  const hasPlan = facts.flag('suitabilityPlan')
  if (hasPlan === undefined) return true
  const groups = facts.set('group')
  const isMember = (groups ?? []).some((group) => isIn(policy.suitabilityGroups, group))
  if (!hasPlan) return !isMember
  const canBeBeside = policy.suitabilityGroups.some((group) => groups === undefined || !isIn(named, group))
  return isMember || canBeBeside
}

const isIn = (groups: readonly string[], member: string): boolean =>
  groups.some((group) => member === group || member.startsWith(`${group}/`))
