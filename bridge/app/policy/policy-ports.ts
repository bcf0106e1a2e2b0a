import type { CaseId, Instant, RealmName, UserId } from '../../domain/ids.ts'
import type { Decision } from '../../domain/policy/decision.ts'
import type { Facts } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { PolicyHistoryEntry, PolicyRecord } from '../../domain/policy/policy-history.ts'

export type { PolicyEvent, PolicyHistoryEntry, PolicyRecord } from '../../domain/policy/policy-history.ts'

/** One version of a realm's policy: immutable, addressed by the SHA-256 of its text (R9). */
export type PolicyVersion = {
  realm: RealmName
  digest: string
  name: string
  revision: number
  engine: 1
  /** The document as it was read, YAML. */
  text: string
  addedAt: Instant
  /** `user:<id>`, or `installation` for the file of the settings. */
  addedBy: string
}

/** What holds for a login at a time. */
export type PolicyInForce = {
  /** Absent where no policy is active: every fallback is refused (R1). */
  digest: string | undefined
  switchedOff: 'realm' | 'client' | undefined
}

/** The policy a realm has active, and until when; a loosening that ran out gives way to `fallsBackTo`. */
export type ActivePolicy = {
  digest: string
  since: Instant
  expiresAt: Instant | undefined
  fallsBackTo: string | undefined
}

/** An off switch that is thrown: for the whole realm, or for one client. */
export type OffSwitch = { realm: RealmName; client: string | undefined; by: string; at: Instant; reason: string }

/** A loosening version that waits for a second person. One at a time and realm. */
export type Proposal = {
  realm: RealmName
  digest: string
  /** `user:<id>`. */
  by: string
  /** The name under which that person signed in. */
  byName: string
  at: Instant
  /** One of the two is there: the reason, or the end. */
  reason: string | undefined
  expiresAt: Instant | undefined
  /** Digest of the policy it was compared with; a proposal against another one is void. */
  against: string | undefined
}

export type PolicyStore = {
  /** Keeps a version; the same one a second time changes nothing. */
  addVersion: (version: PolicyVersion) => Promise<void>
  findVersion: (realm: RealmName, digest: string) => Promise<PolicyVersion | undefined>
  /** Newest first. */
  listVersions: (realm: RealmName) => Promise<readonly PolicyVersion[]>
  /** What holds for a login of this client now: one statement, read in every step. The realm's switch comes first. */
  inForce: (realm: RealmName, client: string, now: Instant) => Promise<PolicyInForce>
  /** The one in force, a loosening that ran out replaced by what it gave way to. */
  findActive: (realm: RealmName, now: Instant) => Promise<ActivePolicy | undefined>
  /**
   * Makes a version the active one, if at `active.since` the one in force is still `replaces` (undefined: none).
   * @throws BridgeError case_conflict otherwise
   */
  activate: (realm: RealmName, active: ActivePolicy, replaces: string | undefined) => Promise<void>
  /** Leaves the realm without an active policy. @throws BridgeError case_conflict where another one became active */
  deactivate: (realm: RealmName, digest: string, now: Instant) => Promise<void>
  findProposal: (realm: RealmName) => Promise<Proposal | undefined>
  /** Replaces the realm's proposal. */
  propose: (proposal: Proposal) => Promise<void>
  /** False where there was none. */
  withdrawProposal: (realm: RealmName) => Promise<boolean>
  /** False where it was off already; the earlier switch stands. */
  switchOff: (off: OffSwitch) => Promise<boolean>
  /** False where it was not off. */
  switchOn: (realm: RealmName, client: string | undefined) => Promise<boolean>
  listSwitches: (realm: RealmName) => Promise<readonly OffSwitch[]>
}

export type PolicyHistoryStore = {
  /** Chains the record to the realm's last one and writes it. @throws BridgeError case_conflict for a second writer */
  append: (record: PolicyRecord) => Promise<PolicyHistoryEntry>
  /** In order of their numbers. */
  list: (realm: RealmName) => Promise<readonly PolicyHistoryEntry[]>
  isEmpty: (realm: RealmName) => Promise<boolean>
}

/** The whole input and outcome of a case's decision, as it was taken (R9, I13). */
export type StoredDecision = {
  realm: RealmName
  case: CaseId
  at: Instant
  policyDigest: string
  facts: Facts
  decision: Decision
  /** Canonical JSON of facts and decision, exactly as stored. */
  factsText: string
  decisionText: string
}

export type DecisionStore = {
  insert: (stored: Omit<StoredDecision, 'factsText' | 'decisionText'>) => Promise<void>
  find: (realm: RealmName, id: CaseId) => Promise<StoredDecision | undefined>
  /** Up to `count` decisions since a time, oldest first, after the one named; for reading all of them in pages. */
  page: (
    realm: RealmName,
    range: { since: Instant; after: CaseId | undefined; count: number },
  ) => Promise<readonly StoredDecision[]>
}

/** Whether the accounts of named owners were last seen enabled. */
export type OwnerState = 'enabled' | 'disabled'
export type OwnerStore = {
  statesOf: (realm: RealmName) => Promise<Readonly<Record<string, OwnerState>>>
  /** Replaces what was known of the realm's owners; a name that is absent is unknown again. */
  saveStates: (realm: RealmName, states: Readonly<Record<string, OwnerState>>, at: Instant) => Promise<void>
}

/** Reads a document that was checked when it was added; undefined where it cannot be read (I5: deny, loudly). */
export type ReadPolicy = (text: string) => Policy | undefined

/**
 * Adds what a policy makes of plain facts: the zones of an address, whether the time is outside its hours, and, where
 * the user is given, the bucket of a rollout. Replaces what stood there before.
 */
export type DeriveFacts = (policy: Policy, facts: Facts, user?: UserId) => Facts

/** Tells of times whether they lie outside the policy's hours, on the clocks of its time zone. */
export type OutsideHoursOf = (policy: Policy) => (at: Instant) => boolean
