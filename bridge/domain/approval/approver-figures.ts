import type { UserId } from '../ids.ts'
import { naturalPersonOf } from './natural-person.ts'
import { hastyOf, medianSecondsOf, type TimedDecision } from './think-time.ts'

/** How somebody decides: how often yes and no, how fast, and how many in less time than reading takes (S07, R58). */
export type ApproverFigures = {
  person: UserId
  name: string
  approved: number
  denied: number
  medianSeconds: number
  hasty: number
}

/**
 * Figures for each account, the busiest first, of decisions oldest first; numbers to talk about, no judgement. Whether
 * there was time to read is told by all accounts of the person.
 */
export const approverFiguresOf = (decisions: readonly TimedDecision[]): readonly ApproverFigures[] => {
  const hasty = hastyOf(decisions, naturalPersonOf(decisions))
  return [...new Set(decisions.map(({ person }) => person))]
    .map((person) => {
      const own = decisions.filter((one) => one.person === person)
      return {
        person,
        name: own.at(-1)?.name ?? person,
        approved: own.filter(({ verdict }) => verdict === 'approve').length,
        denied: own.filter(({ verdict }) => verdict === 'deny').length,
        medianSeconds: medianSecondsOf(own) ?? 0,
        hasty: own.filter((one) => hasty.has(one)).length,
      }
    })
    .sort((a, b) => b.approved + b.denied - (a.approved + a.denied))
}
