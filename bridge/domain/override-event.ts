import type { CanonicalValue } from './canonical-json.ts'
import type { CaseEvent } from './case.ts'
import type { CaseId, EventId, Instant, RealmName, UserId } from './ids.ts'

/** What Keycloak's event log tells of a case's life. */
export const overrideEventNames = [
  'CASE_OPENED',
  'CASE_DENIED',
  'CASE_CANCELLED',
  'CASE_EXPIRED',
  'CASE_SUPERSEDED',
  'CASE_REVOKED',
  'CASE_DISPUTED',
  'OVERRIDE_DECLARED',
  'PATTERN_FOUND',
  'APPROVAL_REQUESTED',
  'APPROVAL_GIVEN',
  'APPROVAL_GIVEN_VERBALLY',
  'APPROVAL_CONFIRMED',
  'APPROVALS_COMPLETE',
  'APPROVAL_VOIDED',
  'EVIDENCE_ADDED',
  'EVIDENCE_REVIEW_REQUESTED',
  'APPROVAL_REOPENED',
  'GRANT_ISSUED',
  'GRANT_USED',
  'GRANT_RATIFIED',
  'GRANT_UNRATIFIED',
  'SESSION_ENDED',
  'REVIEW_DUE',
  'REVIEW_RECORDED',
] as const
export type OverrideEventName = (typeof overrideEventNames)[number]

/** The part of a case's life that Keycloak's log shows; a wrong code already stands there as a LOGIN_ERROR. */
export const overrideEventOf = (event: 'open' | CaseEvent): OverrideEventName | undefined => {
  switch (event) {
    case 'open':
      return 'CASE_OPENED'
    case 'deny':
      return 'CASE_DENIED'
    case 'cancel':
      return 'CASE_CANCELLED'
    case 'expire':
      return 'CASE_EXPIRED'
    case 'supersede':
      return 'CASE_SUPERSEDED'
    case 'grant':
      return 'GRANT_ISSUED'
    case 'use':
      return 'GRANT_USED'
    case 'end':
      return 'SESSION_ENDED'
    case 'declare':
      return 'OVERRIDE_DECLARED'
    case 'find_pattern':
      return 'PATTERN_FOUND'
    case 'ask_approval':
      return 'APPROVAL_REQUESTED'
    case 'approve':
      return 'APPROVAL_GIVEN'
    case 'approve_verbally':
      return 'APPROVAL_GIVEN_VERBALLY'
    case 'confirm':
      return 'APPROVAL_CONFIRMED'
    case 'clear':
      return 'APPROVALS_COMPLETE'
    case 'void':
      return 'APPROVAL_VOIDED'
    case 'add_evidence':
      return 'EVIDENCE_ADDED'
    case 'ask_evidence_review':
      return 'EVIDENCE_REVIEW_REQUESTED'
    case 'reopen':
      return 'APPROVAL_REOPENED'
    case 'ratify':
      return 'GRANT_RATIFIED'
    case 'unratify':
      return 'GRANT_UNRATIFIED'
    case 'dispute':
      return 'CASE_DISPUTED'
    case 'revoke':
      return 'CASE_REVOKED'
    case 'call_review':
      return 'REVIEW_DUE'
    case 'review':
      return 'REVIEW_RECORDED'
    case 'offer':
    case 'resume':
    case 'choose_path':
    case 'refuse_code':
      return undefined
  }
}

/** One override event on its way to Keycloak. `representation` is what a person reads in the admin console. */
export type OverrideEvent = {
  id: EventId
  realm: RealmName
  case: CaseId
  user: UserId
  name: OverrideEventName
  at: Instant
  representation: { readonly [name: string]: CanonicalValue }
}
