import { dimensions } from '../pattern/dimension.ts'
import { thresholdOf } from '../pattern/threshold.ts'
import { compareAuthority } from './compare-authority.ts'
import { compareOwners, comparePaths, compareProfiles } from './compare-profiles.ts'
import { factsOf } from './condition.ts'
import { withInner } from './fact-values.ts'
import {
  changeOf,
  changesOfSet,
  type FieldChange,
  moreIsLooser,
  moreIsStricter,
  noEffect,
  pairsOf,
  plain,
  presenceIsLooser,
  presenceIsStricter,
  unjudged,
} from './field-change.ts'
import type { Condition, EvidenceItem, Policy, RiskFactor } from './policy.ts'

/**
 * Every difference between two versions, field by field in the document's order; conditions and rules apart, whose
 * effect only facts can tell.
 */
export const compareFields = (before: Policy, after: Policy): readonly FieldChange[] => [
  ...(['name', 'revision', 'title', 'engine'] as const).flatMap((name) =>
    changeOf(name, before[name], after[name], name === 'engine' ? unjudged : noEffect),
  ),
  ...compareOwners('policy', before, after, noEffect),
  ...changeOf('reviewBy', before.reviewBy, after.reviewBy, moreIsLooser),
  ...changeOf(
    'assurance.biometricLevel',
    before.assurance.biometricLevel,
    after.assurance.biometricLevel,
    moreIsLooser,
  ),
  ...compareZones(before, after),
  ...changeOf('hours', plain(before.hours), plain(after.hours), unjudged),
  ...changesOfSet('privileged.roles', before.privileged.roles, after.privileged.roles, presenceIsStricter),
  ...changesOfSet('privileged.groups', before.privileged.groups, after.privileged.groups, presenceIsStricter),
  ...compareSuitability(before, after),
  ...compareDecoys(before, after),
  ...compareProfiles(before.profiles, after.profiles),
  ...comparePaths(before.paths, after.paths),
  ...(['approval', 'review', 'closed'] as const).flatMap((band) =>
    changeOf(`risk.bands.${band}`, before.risk.bands[band], after.risk.bands[band], moreIsLooser),
  ),
  ...compareRisk(before.risk.factors, after.risk.factors),
  ...compareEvidence(before, after),
  ...compareAuthority(before.authority, after.authority),
  ...comparePatterns(before, after),
  ...changeOf('tests', plain(before.tests), plain(after.tests), noEffect),
]

/** Every condition that takes part in decisions. */
export const conditionsOf = (policy: Policy): readonly Condition[] => [
  ...policy.rules.map(({ when }) => when),
  ...policy.profiles.flatMap(({ degrade }) => (degrade === undefined ? [] : [degrade.when])),
  ...policy.risk.factors.map(({ when }) => when),
]

const bothConditions = (before: Policy, after: Policy): readonly Condition[] =>
  [...conditionsOf(before), ...conditionsOf(after)].flatMap(withInner)

/**
 * Whom other addresses of a zone meet cannot be told here. Where no condition asks for it, failures are counted by it all the
 * same (R5), an address at the first of the zones that hold it, and a login that moves from one to another is noticed. So
 * are hours: by them, what repeats at a time of day and who decides outside of them is found.
 */
const compareZones = ({ zones: before }: Policy, { zones: after }: Policy): readonly FieldChange[] => {
  const [names, namesNow] = [Object.keys(before), Object.keys(after)]
  return [
    ...[...new Set([...names, ...namesNow])].flatMap((name) =>
      changeOf(`zones.${name}`, before[name], after[name], unjudged),
    ),
    ...changeOf(
      'zones.order',
      names.filter((name) => name in after),
      namesNow.filter((name) => name in before),
      unjudged,
    ),
  ]
}

/** A plan waives risk; where a condition asks for one too, losing it may lead to a milder rule. */
const compareSuitability = (before: Policy, after: Policy): readonly FieldChange[] => {
  const isUsed = bothConditions(before, after).some((condition) => factsOf(condition).has('suitabilityPlan'))
  const direct = isUsed ? unjudged : presenceIsLooser
  return changesOfSet('suitabilityGroups', before.suitabilityGroups, after.suitabilityGroups, direct)
}

