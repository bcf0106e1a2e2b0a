import { type CanonicalValue, canonicalJson } from '../canonical-json.ts'

/** Whether a change lets more people in, with less proof, for longer or with fewer eyes on it; `other` is neither. */
export type Direction = 'looser' | 'stricter' | 'other'

/** A difference between two versions of a policy. Plain JSON; null stands for what is not there. */
export type FieldChange = {
  /** As in `profiles.standard.limits.attempts`; parts of lists by their names. */
  field: string
  direction: Direction
  before: CanonicalValue
  after: CanonicalValue
  /** False where it could not be told whether it loosens; such a change counts as if it did. */
  isJudged: boolean
}

type Value = CanonicalValue | undefined
type Direct = (before: CanonicalValue, after: CanonicalValue) => Direction | 'unjudged'

/** The change of one field, or none where both are the same. */
export const changeOf = (field: string, before: Value, after: Value, direct: Direct): readonly FieldChange[] => {
  const [old, new_] = [before ?? null, after ?? null]
  if (canonicalJson(old) === canonicalJson(new_)) return []
  const direction = direct(old, new_)
  return direction === 'unjudged'
    ? [{ field, direction: 'other', before: old, after: new_, isJudged: false }]
    : [{ field, direction, before: old, after: new_, isJudged: true }]
}

/** A change that decides nothing, as of a title. */
export const noEffect: Direct = () => 'other'
/** A change of which nobody can say here whether it loosens. */
export const unjudged: Direct = () => 'unjudged'
/** More of it is looser; what is no number on both sides is not judged. */
export const moreIsLooser: Direct = (before, after) =>
  typeof before !== 'number' || typeof after !== 'number' ? 'unjudged' : after > before ? 'looser' : 'stricter'
/** More of it is stricter. */
export const moreIsStricter: Direct = (before, after) => moreIsLooser(after, before)
/** Having it is looser than not having it. */
export const presenceIsLooser: Direct = (before, after) =>
  isThere(before) === isThere(after) ? 'unjudged' : isThere(after) ? 'looser' : 'stricter'
/** Having it is stricter than not having it. */
export const presenceIsStricter: Direct = (before, after) => presenceIsLooser(after, before)

const isThere = (value: CanonicalValue): boolean => value !== null && value !== false

/** One change for every entry that is in one of two lists only. */
export const changesOfSet = (
  field: string,
  before: readonly string[],
  after: readonly string[],
  direct: Direct,
): readonly FieldChange[] => [
  ...before.filter((one) => !after.includes(one)).flatMap((one) => changeOf(field, one, null, direct)),
  ...after.filter((one) => !before.includes(one)).flatMap((one) => changeOf(field, null, one, direct)),
]

/** Entries of two lists by name: of both, of the first only, of the second only. */
export const pairsOf = <Entry>(
  before: readonly Entry[],
  after: readonly Entry[],
  nameOf: (entry: Entry) => string,
): readonly { name: string; old: Entry | undefined; new_: Entry | undefined }[] =>
  [...new Set([...before, ...after].map(nameOf))].map((name) => ({
    name,
    old: before.find((one) => nameOf(one) === name),
    new_: after.find((one) => nameOf(one) === name),
  }))

/** The value as canonical JSON has it: members that are undefined are left out. */
export const plain = (value: unknown): CanonicalValue => JSON.parse(JSON.stringify(value ?? null)) as CanonicalValue
