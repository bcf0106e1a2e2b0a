import type { Binding } from '../domain/case.ts'
import type { OwnedFactor } from '../domain/factor.ts'
import type { Failure } from '../domain/failure.ts'
import type { FactorHandle, Instant, PathId, UserId } from '../domain/ids.ts'
import type { Agent } from '../domain/pattern/dimension.ts'
import type { Device } from '../domain/policy/facts.ts'
import type { PersonFacts } from './people-ports.ts'

/** What every step carries: a verified request of Keycloak, translated. */
export type StepContext = {
  binding: Binding
  jti: string
  /** When Keycloak sent it, by its own clock, to the second; what differs more than that is told (R24). */
  sentAt: Instant
  expiresAt: Instant
  operation: string
  failure: Failure | undefined
  firstFactor: { kind: 'password'; at: Instant } | undefined
  factors: readonly OwnedFactor[]
  requestedAcr: number | undefined
  /** What the user may do and belongs to; undefined is unknown, and not the same as none. Known when a case begins. */
  subject: { roles: readonly string[] | undefined; groups: readonly string[] | undefined }
  /** Level of authentication without which Keycloak does not finish the login; 0 where none is required. */
  requiredLevel: number
  /** Phishing-resistant checks that succeeded in this login, beside the one that failed. */
  completed: readonly { type: 'passkey'; at: Instant }[]
  /** Whether a passkey of this user has worked in this browser; undefined is unknown. Told when a case begins. */
  device: Device | undefined
  /** What Keycloak reads in the user agent, and the models of the passkeys this person has. Told when a case begins. */
  agent: Agent
  authenticators: readonly string[]
  /** Address of the browser, as Keycloak sees it. */
  ip: string
  provider: string
  server: string
  /**
   * The subject, and whoever approved or reviewed, as Keycloak has them now; looked up before a factor is proved on a case
   * that people were asked about, and absent otherwise.
   */
  people?: ReadonlyMap<UserId, PersonFacts>
}

/** One step; `code` is whatever the browser sent, of any type. */
export type StepAction =
  | { action: 'begin' }
  | { action: 'choose'; path: PathId | undefined }
  | { action: 'submit'; code: unknown }
  | { action: 'report'; attempt: string; passed: boolean }
  | { action: 'poll' }
  | { action: 'cancel' }
  | { action: 'begin_enrolment'; label: string; issuer: string }
  | { action: 'confirm_enrolment'; factor: FactorHandle; code: unknown; label: string; issuer: string }

export type StepCommand = StepContext & StepAction
/** The command of one action, with its context. */
export type CommandOf<Name extends StepAction['action']> = StepContext & Extract<StepAction, { action: Name }>
