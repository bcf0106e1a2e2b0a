import { groupBy } from '../group-by.ts'
import type { Instant } from '../ids.ts'
import { type ApprovalChain, type ChainDecision, chainKeyOf } from './approval-chain.ts'
import { type ChainFinding, findingsOfChain, findingsOfPerson } from './chain-findings.ts'
import { busiestOf, type Concentration } from './concentration.ts'
import { type DecisionFigures, decisionFiguresOf, fewestDecisions } from './decision-figures.ts'
import { type DecoyDecisions, decoyDecisionsOf } from './decoy-decisions.ts'
import { type StudiedDecision, studyDecisions, type ToldPerson } from './study-decisions.ts'

/**
 * What is known of some decisions, spoken ones that are nobody's among them: too few, or figures with what stands out.
 * `points` are the findings' sum.
 */
export type Standing =
  | { standing: 'too_few'; decisions: number }
  | { standing: 'known'; figures: DecisionFigures; findings: readonly ChainFinding[]; points: number }

export type RankedChain = { chain: ApprovalChain; told: Standing; busiest: Concentration | undefined }
export type RankedApprover = { person: ToldPerson; told: Standing }

/**
 * How each chain and each person decided, the weakest first: by points, then by how much was decided, then by name. What
 * is too few comes last and has no rank. The order of what is given does not matter. Numbers to talk about, no judgement
 * (R58).
 */
export const rankChains = (
  given: readonly ChainDecision[],
  isOutsideHours: ((at: Instant) => boolean) | undefined,
): { chains: readonly RankedChain[]; approvers: readonly RankedApprover[]; decoys: readonly DecoyDecisions[] } => {
  const decisions = studyDecisions(given, isOutsideHours)
  return {
    decoys: decoyDecisionsOf(decisions),
    chains: ranked(
      groupBy(decisions, ({ chain }) => chainKeyOf(chain)),
      (rows, [{ chain }]) => {
        const told = standingOf(rows, findingsOfChain)
        return { chain, told, busiest: told.standing === 'known' ? busiestOf(rows) : undefined }
      },
    ),
    approvers: ranked(
      groupBy(decisions, ({ decider }) => decider),
      (rows, [{ told }]) => ({ person: told, told: standingOf(rows, findingsOfPerson) }),
    ),
  }
}

type FindingsOf = (decisions: readonly StudiedDecision[], figures: DecisionFigures) => readonly ChainFinding[]

const standingOf = (decisions: readonly StudiedDecision[], findingsOf: FindingsOf): Standing => {
  if (decisions.length < fewestDecisions) return { standing: 'too_few', decisions: decisions.length }
  const figures = decisionFiguresOf(decisions)
  const findings = findingsOf(decisions, figures)
  return { standing: 'known', figures, findings, points: findings.reduce((sum, { points }) => sum + points, 0) }
}

const ranked = <Row extends { told: Standing }>(
  groups: ReadonlyMap<string, readonly StudiedDecision[]>,
  rowOf: (decisions: readonly StudiedDecision[], first: readonly [StudiedDecision]) => Row,
): readonly Row[] =>
  [...groups]
    .flatMap(([key, decisions]) => {
      const [first] = decisions
      return first === undefined ? [] : [{ key, row: rowOf(decisions, [first]) }]
    })
    .sort((a, b) => weightOf(b.row) - weightOf(a.row) || sizeOf(b.row) - sizeOf(a.row) || (a.key < b.key ? -1 : 1))
    .map(({ row }) => row)

const weightOf = ({ told }: { told: Standing }): number => (told.standing === 'known' ? told.points : -1)
const sizeOf = ({ told }: { told: Standing }): number =>
  told.standing === 'known' ? told.figures.decisions : told.decisions
