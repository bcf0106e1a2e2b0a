import { ceilings, floors, privilegedShare, wholeUpTo, yearSeconds } from './ceilings.ts'
import type { Tier } from './facts.ts'
import type { Limits, Policy, Profile, ReviewDemand } from './policy.ts'

/**
 * The numbers that hold for a subject under a profile. Never above a ceiling of the code (I14); for privileged at most
 * half of what the policy's standard profile gives, whatever the profile says (R48, I10). A number that is not whole, or
 * less than 1, comes out as 0; see `giveNothing`.
 */
export const limitsFor = (policy: Policy, profile: Profile, tier: Tier): Limits => {
  const limits = withinCeilings(profile.limits)
  if (tier === 'standard' && profile.name !== 'privileged') return limits
  const standard = policy.profiles.find(({ name }) => name === 'standard')
  const base = withinCeilings(standard?.limits ?? profile.limits)
  return {
    ...limits,
    grantSeconds: Math.min(limits.grantSeconds, half(base.grantSeconds)),
    sessionSeconds: Math.min(limits.sessionSeconds, half(base.sessionSeconds)),
  }
}

/** Whether one of the numbers is 0: no use of a path is possible then, and a decision must refuse. */
export const giveNothing = (limits: Limits): boolean => Object.values(limits).some((value) => value === 0)

/** How a profile's cases are looked at; where its numbers make no sense, all of them, at once. */
export const reviewFor = ({ samplePercent, withinSeconds }: ReviewDemand): ReviewDemand => ({
  samplePercent: samplePercent === 0 ? 0 : wholeUpTo(100, samplePercent) || 100,
  withinSeconds: wholeUpTo(yearSeconds, withinSeconds) || 1,
})

const half = (seconds: number): number => Math.floor(seconds * privilegedShare)

const withinCeilings = (limits: Limits): Limits => ({
  attempts: wholeUpTo(ceilings.attempts, limits.attempts),
  challengeSeconds: wholeUpTo(ceilings.challengeSeconds, limits.challengeSeconds),
  consecutiveFailures: wholeUpTo(ceilings.consecutiveFailures, limits.consecutiveFailures),
  lockSeconds: lockWithinBounds(wholeUpTo(yearSeconds, limits.lockSeconds)),
  failuresUntilRebind: wholeUpTo(ceilings.failuresUntilRebind, limits.failuresUntilRebind),
  casesPerDay: wholeUpTo(ceilings.casesPerDay, limits.casesPerDay),
  grantsPerWeek: wholeUpTo(ceilings.grantsPerWeek, limits.grantsPerWeek),
  grantSeconds: wholeUpTo(ceilings.grantSeconds, limits.grantSeconds),
  sessionSeconds: wholeUpTo(ceilings.sessionSeconds, limits.sessionSeconds),
})

const lockWithinBounds = (seconds: number): number => (seconds === 0 ? 0 : Math.max(floors.lockSeconds, seconds))
