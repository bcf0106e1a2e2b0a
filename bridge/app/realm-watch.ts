import type { Instant, RealmName } from '../domain/ids.ts'

/** What is wrong with a realm. `refuse`: no step of this realm can be answered; `warn`: something is weaker. */
export type Finding = { severity: 'refuse' | 'warn'; code: FindingCode; text: string }

/** What can be wrong with a realm's own settings. */
export const realmFindingCodes = [
  'server_too_old',
  'protocol_mismatch',
  'issuer_mismatch',
  'provider_version',
  'events_off',
  'admin_events_off',
  'admin_event_details_off',
  'user_verification_two_factor',
  'user_verification_passwordless',
  'brute_force_off',
  'surplus_rights',
  'templates_missing',
  'messages_untranslated',
] as const

/** What needs a person about a realm's active policy. */
export const upkeepFindingCodes = [
  'no_active_policy',
  'fallback_switched_off',
  'policy_owner_missing',
  'approvers_missing',
  'approvers_few',
  'approvers_unknown',
  'path_review_due',
  'path_review_over',
  'policy_file_differs',
] as const
export type FindingCode = (typeof realmFindingCodes)[number] | (typeof upkeepFindingCodes)[number]

/** What was last seen of a realm. `unknown` until the first look. */
export type RealmReport = {
  state: 'ready' | 'warned' | 'refused' | 'unreachable' | 'unknown'
  findings: readonly Finding[]
  /** Why it is unreachable, as a code; absent in the other states. */
  problem?: string
  checkedAt: Instant | undefined
  /** What Keycloak and the provider said they are; absent until both were asked. */
  versions?: { server: string; provider: string; protocol: number }
}

/** Keeps looking at the realms served; every one of them has a report. */
export type RealmWatch = { current: () => ReadonlyMap<RealmName, RealmReport> }
