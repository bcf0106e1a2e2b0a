import { canonicalJson } from '../canonical-json.ts'
import type { ProfileName } from './ceilings.ts'
import { compareStrictness, type Decision, type Outcome, outcomes, type Terms, termsOf } from './decision.ts'
import { type Direction, plain } from './field-change.ts'
import { askOf } from './limits-for.ts'
import type { GoldenTest, Limits } from './policy.ts'

/** Facts as a golden test tells them: what differs from an ordinary login. */
export type Example = Pick<GoldenTest, 'facts' | 'missing'>

/** One point at which two versions decide: generated, or recorded of a real case. */
export type Decided = { before: Decision; after: Decision; from: 'generated' | 'recorded'; example: Example }

/** The people for whom the same changes. Plain JSON. */
export type DecisionChange = {
  direction: Direction
  /** False where some terms are looser and others stricter, or other ones: counts as loosening. */
  isJudged: boolean
  before: { outcome: Outcome; profile: ProfileName | null }
  after: { outcome: Outcome; profile: ProfileName | null }
  /** How many of the generated logins, and of the recorded ones. */
  generated: number
  recorded: number
  /** The one that differs least from an ordinary login. */
  example: Example
}

/** Groups what differs, the looser first, then what could not be judged. What stays the same is left out. */
export const groupDecisions = (all: readonly Decided[]): readonly DecisionChange[] => {
  const groups = new Map<string, DecisionChange>()
  for (const decided of all) {
    const judged = judgeDecisions(decided.before, decided.after)
    if (judged === 'same') continue
    const head = {
      direction: judged === 'mixed' ? ('other' as const) : judged,
      isJudged: judged !== 'mixed',
      before: whatOf(decided.before),
      after: whatOf(decided.after),
    }
    const key = canonicalJson(head)
    const group = groups.get(key) ?? { ...head, generated: 0, recorded: 0, example: decided.example }
    const isSmaller = sizeOf(decided.example) < sizeOf(group.example)
    groups.set(key, {
      ...group,
      [decided.from]: group[decided.from] + 1,
      example: isSmaller ? decided.example : group.example,
    })
  }
  return [...groups.values()].sort((a, b) => rankOf(a) - rankOf(b))
}

/**
 * How a decision changed for the same facts. Between different outcomes the milder one is looser; between equal ones
 * every term is compared, and `mixed` is what is looser in one and stricter in another, or simply different.
 */
export const judgeDecisions = (before: Decision, after: Decision): Direction | 'mixed' | 'same' => {
  if (before.outcome !== after.outcome) return compareStrictness(after, before) > 0 ? 'stricter' : 'looser'
  const [old, new_] = [termsOf(before), termsOf(after)]
  if (old === undefined || new_ === undefined) {
    return canonicalJson(plain(reasonOf(before))) === canonicalJson(plain(reasonOf(after))) ? 'same' : 'other'
  }
  if (JSON.stringify(old) === JSON.stringify(new_)) return 'same'
  const signs = compareTerms(old, new_).filter((sign) => sign !== 0)
  if (signs.length === 0) return 'same'
  if (signs.every((sign) => sign > 0)) return 'stricter'
  return signs.every((sign) => sign < 0) ? 'looser' : 'mixed'
}

const reasonOf = (decision: Decision): string | null => ('reason' in decision ? decision.reason : null)

/** For each term above 0 where it became stricter, below 0 where looser, and NaN where it is just different. */
const compareTerms = (before: Terms, after: Terms): readonly number[] => [
  Number(after.evidenceReview) - Number(before.evidenceReview),
  ...compareLimits(before.limits, after.limits),
  -compareSets(before.paths.map(textOf), after.paths.map(textOf)),
  ...compareApprovals(before, after),
  compareSets(listOf(before.evidence), listOf(after.evidence)),
  after.review.samplePercent - before.review.samplePercent,
  before.review.withinSeconds - after.review.withinSeconds,
  ...compareAsking(before, after),
]

const compareLimits = (before: Limits, after: Limits): readonly number[] =>
  (Object.keys(before) as (keyof Limits)[]).map((name) =>
    name === 'lockSeconds' ? after[name] - before[name] : before[name] - after[name],
  )

const compareApprovals = (before: Terms, after: Terms): readonly number[] => {
  const countOf = ({ approvals }: Terms, group: string): number =>
    approvals.filter((one) => one.group === group).reduce((total, { count }) => total + count, 0)
  const groups = new Set([...before.approvals, ...after.approvals].map(({ group }) => group))
  return [...groups].map((group) => countOf(after, group) - countOf(before, group))
}

/** Where nobody is asked, both sides say the same. */
const compareAsking = (before: Terms, after: Terms): readonly number[] => {
  const [was, is] = [askOf(before), askOf(after)]
  return [
    was.approvalSeconds - is.approvalSeconds,
    -compareSets(was.methods, is.methods),
    Number(after.distinctMethods ?? false) - Number(before.distinctMethods ?? false),
    (before.verbal?.withinSeconds ?? 0) - (after.verbal?.withinSeconds ?? 0),
    compareRatification(before.ratification, after.ratification),
    Number(after.decoy !== undefined) - Number(before.decoy !== undefined),
  ]
}

const compareRatification = (before: Terms['ratification'], after: Terms['ratification']): number => {
  if (before === undefined || after === undefined) return Number(after !== undefined) - Number(before !== undefined)
  return before.group === after.group ? before.withinSeconds - after.withinSeconds : Number.NaN
}

/** Above 0 where the second set holds the first, below 0 where it is the other way round, NaN where neither. */
const compareSets = (before: readonly string[], after: readonly string[]): number => {
  const lost = before.filter((one) => !after.includes(one)).length
  const won = after.filter((one) => !before.includes(one)).length
  return lost > 0 && won > 0 ? Number.NaN : won - lost
}

const textOf = (value: object): string => canonicalJson(plain(value))
const listOf = (value: string | null): readonly string[] => (value === null ? [] : [value])

const whatOf = ({ outcome, assessment }: Decision) => ({ outcome, profile: assessment?.profile ?? null })

const sizeOf = ({ facts: { failure, account, ...facts }, missing }: Example): number =>
  [facts, failure ?? {}, account ?? {}].reduce((total, part) => total + Object.keys(part).length, missing.length)

const directions: readonly Direction[] = ['looser', 'other', 'stricter']

const rankOf = ({ direction, isJudged, before, after }: DecisionChange): number =>
  (directions.indexOf(direction) * 2 + Number(isJudged)) * 100 +
  outcomes.indexOf(before.outcome) * 10 +
  outcomes.indexOf(after.outcome)
