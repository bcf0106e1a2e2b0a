import type { Instant } from './ids.ts'

/**
 * What a biometric step can report. The browser does not tell a cancelled check, a time-out and a failed finger apart
 * (WebAuthn: NotAllowedError), hence the first class.
 */
export const failureClasses = [
  'cancelled_or_timed_out',
  'not_supported',
  'verification_failed',
  'wrong_user',
  'unknown_credential',
  'other',
] as const
export type FailureClass = (typeof failureClasses)[number]

/** A recorded failure: a claim of the browser that opens a review, never a right. */
export type Failure = {
  class: FailureClass
  at: Instant
  count: number
  credentialType: string
  /** Attacker's text, capped where it enters; kept for people to read, never for rules. */
  detail: string
}
