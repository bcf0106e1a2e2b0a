import type { Notice, NoticeFacts, NoticeKind } from '../app/notice/notice.ts'
import { noticeKinds } from '../app/notice/notice.ts'
import { asId } from '../domain/ids.ts'

const at = Date.UTC(2026, 2, 1, 8, 30)
const minutes = 60_000
const decision = { profile: 'privileged', tier: 2, due: at + 15 * minutes }
const login = {
  client: 'payments',
  path: 'authenticator-app',
  profile: 'privileged',
  tier: 2,
  user: '6f1c0b0e-52a5-4c6e-9a3b-0c7d9a1f2e33',
}

const facts: Readonly<Record<NoticeKind, NoticeFacts>> = {
  approvers_waiting: { count: 3, oldest: at - 4 * minutes },
  broadcast_break_glass: { ...login, until: at + 60 * minutes },
  disputed: login,
  ratification_due: decision,
  review_due: { profile: 'standard', count: 2, due: at + 1440 * minutes },
  security_issued: { ...login, until: at + 2 * minutes },
  security_used: { ...login, until: at + 60 * minutes },
  subject_denied: login,
  subject_issued: { ...login, until: at + 2 * minutes },
  subject_used: { ...login, until: at + 60 * minutes },
  verbal_to_confirm: decision,
}

/** What a notice of several cases has none of. */
const ofSeveral: readonly NoticeKind[] = ['approvers_waiting', 'review_due']

/** One notice of each kind, as the documentation shows them. */
export const exampleNotices: readonly Notice[] = noticeKinds.map((kind) => ({
  id: '0195512c-0540-7000-8000-000000000001',
  realm: asId('bank'),
  case: ofSeveral.includes(kind) ? undefined : asId('fb-01955129-4620-7000-8000-000000000002'),
  kind,
  channel: 'mail',
  to: { security: true },
  facts: facts[kind],
  at,
}))

/** Ten characters of Crockford’s base32, as the subject's mails carry them. */
export const exampleWord = '7QK3M9XW2D'
export const examplePublicUrl = 'https://fallback.bank.example'
