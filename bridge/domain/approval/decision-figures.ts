import type { StudiedDecision } from './study-decisions.ts'
import { medianSecondsOf } from './think-time.ts'

/** Of fewer no share is told, and nothing is found: they say nothing (E7). */
export const fewestDecisions = 5

/**
 * How some people, or one, decided. `approved` and `denied` are all
 * `decisions`, those that people took themselves (`own`) and spoken yeses that were confirmed.
 */
export type DecisionFigures = {
  decisions: number
  cases: number
  approved: number
  denied: number
  /** Of decisions, rounded down; undefined where they are too few. */
  approvedPercent: number | undefined
  own: number
  /** Of own decisions, from the request on; undefined where there is none. */
  medianSeconds: number | undefined
  /** Of own decisions, those that left no time to read. */
  hasty: number
  /** Undefined where no policy says what the hours are. */
  outsideHours: number | undefined
  outsideHoursPercent: number | undefined
  /** Every yes that somebody else wrote down, whatever became of it. */
  spoken: number
  /** Of these, refused or confirmed by nobody in time. */
  fallen: number
  /** Yeses for people who said yes for the same person. */
  returned: number
  /** Cases let in ahead of a yes that never came. */
  unratified: number
}

/** Figures of these decisions. */
export const decisionFiguresOf = (decisions: readonly StudiedDecision[]): DecisionFigures => {
  const standing = decisions.filter(({ isStanding }) => isStanding)
  const own = standing.filter(({ spoken }) => spoken === undefined)
  const isTimeKnown = standing.every(({ isOutsideHours }) => isOutsideHours !== undefined)
  const approved = standing.filter(({ verdict }) => verdict === 'approve').length
  const outsideHours = isTimeKnown ? standing.filter((one) => one.isOutsideHours === true).length : undefined
  return {
    decisions: standing.length,
    cases: casesOf(standing),
    approved,
    denied: standing.filter(({ verdict }) => verdict === 'deny').length,
    approvedPercent: percentOf(approved, standing.length),
    own: own.length,
    medianSeconds: medianSecondsOf(own),
    hasty: own.filter(({ isHasty }) => isHasty).length,
    outsideHours,
    outsideHoursPercent: outsideHours === undefined ? undefined : percentOf(outsideHours, standing.length),
    spoken: decisions.filter(({ spoken }) => spoken !== undefined).length,
    fallen: decisions.filter(({ spoken }) => spoken === 'fell').length,
    returned: standing.filter(({ isReturned }) => isReturned).length,
    unratified: casesOf(decisions.filter(({ isUnratified }) => isUnratified)),
  }
}

const percentOf = (count: number, of: number): number | undefined =>
  of < fewestDecisions ? undefined : Math.floor((count * 100) / of)

const casesOf = (decisions: readonly StudiedDecision[]): number => new Set(decisions.map((one) => one.case)).size
