import { canonicalJson } from '../canonical-json.ts'
import { holds } from './condition.ts'
import type { Facts } from './facts.ts'
import {
  changeOf,
  type Direction,
  type FieldChange,
  noEffect,
  pairsOf,
  plain,
  presenceIsStricter,
  unjudged,
} from './field-change.ts'
import type { Condition, Policy, Rule } from './policy.ts'
import { readFacts, readRisk } from './read-facts.ts'

/**
 * Changes of conditions and rules, judged by logins: what a condition of the risk table or of a shorter session comes to
 * at each of them, and whether each changed rule was met by one. Where no login shows the difference it is not judged.
 */
export const compareConditions = (before: Policy, after: Policy, logins: readonly Facts[]): readonly FieldChange[] => [
  ...compareRules(before, after, logins),
  ...pairsOf(before.profiles, after.profiles, ({ name }) => name).flatMap(({ name, old, new_ }) => {
    if (old?.degrade === undefined || new_?.degrade === undefined) return []
    const [was, is] = [old.degrade.when, new_.degrade.when]
    return compareCondition(`profiles.${name}.degrade.when`, was, is, () => ({
      before: logins.map((facts) => holds(was, readFacts(before, facts)) !== false),
      after: logins.map((facts) => holds(is, readFacts(after, facts)) !== false),
    }))
  }),
  ...pairsOf(before.risk.factors, after.risk.factors, ({ id }) => id).flatMap(({ name, old, new_ }) => {
    if (old === undefined || new_ === undefined) return []
    const isBad = ({ when, points }: typeof old, policy: Policy, facts: Facts): boolean => {
      const truth = holds(when, readRisk(policy, facts))
      return points < 0 ? truth !== true : truth !== false
    }
    return compareCondition(`risk.factors.${name}.when`, old.when, new_.when, () => ({
      before: logins.map((facts) => isBad(old, before, facts)),
      after: logins.map((facts) => isBad(new_, after, facts)),
    }))
  }),
]

type Restricts = { before: readonly boolean[]; after: readonly boolean[] }

const compareCondition = (
  field: string,
  before: Condition,
  after: Condition,
  restricts: () => Restricts,
): readonly FieldChange[] => changeOf(field, plain(before), plain(after), () => directionOf(restricts()))

const directionOf = ({ before, after }: Restricts): Direction | 'unjudged' => {
  if (before.some((did, index) => did && after[index] === false)) return 'looser'
  return before.some((did, index) => !did && after[index] === true) ? 'stricter' : 'unjudged'
}

/**
 * One more refusal is stricter and one fewer looser; of other rules the decisions tell, if they were met. A rule that now
 * meets others and leads them elsewhere is another rule under an old name, as one that comes where another goes: no sample of
 * logins is enough for those.
 */
const compareRules = (before: Policy, after: Policy, logins: readonly Facts[]): readonly FieldChange[] => {
  if (canonicalJson(plain(before.rules)) === canonicalJson(plain(after.rules))) return []
  const [met, metAfter] = [metRules(before, logins), metRules(after, logins)]
  const pairs = pairsOf(before.rules, after.rules, ({ name }) => name)
  const isReplaced = pairs.some(({ new_ }) => !new_) && pairs.some(({ old, new_ }) => !old && new_?.deny === undefined)
  const changes = pairs.flatMap(({ name, old, new_ }) => {
    const isMet = (old === undefined || met.has(name)) && (new_ === undefined || metAfter.has(name))
    const isRefusal = (old === undefined || new_ === undefined) && (old ?? new_)?.deny === true
    const direct = isRefusal ? presenceIsStricter : isMet && !isAnother(old, new_, isReplaced) ? noEffect : unjudged
    return changeOf(`rules.${name}`, plain(old), plain(new_), direct)
  })
  const isAllMet =
    before.rules.every(({ name }) => met.has(name)) && after.rules.every(({ name }) => metAfter.has(name))
  const inBoth = (of: Policy, other: Policy): readonly string[] =>
    of.rules.map(({ name }) => name).filter((name) => other.rules.some((rule) => rule.name === name))
  const order = changeOf('rules.order', inBoth(before, after), inBoth(after, before), isAllMet ? noEffect : unjudged)
  return [...changes, ...order]
}

const isAnother = (old: Rule | undefined, new_: Rule | undefined, isReplaced: boolean): boolean =>
  old === undefined || new_ === undefined
    ? isReplaced
    : canonicalJson(plain(old.when)) !== canonicalJson(plain(new_.when)) &&
      (old.deny !== new_.deny || old.profile !== new_.profile)

/** Rules that were the first to hold at one of the logins. */
const metRules = (policy: Policy, logins: readonly Facts[]): ReadonlySet<string> => {
  const met = new Set<string>()
  for (const facts of logins) {
    const reader = readFacts(policy, facts)
    const first = policy.rules.find(({ when }) => holds(when, reader) === true)
    if (first !== undefined) met.add(first.name)
  }
  return met
}
