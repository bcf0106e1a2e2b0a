import { groupBy } from '../group-by.ts'
import type { StudiedDecision, ToldPerson } from './study-decisions.ts'

/** How somebody decided about people who are made up: `approved` of `decisions`, spoken yeses that they confirmed among them. */
export type DecoyDecisions = { person: ToldPerson; approved: number; decisions: number }

/**
 * Everybody who decided about a decoy, who said yes most often first, then by id. One yes is told as it is, whatever else
 * there is of that person: no share is made of it, so it takes no number of decisions to say it (S07).
 */
export const decoyDecisionsOf = (decisions: readonly StudiedDecision[]): readonly DecoyDecisions[] =>
  [...groupBy(decisions.filter(isAboutDecoy), ({ decider }) => decider).values()]
    .flatMap((rows) => {
      const [first] = rows
      return first === undefined
        ? []
        : [{ person: first.told, approved: rows.filter(isYes).length, decisions: rows.length }]
    })
    .sort((a, b) => b.approved - a.approved || (a.person.id < b.person.id ? -1 : 1))

/** Yeses to decoys among decisions about them, and who said them; undefined where nobody decided about one. */
export const decoyMeasureOf = (
  decisions: readonly StudiedDecision[],
): { count: number; of: number; people: readonly ToldPerson[] } | undefined => {
  const told = decoyDecisionsOf(decisions)
  if (told.length === 0) return undefined
  return {
    count: told.reduce((sum, { approved }) => sum + approved, 0),
    of: told.reduce((sum, one) => sum + one.decisions, 0),
    people: told.filter(({ approved }) => approved > 0).map(({ person }) => person),
  }
}

const isAboutDecoy = ({ isDecoy, isStanding }: StudiedDecision): boolean => isDecoy && isStanding
const isYes = ({ verdict }: StudiedDecision): boolean => verdict === 'approve'
