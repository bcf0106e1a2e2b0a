/**
 * Every code a caller of the bridge can meet. Stable: documented in docs/errors.md, mapped to HTTP in
 * http/problem.ts, never reused for another meaning.
 */
export const errorCodes = {
  request_malformed: { kind: 'invalid', text: 'The request does not have the form the step protocol asks for.' },
  request_unauthenticated: { kind: 'unauthenticated', text: 'The request is not signed as a realm served here signs.' },
  request_replayed: { kind: 'conflict', text: 'A request with this jti was received before.' },
  request_too_large: { kind: 'too_large', text: 'The request is larger than 16 KiB.' },
  request_media_type: { kind: 'media_type', text: 'The request must be of type application/jwt.' },
  server_too_old: { kind: 'upgrade', text: 'This Keycloak has published holes; the bridge works from 26.7.5 on.' },
  route_unknown: { kind: 'absent', text: 'There is nothing at this address.' },
  method_unknown: { kind: 'method', text: 'This address does not know this method.' },
  case_conflict: { kind: 'conflict', text: 'The case was changed by somebody else meanwhile.' },
  token_missing: { kind: 'unauthenticated', text: 'A bearer token of a person is needed.' },
  token_refused: {
    kind: 'unauthenticated',
    text: 'The token is not one that this bridge takes for an act of a person.',
  },
  step_up_needed: { kind: 'step_up', text: 'This act needs a fresh sign-in at a sufficient level.' },
  input_malformed: { kind: 'invalid', text: 'The body or query does not have the form that this route asks for.' },
  body_too_large: { kind: 'too_large', text: 'The body is larger than this route takes.' },
  body_media_type: { kind: 'media_type', text: 'The body must be of type application/json.' },
  too_many_requests: { kind: 'too_many', text: 'Too many requests of one caller; wait and try again.' },
  case_unknown: { kind: 'absent', text: 'There is no such case for this caller.' },
  act_not_allowed: {
    kind: 'forbidden',
    text: 'The authority matrix does not allow this caller this act on this case.',
  },
  kept_apart: { kind: 'forbidden', text: 'Somebody who had another part in this case cannot take this one.' },
  account_unfit: { kind: 'forbidden', text: 'This account is disabled, shared, or no person’s own; it cannot act.' },
  case_stale: { kind: 'conflict', text: 'The case has changed since it was shown; look at it again.' },
  case_over: { kind: 'conflict', text: 'In its present state the case does not allow this act.' },
  facts_changed: { kind: 'conflict', text: 'What was shown is not so any more; look at the case again.' },
  match_wrong: { kind: 'conflict', text: 'The number is not the one that the waiting person sees.' },
  method_not_allowed: {
    kind: 'invalid',
    text: 'The policy does not take this way of making sure who asks, or another approver took it.',
  },
  reason_malformed: { kind: 'invalid', text: 'A reason of 10 to 500 characters is needed.' },
  evidence_missing: { kind: 'conflict', text: 'Required evidence is missing.' },
  evidence_unopened: { kind: 'conflict', text: 'Every evidence item must be opened before it can be decided on.' },
  evidence_changed: { kind: 'conflict', text: 'The evidence has changed since it was shown; look at it again.' },
  evidence_malformed: { kind: 'invalid', text: 'The evidence is not of a kind, size or item that this case takes.' },
  evidence_unknown: { kind: 'absent', text: 'There is no such evidence item for this caller.' },
  approval_not_needed: {
    kind: 'conflict',
    text: 'This approval would fill no open place: of no demanded group, or enough of it.',
  },
  verbal_not_allowed: { kind: 'forbidden', text: 'The policy takes no spoken approval for this case.' },
  approver_unfit: { kind: 'invalid', text: 'The named approver may not approve this case.' },
  not_named: { kind: 'forbidden', text: 'Nothing on this case waits for this caller.' },
  agent_cap_reached: {
    kind: 'too_many',
    text: 'This caller has decided as often as one may in an hour; somebody else must.',
  },
  review_unknown: { kind: 'absent', text: 'There is no such review for this caller.' },
  review_done: { kind: 'conflict', text: 'Somebody has done this review already.' },
  finding_malformed: {
    kind: 'invalid',
    text: 'A finding needs a cause, a confidence, an action, its owner and its date.',
  },
  time_malformed: {
    kind: 'invalid',
    text: 'The time is in the future, or too long ago, or a span is too long or empty.',
  },
  subject_unknown: { kind: 'absent', text: 'There is no such user in the realm.' },
  no_active_policy: { kind: 'conflict', text: 'No policy is active in the realm, so nobody has any authority.' },
  secret_unreadable: { kind: 'fault', text: 'A stored secret could not be opened with the configured data key.' },
  keycloak_refused: { kind: 'upstream', text: 'Keycloak refused a call of the bridge.' },
  keycloak_unreachable: { kind: 'upstream', text: 'Keycloak could not be reached.' },
  notice_unsendable: { kind: 'upstream', text: 'A mail or a webhook could not be handed over.' },
  unavailable: { kind: 'unavailable', text: 'The bridge is stopping or cannot write to its database.' },
  internal: { kind: 'fault', text: 'The bridge failed; nothing was changed.' },
} as const

/** The closed set of error codes. */
export type ErrorCode = keyof typeof errorCodes
/** What an error means for the caller, before it is an HTTP status. */
export type ErrorKind = (typeof errorCodes)[ErrorCode]['kind']

/** The only error class of the bridge. Carries a code, never a value that came from outside. */
export class BridgeError extends Error {
  readonly code: ErrorCode
  readonly kind: ErrorKind

  constructor(code: ErrorCode, options?: { cause?: unknown }) {
    super(errorCodes[code].text, options)
    this.name = 'BridgeError'
    this.code = code
    this.kind = errorCodes[code].kind
  }
}
