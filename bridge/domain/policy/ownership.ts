import type { Ownership, Policy, Profile } from './policy.ts'

/** Who answers for a case of this profile (R10): its owners, or those of the policy where it has no such profile any more. */
export const ownershipOf = (policy: Policy, profile: string): Ownership => {
  const { owner, deputy } = policy.profiles.find(({ name }) => name === profile) ?? policy
  return { owner, deputy }
}

/** A group that is asked to approve or to ratify, and the profiles that ask it: to their owners it answers (R10). */
export type DecidingGroup = { group: string; profiles: readonly Profile[] }

/** Every group that these profiles ask, each once, in the order in which they ask. */
export const groupsThatDecide = (profiles: readonly Profile[]): readonly DecidingGroup[] => {
  const groups = new Set(profiles.flatMap(groupsOf))
  return [...groups].map((group) => ({
    group,
    profiles: profiles.filter((profile) => groupsOf(profile).includes(group)),
  }))
}

const groupsOf = ({ approvals, ratification }: Profile): readonly string[] => [
  ...approvals.map(({ group }) => group),
  ...(ratification === undefined ? [] : [ratification.group]),
]
