import type { DenialReason } from './denial.ts'
import type { AttemptId, CaseId, FactorHandle, Instant, PathId } from './ids.ts'
import type { OfferedPath } from './policy/decision.ts'

/** What the person must see next; docs/protocol.md lists each kind. Times in epoch milliseconds. */
export type StepAnswer =
  | {
      kind: 'code'
      case: CaseId
      path: PathId
      digits: 6
      alternatives: boolean
      attemptsLeft: number
      error?: 'invalid_code'
    }
  | { kind: 'choose'; case: CaseId; paths: readonly { id: PathId; check: OfferedPath['check'] }[] }
  | {
      kind: 'local_check'
      case: CaseId
      path: PathId
      check: 'keycloak-otp' | 'completed-passkey'
      alternatives: boolean
      attemptsLeft: number
      attempt?: AttemptId
      error?: 'invalid_code'
    }
  | {
      kind: 'wait'
      case: CaseId
      /** Three digits, told to whoever decides, so that they decide on the case of this very screen (C09). */
      match: string
      stage: 'approval' | 'evidence_review'
      /** Who is asked, by the last part of a group's path, never by name. */
      asked: readonly { label: string; count: number; given: number }[]
      since: Instant
      /** When the request ends if nobody decides. */
      until: Instant
    }
  | {
      kind: 'granted'
      case: CaseId
      path: PathId
      profile: string
      acr: string
      amr: readonly string[]
      endsAt: Instant
    }
  | { kind: 'denied'; case?: CaseId; reason: DenialReason; wrongCode: boolean; retryAt?: Instant }
  | { kind: 'cancelled'; case: CaseId }
  | {
      kind: 'enrol'
      factor: FactorHandle
      secret: string
      uri: string
      qr: string
      digits: 6
      error?: 'invalid_code'
    }
  | { kind: 'enrolled'; factor: FactorHandle }
