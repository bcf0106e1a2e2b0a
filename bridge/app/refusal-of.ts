import type { FallbackCase } from '../domain/case.ts'
import type { DenialReason } from '../domain/denial.ts'
import type { Instant } from '../domain/ids.ts'
import type { Decision } from '../domain/policy/decision.ts'
import type { StepAnswer } from '../domain/step-answer.ts'

/** Why no factor can be proved on this case any more; undefined while one can. `decision` is the one it was opened by. */
export const refusalOf = (
  current: FallbackCase,
  decision: Decision | undefined,
  now: Instant,
): StepAnswer | undefined => {
  const reason = reasonOf(current, decision, now)
  return reason === undefined ? undefined : { kind: 'denied', case: current.id, reason, wrongCode: false }
}

const reasonOf = (current: FallbackCase, decision: Decision | undefined, now: Instant): DenialReason | undefined => {
  switch (current.state) {
    case 'awaiting_factor':
      return now >= current.expiresAt ? 'expired' : undefined
    case 'denied':
      return decision !== undefined && 'reason' in decision ? decision.reason : 'attempt_limit'
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
