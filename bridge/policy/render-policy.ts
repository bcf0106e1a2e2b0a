import type { Band } from '../domain/policy/ceilings.ts'
import { riskGroupCaps, riskGroups } from '../domain/policy/ceilings.ts'
import { groupsThatDecide } from '../domain/policy/ownership.ts'
import type { AuthorityLine, Ownership, Policy, Rule } from '../domain/policy/policy.ts'
import { conditionWords } from './condition-words.ts'
import { counted, dayOf } from './duration-words.ts'
import { code, codes, inline, table } from './markdown.ts'
import { renderPatterns } from './render-patterns.ts'
import { renderPath, renderProfile } from './render-profile.ts'

/**
 * The policy document as people read it (R1): Markdown, rendered from the policy that is enforced and from nothing
 * else, so that the two cannot differ. The same policy always gives the same text.
 */
export const renderPolicy = (policy: Policy): string =>
  [
    `# ${inline(policy.title)}`,
    summaryOf(policy),
    '## Who answers for it',
    ownersOf(policy),
    '## Which profile holds',
    'The first rule that holds is taken. A rule that a missing fact leaves open is taken beside those after it, and the strictest outcome counts. Where no rule holds, the fallback is refused.',
    policy.rules.map(ruleLine).join('\n'),
    '## Words of the rules',
    wordsOf(policy),
    '## Profiles',
    ...policy.profiles.flatMap((profile) => renderProfile(policy, profile)),
    '## Approved paths',
    ...policy.paths.flatMap((path) => renderPath(policy, path)),
    '## Risk',
    riskOf(policy),
    '## Evidence',
    ...evidenceOf(policy),
    '## Who may act on cases',
    authorityOf(policy),
    '## Failures that repeat',
    renderPatterns(policy),
    '## Tests of this policy',
    testsOf(policy),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n')

const summaryOf = (policy: Policy): string =>
  [
    `Policy ${code(policy.name)}, revision ${policy.revision}, version ${code(policy.digest)}, rules of engine ${policy.engine}. To be reviewed by ${dayOf(policy.reviewBy)}.`,
    'A failed biometric check opens a case under this policy and lets nobody in by itself. There is no bypass: nobody goes on but by an approved path below.',
  ].join('\n\n')

const ownersOf = (policy: Policy): string => {
  const row = (what: string, { owner, deputy }: Ownership, reviewBy: number): string[] => [
    what,
    code(owner),
    code(deputy),
    dayOf(reviewBy),
  ]
  return `${table(
    ['part', 'owner', 'deputy', 'review by'],
    [
      row('the policy', policy, policy.reviewBy),
      ...policy.profiles.map((one) => row(`profile ${code(one.name)}`, one, one.reviewBy)),
      ...policy.paths.map((one) => row(`path ${code(one.id)}`, one, one.reviewBy)),
    ],
  )}\n\nWhile the owner of a profile has no enabled account, its cases wait for an approval.${groupsOf(policy)}`
}

/** A group has no field of its own for who answers for it: whoever asks it does (R10). */
const groupsOf = ({ profiles }: Policy): string => {
  const groups = groupsThatDecide(profiles)
  if (groups.length === 0) return ''
  return `\n\nA group that decides answers to the owners of the profiles that ask it.\n\n${table(
    ['group', 'asked by', 'owner', 'deputy'],
    groups.map(({ group, profiles: asking }) => [
      code(group),
      codes(asking.map(({ name }) => name)),
      codes([...new Set(asking.map(({ owner }) => owner))]),
      codes([...new Set(asking.map(({ deputy }) => deputy))]),
    ]),
  )}`
}

const ruleLine = ({ name, when, profile }: Rule, index: number): string =>
  `${index + 1}. **${inline(name)}**: ${condition(conditionWords(when))}, ${
    profile === undefined ? 'the fallback is refused' : `the profile ${code(profile)} holds`
  }.`

const condition = (words: string): string => (words === 'always' ? 'always' : `if ${words}`)

const wordsOf = ({ zones, hours, privileged, suitabilityGroups, decoys, assurance }: Policy): string =>
  [
    `- **Privileged** are the holders of ${codes(privileged.roles, 'no role')}, the members of ${codes(
      privileged.groups,
      'no group',
    )}, everybody who administers Keycloak itself, and everybody whose roles or groups are not known.`,
    `- **Suitability plan**: members of ${codes(suitabilityGroups, 'no group')}. Nobody asks them why.`,
    `- **Decoys**: ${
      decoys === undefined
        ? 'nobody'
        : `members of ${code(decoys.group)}. People are asked about them, and nobody is let in`
    }.`,
    `- **Usual hours**: ${hours.days.map(dayName).join(', ')}, from ${inline(hours.from)} to ${inline(hours.to)}, ${inline(
      hours.timeZone,
    )}.`,
    ...Object.entries(zones).map(([name, ranges]) => `- **Zone** ${code(name)}: ${codes(ranges, 'no address')}.`),
    `- **Level of the biometric check**: ${assurance.biometricLevel}. Only a phishing-resistant path reaches it.`,
  ].join('\n')

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const dayName = (day: number): string => dayNames[day - 1] ?? String(day)

const riskOf = ({ risk: { bands, factors } }: Policy): string => {
  const last = (next: number): number => next - 1
  const range = (from: number, to: number): string => (to < from ? 'none' : `${from} to ${to}`)
  const meanings: readonly (readonly [Band, string, string])[] = [
    ['self-service', range(0, last(bands.approval)), 'the person goes on alone, by an offered path'],
    ['approval', range(bands.approval, last(bands.review)), 'the people of the profile’s approvals decide'],
    ['review', range(bands.review, last(bands.closed)), 'they decide, and the evidence is reviewed by somebody else'],
    ['closed', range(bands.closed, 100), 'nobody is let in'],
  ]
  return [
    'The points of all factors that hold are added up, capped per group, from 0 to 100. What is not known counts as if it held; it never lowers the score.',
    table(
      ['band', 'score', 'what it means'],
      meanings.map(([band, score, meaning]) => [code(band), score, meaning]),
    ),
    factors.length === 0
      ? 'No factor counts.'
      : table(
          ['factor', 'points', 'group', 'counts', 'why', 'source'],
          factors.map((factor) => [
            code(factor.id),
            String(factor.points),
            factor.group,
            `${condition(conditionWords(factor.when)).replaceAll('|', '\\|')}${
              factor.waivedBySuitability ? '; not for a person with a suitability plan' : ''
            }${factor.points < 0 ? '; not for privileged people' : ''}`,
            inline(factor.why),
            inline(factor.source),
          ]),
        ),
    `Points of one group together count at most: ${riskGroups.map((group) => `${group} ${riskGroupCaps[group]}`).join(', ')}.`,
  ].join('\n\n')
}

const evidenceOf = ({ evidence }: Policy): string[] => {
  const schemas = Object.entries(evidence)
  if (schemas.length === 0) return ['No profile asks for evidence.']
  return schemas.flatMap(([id, items]) => [
    `### ${code(id)}`,
    table(
      ['item', 'kind', 'required', 'why'],
      items.map((item) => [code(item.id), item.kind, item.required ? 'yes' : 'no', inline(item.why)]),
    ),
  ])
}

const authorityOf = ({ authority }: Policy): string =>
  authority.length === 0
    ? 'Nobody.'
    : `${table(
        ['realm role', 'may', 'in the profiles', 'for the tiers', 'for'],
        authority.map((line) => [
          code(line.role),
          codes(line.acts),
          codes(line.profiles),
          codes(line.tiers),
          aboutWhom(line),
        ]),
      )}\n\nA role that no line names may nothing.`

const aboutWhom = ({ subjects, ownReports, sharedGroupBelow, notSharedGroupBelow }: AuthorityLine): string =>
  [
    subjects === undefined ? 'everybody' : `members of ${codes(subjects)}`,
    ...(ownReports === undefined ? [] : ['own reports alone']),
    ...(sharedGroupBelow === undefined ? [] : [`in one group with the holder below ${code(sharedGroupBelow)}`]),
    ...(notSharedGroupBelow === undefined ? [] : [`in no group with the holder below ${code(notSharedGroupBelow)}`]),
  ].join('; ')

const testsOf = ({ tests }: Policy): string =>
  tests.length === 0
    ? 'None.'
    : tests
        .map(({ name, expect }) => {
          const { outcome, profile, reason, band, score, paths, approvals } = expect
          const also = [
            ...(reason === undefined ? [] : [`because ${code(reason)}`]),
            ...(profile === undefined ? [] : [`profile ${code(profile)}`]),
            ...(band === undefined ? [] : [`band ${code(band)}`]),
            ...(score === undefined ? [] : [`score ${score}`]),
            ...(paths === undefined ? [] : [`paths ${codes(paths)}`]),
            ...(approvals === undefined ? [] : [counted(approvals, 'approval')]),
          ]
          return `- ${inline(name)}: ${[code(outcome), ...also].join(', ')}.`
        })
        .join('\n')
