import {
  askCeilings,
  breakGlassSessionSeconds,
  ceilings,
  floors,
  privilegedShare,
  usualApprovalSeconds,
  verbalProfiles,
  verificationMethods,
  wholeUpTo,
  yearSeconds,
} from './ceilings.ts'
import type { Terms } from './decision.ts'
import type { Tier } from './facts.ts'
import type { Limits, Policy, Profile, ReviewDemand } from './policy.ts'

/**
 * The numbers that hold for a subject under a profile. Never above a ceiling of the code (I14); for privileged at most
 * half of what the policy's standard profile gives, whatever the profile says (R48, I10). A number that is not whole, or
 * less than 1, comes out as 0; see `giveNothing`.
 */
export const limitsFor = (policy: Policy, profile: Profile, tier: Tier): Limits => {
  const limits = shortForBrokenGlass(profile, withinCeilings(profile.limits))
  if (tier === 'standard' && profile.name !== 'privileged') return limits
  const standard = policy.profiles.find(({ name }) => name === 'standard')
  const base = withinCeilings(standard?.limits ?? profile.limits)
  return {
    ...limits,
    grantSeconds: Math.min(limits.grantSeconds, half(base.grantSeconds)),
    sessionSeconds: Math.min(limits.sessionSeconds, half(base.sessionSeconds)),
  }
}

const shortForBrokenGlass = ({ name }: Profile, limits: Limits): Limits =>
  name === 'break-glass'
    ? { ...limits, sessionSeconds: Math.min(limits.sessionSeconds, breakGlassSessionSeconds) }
    : limits

/** Whether one of the numbers is 0: no use of a path is possible then, and a decision must refuse. */
export const giveNothing = (limits: Limits): boolean => Object.values(limits).some((value) => value === 0)

/** How a profile's cases are looked at; where its numbers make no sense, all of them, at once. */
export const reviewFor = ({ samplePercent, withinSeconds }: ReviewDemand): ReviewDemand => ({
  samplePercent: samplePercent === 0 ? 0 : wholeUpTo(100, samplePercent) || 100,
  withinSeconds: wholeUpTo(yearSeconds, withinSeconds) || 1,
})

/**
 * What a profile says of asking people, within the ceilings of the code; what it does not say is left out. A number
 * that makes no sense comes out so that it helps nobody: nothing spoken is taken, and the others are over at once. For
 * privileged people nothing spoken is taken either, unless they break the glass (R36).
 */
export const askedFor = (
  { name, approvalSeconds, methods, distinctMethods, verbal, ratification }: Profile,
  tier: Tier,
): Pick<Terms, 'approvalSeconds' | 'methods' | 'distinctMethods' | 'verbal' | 'ratification'> => {
  const mayBeSpoken = verbalProfiles.includes(name) && (tier === 'standard' || name === 'break-glass')
  const verbalSeconds = mayBeSpoken ? wholeUpTo(askCeilings.verbalSeconds, verbal?.withinSeconds ?? 0) : 0
  return {
    ...(approvalSeconds === undefined
      ? {}
      : { approvalSeconds: wholeUpTo(askCeilings.approvalSeconds, approvalSeconds) || 1 }),
    ...(methods === undefined ? {} : { methods: verificationMethods.filter((method) => methods.includes(method)) }),
    ...(distinctMethods === true ? { distinctMethods } : {}),
    ...(verbalSeconds === 0 ? {} : { verbal: { withinSeconds: verbalSeconds } }),
    ...(ratification === undefined
      ? {}
      : {
          ratification: {
            group: ratification.group,
            withinSeconds: wholeUpTo(askCeilings.ratificationSeconds, ratification.withinSeconds) || 1,
          },
        }),
  }
}

/** How long a request waits for a decision, in seconds, and how an approver may make sure who asks. */
export const askOf = ({
  approvalSeconds = usualApprovalSeconds,
  methods = verificationMethods,
}: Pick<Terms, 'approvalSeconds' | 'methods'>) => ({
  approvalSeconds,
  methods,
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
