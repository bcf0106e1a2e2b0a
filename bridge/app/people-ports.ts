import type { ChainDecision } from '../domain/approval/approval-chain.ts'
import type { ApprovalFacts } from '../domain/approval/approval-facts.ts'
import type { Seen } from '../domain/approval/made-sure.ts'
import type { NaturalPerson, Part } from '../domain/approval/separation.ts'
import type { TimedDecision } from '../domain/approval/think-time.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { ApprovalId, CaseId, EvidenceId, Instant, RealmName, ReviewId, UserId } from '../domain/ids.ts'
import type { VerificationMethod } from '../domain/policy/ceilings.ts'
import type { Finding, Review, ReviewReason } from '../domain/review/review.ts'
import type { SealedSecret } from './ports.ts'

/** An account as Keycloak has it now. `identity` is what several accounts of one person share, where the realm says it. */
export type PersonFacts = {
  id: UserId
  /** User name. */
  name: string
  enabled: boolean
  isServiceAccount: boolean
  roles: readonly string[]
  groups: readonly string[]
  identity: string | undefined
  /** User name or id of whom they report to, where the realm says it of one. */
  manager: string | undefined
  /** Only a verified one. */
  email: string | undefined
  locale: string | undefined
}

/** Asks Keycloak about people. All throw BridgeError keycloak_unreachable or keycloak_refused. */
export type People = {
  /** Accounts by id; one that is not there is left out. */
  find: (realm: RealmName, ids: readonly UserId[]) => Promise<ReadonlyMap<UserId, PersonFacts>>
  /** The account with this id, else the one with this user name; user names are told apart without regard to case. */
  findNamed: (realm: RealmName, idOrName: string) => Promise<PersonFacts | undefined>
  /** Enabled members of a group and its subgroups; nobody for a group that is not there. */
  membersOf: (realm: RealmName, group: string) => Promise<readonly PersonFacts[]>
}

/** Somebody whose token was verified and whose account was looked at for this very call. */
export type Actor = {
  realm: RealmName
  person: PersonFacts
  acr: string | undefined
  authTime: Instant
  /** The token's `jti`. */
  token: string
}

/** A request for approvals, one a case. */
export type ApprovalRequest = {
  realm: RealmName
  case: CaseId
  facts: ApprovalFacts
  /** SHA-256 of the facts' canonical JSON: what every decision is bound to (C06). */
  factsDigest: string
  match: string
  askedAt: Instant
  /** When every demand was met; absent until then. */
  clearedAt: Instant | undefined
  /** When it turned out that what was asked for is not so any more; absent while it is. */
  voidedAt: Instant | undefined
}

/** A spoken approval waits as `pending` until the named person has confirmed; a decision of one's own is `counted`. */
export const approvalStates = ['counted', 'pending', 'confirmed', 'refused', 'lapsed'] as const
export type ApprovalState = (typeof approvalStates)[number]

/** One person's decision on a case, with how they made sure and how they had signed in (S05). */
export type Approval = NaturalPerson & {
  realm: RealmName
  approval: ApprovalId
  case: CaseId
  name: string
  verdict: 'approve' | 'deny'
  state: ApprovalState
  /** Absent for a denial. */
  method: VerificationMethod | undefined
  /** Of an approval in person alone; absent in those from before it was asked for. */
  seen: Seen | undefined
  reason: string
  factsDigest: string
  /** Of whoever made the call: the approver, or who recorded a spoken approval. */
  acr: string | undefined
  authTime: Instant
  token: string
  at: Instant
  /** Who wrote a spoken approval down, and until when it must be confirmed. */
  recordedBy: UserId | undefined
  confirmBy: Instant | undefined
}

export type ApprovalStore = {
  ask: (request: Omit<ApprovalRequest, 'clearedAt' | 'voidedAt'>) => Promise<void>
  findRequest: (realm: RealmName, id: CaseId) => Promise<ApprovalRequest | undefined>
  markCleared: (realm: RealmName, id: CaseId, at: Instant) => Promise<void>
  /** Counts a number that was not the one on the page; gives how many there were. */
  countWrongMatch: (realm: RealmName, id: CaseId) => Promise<number>
  markVoid: (realm: RealmName, id: CaseId, at: Instant) => Promise<void>
  insert: (approval: Approval) => Promise<void>
  /** Oldest first. */
  ofCase: (realm: RealmName, id: CaseId) => Promise<readonly Approval[]>
  /** Settles a pending one, once. @throws BridgeError case_conflict where it is not pending */
  settle: (
    realm: RealmName,
    approval: ApprovalId,
    state: 'confirmed' | 'refused' | 'lapsed',
    at: Instant,
  ) => Promise<void>
  /** Requests for this subject since a time, cases of theirs to which somebody has said no since, and when the last no was. */
  countAskedSince: (realm: RealmName, user: UserId, since: Instant) => Promise<number>
  countDeniedSince: (realm: RealmName, user: UserId, since: Instant) => Promise<number>
  lastDenialAt: (realm: RealmName, user: UserId) => Promise<Instant | undefined>
  /** Spoken approvals of a realm that wait to be confirmed. */
  countPending: (realm: RealmName) => Promise<number>
  /**
   * Decisions that people made themselves in a span of time, oldest first, with the time they were asked at; of more than
   * `most` the newest.
   */
  decidedIn: (
    realm: RealmName,
    span: { since: Instant; until: Instant; most: number },
  ) => Promise<readonly TimedDecision[]>
  /** The newest decisions of a span of time, spoken ones too, each with its case's chain; at most so many. */
  chainsDecidedIn: (
    realm: RealmName,
    span: { since: Instant; until: Instant; most: number },
  ) => Promise<readonly ChainDecision[]>
}

