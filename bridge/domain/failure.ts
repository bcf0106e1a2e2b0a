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

/** Where a class's word comes from: the browser's text, or a check that Keycloak made of a signed answer itself. */
export const trustOf = (failureClass: FailureClass): 'claimed' | 'verified' => {
  switch (failureClass) {
    case 'verification_failed':
    case 'wrong_user':
    case 'unknown_credential':
      return 'verified'
    case 'cancelled_or_timed_out':
    case 'not_supported':
    case 'other':
      return 'claimed'
  }
}

/** A recorded failure: a claim of the browser that opens a review, never a right. */
export type Failure = {
  class: FailureClass
  at: Instant
  count: number
  credentialType: string
  /** Attacker's text, capped where it enters; kept for people to read, never for rules. */
  detail: string
}