/** Whoever is a decoy no more can be let in. */
const compareDecoys = ({ decoys: before }: Policy, { decoys: after }: Policy): readonly FieldChange[] =>
  changesOfSet('decoys', asList(before), asList(after), presenceIsStricter)

const asList = (decoys: Policy['decoys']): readonly string[] => (decoys === undefined ? [] : [decoys.group])

const compareRisk = (before: readonly RiskFactor[], after: readonly RiskFactor[]): readonly FieldChange[] =>
  pairsOf(before, after, ({ id }) => id).flatMap(({ name, old, new_ }) => {
    const field = `risk.factors.${name}`
    const points = (old ?? new_)?.points ?? 0
    if (old === undefined || new_ === undefined) {
      return changeOf(field, plain(old), plain(new_), points < 0 ? presenceIsLooser : presenceIsStricter)
    }
    return [
      ...changeOf(`${field}.group`, old.group, new_.group, unjudged),
      ...changeOf(`${field}.points`, old.points, new_.points, moreIsStricter),
      ...changeOf(`${field}.source`, old.source, new_.source, noEffect),
      ...changeOf(`${field}.why`, old.why, new_.why, noEffect),
      ...changeOf(`${field}.waivedBySuitability`, old.waivedBySuitability, new_.waivedBySuitability, presenceIsLooser),
    ]
  })

const compareEvidence = (before: Policy, after: Policy): readonly FieldChange[] =>
  [...new Set([...Object.keys(before.evidence), ...Object.keys(after.evidence)])].flatMap((schema) => {
    const [old, new_] = [before.evidence[schema], after.evidence[schema]]
    if (old === undefined || new_ === undefined) {
      return changeOf(`evidence.${schema}`, plain(old), plain(new_), noEffect)
    }
    return pairsOf(old, new_, ({ id }) => id).flatMap(({ name, ...item }) =>
      compareItem(`evidence.${schema}.${name}`, item.old, item.new_),
    )
  })

const compareItem = (
  field: string,
  before: EvidenceItem | undefined,
  after: EvidenceItem | undefined,
): readonly FieldChange[] => {
  if (before === undefined || after === undefined) {
    const isRequired = (before ?? after)?.required === true
    return changeOf(field, plain(before), plain(after), isRequired ? presenceIsStricter : noEffect)
  }
  return [
    ...changeOf(`${field}.kind`, before.kind, after.kind, unjudged),
    ...changeOf(`${field}.required`, before.required, after.required, presenceIsStricter),
    ...changeOf(`${field}.why`, before.why, after.why, noEffect),
  ]
}

/**
 * Whatever finds less is looser; a threshold that nobody wrote is the usual one. A longer span finds more, but where it is
 * compared with the one before, which is as long: then one cannot tell.
 */
const comparePatterns = (before: Policy, after: Policy): readonly FieldChange[] =>
  dimensions.flatMap((dimension) => {
    const [old, new_] = [thresholdOf(before.patterns, dimension), thresholdOf(after.patterns, dimension)]
    const field = `patterns.${dimension}`
    const [times, timesNow] = [old.timesBefore, new_.timesBefore]
    return [
      ...changeOf(`${field}.failures`, old.failures, new_.failures, moreIsLooser),
      ...changeOf(`${field}.people`, old.people, new_.people, moreIsLooser),
      ...changeOf(`${field}.withinSeconds`, old.withinSeconds, new_.withinSeconds, (was, is) => {
        const direction = moreIsStricter(was, is)
        return direction === 'stricter' && (times ?? timesNow) !== undefined ? 'unjudged' : direction
      }),
      ...changeOf(
        `${field}.timesBefore`,
        times,
        timesNow,
        times === undefined || timesNow === undefined ? presenceIsLooser : moreIsLooser,
      ),
    ]
  })
