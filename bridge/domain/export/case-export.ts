import type { Seen } from '../approval/made-sure.ts'
import type { CanonicalValue } from '../canonical-json.ts'
import type { HistoryEntry } from '../history.ts'
import type { Instant } from '../ids.ts'

/** Form of the payload; one that reads differently has another number. */
export const exportVersion = 1

/** `typ` of a signed export: its own, so that it is never taken for an answer to a step. */
export const exportType = 'fallback-case-export+jwt'

type Texts = { readonly [name: string]: CanonicalValue }
type Person = { id: string; name: string }

/** What a person decided on the case; `token` is the id of the access token, never the token (S05). */
export type ExportedApproval = Person & {
  approval: string
  verdict: 'approve' | 'deny'
  state: 'counted' | 'pending' | 'confirmed' | 'refused' | 'lapsed'
  method: string | null
  /** Of an approval in person; left out of every other. */
  seen?: Seen
  reason: string
  factsDigest: string
  acr: string | null
  authTime: Instant
  token: string
  at: Instant
  recordedBy: string | null
  confirmBy: Instant | null
}

export type ExportedEvidence = {
  id: string
  item: string
  kind: string
  by: Person
  at: Instant
  late: boolean
  sha256: string
  size: number
  mediaType: string
}

export type ExportedEvidenceReview = Person & {
  verdict: 'accept' | 'refuse'
  evidenceDigest: string
  reason: string
  acr: string | null
  authTime: Instant
  token: string
  at: Instant
}

export type ExportedReview = {
  id: string
  reason: string
  openedAt: Instant
  dueAt: Instant
  done: {
    by: Person
    at: Instant
    cause: string
    confidence: string
    action: string
    actionOwner: string
    actionDue: Instant
    note: string
  } | null
}

export type ExportedEvent = {
  id: string
  name: string
  at: Instant
  state: 'due' | 'written' | 'confirmed' | 'parked'
  writtenAt: Instant | null
  /** What Keycloak's event log holds, member by member. */
  representation: Texts
}

/**
 * A case's whole story as it is signed (R37): plain canonical JSON, times in epoch milliseconds. There is no code, word or
 * secret in it, no content of evidence, and no number of a waiting page. Texts with a digest stand exactly as stored.
 */
export type CaseExport = {
  export: typeof exportVersion
  /** `FALLBACK_BRIDGE_ID`, and the version of the bridge. */
  issuer: string
  bridge: string
  realm: string
  exportedAt: Instant
  exportedBy: Person
  case: {
    id: string
    user: string
    /** As Keycloak had it then; null where the account was gone. */
    userName: string | null
    client: string
    state: string
    version: number
    profile: string
    policyDigest: string
    path: string | null
    offered: readonly string[]
    failureClass: string
    attempts: number
    openedAt: Instant
    expiresAt: Instant
    grantedAt: Instant | null
    endsAt: Instant | null
  }
  /** Canonical texts. Null for an override that was declared or found outside. */
  decision: { at: Instant; policyDigest: string; facts: string; decision: string } | null
  /** The document under which the case was decided; null where the bridge has none of this digest. */
  policy: { digest: string; name: string; revision: number; text: string } | null
  request: {
    facts: Texts
    factsDigest: string
    askedAt: Instant
    clearedAt: Instant | null
    voidedAt: Instant | null
  } | null
  approvals: readonly ExportedApproval[]
  ratification: { group: string; dueAt: Instant; state: string; by: string | null } | null
  evidence: readonly ExportedEvidence[]
  openings: readonly { evidence: string; person: string; at: Instant }[]
  evidenceReview: ExportedEvidenceReview | null
  reviews: readonly ExportedReview[]
  /** `account` is the very text whose digest the history holds: what was done, why, and who is said to have allowed it. */
  declared: { occurredAt: Instant; recordedAt: Instant; account: string } | null
  dispute: { user: string; at: Instant } | null
  /** Who was told is not in it: addresses and recipients stand nowhere. */
  notices: readonly {
    id: string
    kind: string
    channel: string
    at: Instant
    state: string
    settledAt: Instant | null
  }[]
  history: readonly HistoryEntry[]
  events: readonly ExportedEvent[]
}
