import { bands, usualApprovalSeconds, verificationMethods } from './ceilings.ts'
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
import type { Limits, Ownership, Path, Profile } from './policy.ts'

/** What changes in the numbers and demands of the profiles. Whom a new or absent profile meets, decisions tell. */
export const compareProfiles = (before: readonly Profile[], after: readonly Profile[]): readonly FieldChange[] =>
  pairsOf(before, after, ({ name }) => name).flatMap(({ name, old, new_ }) => {
    const field = `profiles.${name}`
    if (old === undefined || new_ === undefined) return changeOf(field, plain(old), plain(new_), noEffect)
    return [
      ...compareOwners(field, old, new_, unjudged),
      ...changeOf(`${field}.title`, old.title, new_.title, noEffect),
      ...changeOf(`${field}.reviewBy`, old.reviewBy, new_.reviewBy, moreIsLooser),
      ...changesOfSet(`${field}.paths`, old.paths, new_.paths, presenceIsLooser),
      ...compareOrder(`${field}.paths`, old.paths, new_.paths),
      ...changeOf(`${field}.ceiling`, old.ceiling, new_.ceiling, moreIsLooser),
      ...changeOf(`${field}.minimumBand`, old.minimumBand, new_.minimumBand, () =>
        bands.indexOf(new_.minimumBand) < bands.indexOf(old.minimumBand) ? 'looser' : 'stricter',
      ),
      ...compareApprovals(`${field}.approvals`, old.approvals, new_.approvals),
      ...changeOf(`${field}.evidence`, old.evidence, new_.evidence, presenceIsStricter),
      ...changeOf(`${field}.review.samplePercent`, old.review.samplePercent, new_.review.samplePercent, moreIsStricter),
      ...changeOf(`${field}.review.withinSeconds`, old.review.withinSeconds, new_.review.withinSeconds, moreIsLooser),
      ...compareLimits(`${field}.limits`, old.limits, new_.limits),
      ...compareDegrade(`${field}.degrade`, old.degrade, new_.degrade),
      ...compareAsking(field, old, new_),
    ]
  })

/** What changes in the paths themselves. Who is offered one, the profiles tell. */
export const comparePaths = (before: readonly Path[], after: readonly Path[]): readonly FieldChange[] =>
  pairsOf(before, after, ({ id }) => id).flatMap(({ name, old, new_ }) => {
    const field = `paths.${name}`
    if (old === undefined || new_ === undefined) return changeOf(field, plain(old), plain(new_), noEffect)
    return [
      ...compareOwners(field, old, new_, noEffect),
      ...changeOf(`${field}.title`, old.title, new_.title, noEffect),
      ...changesOfSet(`${field}.allOf`, old.allOf, new_.allOf, presenceIsStricter),
      ...compareOrder(`${field}.allOf`, old.allOf, new_.allOf),
      ...compareChoice(`${field}.anyOf`, old.anyOf, new_.anyOf),
      ...compareOrder(`${field}.anyOf`, old.anyOf, new_.anyOf),
      ...changeOf(`${field}.isPhishingResistant`, old.isPhishingResistant, new_.isPhishingResistant, presenceIsLooser),
      ...changeOf(`${field}.ceiling`, old.ceiling, new_.ceiling, moreIsLooser),
      ...changeOf(`${field}.floor`, old.floor, new_.floor, moreIsStricter),
      ...changeOf(`${field}.acr`, old.acr, new_.acr, unjudged),
      ...changesOfSet(`${field}.amr`, old.amr, new_.amr, presenceIsLooser),
      ...compareOrder(`${field}.amr`, old.amr, new_.amr),
      ...changeOf(`${field}.approvedAt`, old.approvedAt, new_.approvedAt, moreIsStricter),
      ...changeOf(`${field}.reviewBy`, old.reviewBy, new_.reviewBy, moreIsLooser),
    ]
  })

/**
 * Who answers for a part. It decides nothing, but for the owner of a profile: while their account cannot be used its cases
 * wait for an approval (R10), which who names another one ends. Whose account can be used is not known here.
 */
export const compareOwners = (
  field: string,
  before: Ownership,
  after: Ownership,
  ofOwner: typeof unjudged,
): readonly FieldChange[] => [
  ...changeOf(`${field}.owner`, before.owner, after.owner, ofOwner),
  ...changeOf(`${field}.deputy`, before.deputy, after.deputy, noEffect),
]

