import type { FallbackCase } from '../domain/case.ts'
import type { DenialReason } from '../domain/denial.ts'
import type { Instant } from '../domain/ids.ts'
import { type Decision, termsOf } from '../domain/policy/decision.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { ApprovalRequest } from './people-ports.ts'

/** What a case was opened by, and whether people were asked and have let it go on. */
export type CaseStory = { decision: Decision | undefined; request: ApprovalRequest | undefined }

/** Why nothing can come of this case any more; undefined while people are asked or a factor can be proved. */
export const refusalOf = (current: FallbackCase, story: CaseStory, now: Instant): StepAnswer | undefined => {
  const reason = reasonOf(current, story, now)
  return reason === undefined ? undefined : { kind: 'denied', case: current.id, reason, wrongCode: false }
}

const reasonOf = (current: FallbackCase, { decision, request }: CaseStory, now: Instant): DenialReason | undefined => {
  const timeOut = request !== undefined && request.clearedAt === undefined ? 'approval_expired' : 'expired'
  switch (current.state) {
    case 'awaiting_approval':
    case 'awaiting_evidence_review':
    case 'awaiting_factor':
      return now >= current.expiresAt ? timeOut : undefined
    case 'denied':
      return reasonOfDenial(current, decision)
    case 'superseded':
      return 'superseded'
    case 'expired':
      return timeOut
    case 'cancelled':
      return request?.voidedAt === undefined ? 'expired' : 'approval_void'
    case 'revoked':
      return 'revoked'
    case 'unratified':
      return 'unratified'
    case 'granted':
    case 'in_use':
    case 'ended':
    case 'review_due':
    case 'closed':
      return 'already_used'
    case 'opened':
      return 'not_found'
  }
}

/** Where people were asked, they said no, unless the codes ran out before; of a decoy it does not matter what they said. */
const reasonOfDenial = (current: FallbackCase, decision: Decision | undefined): DenialReason => {
  if (decision === undefined) return 'attempt_limit'
  const terms = termsOf(decision)
  if (terms?.decoy !== undefined) return 'decoy'
  const attempts = terms?.limits.attempts ?? 0
  if (decision.outcome === 'escalate') return current.attempts >= attempts ? 'attempt_limit' : 'approval_denied'
  return 'reason' in decision ? decision.reason : 'attempt_limit'
}
