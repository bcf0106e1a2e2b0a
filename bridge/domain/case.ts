import type { CaseId, Instant, PathId, RealmName, UserId } from './ids.ts'

/** Where a case stands. Approval and review states join the table with the work that needs them. */
export const caseStates = [
  'opened',
  'awaiting_factor',
  'granted',
  'in_use',
  'ended',
  'denied',
  'cancelled',
  'expired',
  'superseded',
] as const
export type CaseState = (typeof caseStates)[number]

/** What can happen to a case. Each becomes one row of its history. */
export const caseEvents = [
  'offer',
  'choose_path',
  'refuse_code',
  'grant',
  'use',
  'end',
  'deny',
  'cancel',
  'expire',
  'supersede',
] as const
export type CaseEvent = (typeof caseEvents)[number]

/** The life of a case (design: case life). A pair that is not here is illegal. */
export const transitions: Readonly<Record<CaseState, Partial<Record<CaseEvent, CaseState>>>> = {
  opened: { offer: 'awaiting_factor', deny: 'denied' },
  awaiting_factor: {
    choose_path: 'awaiting_factor',
    refuse_code: 'awaiting_factor',
    grant: 'granted',
    deny: 'denied',
    cancel: 'cancelled',
    expire: 'expired',
    supersede: 'superseded',
  },
  granted: { use: 'in_use', expire: 'expired', supersede: 'superseded' },
  in_use: { end: 'ended' },
  ended: {},
  denied: {},
  cancelled: {},
  expired: {},
  superseded: {},
}

/** States in which a case can still let somebody in; a user has at most one such case (R29, E2). */
export const openStates = ['opened', 'awaiting_factor', 'granted'] as const satisfies readonly CaseState[]

/** Whether a case in this state may still lead to a session. */
export const isOpen = (state: CaseState): boolean => (openStates as readonly CaseState[]).includes(state)

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
