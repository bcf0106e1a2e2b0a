import { type Band, bandCeilings, pointBounds, riskGroupCaps, riskGroups } from './ceilings.ts'
import { type FactReader, holds } from './condition.ts'
import type { Policy, RiskFactor } from './policy.ts'

/**
 * One line of a score's explanation. The points of all lines sum to the score: what a group's cap or the scale's ends
 * cut off is a line of its own.
 */
export type Contribution = {
  /** A factor's id, `cap:<group>`, or `scale`. */
  id: string
  points: number
  /** `holds`, `missing` (a fact it asks for is missing and so counts as the worst), or `cap`. */
  because: 'holds' | 'missing' | 'cap'
}

export type Score = { total: number; contributions: readonly Contribution[] }

export type ScoreInput = { reader: FactReader; isPrivileged: boolean; hasSuitabilityPlan: boolean }

/**
 * Adds up the risk table: 0 to 100. A bad fact never lowers the score and a missing one counts as its worst value;
 * negative points need every fact of theirs, and are not given to privileged subjects. A suitability plan takes
 * points away and never adds any (R46).
 */
export const scoreOf = (policy: Policy, input: ScoreInput): Score => {
  const found = policy.risk.factors.flatMap((factor) => contributionOf(factor, input))
  const caps = riskGroups.flatMap((group): Contribution[] => {
    const ids = policy.risk.factors.filter((factor) => factor.group === group).map((factor) => factor.id)
    const bad = sum(found.filter(({ id, points }) => ids.includes(id) && points > 0))
    const excess = bad - riskGroupCaps[group]
    return excess > 0 ? [{ id: `cap:${group}`, points: -excess, because: 'cap' }] : []
  })
  const raw = sum(found) + sum(caps)
  const total = Math.min(100, Math.max(0, raw))
  const scale: Contribution[] = total === raw ? [] : [{ id: 'scale', points: total - raw, because: 'cap' }]
  return { total, contributions: [...found, ...caps, ...scale] }
}

const contributionOf = (factor: RiskFactor, input: ScoreInput): Contribution[] => {
  const { id } = factor
  const points = withinBounds(factor.points)
  if (factor.waivedBySuitability && input.hasSuitabilityPlan && points > 0) return []
  const truth = holds(factor.when, input.reader)
  if (points < 0) return truth === true && !input.isPrivileged ? [{ id, points, because: 'holds' }] : []
  if (truth === false || points === 0) return []
  return [{ id, points, because: truth === undefined ? 'missing' : 'holds' }]
}

/** What is no whole number counts as the most there is. */
const withinBounds = (points: number): number =>
  Number.isSafeInteger(points) ? Math.min(pointBounds.most, Math.max(pointBounds.least, points)) : pointBounds.most

const sum = (contributions: readonly Contribution[]): number =>
  contributions.reduce((total, { points }) => total + points, 0)

/** The strictest band that a score reaches. None begins later than its ceiling; one without a number begins at once. */
export const bandOf = (policy: Policy, total: number): Band => {
  const begins = (band: 'approval' | 'review' | 'closed'): boolean => {
    const least = policy.risk.bands[band]
    return !Number.isSafeInteger(least) || total >= Math.min(least, bandCeilings[band])
  }
  if (begins('closed')) return 'closed'
  if (begins('review')) return 'review'
  return begins('approval') ? 'approval' : 'self-service'
}
