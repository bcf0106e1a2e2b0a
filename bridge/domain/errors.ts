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
