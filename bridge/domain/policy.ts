import type { PathId } from './ids.ts'

/** Checks a path can ask for. The bridge verifies the first, Keycloak the second (`local_check`). */
export const checks = ['bridge-totp', 'keycloak-otp'] as const
export type Check = (typeof checks)[number]

/** An approved alternate way: what is proved, and what the login may then say of itself. */
export type Path = {
  id: PathId
  check: Check
  /** Level of authentication the session claims; below the passkey's (R14). */
  acr: string
  /** RFC 8176 values; never a biometric one. */
  amr: readonly string[]
}

/** Policy values for a kind of situation. All times in seconds. */
export type Profile = {
  name: string
  paths: readonly PathId[]
  challenge: { attempts: number; lifetimeSeconds: number }
  account: { consecutiveFailures: number; lockSeconds: number; failuresUntilRebind: number }
  casesPerDay: number
  grantSeconds: number
  sessionSeconds: number
}

/** The minimal policy: one profile, its paths. Rules that choose among profiles come with the policy engine. */
export type Policy = {
  /** SHA-256 of the document as read, so that a case tells which policy decided it. */
  digest: string
  version: number
  profile: Profile
  paths: readonly Path[]
}

/** Ceilings that no policy exceeds (I14); sources: NIST SP 800-63B-4 and the table in docs/policy.md. */
export const ceilings = {
  challengeAttempts: 5,
  challengeLifetimeSeconds: 600,
  consecutiveFailures: 10,
  minimumLockSeconds: 60,
  failuresUntilRebind: 100,
  casesPerDay: 50,
  grantSeconds: 600,
  sessionSeconds: 8 * 3600,
} as const

/** RFC 8176 values that claim a biometric check; a path must not carry one (I12). */
export const biometricAmr: readonly string[] = ['bio', 'face', 'fpt', 'geo', 'iris', 'retina', 'vbm']
