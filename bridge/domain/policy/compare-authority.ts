import { isMember } from './authority.ts'
import type { Act } from './ceilings.ts'
import { changeOf, type FieldChange } from './field-change.ts'
import type { AuthorityLine } from './policy.ts'

/**
 * By role and act: for which profile, tier and people, and how these must be to the holder. Anything more is looser; what
 * others cover already is not more. Where it cannot be told whether one restriction holds within another, it is more. Of
 * acts by which people look after what others did, anything less is looser too: there are fewer eyes on it, and one person
 * alone could take them all away (R3).
 */
export const compareAuthority = (
  before: readonly AuthorityLine[],
  after: readonly AuthorityLine[],
): readonly FieldChange[] => {
  const [old, new_] = [powersOf(before), powersOf(after)]
  return [...new Set([...old.keys(), ...new_.keys()])].flatMap((power) => {
    const [had, has] = [old.get(power) ?? [], new_.get(power) ?? []]
    return changeOf(`authority.${power}`, wordsOf(had), wordsOf(has), () => {
      if (has.some((one) => !isCovered(one, had))) return 'looser'
      if (had.every((one) => isCovered(one, has))) return 'other'
      return oversight.some((act) => power.endsWith(`.${act}`)) ? 'looser' : 'stricter'
    })
  })
}

const oversight: readonly Act[] = ['review', 'revoke', 'declare', 'audit']

/** `about` is `profile/tier`; without a group it is about everybody, as far as the relations of the line go. */
type Power = Pick<AuthorityLine, 'ownReports' | 'sharedGroupBelow' | 'notSharedGroupBelow'> & {
  about: string
  group: string | undefined
}

const powersOf = (lines: readonly AuthorityLine[]): ReadonlyMap<string, readonly Power[]> => {
  const powers = new Map<string, readonly Power[]>()
  for (const { role, acts, profiles, tiers, subjects, ...relations } of lines) {
    const groups = subjects ?? [undefined]
    const reach = profiles.flatMap((profile) =>
      tiers.flatMap((tier) => groups.map((group): Power => ({ ...relations, about: `${profile}/${tier}`, group }))),
    )
    for (const act of acts) powers.set(`${role}.${act}`, [...(powers.get(`${role}.${act}`) ?? []), ...reach])
  }
  return powers
}

const isCovered = (power: Power, powers: readonly Power[]): boolean =>
  powers.some(
    (one) =>
      one.about === power.about &&
      isWithin(power.group, one.group) &&
      (one.ownReports === undefined || power.ownReports === true) &&
      isWithin(power.sharedGroupBelow, one.sharedGroupBelow) &&
      // Whoever shares nothing below a path shares nothing below one inside of it either.
      (one.notSharedGroupBelow === undefined ||
        (power.notSharedGroupBelow !== undefined && isWithin(one.notSharedGroupBelow, power.notSharedGroupBelow))),
  )

/** A group covers its subgroups, and nothing named covers all. */
const isWithin = (inner: string | undefined, outer: string | undefined): boolean =>
  outer === undefined || (inner !== undefined && isMember([inner], outer))

const wordsOf = (powers: readonly Power[]): readonly string[] => [...new Set(powers.map(wordOf))].sort()

const wordOf = ({ about, group, ownReports, sharedGroupBelow, notSharedGroupBelow }: Power): string =>
  [
    about,
    ...(group === undefined ? [] : [`in ${group}`]),
    ...(ownReports === undefined ? [] : ['of own reports']),
    ...(sharedGroupBelow === undefined ? [] : [`sharing a group below ${sharedGroupBelow}`]),
    ...(notSharedGroupBelow === undefined ? [] : [`sharing no group below ${notSharedGroupBelow}`]),
  ].join(' ')
