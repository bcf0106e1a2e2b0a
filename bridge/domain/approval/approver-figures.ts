import type { Instant, UserId } from '../ids.ts'

/** One decision of a person, and when it was asked for. */
export type TimedDecision = { person: UserId; name: string; verdict: 'approve' | 'deny'; askedAt: Instant; at: Instant }

/** How somebody decides: how often yes and no, how fast, and how many in less time than reading takes (S07, R58). */
export type ApproverFigures = {
  person: UserId
  name: string
  approved: number
  denied: number
  medianSeconds: number
  hasty: number
}

/** Less than it takes to read what is decided about. */
export const hastyMs = 5_000

/** Figures for each person, the busiest first; numbers to talk about, no judgement. */
export const approverFiguresOf = (decisions: readonly TimedDecision[]): readonly ApproverFigures[] =>
  [...new Set(decisions.map(({ person }) => person))]
    .map((person) => {
      const own = decisions.filter((one) => one.person === person)
      const times = own.map(({ askedAt, at }) => Math.max(0, at - askedAt)).sort((a, b) => a - b)
      return {
        person,
        name: own.at(-1)?.name ?? person,
        approved: own.filter(({ verdict }) => verdict === 'approve').length,
        denied: own.filter(({ verdict }) => verdict === 'deny').length,
        medianSeconds: Math.round((times[Math.floor((times.length - 1) / 2)] ?? 0) / 1000),
        hasty: times.filter((time) => time < hastyMs).length,
      }
    })
    .sort((a, b) => b.approved + b.denied - (a.approved + a.denied))
