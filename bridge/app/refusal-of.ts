import type { FallbackCase } from '../domain/case.ts'
import type { DenialReason } from '../domain/decision.ts'
import type { Instant } from '../domain/ids.ts'
import type { StepAnswer } from '../domain/step-answer.ts'

/** Why no factor can be proved on this case any more; undefined while one can. */
export const refusalOf = (current: FallbackCase, now: Instant): StepAnswer | undefined => {
  const reason = reasonOf(current, now)
  return reason === undefined ? undefined : { kind: 'denied', case: current.id, reason, wrongCode: false }
}

const reasonOf = (current: FallbackCase, now: Instant): DenialReason | undefined => {
  switch (current.state) {
    case 'awaiting_factor':
      return now >= current.expiresAt ? 'expired' : undefined
    case 'denied':
      return 'attempt_limit'
    case 'superseded':
      return 'superseded'
    case 'expired':
    case 'cancelled':
      return 'expired'
    case 'granted':
    case 'in_use':
    case 'ended':
      return 'already_used'
    case 'opened':
      return 'not_found'
  }
}
