import { BridgeError, type ErrorCode } from '../domain/errors.ts'
import { type CommandAnswer, faulty } from './command-answer.ts'

/** What a caught error means for a command; undefined for one that nobody expected. */
export const answerOfError = (error: unknown): CommandAnswer | undefined => {
  if (!(error instanceof BridgeError)) return undefined
  const next = whatNext[error.code]
  return next === undefined ? undefined : faulty('temporary', error.code, error.message, next)
}

/** Errors that pass. All others are faults of the bridge. */
const whatNext: Partial<Record<ErrorCode, string>> = {
  unavailable: 'Look whether the database is up, then run the command again.',
  case_conflict: 'Look at `fallback-bridge policy history`, then run the command again.',
  keycloak_unreachable: 'Look whether Keycloak is up at FALLBACK_BRIDGE_KEYCLOAK_URL, then run the command again.',
}
