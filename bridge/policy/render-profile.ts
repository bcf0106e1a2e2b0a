import { askedFor, askOf, limitsFor } from '../domain/policy/limits-for.ts'
import type { Limits, Path, Policy, Profile } from '../domain/policy/policy.ts'
import { conditionWords } from './condition-words.ts'
import { counted, dayOf, durationWords } from './duration-words.ts'
import { code, codes, inline, table } from './markdown.ts'

/** The section of one profile, part by part; its numbers as they are enforced, in human units. */
export const renderProfile = (policy: Policy, profile: Profile): string[] => [
  `### ${code(profile.name)}: ${inline(profile.title)}`,
  [
    `- Owner ${code(profile.owner)}, deputy ${code(profile.deputy)}, to be reviewed by ${dayOf(profile.reviewBy)}.`,
    `- Paths, in this order: ${codes(profile.paths)}.`,
    `- A session of this profile claims at most level ${profile.ceiling}.`,
    `- Mildest band: ${code(profile.minimumBand)}${profile.minimumBand === 'self-service' ? '' : '; nobody helps himself'}.`,
    `- Approvals: ${approvalWords(profile)}.`,
    ...askingLines(profile),
    `- Evidence: ${profile.evidence === undefined ? 'none' : code(profile.evidence)}.`,
    `- Reviewed afterwards: ${profile.review.samplePercent} % of the cases, within ${durationWords(profile.review.withinSeconds)}.`,
    ...(profile.degrade === undefined
      ? []
      : [
          `- The session is ${durationWords(profile.degrade.sessionSeconds)} at most where this may hold: ${conditionWords(profile.degrade.when)}.`,
        ]),
  ].join('\n'),
  limitsTable(policy, profile),
]

/** Who must approve, in words. */
export const approvalWords = ({ approvals }: Pick<Profile, 'approvals'>): string =>
  approvals.length === 0
    ? 'nobody may approve; what needs an approval is refused'
    : approvals
        .map(
          ({ group, count, shownAs }) =>
            `${count} of ${code(group)}${shownAs === undefined ? '' : ` (who waits reads "${inline(shownAs)}")`}`,
        )
        .join(' and ') + (approvals.length > 1 ? ', different people' : '')

/** How people are asked, as it is enforced. */
const askingLines = (profile: Profile): string[] => {
  if (profile.approvals.length === 0) return []
  const asked = askedFor(profile, 'standard')
  const { approvalSeconds, methods } = askOf(asked)
  const own = asked.distinctMethods === true ? ', each in another way' : ''
  return [
    `- A request waits ${durationWords(approvalSeconds)} for an answer, then it is over.`,
    `- Whoever approves makes sure who asks, by one of ${codes(methods, 'no way, so nobody can approve')}${own}.`,
    `- ${verbalWords(profile)}`,
    ...ratificationLines(profile),
  ]
}

const verbalWords = (profile: Profile): string => {
  const { verbal } = askedFor(profile, 'standard')
  if (verbal === undefined) return 'A spoken approval does not count.'
  const isForAll = askedFor(profile, 'privileged').verbal !== undefined
  return `A spoken approval may be recorded${isForAll ? '' : ', though not for privileged people'}; it counts if whoever is said to have given it confirms it within ${durationWords(verbal.withinSeconds)}, else all of it is revoked.`
}

const ratificationLines = (profile: Profile): string[] => {
  const { ratification } = askedFor(profile, 'standard')
  if (ratification === undefined) return []
  const { group, withinSeconds } = ratification
  return [
    `- Afterwards, somebody else of ${code(group)} must ratify it within ${durationWords(withinSeconds)}, or it is revoked.`,
  ]
}

const limitsTable = (policy: Policy, profile: Profile): string => {
  const everybody = limitsFor(policy, profile, 'standard')
  const privileged = limitsFor(policy, profile, 'privileged')
  const isOneForAll = JSON.stringify(everybody) === JSON.stringify(privileged)
  return table(
    isOneForAll ? ['limit', 'everybody'] : ['limit', 'standard people', 'privileged people'],
    limitRows.map(([name, words]) => [
      words.what,
      words.show(everybody[name]),
      ...(isOneForAll ? [] : [words.show(privileged[name])]),
    ]),
  )
}

const codesOf = (count: number): string => counted(count, 'code')

const limitRows: readonly (readonly [keyof Limits, { what: string; show: (value: number) => string }])[] = [
  ['attempts', { what: 'wrong codes of one case', show: codesOf }],
  ['challengeSeconds', { what: 'time to prove a factor', show: durationWords }],
  ['consecutiveFailures', { what: 'wrong codes over all cases, then a lock', show: codesOf }],
  ['lockSeconds', { what: 'length of that lock', show: durationWords }],
  ['failuresUntilRebind', { what: 'wrong codes without a right one, then a new enrolment', show: codesOf }],
  ['casesPerDay', { what: 'cases in 24 hours', show: (count) => counted(count, 'case') }],
  ['grantsPerWeek', { what: 'fallback logins in seven days', show: (count) => counted(count, 'login') }],
  ['grantSeconds', { what: 'from the right code to the finished login', show: durationWords }],
  ['sessionSeconds', { what: 'length of the session, at most', show: durationWords }],
]

/** The section of one path. */
export const renderPath = (policy: Policy, path: Path): string[] => [
  `### ${code(path.id)}: ${inline(path.title)}`,
  [
    `- Owner ${code(path.owner)}, deputy ${code(path.deputy)}.`,
    `- Proved must be: ${[
      ...(path.allOf.length === 0 ? [] : [`all of ${codes(path.allOf)}`]),
      ...(path.anyOf.length === 0 ? [] : [`one of ${codes(path.anyOf)}`]),
    ].join(', and ')}.`,
    `- ${path.isPhishingResistant ? 'Phishing-resistant' : 'Not phishing-resistant'}; the session claims at most level ${highestClaim(policy, path)}, ${code('acr')} ${code(path.acr)}, ${code('amr')} ${codes(path.amr)}.`,
    `- Not offered where it would reach less than level ${path.floor}.`,
    `- Approved on ${dayOf(path.approvedAt)}; from ${dayOf(path.reviewBy)} on it is not offered without a new review.`,
  ].join('\n'),
]

const highestClaim = ({ assurance }: Policy, { ceiling, isPhishingResistant }: Path): number =>
  Math.min(ceiling, isPhishingResistant ? assurance.biometricLevel : assurance.biometricLevel - 1)
