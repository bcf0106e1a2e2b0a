import type { Binding } from '../domain/case.ts'
import type { OwnedFactor } from '../domain/decision.ts'
import type { Failure } from '../domain/failure.ts'
import type { FactorHandle, Instant, PathId } from '../domain/ids.ts'

/** What every step carries: a verified request of Keycloak, translated. */
export type StepContext = {
  binding: Binding
  jti: string
  expiresAt: Instant
  operation: string
  failure: Failure | undefined
  firstFactor: { kind: 'password'; at: Instant } | undefined
  factors: readonly OwnedFactor[]
  requestedAcr: number | undefined
  provider: string
  server: string
}

/** One step; `code` is whatever the browser sent, of any type. */
export type StepAction =
  | { action: 'begin' }
  | { action: 'choose'; path: PathId | undefined }
  | { action: 'submit'; code: unknown }
  | { action: 'report'; attempt: string; passed: boolean }
  | { action: 'cancel' }
  | { action: 'begin_enrolment'; label: string; issuer: string }
  | { action: 'confirm_enrolment'; factor: FactorHandle; code: unknown; label: string; issuer: string }

export type StepCommand = StepContext & StepAction
/** The command of one action, with its context. */
export type CommandOf<Name extends StepAction['action']> = StepContext & Extract<StepAction, { action: Name }>
