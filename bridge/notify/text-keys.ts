import type { NoticeKind } from '../app/notice/notice.ts'

/** Facts that a mail may show; what a notice holds beside them stays out of it. */
export type ShownFact =
  | 'at'
  | 'case'
  | 'client'
  | 'count'
  | 'due'
  | 'oldest'
  | 'path'
  | 'profile'
  | 'realm'
  | 'tier'
  | 'until'
  | 'user'

/** Paragraphs that several kinds share. Those that end in `_page` need the public address; others stand in for them without one. */
export type Paragraph =
  | 'dispute_desk'
  | 'dispute_page'
  | 'footer'
  | 'never_asks'
  | 'open_case'
  | 'open_queue'
  | 'open_queue_page'
  | 'open_reviews'
  | 'open_reviews_page'
  | 'revoke'

/** Every text of the product's mails. A language is a table of all of them. */
export type TextKey = `fact.${ShownFact}` | `${NoticeKind}.opening` | `${NoticeKind}.subject` | `shared.${Paragraph}`
export type Texts = Readonly<Record<TextKey, string>>

/** Which facts a kind shows, in this order; one that a notice does not hold is left out. */
export const shownFacts: Readonly<Record<NoticeKind, readonly ShownFact[]>> = {
  approvers_waiting: ['realm', 'count', 'oldest', 'profile'],
  broadcast_break_glass: ['realm', 'case', 'user', 'profile', 'tier', 'client', 'at', 'until'],
  disputed: ['realm', 'case', 'user', 'profile', 'tier', 'client', 'at'],
  ratification_due: ['realm', 'case', 'profile', 'tier', 'due'],
  review_due: ['realm', 'case', 'count', 'profile', 'due'],
  security_issued: ['realm', 'case', 'user', 'profile', 'tier', 'path', 'client', 'at', 'until'],
  security_used: ['realm', 'case', 'user', 'profile', 'tier', 'path', 'client', 'at', 'until'],
  subject_denied: ['at', 'client', 'case'],
  subject_issued: ['at', 'client', 'path', 'until', 'case'],
  subject_used: ['at', 'client', 'path', 'until', 'case'],
  verbal_to_confirm: ['realm', 'case', 'profile', 'due'],
}

/** What follows the facts of a kind. The dispute paragraph is for the subject alone. */
export const closing: Readonly<Record<NoticeKind, readonly ('dispute' | Paragraph)[]>> = {
  approvers_waiting: ['open_queue'],
  broadcast_break_glass: ['open_case', 'revoke'],
  disputed: ['open_case'],
  ratification_due: ['open_case'],
  review_due: ['open_reviews'],
  security_issued: ['open_case', 'revoke'],
  security_used: ['open_case', 'revoke'],
  subject_denied: ['never_asks', 'dispute'],
  subject_issued: ['never_asks', 'dispute'],
  subject_used: ['never_asks', 'dispute'],
  verbal_to_confirm: ['open_case'],
}