/** A grant that must be ratified afterwards, one a case (R35). */
export type Ratification = {
  realm: RealmName
  case: CaseId
  group: string
  dueAt: Instant
  state: 'pending' | 'ratified' | 'refused' | 'lapsed'
  by: UserId | undefined
}

export type RatificationStore = {
  insert: (realm: RealmName, id: CaseId, group: string, dueAt: Instant) => Promise<void>
  find: (realm: RealmName, id: CaseId) => Promise<Ratification | undefined>
  /** Settles a pending one, once. @throws BridgeError case_conflict where it is not pending */
  settle: (
    realm: RealmName,
    id: CaseId,
    settled: { state: 'ratified' | 'refused' | 'lapsed'; by: UserId | undefined; at: Instant },
  ) => Promise<void>
}

/** Somebody's part in a case. */
export type Participant = NaturalPerson & { part: Part; name: string; at: Instant }

export type ParticipantStore = {
  /** Writes a part down. @throws BridgeError case_conflict where this person, or this identity, has this part already */
  add: (realm: RealmName, id: CaseId, participant: Participant) => Promise<void>
  /** The same, for parts that one may take again. */
  note: (realm: RealmName, id: CaseId, participant: Participant) => Promise<void>
  ofCase: (realm: RealmName, id: CaseId) => Promise<readonly Participant[]>
  /** How often this natural person took one of the parts since a time, with whichever account (caps of an agent). */
  countSince: (realm: RealmName, person: NaturalPerson, parts: readonly Part[], since: Instant) => Promise<number>
  /** Holds these people, whatever accounts they use, until the transaction ends: whoever else holds one of them waits. */
  hold: (realm: RealmName, people: readonly NaturalPerson[]) => Promise<void>
}

/** An evidence item with its content sealed. */
export type SealedEvidence = Evidence & { content: SealedSecret }

/** That somebody opened an item. */
export type EvidenceOpening = { evidence: EvidenceId; person: UserId; at: Instant }

/** What an evidence reviewer decided. */
export type EvidenceReview = NaturalPerson & {
  realm: RealmName
  case: CaseId
  name: string
  verdict: 'accept' | 'refuse'
  evidenceDigest: string
  reason: string
  acr: string | undefined
  authTime: Instant
  token: string
  at: Instant
}

export type EvidenceStore = {
  insert: (realm: RealmName, id: CaseId, evidence: SealedEvidence) => Promise<void>
  /** Without contents, oldest first. */
  ofCase: (realm: RealmName, id: CaseId) => Promise<readonly Evidence[]>
  find: (realm: RealmName, id: CaseId, evidence: EvidenceId) => Promise<SealedEvidence | undefined>
  /** Writes down that somebody opened an item; the first time counts. */
  noteOpening: (realm: RealmName, evidence: EvidenceId, person: UserId, at: Instant) => Promise<void>
  /** Who opened which of the case's items, and when first; oldest first. */
  openings: (realm: RealmName, id: CaseId) => Promise<readonly EvidenceOpening[]>
  /** Ids of the case's items that this person opened. */
  openedBy: (realm: RealmName, id: CaseId, person: UserId) => Promise<readonly EvidenceId[]>
  insertReview: (review: EvidenceReview) => Promise<void>
  findReview: (realm: RealmName, id: CaseId) => Promise<EvidenceReview | undefined>
}

export type ReviewPage = {
  after: ReviewId | undefined
  count: number
  reasons: readonly ReviewReason[]
}

export type ReviewStore = {
  /** False where the case is looked at for this reason already. */
  open: (review: Omit<Review, 'done'>) => Promise<boolean>
  find: (realm: RealmName, id: ReviewId) => Promise<Review | undefined>
  ofCase: (realm: RealmName, id: CaseId) => Promise<readonly Review[]>
  /** Those nobody did yet, the gravest and then the longest due first; after the one named. */
  due: (realm: RealmName, page: ReviewPage) => Promise<readonly Review[]>
  /** @throws BridgeError case_conflict where somebody did it already */
  finish: (realm: RealmName, id: ReviewId, done: Finding & { by: UserId; byName: string; at: Instant }) => Promise<void>
}

/** An override that happened outside, and was written down later (R12). */
export type DeclaredOverride = {
  realm: RealmName
  case: CaseId
  occurredAt: Instant
  recordedAt: Instant
  /** What was done, who is said to have allowed it, and why; sealed. */
  account: SealedSecret
}

export type DisputeStore = {
  /** Keeps the SHA-256 of the word by which the subject can say "this was not me". */
  addWord: (realm: RealmName, id: CaseId, hash: string, expiresAt: Instant) => Promise<void>
  /** The case of a word that is not over; words of all realms differ. */
  findByWord: (hash: string, now: Instant) => Promise<{ realm: RealmName; case: CaseId } | undefined>
  insert: (realm: RealmName, id: CaseId, user: UserId, at: Instant) => Promise<boolean>
  /** When the subject disputed a case; undefined where they did not. */
  find: (realm: RealmName, id: CaseId) => Promise<{ user: UserId; at: Instant } | undefined>
  countSince: (realm: RealmName, user: UserId, since: Instant) => Promise<number>
  /** From then on this check counts only with a factor that is younger (E10). */
  freeze: (realm: RealmName, user: UserId, check: string, at: Instant) => Promise<void>
  frozenSince: (realm: RealmName, user: UserId) => Promise<Readonly<Record<string, Instant>>>
  declare: (declared: DeclaredOverride) => Promise<void>
  findDeclared: (realm: RealmName, id: CaseId) => Promise<DeclaredOverride | undefined>
}
