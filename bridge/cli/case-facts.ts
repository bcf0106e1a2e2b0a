import { durationWords } from '../policy/duration-words.ts'

/** A label and what stands behind it, under each other. */
export const labelled = (label: string, text: string): string => `${`${label}:`.padEnd(11)}${text}`
/** A line that belongs to the one above. */
export const under = (text: string): string => `  ${text}`

type Facts = Readonly<Record<string, unknown>>

/** Facts that have a place of their own; whatever else the digest is of is shown after them, by its name. */
const placed = [
  'case',
  'realm',
  'user',
  'tier',
  'roles',
  'groups',
  'client',
  'ip',
  'zones',
  'device',
  'outsideHours',
  'failure',
  'score',
  'band',
  'rule',
  'profile',
  'remarks',
  'paths',
  'sessionSeconds',
  'grantSeconds',
]

/**
 * Everything an approver decides about, line by line. Nothing that the decision is bound to is left out, also what this
 * version does not know.
 */
export const factLines = (facts: Facts): readonly string[] => [
  labelled('Who', `user ${word(facts['user'])} of realm ${word(facts['realm'])}, ${word(facts['tier'])} tier`),
  under(`roles:  ${word(facts['roles'])}`),
  under(`groups: ${word(facts['groups'])}`),
  labelled('Where', `application ${word(facts['client'])}, from address ${word(facts['ip'])}`),
  under(`network zones: ${word(facts['zones'])}`),
  under(`browser: ${word(facts['device'])}; outside working hours: ${word(facts['outsideHours'])}`),
  labelled('Failure', failureWords(facts['failure'])),
  ...scoreLines(member(facts['score'], 'total'), facts['band'], listOf(member(facts['score'], 'contributions'))),
  labelled('Rule', `${word(facts['rule'])}, profile ${word(facts['profile'])}`),
  ...listOf(facts['remarks']).map((remark) => under(`remark: ${word(remark)}`)),
  labelled('To get', pathWords(facts['paths'])),
  under(
    `${span(facts['grantSeconds'])} to finish the login, then a session of ${span(facts['sessionSeconds'])} at most`,
  ),
  ...otherLines(facts),
]

const otherLines = (facts: Facts): readonly string[] => {
  const names = Object.keys(facts).filter((name) => !placed.includes(name))
  if (names.length === 0) return []
  return [
    labelled('Also', 'what a decision is bound to beside this'),
    ...names.map((name) => under(`${nameWords[name] ?? name}: ${word(facts[name])}`)),
  ]
}

const nameWords: Readonly<Record<string, string>> = {
  policy: 'digest of the policy',
  requiredLevel: 'level that the application insists on',
  disputes: 'disputed fallbacks in 30 days',
  outage: 'an outage is open for this person',
  approvals: 'asked',
  evidenceReview: 'independent review of the evidence',
}

/** The score with each factor and its points. */
export const scoreLines = (total: unknown, band: unknown, contributions: readonly unknown[]): readonly string[] => [
  labelled('Score', `${word(total)} of 100, band ${word(band)}`),
  ...contributions.map((one) =>
    under(
      `${signed(member(one, 'points'))}  ${word(member(one, 'id'))}${becauseWords[String(member(one, 'because'))] ?? ''}`,
    ),
  ),
]

const becauseWords: Readonly<Record<string, string>> = {
  missing: ' (not known, so it counts)',
  cap: ' (most that counts)',
}

const signed = (points: unknown): string =>
  (typeof points === 'number' && points > 0 ? `+${points}` : word(points)).padStart(4)

const failureWords = (failure: unknown): string => {
  if (typeof failure !== 'object' || failure === null) return word(failure)
  const trust = member(failure, 'trust')
  const by = trust === 'verified' ? 'Keycloak checked it itself' : 'only the browser says so'
  return `${word(member(failure, 'class'))}; ${by}${others(failure, ['class', 'trust'])}`
}

const pathWords = (paths: unknown): string =>
  listOf(paths)
    .map(
      (path) => `${word(member(path, 'id'))} (asks for ${word(member(path, 'check'))}${others(path, ['id', 'check'])})`,
    )
    .join('; ') || 'nothing'

/** Members that have no words of their own, by their names. */
const others = (value: unknown, named: readonly string[]): string =>
  typeof value !== 'object' || value === null
    ? ''
    : Object.entries(value)
        .filter(([name]) => !named.includes(name))
        .map(([name, one]) => `, ${name} ${word(one)}`)
        .join('')

const span = (seconds: unknown): string => (typeof seconds === 'number' ? durationWords(seconds) : word(seconds))

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined

/** Any plain value as words. */
export const word = (value: unknown): string => {
  if (value === null || value === undefined) return 'not known'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(word).join(', ')
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, one]) => `${name} ${word(one)}`)
      .join(' ')
  }
  return String(value)
}
