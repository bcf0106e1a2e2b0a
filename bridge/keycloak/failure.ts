import { NetworkError } from '@keycloak/keycloak-admin-client'
import { BridgeError } from '../domain/errors.ts'

/** Codes of the provider's admin endpoint. */
const problemCodes = [
  'malformed',
  'forbidden',
  'not_found',
  'in_flight',
  'events_disabled',
  'not_a_fallback_session',
  'unavailable',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/** Statuses by which Keycloak says that this request will never do. */
const finalStatuses: readonly number[] = [400, 413, 422]

/** The status of a call that Keycloak answered with an error; undefined for every other failure. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof NetworkError ? error.response.status : undefined

/** The provider's own code in such an answer. Keycloak's own 404 (no such realm, no such endpoint) has none. */
export const problemOf = (error: unknown): ProblemCode | undefined => {
  const data: unknown = error instanceof NetworkError ? error.responseData : undefined
  const code = typeof data === 'object' && data !== null && 'code' in data ? data.code : undefined
  return problemCodes.find((known) => known === code)
}

/**
 * What a failed call means: `keycloak_refused` where the request itself is at fault, `keycloak_unreachable` for all
 * else, a missing role or realm among it, since that can be put right and nothing may be lost until then. The cause
 * is a code for the log, never an answer's text.
 */
export const failureOf = (error: unknown): BridgeError => {
  if (error instanceof BridgeError) return error
  const status = statusOf(error)
  if (status === undefined) return new BridgeError('keycloak_unreachable', { cause: { code: codeOf(error) } })
  const problem = problemOf(error)
  const cause = { code: problem === undefined ? `http_${status}` : `http_${status}_${problem}` }
  return new BridgeError(finalStatuses.includes(status) ? 'keycloak_refused' : 'keycloak_unreachable', { cause })
}

/** An answer that has not the form it must have: something else than Keycloak answered, or an unknown version. */
export const unreadable = (): BridgeError =>
  new BridgeError('keycloak_unreachable', { cause: { code: 'unreadable_answer' } })

/** `fetch` hides the system's code one level down. */
const codeOf = (error: unknown): string => {
  if (error instanceof DOMException) return error.name
  const cause: unknown = error instanceof Error ? error.cause : undefined
  if (typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string') {
    return cause.code
  }
  return error instanceof Error ? error.name : 'unknown'
}
