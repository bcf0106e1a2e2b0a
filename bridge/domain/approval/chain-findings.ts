import { busiestOf, closestPairOf, mutualPairOf } from './concentration.ts'
import type { DecisionFigures } from './decision-figures.ts'
import { decoyMeasureOf } from './decoy-decisions.ts'
import type { StudiedDecision, ToldPerson } from './study-decisions.ts'

/** What can stand out in how a chain, or a person, decides. Closed: each has a rule below and words at the command line. */
export const chainFindingNames = [
  'approved_decoy',
  'same_pair',
  'rubber_stamped',
  'mutual',
  'one_person_decides',
  'unratified',
  'spoken_often',
  'never_refuses',
  'outside_hours',
  'slow',
] as const
export type ChainFindingName = (typeof chainFindingNames)[number]

/** What can be done about it. Closed; a proposal to people, nothing that the bridge does. */
export const chainFixes = [
  'rotate_approvers',
  'train_approvers',
  'forbid_mutual',
  'add_approvers',
  'narrow_exceptions',
  'ask_second_group',
  'cover_hours',
] as const
export type ChainFix = (typeof chainFixes)[number]

/** Stands out from `least` on, where that is `percent` of what it is counted among at least. */
export type FindingRule = { least: number; percent: number; points: number; fix: ChainFix }

/**
 * When something stands out, and with how many points it makes a chain weak. Shares of what the figures count: a floor of
 * cases keeps one odd night from being a finding. The pair rule is C05's, five of the last six; the rest are this
 * product's own, to start from. Points say what to talk about first and measure nothing.
 */
export const findingRules: Readonly<Record<ChainFindingName, FindingRule>> = {
  /** Yeses to requests that were made up: nobody can have made sure of a person whom there is not (S07). */
  approved_decoy: { least: 1, percent: 0, points: 40, fix: 'train_approvers' },
  /** Of the last cases that at least two people approved. */
  same_pair: { least: 5, percent: 0, points: 30, fix: 'rotate_approvers' },
  /** Own decisions that left no time to read (S07). */
  rubber_stamped: { least: 3, percent: 25, points: 25, fix: 'train_approvers' },
  /** Yeses for somebody who said yes for the same person. */
  mutual: { least: 1, percent: 5, points: 25, fix: 'forbid_mutual' },
  /** Cases in which the busiest person took part. */
  one_person_decides: { least: 5, percent: 70, points: 20, fix: 'add_approvers' },
  /** Cases let in ahead of a yes that never came. */
  unratified: { least: 2, percent: 10, points: 20, fix: 'narrow_exceptions' },
  /** Yeses that somebody else wrote down. */
  spoken_often: { least: 3, percent: 20, points: 15, fix: 'narrow_exceptions' },
  /** Decisions that were a yes. */
  never_refuses: { least: 20, percent: 100, points: 10, fix: 'ask_second_group' },
  /** Decisions outside of the hours of the policy that is active now. */
  outside_hours: { least: 3, percent: 30, points: 10, fix: 'cover_hours' },
  /** The median in seconds from the request to the decision. */
  slow: { least: 600, percent: 0, points: 5, fix: 'add_approvers' },
}

/** Something that stands out, with the figure it stands on: `count` of `of`, or seconds where there is no `of`. */
export type ChainFinding = {
  finding: ChainFindingName
  count: number
  of: number | undefined
  points: number
  fix: ChainFix
  /** Whom it is about, where it is about some people and not about the whole chain. */
  people: readonly ToldPerson[]
}

type Measure = { count: number; of: number | undefined; people?: readonly ToldPerson[] }

/** What stands out in a chain's decisions, given oldest first; the most points first. */
export const findingsOfChain = (
  decisions: readonly StudiedDecision[],
  figures: DecisionFigures,
): readonly ChainFinding[] => {
  const cases = new Set(decisions.map((one) => one.case)).size
  return findings({
    ...measuresOf(decisions, figures),
    same_pair: closestPairOf(decisions),
    one_person_decides: busiestOf(decisions),
    unratified: { count: figures.unratified, of: cases },
    slow: { count: figures.medianSeconds ?? 0, of: undefined },
  })
}

/** What stands out in one person's decisions; the most points first. */
export const findingsOfPerson = (
  decisions: readonly StudiedDecision[],
  figures: DecisionFigures,
): readonly ChainFinding[] => findings(measuresOf(decisions, figures))

const measuresOf = (
  decisions: readonly StudiedDecision[],
  figures: DecisionFigures,
): Partial<Record<ChainFindingName, Measure | undefined>> => ({
  approved_decoy: decoyMeasureOf(decisions),
  rubber_stamped: { count: figures.hasty, of: figures.own },
  mutual: { count: figures.returned, of: figures.approved, people: mutualPairOf(decisions) },
  spoken_often: { count: figures.spoken, of: figures.spoken + figures.approved - confirmedOf(figures) },
  never_refuses: { count: figures.approved, of: figures.decisions },
  outside_hours: { count: figures.outsideHours ?? 0, of: figures.decisions },
})

/** Spoken yeses that stand are in `approved` and in `spoken`. */
const confirmedOf = ({ decisions, own }: DecisionFigures): number => decisions - own

const findings = (measures: Partial<Record<ChainFindingName, Measure | undefined>>): readonly ChainFinding[] =>
  chainFindingNames
    .flatMap((finding) => {
      const measure = measures[finding]
      if (measure === undefined || !standsOut(findingRules[finding], measure)) return []
      const { points, fix } = findingRules[finding]
      return [{ finding, count: measure.count, of: measure.of, points, fix, people: measure.people ?? [] }]
    })
    .sort((a, b) => b.points - a.points)

/** Compared as whole numbers, before anything is rounded. */
const standsOut = ({ least, percent }: FindingRule, { count, of }: Measure): boolean =>
  count >= least && count * 100 >= percent * (of ?? 0)
