import { isAdministrative } from './ceilings.ts'
import { type FactReader, holds } from './condition.ts'
import type { Facts, Tier } from './facts.ts'
import type { Policy } from './policy.ts'

/** How much the subject can do. Where that is missing, it is privileged: missing never helps. */
export const tierOf = (policy: Policy, facts: Pick<Facts, 'roles' | 'groups'>): Tier =>
  knownTierOf(policy, facts) ?? 'privileged'

const knownTierOf = (policy: Policy, { roles, groups }: Pick<Facts, 'roles' | 'groups'>): Tier | undefined => {
  const isNamed =
    roles?.some((role) => isAdministrative(role) || policy.privileged.roles.includes(role)) === true ||
    holdsGroup(policy.privileged.groups, groups ?? [])
  if (isNamed) return 'privileged'
  return roles === undefined || groups === undefined ? undefined : 'standard'
}

/** Whether the subject has a suitability plan; false where its groups are missing. */
export const hasSuitabilityPlan = (policy: Policy, facts: Facts): boolean =>
  facts.groups !== undefined && holdsGroup(policy.suitabilityGroups, facts.groups)

const holdsGroup = (wanted: readonly string[], groups: readonly string[]): boolean =>
  wanted.length > 0 && holds({ group: wanted }, { ...noFacts, set: () => groups }) === true

const noFacts: FactReader = {
  choice: () => undefined,
  set: () => undefined,
  number: () => undefined,
  flag: () => undefined,
}

/** Lets conditions read facts under a policy: what the policy says of them (tier, plan) is worked out here. */
export const readFacts = (policy: Policy, facts: Facts): FactReader => ({
  choice: (name) => {
    switch (name) {
      case 'realm':
      case 'client':
      case 'device':
        return facts[name]
      case 'tier':
        return knownTierOf(policy, facts)
      case 'failureClass':
        return facts.failure?.class
      case 'failureTrust':
        return facts.failure?.trust
    }
  },
  set: (name) => {
    switch (name) {
      case 'factor':
        return facts.available.map((one) => one.check)
      case 'role':
        return facts.roles
      case 'group':
        return facts.groups
      case 'zone':
        return facts.zones
    }
  },
  number: (name) => {
    switch (name) {
      case 'requiredLevel':
      case 'requestedLevel':
      case 'disputes':
      case 'rolloutBucket':
        return facts[name]
      case 'failureCount':
        return facts.failure?.count
      case 'recentFallbacks':
        return facts.account.grantsInLastWeek
      case 'factorAgeSeconds':
        return factorAgeSeconds(facts)
      case 'firstFactorAgeSeconds':
        return facts.firstFactor === undefined ? undefined : secondsSince(facts.firstFactor.at, facts.at)
    }
  },
  flag: (name) => {
    switch (name) {
      case 'outsideHours':
      case 'outage':
        return facts[name]
      case 'suitabilityPlan':
        return facts.groups === undefined ? undefined : hasSuitabilityPlan(policy, facts)
    }
  },
})

/** The same for the risk table, where neither the suitability plan nor its groups can be seen (R46). */
export const readRisk = (policy: Policy, facts: Facts): FactReader => {
  const plain = readFacts(policy, facts)
  const isPlan = (group: string): boolean => holdsGroup(policy.suitabilityGroups, [group])
  return {
    ...plain,
    set: (name) => (name === 'group' ? facts.groups?.filter((group) => !isPlan(group)) : plain.set(name)),
    flag: (name) => (name === 'suitabilityPlan' ? false : plain.flag(name)),
  }
}

/** Age of the youngest factor; missing where one of them tells no age. */
const factorAgeSeconds = (facts: Facts): number | undefined => {
  const ages = facts.available.map(({ createdAt }) =>
    createdAt === undefined ? undefined : secondsSince(createdAt, facts.at),
  )
  if (ages.length === 0 || ages.includes(undefined)) return undefined
  return Math.min(...ages.filter((age) => age !== undefined))
}

const secondsSince = (then: number, now: number): number => Math.max(0, Math.floor((now - then) / 1000))
