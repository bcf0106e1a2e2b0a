import type { CaseId, Instant, RealmName } from '../../domain/ids.ts'
import type { CountedFailure, Dimension } from '../../domain/pattern/dimension.ts'

/** From `since` on, before `until`. */
export type Span = { since: Instant; until: Instant }

/** Failures of one value of a dimension, and of how many people. */
export type FailureCount = { value: string; failures: number; people: number }

export type FailureStore = {
  /** Counts a failure once; nothing where this person had `mostInDay` in the last 24 hours already (K12). */
  record: (failure: CountedFailure, mostInDay: number) => Promise<void>
  /** Values that failed in a span, most failures first; of these alone where some are named. */
  countBy: (
    realm: RealmName,
    dimension: Dimension,
    ask: Span & { values?: readonly string[]; most: number },
  ) => Promise<readonly FailureCount[]>
  /**
   * Values with so many failures of so many people, in their own order, after the one named. A value whose pattern waits
   * is none of them; of one that was looked at, only what failed since counts.
   */
  pageOver: (
    realm: RealmName,
    dimension: Dimension,
    ask: Span & { failures: number; people: number; after: string | undefined; most: number },
  ) => Promise<readonly FailureCount[]>
  /** How often each class was among the failures of a value in a span. */
  classesOf: (
    realm: RealmName,
    dimension: Dimension,
    value: string,
    span: Span,
  ) => Promise<Readonly<Record<string, number>>>
  /**
   * Since when failures of a realm are counted: since its first policy was activated, or its oldest kept failure was seen
   * where that is earlier; not before this database could count. What was counted longer ago than it is kept is gone.
   */
  countedSince: (realm: RealmName) => Promise<Instant | undefined>
  /** Deletes what was seen before a time, so many rows at most and those of the same moment; gives their number. */
  sweep: (before: Instant, most: number) => Promise<number>
}

/** Failures that repeat, as they were found; the case says what became of it. */
export type FailurePattern = Span & {
  realm: RealmName
  case: CaseId
  dimension: Dimension
  value: string
  failures: number
  people: number
  /** Of the span before; absent where counting had not begun by then, and of too few people. */
  before: number | undefined
  classes: Readonly<Record<string, number>>
}

export type PatternStore = {
  insert: (pattern: FailurePattern) => Promise<void>
  find: (realm: RealmName, id: CaseId) => Promise<FailurePattern | undefined>
  /** The newest pattern of a value, and whether its review still waits. */
  findLast: (
    realm: RealmName,
    dimension: Dimension,
    value: string,
  ) => Promise<{ until: Instant; isWaiting: boolean } | undefined>
}
