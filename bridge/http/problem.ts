import type { ErrorRequestHandler, Response } from 'express'
import type { Log, Metrics } from '../app/ports.ts'
import { causeOf } from '../domain/cause-of.ts'
import { BridgeError, type ErrorCode, type ErrorKind, errorCodes } from '../domain/errors.ts'

/** The one place where the kind of an error becomes an HTTP status. */
const statusOf: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  step_up: 401,
  forbidden: 403,
  absent: 404,
  method: 405,
  conflict: 409,
  too_large: 413,
  media_type: 415,
  upgrade: 426,
  too_many: 429,
  fault: 500,
  upstream: 502,
  unavailable: 503,
}

/** Status that a code is answered with. */
export const statusOfCode = (code: ErrorCode): number => statusOf[errorCodes[code].kind]

/** Answers with a problem document (RFC 9457): a stable code and its constant text, nothing of the request (K18). */
export const sendProblem = (response: Response, code: ErrorCode, about?: readonly string[]): void => {
  const status = statusOfCode(code)
  if (code === 'unavailable') response.set('Retry-After', '2')
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: 'about:blank', title: errorCodes[code].text, status, code, about }))
}

/** Which codes a body gets that Express cannot read, by the type of its error. */
export type BodyErrors = Readonly<Record<string, ErrorCode>>

/** Express's last handler of the steps: names what went wrong by code; a foreign error is `internal`. */
export const createProblemHandler =
  ({ log, metrics }: { log: Log; metrics: Pick<Metrics, 'stepRefused'> }): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    const code = codeOf(error, bodyErrors)
    metrics.stepRefused(code)
    const report = errorCodes[code].kind === 'fault' ? log.error : log.warn
    report('step refused', { code, status: statusOfCode(code), error: causeOf(error) })
    if (response.headersSent) return next(error)
    sendProblem(response, code)
  }

const bodyErrors: BodyErrors = {
  'entity.too.large': 'request_too_large',
  'encoding.unsupported': 'request_media_type',
  'charset.unsupported': 'request_media_type',
  'request.aborted': 'request_malformed',
  'request.size.invalid': 'request_malformed',
}

/** The code of whatever was thrown. */
export const codeOf = (error: unknown, ofBody: BodyErrors): ErrorCode => {
  if (error instanceof BridgeError) return error.code
  const type = typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : ''
  return ofBody[type] ?? 'internal'
}
