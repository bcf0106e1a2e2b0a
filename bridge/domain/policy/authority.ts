import type { Act, ProfileName } from './ceilings.ts'
import type { Tier } from './facts.ts'
import type { AuthorityLine, Policy } from './policy.ts'

/** An act on a case: of which kind, on a case of which profile, for a subject of which tier and groups. */
export type ActOnCase = {
  act: Act
  profile: ProfileName
  tier: Tier
  /** Groups of the subject; where they are not known, lines for some groups alone allow nothing. */
  subjectGroups: readonly string[] | undefined
}

/** Whether the authority matrix lets a holder of these realm roles act so. What no line names is not allowed (R3). */
export const mayAct = (policy: Policy, roles: readonly string[], { act, ...about }: ActOnCase): boolean =>
  policy.authority.some((line) => line.acts.includes(act) && covers(line, roles, about))

/** Whether one of the lines gives a holder of these roles any act on such a case. */
export const hasAuthority = (policy: Policy, roles: readonly string[], about: Omit<ActOnCase, 'act'>): boolean =>
  policy.authority.some((line) => covers(line, roles, about))

/** A member of a subgroup is a member of the groups above it. */
export const isMember = (groups: readonly string[], group: string): boolean =>
  groups.some((one) => one === group || one.startsWith(`${group}/`))

const covers = (line: AuthorityLine, roles: readonly string[], about: Omit<ActOnCase, 'act'>): boolean =>
  roles.includes(line.role) &&
  line.profiles.includes(about.profile) &&
  line.tiers.includes(about.tier) &&
  (line.subjects === undefined || line.subjects.some((group) => isMember(about.subjectGroups ?? [], group)))
