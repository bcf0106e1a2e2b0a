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
  'GRANT_ISSUED',
  'GRANT_USED',
  'SESSION_ENDED',
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
    case 'offer':
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
