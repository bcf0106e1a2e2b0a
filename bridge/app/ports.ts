import type { Binding, CaseEvent, CaseState, FallbackCase } from '../domain/case.ts'
import type { HistoryEntry, HistoryFacts } from '../domain/history.ts'
import type {
  ApprovalId,
  CaseId,
  EventId,
  EvidenceId,
  FactorHandle,
  Instant,
  NoticeId,
  RealmName,
  ReviewId,
  UserId,
} from '../domain/ids.ts'
import type { OverrideEvent } from '../domain/override-event.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { NoticeStore } from './notice/notice-outbox.ts'
import type { FailureStore, PatternStore } from './pattern/pattern-ports.ts'
import type {
  ApprovalStore,
  DisputeStore,
  EvidenceStore,
  ParticipantStore,
  RatificationStore,
  ReviewStore,
} from './people-ports.ts'
import type { DecisionStore, OwnerState, OwnerStore, PolicyHistoryStore, PolicyStore } from './policy/policy-ports.ts'
import type { BypassStore } from './review/record-bypasses.ts'

/** The time, in epoch milliseconds. The only clock there is. */
export type Clock = () => Instant

/** Fresh, unguessable identifiers (128 random bits at least, or a UUID version 7). */
export type Ids = {
  case: () => CaseId
  event: () => EventId
  factor: () => FactorHandle
  attempt: () => string
  approval: () => ApprovalId
  evidence: () => EvidenceId
  review: () => ReviewId
  notice: () => NoticeId
  /** Three digits, for people to compare. */
  match: () => string
  /** Ten characters of Crockford's base32: 50 random bits, for people to type. */
  word: () => string
}

/** Counters that belong to a user, across cases, sessions and restarts (I3). */
export type Subject = {
  realm: RealmName
  user: UserId
  /** Wrong codes since the last right one; only success resets it. */
  failuresSinceSuccess: number
  /** Wrong codes since the last right one or the last lock. */
  failuresSinceLock: number
  lockedUntil: Instant | undefined
}

export type SubjectStore = {
  /** Reads the user's row, made if absent, and holds it until the transaction ends: steps of one user run in turn. */
  lock: (realm: RealmName, user: UserId) => Promise<Subject>
  /** Adds one attempt before its result is known. */
  countAttempt: (realm: RealmName, user: UserId) => Promise<Subject>
  lockUntil: (realm: RealmName, user: UserId, until: Instant) => Promise<void>
  /** A right code: the counters start anew. */
  clearFailures: (realm: RealmName, user: UserId) => Promise<void>
}

/** What may change with a case's state. An absent member stays as it is; null empties it. */
export type CaseChange = Partial<
  Pick<FallbackCase, 'path' | 'expiresAt' | 'grantedAt' | 'endsAt' | 'session' | 'tab' | 'execution'> & {
    pendingAttempt: string | null
  }
>

export type CasePage = {
  states: readonly CaseState[]
  profile: string | undefined
  user: UserId | undefined
  since: Instant | undefined
  until: Instant | undefined
  after: CaseId | undefined
  count: number
}

export type CaseStore = {
  insert: (fresh: FallbackCase) => Promise<void>
  find: (realm: RealmName, id: CaseId) => Promise<FallbackCase | undefined>
  /** The newest case of this very login, whatever its state. */
  findByBinding: (binding: Binding) => Promise<FallbackCase | undefined>
  /** The user's case that can still let somebody in; the database allows one. */
  findOpen: (realm: RealmName, user: UserId) => Promise<FallbackCase | undefined>
  /** Cases of a realm that can still let somebody in, opened at this time or later, oldest first; at most so many. */
  openSince: (realm: RealmName, since: Instant, most: number) => Promise<readonly FallbackCase[]>
  /** The user's newest case of this authentication session, in whatever tab. */
  findNewestOfSession: (realm: RealmName, user: UserId, session: string) => Promise<FallbackCase | undefined>
  /** Whether a fallback was granted in this session of this user, ever. */
  hasLetIn: (realm: RealmName, user: UserId, session: string) => Promise<boolean>
  /** Cases of a realm, newest first, after the one named. */
  page: (realm: RealmName, page: CasePage) => Promise<readonly FallbackCase[]>
  /** How many cases of a realm are in each state, of those opened in a span of time. */
  countByState: (
    realm: RealmName,
    span: { since: Instant; until: Instant },
  ) => Promise<readonly { state: CaseState; profile: string; count: number }[]>
  /** Cases that the user's own logins opened; what others wrote down of them is none. */
  countOpenedSince: (realm: RealmName, user: UserId, since: Instant) => Promise<number>
  /** Cases of the user whose grant was issued since then, whatever became of it. */
  countGrantedSince: (realm: RealmName, user: UserId, since: Instant) => Promise<number>
  /** Counts one attempt if fewer than `limit` were counted; undefined where the limit is reached. */
  countAttempt: (realm: RealmName, id: CaseId, limit: number) => Promise<number | undefined>
  /**
   * Moves the case on, if nobody moved it meanwhile.
   * @throws BridgeError case_conflict otherwise
   */
  move: (current: FallbackCase, to: CaseState, change: CaseChange) => Promise<FallbackCase>
}

