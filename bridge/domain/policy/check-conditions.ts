import { numberFacts } from './condition.ts'
import { type DocumentPath, type DocumentProblem, type DocumentWarning, problemIf } from './document-problem.ts'
import type { Condition, Policy, Range } from './policy.ts'

type Placed = { at: DocumentPath; condition: Condition }

/** Conditions that ask nothing, ranges that hold nothing, and zones that the document does not have. */
export const checkConditions = (policy: Policy): readonly DocumentProblem[] => [
  ...[...decidingConditions(policy), ...riskConditions(policy)]
    .flatMap(withInner)
    .flatMap((placed) => checkCondition(policy, placed)),
  ...policy.tests.flatMap(({ facts }, index) =>
    checkZones(policy, ['tests', index, 'facts', 'zones'], facts.zones ?? []),
  ),
]

/** Allowed, and probably not meant: rules about a zone without addresses. */
export const warnOfConditions = (policy: Policy): readonly DocumentWarning[] => {
  const zones = decidingConditions(policy)
    .flatMap(withInner)
    .flatMap(({ at, condition }) => (condition.zone ?? []).map((zone, place) => ({ at: [...at, 'zone', place], zone })))
    .filter(({ zone }) => policy.zones[zone]?.length === 0)
  return zones.map(({ at, zone }) => ({
    at,
    code: 'zone_empty',
    sentence: `asks for the zone "${zone}", which has no addresses: nobody is ever in it.`,
  }))
}

const decidingConditions = (policy: Policy): readonly Placed[] => [
  ...policy.rules.map(({ when }, index) => ({ at: ['rules', index, 'when'], condition: when })),
  ...policy.profiles.flatMap(({ name, degrade }) =>
    degrade === undefined ? [] : [{ at: ['profiles', name, 'degrade', 'when'], condition: degrade.when }],
  ),
]

const riskConditions = (policy: Policy): readonly Placed[] =>
  policy.risk.factors.map(({ when }, index) => ({ at: ['risk', 'factors', index, 'when'], condition: when }))

const withInner = ({ at, condition }: Placed): readonly Placed[] => [
  { at, condition },
  ...(condition.all ?? []).flatMap((part, index) => withInner({ at: [...at, 'all', index], condition: part })),
  ...(condition.any ?? []).flatMap((part, index) => withInner({ at: [...at, 'any', index], condition: part })),
  ...(condition.not === undefined ? [] : withInner({ at: [...at, 'not'], condition: condition.not })),
]

const checkCondition = (policy: Policy, { at, condition }: Placed): readonly DocumentProblem[] => [
  ...problemIf(
    Object.keys(condition).length === 0,
    at,
    'condition_empty',
    'must ask for something; what holds for everybody is written "always: true".',
  ),
  ...numberFacts.flatMap((name) => checkRange([...at, name], condition[name])),
  ...checkZones(policy, [...at, 'zone'], condition.zone ?? []),
]

const checkRange = (at: DocumentPath, range: Range | undefined): readonly DocumentProblem[] => {
  if (range === undefined) return []
  const { atLeast, below } = range
  return [
    ...problemIf(atLeast === undefined && below === undefined, at, 'range_empty', 'must have atLeast, below, or both.'),
    ...problemIf(
      atLeast !== undefined && below !== undefined && atLeast >= below,
      at,
      'range_empty',
      `must have an atLeast that is less than below: no number is at least ${atLeast} and below ${below}.`,
    ),
  ]
}

const checkZones = (policy: Policy, at: DocumentPath, zones: readonly string[]): readonly DocumentProblem[] =>
  zones.flatMap((zone, place) =>
    problemIf(
      !Object.hasOwn(policy.zones, zone),
      [...at, place],
      'unknown_zone',
      `must be a zone of this document: ${Object.keys(policy.zones).join(', ') || 'there is none'}.`,
    ),
  )
