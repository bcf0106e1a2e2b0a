import { type CountedApprover, countApprovals } from '../../domain/approval/quorum.ts'
import { isSamePerson } from '../../domain/approval/separation.ts'
import type { RealmName } from '../../domain/ids.ts'
import { isMember, mayAct } from '../../domain/policy/authority.ts'
import { canWait, tiersMet } from '../../domain/policy/check-approvers.ts'
import type { Tier } from '../../domain/policy/facts.ts'
import { groupsThatDecide } from '../../domain/policy/ownership.ts'
import type { ApprovalDemand, Policy, Profile } from '../../domain/policy/policy.ts'
import { documentBudget } from '../../domain/policy/reachable.ts'
import { isActingAccount } from '../approval/check-approvals.ts'
import type { People, PersonFacts } from '../people-ports.ts'
import type { Finding } from '../realm-watch.ts'

/**
 * Finds profiles whose demands the people of a realm could not meet, and those that they could meet only as long as
 * nobody is away. Whoever decides must be in the group, act at all, and hold a role that may approve; each natural person
 * fills one place. The subject, whose own yes never counts, is not known here, and whoever reviews evidence is in no named
 * group: neither is looked at.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createCheckDeciders = (people: Pick<People, 'membersOf'>) => {
  const asked = new Map<RealmName, Asked>()

  return async (realm: RealmName, policy: Policy): Promise<readonly Finding[]> => {
    const known = asked.get(realm)
    const { digest, profiles } = known?.digest === policy.digest ? known : askedBy(policy)
    asked.set(realm, { digest, profiles })
    const members = new Map<string, PersonFacts>()
    for (const { group } of groupsThatDecide(profiles.map(({ profile }) => profile))) {
      for (const person of await people.membersOf(realm, group)) members.set(person.id, person)
    }
    const states = profiles.map(({ profile, tiers }) => stateOf(policy, profile, tiers, [...members.values()]))
    return [
      ...finding(
        'approvers_missing',
        texts.missing,
        states.flatMap(({ missing }) => missing),
      ),
      ...finding(
        'approvers_few',
        texts.few,
        states.flatMap(({ few }) => few),
      ),
    ]
  }
}

/** Profiles under which cases can wait, and whose they can be. Working that out is too long for every look. */
type Asked = { digest: string; profiles: readonly { profile: Profile; tiers: readonly Tier[] }[] }

const askedBy = (policy: Policy): Asked => {
  const budget = documentBudget()
  const profiles = policy.profiles.filter(canWait)
  return {
    digest: policy.digest,
    profiles: profiles.map((profile) => ({ profile, tiers: tiersMet(policy, profile, budget) })),
  }
}

/** Demands that are not met, or that one absence would leave unmet, in words; for the tier for which it is worst. */
const stateOf = (
  policy: Policy,
  profile: Profile,
  tiers: readonly Tier[],
  members: readonly PersonFacts[],
): { missing: readonly string[]; few: readonly string[] } => {
  const demands = demandsOf(profile)
  const acting = members.filter(isActingAccount)
  const found = tiers.map((tier) => {
    const able = acting.filter(({ roles }) => mayApprove(policy, profile, tier, roles))
    const short = demands.filter((_, at) => isShort(demands, able, at))
    const needed = able.filter((one) => !countApprovals(demands, without(able, one)).isMet)
    const few = demands.filter(({ group }) => needed.some(({ groups }) => isMember(groups, group)))
    const words = (list: readonly ApprovalDemand[]) => list.map((demand) => wordsOf(profile, demand, able))
    return { missing: words(short), few: short.length > 0 ? [] : words(few) }
  })
  const missing = [...new Set(found.flatMap((one) => one.missing))]
  return { missing, few: missing.length > 0 ? [] : [...new Set(found.flatMap(({ few }) => few))] }
}

/** Whoever ratifies must not have approved: that is one place more, for another person. */
const demandsOf = ({ approvals, ratification }: Profile): readonly ApprovalDemand[] => [
  ...approvals,
  ...(ratification === undefined ? [] : [{ group: ratification.group, count: 1 }]),
]

/** A line for the members of some groups alone counts: about those the person may decide. */
const mayApprove = (policy: Policy, { name: profile }: Profile, tier: Tier, roles: readonly string[]): boolean => {
  const subjectGroups = policy.authority.flatMap(({ subjects }) => subjects ?? [])
  return mayAct(policy, roles, { act: 'approve', profile, tier, subjectGroups })
}

const isShort = (demands: readonly ApprovalDemand[], able: readonly CountedApprover[], at: number): boolean => {
  const state = countApprovals(demands, able).demands[at]
  return state === undefined || state.given < state.count
}

const without = (people: readonly CountedApprover[], one: CountedApprover): readonly CountedApprover[] =>
  people.filter((other) => !isSamePerson(other, one))

const wordsOf = (profile: Profile, { group, count }: ApprovalDemand, able: readonly CountedApprover[]): string => {
  const inGroup = able.filter(({ groups }) => isMember(groups, group))
  const could = inGroup.filter((one, at) => !inGroup.slice(0, at).some((earlier) => isSamePerson(earlier, one))).length
  return `${profile.name} asks ${count} of ${group}, ${could} could decide`
}

const finding = (code: Finding['code'], text: string, found: readonly string[]): readonly Finding[] =>
  found.length === 0 ? [] : [{ severity: 'warn', code, text: `${text}: ${found.join('; ')}.` }]

const texts = {
  missing: 'Cases wait for people who are not there',
  few: 'One absence would leave cases without an answer',
} as const
