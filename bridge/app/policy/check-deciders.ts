import { type CountedApprover, countApprovals } from '../../domain/approval/quorum.ts'
import { isSamePerson } from '../../domain/approval/separation.ts'
import type { RealmName } from '../../domain/ids.ts'
import { isMember, mayActForSome } from '../../domain/policy/authority.ts'
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
 * group: neither is looked at. So a line for some people counts as if it held for whoever asks; of those who may for own
 * reports alone one counts, as nobody has two managers, and none where no attribute tells of managers.
 * @throws BridgeError keycloak_unreachable, keycloak_refused
 */
export const createCheckDeciders = (
  people: Pick<People, 'membersOf'>,
  { knowsManagers }: { knowsManagers: boolean },
) => {
  const asked = new Map<RealmName, Asked>()

  return async (realm: RealmName, policy: Policy): Promise<readonly Finding[]> => {
    const known = asked.get(realm)
    const { digest, profiles } = known?.digest === policy.digest ? known : askedBy(policy)
    asked.set(realm, { digest, profiles })
    const members = new Map<string, PersonFacts>()
    for (const { group } of groupsThatDecide(profiles.map(({ profile }) => profile))) {
      for (const person of await people.membersOf(realm, group)) members.set(person.id, person)
    }
    const acting = [...members.values()].filter(isActingAccount)
    const states = profiles.map(({ profile, tiers }) =>
      stateOf(
        profile,
        tiers.map((tier) => whoCould(policy, profile, { tier, acting, knowsManagers })),
      ),
    )
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

type State = { missing: readonly string[]; few: readonly string[] }

/** Demands that are not met, or that one absence would leave unmet, in words; for the tier for which it is worst. */
const stateOf = (profile: Profile, whoCouldByTier: readonly WhoCould[]): State => {
  const found = whoCouldByTier.map((could) => stateOfTier(profile, could))
  const missing = [...new Set(found.flatMap((one) => one.missing))]
  return { missing, few: missing.length > 0 ? [] : [...new Set(found.flatMap(({ few }) => few))] }
}

/** The same for one tier and for the subject for whom it is best: the one whose manager fills most. */
const stateOfTier = (profile: Profile, { able, managers }: WhoCould): State => {
  const demands = demandsOf(profile)
  const states = [...differing(demands, able, managers).map((one) => [...able, one]), able].map((could) => {
    const short = demands.filter((_, at) => isShort(demands, could, at))
    const needed = could.filter((one) => !countApprovals(demands, without(could, one)).isMet)
    const few = demands.filter(({ group }) => needed.some(({ groups }) => isMember(groups, group)))
    const words = (list: readonly ApprovalDemand[]) => list.map((demand) => wordsOf(profile, demand, could))
    return { missing: words(short), few: short.length > 0 ? [] : words(few) }
  })
  return states.toSorted((a, b) => a.missing.length - b.missing.length || a.few.length - b.few.length)[0] ?? noState
}

const noState: State = { missing: [], few: [] }

/** Who may approve for somebody, and who may for own reports alone. */
type WhoCould = { able: readonly PersonFacts[]; managers: readonly PersonFacts[] }

const whoCould = (
  policy: Policy,
  { name: profile }: Profile,
  { tier, acting, knowsManagers }: { tier: Tier; acting: readonly PersonFacts[]; knowsManagers: boolean },
): WhoCould => {
  const may = (person: PersonFacts, asManager: boolean) =>
    mayActForSome(policy, person, { act: 'approve', profile, tier, asManager })
  return {
    able: acting.filter((one) => may(one, false)),
    managers: acting.filter((one) => knowsManagers && may(one, true) && !may(one, false)),
  }
}

/** One manager for each way in which they could fill the demands: there can be thousands, who fill the same. */
const differing = (
  demands: readonly ApprovalDemand[],
  able: readonly PersonFacts[],
  managers: readonly PersonFacts[],
): readonly PersonFacts[] => {
  const wayOf = (one: PersonFacts) =>
    [...demands.map(({ group }) => isMember(one.groups, group)), able.some((other) => isSamePerson(other, one))].join()
  return [...new Map(managers.map((one) => [wayOf(one), one])).values()]
}

/** Whoever ratifies must not have approved: that is one place more, for another person. */
const demandsOf = ({ approvals, ratification }: Profile): readonly ApprovalDemand[] => [
  ...approvals,
  ...(ratification === undefined ? [] : [{ group: ratification.group, count: 1 }]),
]

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
