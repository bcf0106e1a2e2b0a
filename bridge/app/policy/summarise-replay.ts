import type { Redecided, ReplayChange } from './replay-cases.ts'

/** How many cases each kind of change touches. */
export type ReplayCounts = Readonly<Record<ReplayChange, number>>

export type ReplaySummary = {
  cases: number
  counts: ReplayCounts
  /** By profile, in the order in which profiles were met; a case without one counts as `none`. */
  byProfile: Readonly<Record<string, ReplayCounts>>
}

/** Counts what a draft would change as the cases come. */
export const summariseReplay = async (
  cases: AsyncIterable<Pick<Redecided, 'change' | 'profile'>> | Iterable<Pick<Redecided, 'change' | 'profile'>>,
): Promise<ReplaySummary> => {
  const profiles = new Map<string, Record<ReplayChange, number>>()
  const counts = noCounts()
  let count = 0
  for await (const { change, profile } of cases) {
    const name = profile ?? 'none'
    const ofProfile = profiles.get(name) ?? noCounts()
    profiles.set(name, ofProfile)
    ofProfile[change] += 1
    counts[change] += 1
    count += 1
  }
  return { cases: count, counts, byProfile: Object.fromEntries(profiles) }
}

const noCounts = (): Record<ReplayChange, number> => ({
  unchanged: 0,
  other_details: 0,
  would_be_let_in: 0,
  would_wait: 0,
  would_be_stopped: 0,
})