export type HistoryRecord = {
  realm: RealmName
  case: CaseId
  at: Instant
  event: 'open' | CaseEvent
  state: CaseState
  actor: string
  facts: HistoryFacts
}

export type HistoryStore = {
  /** Chains the record to the case's last one and writes it; gives its number and hash. */
  append: (record: HistoryRecord) => Promise<{ seq: number; hash: string }>
  /** One case's whole history in its order. */
  list: (realm: RealmName, id: CaseId) => Promise<readonly HistoryEntry[]>
}

/** A secret at rest: the ciphertext and the id of the key that opens it. */
export type SealedSecret = { keyId: string; box: Uint8Array }

/** The bridge's TOTP of a user. */
export type Factor = {
  handle: FactorHandle
  realm: RealmName
  user: UserId
  state: 'pending' | 'confirmed'
  /** Authentication session in which a pending one was begun; it can be confirmed only there. */
  session: string
  secret: SealedSecret
  /** Last accepted time step; no step at or below is ever accepted again (I9). */
  lastStep: number | undefined
  confirmAttempts: number
  /** When its set-up began. */
  createdAt: Instant
  /** When its first code was given; absent while it is pending. */
  confirmedAt: Instant | undefined
}

export type FactorStore = {
  insert: (fresh: Factor) => Promise<void>
  findPending: (realm: RealmName, user: UserId, session: string) => Promise<Factor | undefined>
  /** Confirmed factors of this user among the handles. */
  findConfirmed: (realm: RealmName, user: UserId, handles: readonly FactorHandle[]) => Promise<readonly Factor[]>
  /** True exactly once per step, and only for a step above all accepted ones; consuming is this call (I2, I9). */
  consumeStep: (realm: RealmName, handle: FactorHandle, step: number) => Promise<boolean>
  countConfirmAttempt: (realm: RealmName, handle: FactorHandle, limit: number) => Promise<boolean>
  confirm: (realm: RealmName, handle: FactorHandle, at: Instant) => Promise<void>
}

export type RequestStore = {
  /** True the first time this jti is seen in this realm. Kept at least until `expiresAt`. */
  claim: (realm: RealmName, jti: string, expiresAt: Instant) => Promise<boolean>
  /** Answer given before to the same operation of the same login. */
  findAnswer: (binding: Binding, operation: string) => Promise<StepAnswer | undefined>
  saveAnswer: (binding: Binding, operation: string, answer: StepAnswer, at: Instant) => Promise<void>
  /** Deletes what is older and can no longer matter; gives the number of rows. */
  sweep: (now: Instant) => Promise<number>
}

export type OutboxState = 'due' | 'written' | 'confirmed' | 'parked'
export type OutboxRow = OverrideEvent & { state: OutboxState; writtenAt: Instant | undefined }

export type OutboxStore = {
  insert: (event: OverrideEvent) => Promise<void>
  find: (realm: RealmName, id: EventId) => Promise<OutboxRow | undefined>
  /** Every override event of a case, oldest first. For exports: no index serves it. */
  ofCase: (realm: RealmName, id: CaseId) => Promise<readonly OutboxRow[]>
  mark: (realm: RealmName, id: EventId, state: OutboxState, at: Instant) => Promise<void>
  /** How many rows are in each state, and since when the oldest unconfirmed one waits. */
  summary: () => Promise<{ due: number; written: number; parked: number; oldestUnconfirmedAt: Instant | undefined }>
}

/** Work that must survive a crash: a row written with the change that causes it. */
export type JobKind =
  | 'deliver_event'
  | 'read_back_event'
  | 'expire_case'
  | 'confirm_session'
  | 'end_session'
  | 'unratify_case'
  | 'send_notice'

export type Job = {
  id: string
  kind: JobKind
  realm: RealmName
  /** Jobs of one lane run one after another, in the order of their insertion. */
  lane: string
  /** What the job is about: an event id for the first two kinds, a notice id for the last, a case id for the others. */
  about: string
  dueAt: Instant
  /** How often it was leased, this lease included. */
  attempts: number
}

export type JobStore = {
  add: (job: Omit<Job, 'id' | 'attempts'>) => Promise<void>
  /** Takes up to `count` due jobs, each for this owner alone until `leaseUntil`. */
  lease: (now: Instant, owner: string, leaseUntil: Instant, count: number) => Promise<readonly Job[]>
  done: (id: string, owner: string) => Promise<void>
  retry: (id: string, owner: string, dueAt: Instant) => Promise<void>
  /** When the next job falls due; undefined where there is none. */
  nextDue: () => Promise<Instant | undefined>
}

