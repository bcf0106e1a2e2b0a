import type { Dimension } from './dimension.ts'

/**
 * From when on repeated failures are a pattern: so many logins that failed, of so many people, within a span; and, where
 * that is asked for, so many times as many as in the span before.
 */
export type Threshold = { failures: number; people?: number; withinSeconds: number; timesBefore?: number }

/** Whom a number would point at: fewer people than these are no cohort, and nothing is said of them (E7). */
export const fewestPeople = 5

const daySeconds = 86_400

/** Failures are kept so long: twice the longest span in which they are compared, and a month for people to look. */
export const failuresKeptMs = 90 * daySeconds * 1000

/** Bounds of a threshold; no policy can switch the counting off. */
export const thresholdBounds = {
  failures: { least: 2, most: 10_000 },
  people: { least: fewestPeople, most: 10_000 },
  withinSeconds: { least: 3_600, most: 30 * daySeconds },
  timesBefore: { least: 1, most: 100 },
} as const

/** What holds where the policy says nothing. Of one person it is what they need; of a place, what it had not before. */
export const usualThresholds: Readonly<Record<Dimension, Threshold>> = {
  user: { failures: 5, withinSeconds: 7 * daySeconds },
  device_model: { failures: 10, people: 5, withinSeconds: 7 * daySeconds, timesBefore: 2 },
  authenticator_model: { failures: 10, people: 5, withinSeconds: 7 * daySeconds, timesBefore: 2 },
  site: { failures: 10, people: 5, withinSeconds: 7 * daySeconds, timesBefore: 2 },
  software_version: { failures: 10, people: 5, withinSeconds: 7 * daySeconds, timesBefore: 2 },
  time_band: { failures: 20, people: 5, withinSeconds: 7 * daySeconds, timesBefore: 3 },
}

/** The threshold of a dimension under a policy's own ones. */
export const thresholdOf = (own: Partial<Record<Dimension, Threshold>> | undefined, dimension: Dimension): Threshold =>
  own?.[dimension] ?? usualThresholds[dimension]

/** Of how many people failures must be to be a pattern. */
export const leastPeople = (dimension: Dimension, { people = fewestPeople }: Threshold): number =>
  dimension === 'user' ? 1 : Math.max(fewestPeople, people)

/** Whether a figure of so many people may be told: of one person it is what is asked for, of a place it points at them. */
export const isTellable = (dimension: Dimension, people: number): boolean =>
  dimension === 'user' || people >= fewestPeople

/** What was counted of one value; `before` is of the span before, absent where counting had not begun by then. */
export type Count = { failures: number; people: number; before: number | undefined }

/**
 * Failures of the span before, as they may be told: of a place only where at least five people had them (E7). That
 * there were none is not told either: what is untold would then be one to four.
 */
export const tellableBefore = (
  dimension: Dimension,
  { failures, people }: { failures: number; people: number },
): number | undefined => (isTellable(dimension, people) ? failures : undefined)

/**
 * Whether a count is a pattern. Where a comparison is asked for and there is nothing to compare with yet, it is none: a
 * place is told from a beginning only by what it was before.
 */
export const isPattern = (dimension: Dimension, threshold: Threshold, count: Count): boolean => {
  if (count.failures < threshold.failures || count.people < leastPeople(dimension, threshold)) return false
  if (threshold.timesBefore === undefined) return true
  return count.before !== undefined && count.failures >= threshold.timesBefore * count.before
}
