import { choiceFacts, flagFacts, numberFacts, setFacts } from '../domain/policy/condition.ts'
import type { Condition, Range } from '../domain/policy/policy.ts'
import { durationWords } from './duration-words.ts'

/** A condition in words, as one clause: `the failure is cancelled, and the address is in the zone office`. */
export const conditionWords = (condition: Condition): string => {
  const parts = clausesOf(condition)
  return parts.length === 0 ? 'always' : parts.join(', and ')
}

const clausesOf = (condition: Condition): string[] => [
  ...(condition.always === undefined ? [] : ['always']),
  ...choiceFacts.flatMap((name) => {
    const wanted: readonly string[] | undefined = condition[name]
    return wanted === undefined ? [] : [`${choiceNouns[name]} is ${either(wanted)}`]
  }),
  ...setFacts.flatMap((name) => {
    const wanted: readonly string[] | undefined = condition[name]
    return wanted === undefined ? [] : [`${setNouns[name]} ${either(wanted)}`]
  }),
  ...numberFacts.flatMap((name) => {
    const range = condition[name]
    return range === undefined ? [] : [`${numberNouns[name]} is ${rangeWords(range, name.endsWith('Seconds'))}`]
  }),
  ...flagFacts.flatMap((name) => {
    const wanted = condition[name]
    return wanted === undefined ? [] : [flagClauses[name][wanted ? 'yes' : 'no']]
  }),
  ...(condition.all ?? []).map(nested),
  ...(condition.any === undefined ? [] : [`(${condition.any.map(conditionWords).join(', or ') || 'never'})`]),
  ...(condition.not === undefined ? [] : [`not (${conditionWords(condition.not)})`]),
]

const nested = (condition: Condition): string => {
  const words = conditionWords(condition)
  return words.includes(', and ') ? `(${words})` : words
}

const either = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.map(code).join(' or '))
const code = (value: string): string => `\`${value}\``

const rangeWords = ({ atLeast, below }: Range, isTime: boolean): string => {
  const show = (value: number): string => (isTime ? durationWords(value) : String(value))
  return [
    ...(atLeast === undefined ? [] : [`at least ${show(atLeast)}`]),
    ...(below === undefined ? [] : [`below ${show(below)}`]),
  ].join(' and ')
}

const choiceNouns = {
  realm: 'the realm',
  client: 'the application',
  tier: 'the person’s tier',
  failureClass: 'the failure',
  failureTrust: 'the word of the failure',
  device: 'the device',
} as const

const setNouns = {
  factor: 'the person can pass',
  role: 'the person has the role',
  group: 'the person is in the group',
  zone: 'the address is in the zone',
} as const

const numberNouns = {
  requiredLevel: 'the level the application requires',
  requestedLevel: 'the level the application asks for',
  failureCount: 'the number of failures in this login',
  recentFallbacks: 'the number of fallbacks in seven days',
  disputes: 'the number of disputes in 30 days',
  factorAgeSeconds: 'the age of the youngest factor',
  firstFactorAgeSeconds: 'the time since the password was accepted',
  rolloutBucket: 'the person’s number for rollouts (0 to 99)',
} as const

const flagClauses = {
  outsideHours: { yes: 'it is outside the usual hours', no: 'it is within the usual hours' },
  outage: { yes: 'an outage is open', no: 'no outage is open' },
  suitabilityPlan: { yes: 'the person has a suitability plan', no: 'the person has no suitability plan' },
} as const
