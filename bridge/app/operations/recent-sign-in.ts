import type { Instant } from '../../domain/ids.ts'

/** How fresh and how strong a sign-in must be for an act. Any level is where none is named. */
export type SignInDemand = { maxAgeMs: number; acceptedAcr: readonly string[] | undefined }

/** Difference of clocks that lets a sign-in lie in the future. */
const skewMs = 5_000

/** Whether somebody signed in a short time ago; of a time that is not known, or lies ahead, no. */
export const isRecent = (authTime: Instant | undefined, { maxAgeMs }: SignInDemand, now: Instant): boolean => {
  if (authTime === undefined || !Number.isFinite(authTime)) return false
  const age = now - authTime
  return age >= -skewMs && age <= maxAgeMs
}

/** Whether the level is one of those that are strong enough. */
export const isStrong = (acr: string | undefined, { acceptedAcr }: SignInDemand): boolean =>
  acceptedAcr === undefined || (acr !== undefined && acceptedAcr.includes(acr))
