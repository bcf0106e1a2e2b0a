import type { Instant } from '../ids.ts'

const hourMs = 3_600_000

/**
 * The whole hours that a span lies in. Figures of two spans that differ by a moment would tell of the one person who
 * failed in it, however many people each span has (E7).
 */
export const wholeHoursOf = ({
  since,
  until,
}: {
  since: Instant
  until: Instant
}): { since: Instant; until: Instant } => ({
  since: Math.floor(since / hourMs) * hourMs,
  until: Math.ceil(until / hourMs) * hourMs,
})
