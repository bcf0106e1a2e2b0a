import { type DecisionReason, decisionReasons } from './policy/decision.ts'

/** Reasons that arise in the steps of a case, beside those of a decision. */
const stepReasons = [
  'attempt_limit',
  'superseded',
  'expired',
  'already_used',
  'not_found',
  'enrolment_refused',
  'context_mismatch',
  'approval_denied',
  'approval_expired',
  'approval_void',
  'cool_down',
  'approval_requests_used_up',
  'revoked',
  'unratified',
] as const

/** Why somebody is not let in. Closed: each has a text in the provider's message files. */
export const denialReasons = [...stepReasons, ...decisionReasons] as const
export type DenialReason = DecisionReason | (typeof stepReasons)[number]
