import { type Reporting, reportsTo } from '../approval/reporting-line.ts'
import type { Act, ProfileName } from './ceilings.ts'
import type { Tier } from './facts.ts'
import type { AuthorityLine, Policy } from './policy.ts'

/** Who acts, as Keycloak has them now. */
export type ActingPerson = Omit<Reporting, 'manager'> & { roles: readonly string[]; groups: readonly string[] }

/** An act on a case: of which kind, on a case of which profile, for a subject of which tier, groups and manager. */
export type ActOnCase = {
  act: Act
  profile: ProfileName
  tier: Tier
  /** Groups of the subject; where they are not known, lines that ask for any allow nothing. */
  subjectGroups: readonly string[] | undefined
  /** Id or user name of whom the subject reports to; where it is not known, lines for own reports allow nothing. */
  subjectManager: string | undefined
}

/** Whether the authority matrix lets this person act so. What no line names is not allowed (R3). */
export const mayAct = (policy: Policy, person: ActingPerson, { act, ...about }: ActOnCase): boolean =>
  policy.authority.some((line) => line.acts.includes(act) && covers(line, person, about))

/** Whether one of the lines gives this person any act on such a case. */
export const hasAuthority = (policy: Policy, person: ActingPerson, about: Omit<ActOnCase, 'act'>): boolean =>
  policy.authority.some((line) => covers(line, person, about))

/**
 * Whether there can be somebody for whom a line lets this person act so; `asManager` counts lines for own reports too.
 * An upper bound: whether there is such a subject is not asked.
 */
export const mayActForSome = (
  policy: Policy,
  person: ActingPerson,
  { act, profile, tier, asManager }: Pick<ActOnCase, 'act' | 'profile' | 'tier'> & { asManager: boolean },
): boolean =>
  policy.authority.some(
    (line) =>
      line.acts.includes(act) &&
      names(line, person, { profile, tier }) &&
      (line.ownReports === undefined || asManager) &&
      (line.sharedGroupBelow === undefined || groupsBelow(person.groups, line.sharedGroupBelow).length > 0),
  )

/** A member of a subgroup is a member of the groups above it. */
export const isMember = (groups: readonly string[], group: string): boolean =>
  groups.some((one) => one === group || one.startsWith(`${group}/`))

const covers = (line: AuthorityLine, person: ActingPerson, about: Omit<ActOnCase, 'act'>): boolean =>
  names(line, person, about) &&
  (line.subjects === undefined || line.subjects.some((group) => isMember(about.subjectGroups ?? [], group))) &&
  areRelated(line, person, about)

const names = (
  line: AuthorityLine,
  { roles }: ActingPerson,
  { profile, tier }: Pick<ActOnCase, 'profile' | 'tier'>,
): boolean => roles.includes(line.role) && line.profiles.includes(profile) && line.tiers.includes(tier)

/** Whether who acts and the subject are to each other as the line wants (R19, R41). Any doubt is a no. */
const areRelated = (
  { ownReports, sharedGroupBelow, notSharedGroupBelow }: AuthorityLine,
  person: ActingPerson,
  { subjectManager, subjectGroups }: Omit<ActOnCase, 'act'>,
): boolean =>
  (ownReports === undefined || reportsTo({ manager: subjectManager }, person)) &&
  (sharedGroupBelow === undefined || shareGroupBelow(sharedGroupBelow, person.groups, subjectGroups ?? [])) &&
  (notSharedGroupBelow === undefined ||
    (subjectGroups !== undefined && !shareGroupBelow(notSharedGroupBelow, person.groups, subjectGroups)))

/** As members of a subgroup are members of the groups above it, groups right below the path tell all. */
const shareGroupBelow = (path: string, some: readonly string[], others: readonly string[]): boolean =>
  groupsBelow(some, path).some((group) => isMember(others, group))

/** The groups right below a path that somebody is in; whoever is in the path's own group alone is in none. */
const groupsBelow = (groups: readonly string[], path: string): readonly string[] =>
  groups
    .filter((group) => group.startsWith(`${path}/`))
    .map((group) => `${path}/${group.slice(path.length + 1).split('/', 1)[0]}`)