/** All stores, bound to one transaction. */
export type Transaction = {
  subjects: SubjectStore
  cases: CaseStore
  history: HistoryStore
  factors: FactorStore
  requests: RequestStore
  outbox: OutboxStore
  jobs: JobStore
  policies: PolicyStore
  policyHistory: PolicyHistoryStore
  decisions: DecisionStore
  owners: OwnerStore
  approvals: ApprovalStore
  ratifications: RatificationStore
  participants: ParticipantStore
  evidence: EvidenceStore
  reviews: ReviewStore
  disputes: DisputeStore
  notices: NoticeStore
  bypasses: BypassStore
  failures: FailureStore
  patterns: PatternStore
}

/** Runs the work in one durable transaction: all of it is committed when the promise resolves, or nothing. */
export type UnitOfWork = <Result>(work: (transaction: Transaction) => Promise<Result>) => Promise<Result>

/** TOTP (RFC 6238: SHA-1, 6 digits, 30 s). */
export type Totp = {
  createSecret: () => string
  /**
   * The time step whose code this is, the current one or the one before, never a later one (I9).
   * Undefined for a wrong code. `code` must be six ASCII digits.
   */
  matchStep: (secret: string, code: string, at: Instant) => number | undefined
  /** `otpauth:` URI and its QR code as SVG text. */
  present: (secret: string, label: string, issuer: string) => { uri: string; qr: string }
}

/** Seals secrets at rest; `place` names where the box is kept, so that it opens nowhere else (D01). */
export type SecretBox = {
  seal: (secret: string, place: readonly string[]) => SealedSecret
  /** @throws BridgeError secret_unreadable */
  open: (sealed: SealedSecret, place: readonly string[]) => string
}

/** Facts about a realm that the bridge depends on, as Keycloak itself reports them. */
export type RealmStatus = {
  server: string
  provider: string
  protocol: number
  issuer: string
  eventsEnabled: boolean
  adminEventsEnabled: boolean
  adminEventsDetailsEnabled: boolean
  bruteForceProtected: boolean
  webAuthnUserVerification: string
  webAuthnPasswordlessUserVerification: string
  /** Pages of the fallback that the realm's login theme does not have. */
  templatesMissing: readonly string[]
  /** Languages of the realm in which a text of the fallback is missing. */
  languagesMissing: readonly string[]
  /** Roles of the bridge's own account that it does not need and that would let it do harm. */
  surplusRights: readonly string[]
}

/** Outcome of a call that must be repeatable. */
export type WriteOutcome = 'written' | 'already_there' | 'in_flight'

/** A fallback session as Keycloak has it. */
export type KeycloakSession = { id: string; case: CaseId }

/** Calls of the bridge to Keycloak. All throw BridgeError keycloak_refused (final) or keycloak_unreachable (later). */
export type Keycloak = {
  writeEvent: (event: OverrideEvent) => Promise<WriteOutcome>
  /** Whether Keycloak's event log holds the event now. */
  hasEvent: (event: OverrideEvent) => Promise<boolean>
  findFallbackSession: (realm: RealmName, session: string) => Promise<KeycloakSession | undefined>
  /** Ends a fallback session; true if it was there. Never touches any other session. */
  endFallbackSession: (realm: RealmName, session: string) => Promise<boolean>
  status: (realm: RealmName) => Promise<RealmStatus>
  /** Whether the accounts of these user names are enabled; a name without an account is left out. */
  ownerStates: (realm: RealmName, names: readonly string[]) => Promise<Readonly<Record<string, OwnerState>>>
}

/** Closed list of what may be logged; the logger drops every other name (I11). */
export type LogFields = {
  realm?: string
  case?: string
  /** Keycloak's id of whoever acts. */
  actor?: string
  event?: string
  action?: string
  kind?: string
  reason?: string
  code?: string
  job?: string
  attempts?: number
  status?: number
  durationMs?: number
  requestId?: string
  problem?: string
  server?: string
  provider?: string
  port?: number
  version?: string
  error?: string
}

/** Writes one line. `message` is a constant text of this product, never built from input. */
export type Log = {
  info: (message: string, fields?: LogFields) => void
  warn: (message: string, fields?: LogFields) => void
  error: (message: string, fields?: LogFields) => void
}

/** Counters and clocks; label values come from closed lists. */
export type Metrics = {
  stepAnswered: (action: string, kind: string, reason: string, seconds: number) => void
  stepRefused: (code: string) => void
  /** A call of a person: which operation, and the code of its refusal or `ok`. */
  operationAnswered: (operation: string, code: string) => void
  jobRun: (kind: JobKind, outcome: 'done' | 'retry' | 'parked') => void
}
