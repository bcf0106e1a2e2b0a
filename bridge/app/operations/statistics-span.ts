import type { Instant } from '../../domain/ids.ts'
import { type OperationRefusal, refuse } from './refusal.ts'

/** The span of time of a statistic, from `since` on, before `until`. */
export type StatisticsSpan = { since: Instant; until: Instant }

/** A year, and the day of a leap year. */
export const longestSpanMs = 366 * 86_400_000
/** Before it nothing happened, and after it a time is not written with four digits of a year. */
const earliest = 0
const latest = Date.UTC(9999, 0)

/** Refuses a span that is empty or runs backwards, is longer than 366 days, or begins before 1970; undefined for any other. */
export const refuseSpan = ({ since, until }: StatisticsSpan): OperationRefusal | undefined => {
  if (!(until <= latest)) return refuse('time_malformed', ['until'])
  const isFine = since >= earliest && since < until && until - since <= longestSpanMs
  return isFine ? undefined : refuse('time_malformed', ['since'])
}
