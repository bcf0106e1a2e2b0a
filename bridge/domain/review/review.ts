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

/** Why a case is looked at, the gravest first; the queue is in this order, then by due date. */
export const reviewReasons = [
  'disputed',
  'unratified',
  'revoked',
  'break_glass',
  'verbal',
  'declared',
  'out_of_band',
  'privileged',
  'sampled',
  'blind',
] as const
export type ReviewReason = (typeof reviewReasons)[number]

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
export const severityOf = (reason: ReviewReason): number => reviewReasons.indexOf(reason) + 1
