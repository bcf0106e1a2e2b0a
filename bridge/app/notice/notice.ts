import type { CanonicalValue } from '../../domain/canonical-json.ts'
import type { CaseId, Instant, RealmName, UserId } from '../../domain/ids.ts'

/** Everything anybody is told of. The texts are in notify/, one place per language. */
export const noticeKinds = [
  'approvers_waiting',
  'broadcast_break_glass',
  'disputed',
  'ratification_due',
  'review_due',
  'security_issued',
  'security_used',
  'subject_denied',
  'subject_issued',
  'subject_used',
  'verbal_to_confirm',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** Who is told: addresses are looked up when the notice is sent, never stored. */
export type NoticeRecipients = { users: readonly UserId[] } | { group: string } | { security: true }

/** One message to be sent once, through the outbox. */
export type Notice = {
  id: string
  realm: RealmName
  case: CaseId | undefined
  kind: NoticeKind
  channel: 'mail' | 'webhook'
  to: NoticeRecipients
  /** What the texts may show: client, path, profile, tier, until, count, oldest, … Never a code, never the dispute word. */
  facts: NoticeFacts
  at: Instant
}
export type NoticeFacts = { readonly [name: string]: CanonicalValue }
