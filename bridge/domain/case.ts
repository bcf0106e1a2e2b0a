import type { CaseId, Instant, PathId, RealmName, UserId } from './ids.ts'

/** Where a case stands. */
export const caseStates = [
  'opened',
  'awaiting_approval',
  'awaiting_evidence_review',
  'awaiting_factor',
  'granted',
  'in_use',
  'ended',
  'review_due',
  'closed',
  'denied',
  'cancelled',
  'expired',
  'superseded',
  'revoked',
  'unratified',
] as const
export type CaseState = (typeof caseStates)[number]

/** What can happen to a case. Each becomes one row of its history. */
export const caseEvents = [
  'declare',
  'find_pattern',
  'offer',
  'ask_approval',
  'approve',
  'approve_verbally',
  'ask_evidence_review',
  'reopen',
  'clear',
  'resume',
  'void',
  'choose_path',
  'refuse_code',
  'grant',
  'use',
  'end',
  'add_evidence',
  'confirm',
  'ratify',
  'unratify',
  'dispute',
  'revoke',
  'call_review',
  'review',
  'deny',
  'cancel',
  'expire',
  'supersede',
] as const
export type CaseEvent = (typeof caseEvents)[number]

/** What may happen while people are asked, whoever is asked. */
const whileAsked = {
  clear: 'awaiting_factor',
  void: 'cancelled',
  deny: 'denied',
  cancel: 'cancelled',
  expire: 'expired',
  supersede: 'superseded',
  revoke: 'revoked',
  unratify: 'unratified',
} as const

/** What may still happen to a case that let nobody in, or whose grant nobody used: it can be disputed and looked at. */
const afterwards = <State extends CaseState>(state: State) => ({ dispute: state, call_review: state, review: state })

/** The life of a case (design: case life). A pair that is not here is illegal. */
export const transitions: Readonly<Record<CaseState, Partial<Record<CaseEvent, CaseState>>>> = {
  opened: { offer: 'awaiting_factor', ask_approval: 'awaiting_approval', deny: 'denied' },
  awaiting_approval: {
    ...whileAsked,
    approve: 'awaiting_approval',
    approve_verbally: 'awaiting_approval',
    confirm: 'awaiting_approval',
    ask_evidence_review: 'awaiting_evidence_review',
    resume: 'awaiting_approval',
    add_evidence: 'awaiting_approval',
  },
  awaiting_evidence_review: {
    ...whileAsked,
    reopen: 'awaiting_approval',
    confirm: 'awaiting_evidence_review',
    resume: 'awaiting_evidence_review',
    add_evidence: 'awaiting_evidence_review',
  },
  awaiting_factor: {
    choose_path: 'awaiting_factor',
    refuse_code: 'awaiting_factor',
    resume: 'awaiting_factor',
    confirm: 'awaiting_factor',
    add_evidence: 'awaiting_factor',
    grant: 'granted',
    void: 'cancelled',
    deny: 'denied',
    cancel: 'cancelled',
    expire: 'expired',
    supersede: 'superseded',
    revoke: 'revoked',
    unratify: 'unratified',
  },
  granted: {
    use: 'in_use',
    confirm: 'granted',
    ratify: 'granted',
    add_evidence: 'granted',
    expire: 'expired',
    supersede: 'superseded',
    revoke: 'revoked',
    unratify: 'unratified',
    dispute: 'revoked',
  },
  in_use: {
    end: 'ended',
    confirm: 'in_use',
    ratify: 'in_use',
    add_evidence: 'in_use',
    call_review: 'in_use',
    review: 'in_use',
    revoke: 'revoked',
    unratify: 'unratified',
    dispute: 'revoked',
  },
  ended: {
    call_review: 'review_due',
    confirm: 'ended',
    ratify: 'ended',
    add_evidence: 'ended',
    unratify: 'unratified',
    dispute: 'ended',
  },
  review_due: {
    review: 'closed',
    call_review: 'review_due',
    confirm: 'review_due',
    ratify: 'review_due',
    add_evidence: 'review_due',
    unratify: 'unratified',
    dispute: 'review_due',
  },
  // What was let in ahead of everybody can be confirmed, or taken back, also after it was looked at.
  closed: {
    review: 'closed',
    call_review: 'closed',
    confirm: 'closed',
    ratify: 'closed',
    add_evidence: 'closed',
    unratify: 'unratified',
    dispute: 'closed',
  },
  denied: { ...afterwards('denied'), add_evidence: 'denied' },
  cancelled: afterwards('cancelled'),
  expired: afterwards('expired'),
  superseded: afterwards('superseded'),
  revoked: { call_review: 'revoked', review: 'revoked', add_evidence: 'revoked', dispute: 'revoked' },
  unratified: { call_review: 'unratified', review: 'unratified', add_evidence: 'unratified', dispute: 'unratified' },
}

/** States in which a case can still let somebody in; a user has at most one such case (R29, E2). */
export const openStates = [
  'opened',
  'awaiting_approval',
  'awaiting_evidence_review',
  'awaiting_factor',
  'granted',
] as const satisfies readonly CaseState[]

/** Whether a case in this state may still lead to a session. */
export const isOpen = (state: CaseState): boolean => (openStates as readonly CaseState[]).includes(state)

/** Whether people are asked and nobody can prove a factor yet. */
export const isWaiting = (state: CaseState): state is 'awaiting_approval' | 'awaiting_evidence_review' =>
  state === 'awaiting_approval' || state === 'awaiting_evidence_review'

/** The state that follows, or undefined where the event is illegal. */
export const nextState = (state: CaseState, event: CaseEvent): CaseState | undefined => transitions[state][event]

/**
 * The login a case belongs to: one authentication session, tab, client and step of one user (I1). A request whose
 * binding differs in any member belongs to another case.
 */
export type Binding = {
  realm: RealmName
  user: UserId
  session: string
  tab: string
  client: string
  execution: string
}

/** The record of one fallback, from failure to the end of the session it gave. Times in epoch milliseconds. */
export type FallbackCase = Binding & {
  id: CaseId
  state: CaseState
  version: number
  profile: string
  policyDigest: string
  /** The path being walked; absent until one is offered. */
  path: PathId | undefined
  /** Ids of all paths the decision offered, in the policy's order. */
  offered: readonly PathId[]
  failureClass: string
  attempts: number
  pendingAttempt: string | undefined
  openedAt: Instant
  /** Until when a factor may be proved, and once granted, until when the login may complete. */
  expiresAt: Instant
  grantedAt: Instant | undefined
  /** Hard end of the session; set with the grant. */
  endsAt: Instant | undefined
}

/** Whether two logins are the same one, member by member. */
export const sameBinding = (a: Binding, b: Binding): boolean =>
  a.realm === b.realm &&
  a.user === b.user &&
  a.session === b.session &&
  a.tab === b.tab &&
  a.client === b.client &&
  a.execution === b.execution