const compareOrder = (field: string, before: readonly string[], after: readonly string[]): readonly FieldChange[] =>
  changeOf(
    `${field}.order`,
    before.filter((one) => after.includes(one)),
    after.filter((one) => before.includes(one)),
    noEffect,
  )

/** No choice asks for nothing: the first entry is a demand, each further one a way round it. */
const compareChoice = (field: string, before: readonly string[], after: readonly string[]): readonly FieldChange[] =>
  before.length === 0 || after.length === 0
    ? changeOf(field, before, after, () => (after.length === 0 ? 'looser' : 'stricter'))
    : changesOfSet(field, before, after, presenceIsLooser)

/** Nobody to ask is a refusal (I4): the first group is looser, each further one stricter. */
const compareApprovals = (
  field: string,
  before: Profile['approvals'],
  after: Profile['approvals'],
): readonly FieldChange[] =>
  before.length === 0 || after.length === 0
    ? changeOf(field, plain(before), plain(after), () => (after.length === 0 ? 'stricter' : 'looser'))
    : pairsOf(before, after, ({ group }) => group).flatMap(({ name, old, new_ }) => [
        ...changeOf(`${field}.${name}`, old?.count ?? 0, new_?.count ?? 0, moreIsStricter),
        ...changeOf(`${field}.${name}.shownAs`, old?.shownAs, new_?.shownAs, noEffect),
      ])

const compareLimits = (field: string, before: Limits, after: Limits): readonly FieldChange[] =>
  (Object.keys(before) as (keyof Limits)[]).flatMap((name) =>
    changeOf(`${field}.${name}`, before[name], after[name], name === 'lockSeconds' ? moreIsStricter : moreIsLooser),
  )

const compareDegrade = (
  field: string,
  before: Profile['degrade'],
  after: Profile['degrade'],
): readonly FieldChange[] =>
  before === undefined || after === undefined
    ? changeOf(field, plain(before), plain(after), presenceIsStricter)
    : changeOf(`${field}.sessionSeconds`, before.sessionSeconds, after.sessionSeconds, moreIsLooser)

/** How people are asked, and what may make up for an answer. What is left out means what the code says of it. */
const compareAsking = (field: string, before: Profile, after: Profile): readonly FieldChange[] => [
  ...changeOf(`${field}.approvalSeconds`, before.approvalSeconds, after.approvalSeconds, () => {
    const [was, is] = [before.approvalSeconds ?? usualApprovalSeconds, after.approvalSeconds ?? usualApprovalSeconds]
    return was === is ? 'other' : moreIsLooser(was, is)
  }),
  ...compareMethods(`${field}.methods`, before.methods, after.methods),
  ...changeOf(`${field}.distinctMethods`, before.distinctMethods, after.distinctMethods, presenceIsStricter),
  ...compareVerbal(`${field}.verbal`, before.verbal, after.verbal),
  ...compareRatification(`${field}.ratification`, before.ratification, after.ratification),
]

/** Each further way to make sure who asks is a weaker one to choose. */
const compareMethods = (
  field: string,
  before: Profile['methods'],
  after: Profile['methods'],
): readonly FieldChange[] => {
  const changes = changesOfSet(field, before ?? verificationMethods, after ?? verificationMethods, presenceIsLooser)
  return changes.length > 0 ? changes : changeOf(field, plain(before), plain(after), noEffect)
}

const compareVerbal = (field: string, before: Profile['verbal'], after: Profile['verbal']): readonly FieldChange[] =>
  before === undefined || after === undefined
    ? changeOf(field, plain(before), plain(after), presenceIsLooser)
    : changeOf(`${field}.withinSeconds`, before.withinSeconds, after.withinSeconds, moreIsLooser)

const compareRatification = (
  field: string,
  before: Profile['ratification'],
  after: Profile['ratification'],
): readonly FieldChange[] =>
  before === undefined || after === undefined
    ? changeOf(field, plain(before), plain(after), presenceIsStricter)
    : [
        ...changeOf(`${field}.group`, before.group, after.group, unjudged),
        ...changeOf(`${field}.withinSeconds`, before.withinSeconds, after.withinSeconds, moreIsLooser),
      ]
