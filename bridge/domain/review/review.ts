import type { CaseId, Instant, RealmName, ReviewId, UserId } from '../ids.ts'

/** What a failure came from, as a reviewer judges it: exactly one (R25). */
export const primaryCauses = [
  'sensor',
  'environment',
  'suitability',
  'user_error',
  'software_or_config',
  'provider_outage',
  'suspected_attack',
  'suspected_evasion',
  'process_failure',
  'unknown',
] as const
export type PrimaryCause = (typeof primaryCauses)[number]

export const confidences = ['low', 'medium', 'high'] as const
export type Confidence = (typeof confidences)[number]

/** Why a case is looked at afterwards, with its severity: 1 is looked at first, equals by due date. */
const severities = {
  disputed: 1,
  unratified: 2,
  revoked: 3,
  /** One of those who decide said yes, another no: nobody was let in, and a third one looks at it (R41). */
  disagreement: 3,
  break_glass: 4,
  verbal: 5,
  declared: 6,
  out_of_band: 7,
  /** Failures repeat (R5). */
  pattern: 7,
  privileged: 8,
  sampled: 9,
  blind: 10,
} as const
export type ReviewReason = keyof typeof severities
export const reviewReasons = [
  'disputed',
  'unratified',
  'revoked',
  'disagreement',
  'break_glass',
  'verbal',
  'declared',
  'out_of_band',
  'pattern',
  'privileged',
  'sampled',
  'blind',
] as const satisfies readonly ReviewReason[]

/** What a reviewer found. */
export type Finding = {
  cause: PrimaryCause
  confidence: Confidence
  /** What is done about it, by whom (a user name of the realm) and until when. */
  action: string
  actionOwner: string
  actionDue: Instant
  note: string
}

/** One look at a case afterwards. */
export type Review = {
  realm: RealmName
  id: ReviewId
  case: CaseId
  reason: ReviewReason
  openedAt: Instant
  dueAt: Instant
  /** Absent until somebody did it. */
  done: (Finding & { by: UserId; byName: string; at: Instant }) | undefined
}

/** Where a reason stands in the queue; 1 is looked at first. */
export const severityOf = (reason: ReviewReason): number => severities[reason]
