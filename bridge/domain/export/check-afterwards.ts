import type { HistoryEntry, Sha256 } from '../history.ts'
import type { CaseExport, ExportedReview } from './case-export.ts'
import { entriesBy, entryOf, type Finding, factOf, incomplete, isNear, placeOf, tampered, unlike } from './finding.ts'

/** Checks reviews, an override that was declared, and a dispute, against the entries of those acts (R12, R25, E10). */
export const checkAfterwards = (sha256: Sha256, told: CaseExport): readonly Finding[] => {
  const acts: ActsOfReviews = {
    called: entriesBy(told.history, ['call_review'], 'review'),
    done: entriesBy(told.history, ['review'], 'review'),
  }
  const reasons = new Set<unknown>(told.reviews.map(({ reason }) => reason))
  const done = new Set<unknown>(told.reviews.filter((one) => one.done !== null).map(({ id }) => id))
  /** A review that was open already is called once more at the session's end, under an id that no row has. */
  const isTold = ({ event, facts }: HistoryEntry): boolean =>
    event === 'call_review' ? reasons.has(facts['reason']) : event !== 'review' || done.has(facts['review'])
  return [
    ...told.reviews.flatMap((review, index) => checkReview(sha256, acts, review, `reviews[${index}]`)),
    ...told.history.filter((entry) => !isTold(entry)).map((entry) => tampered('not_in_export', placeOf(entry))),
    ...checkDeclared(sha256, told),
    ...checkDispute(told),
  ]
}

/** Entries by the id of the review they speak of. */
type ActsOfReviews = Record<'called' | 'done', ReadonlyMap<unknown, HistoryEntry>>

const checkReview = (
  sha256: Sha256,
  acts: ActsOfReviews,
  { id, reason, openedAt, dueAt, done }: ExportedReview,
  at: string,
): readonly Finding[] => {
  const called = acts.called.get(id)
  if (called === undefined) return [tampered('not_in_history', at)]
  const wrong = [
    ...unlike('differs_from_history', at, {
      reason: [reason, factOf(called, 'reason')],
      dueAt: [dueAt, factOf(called, 'dueAt')],
    }),
    ...(isNear(openedAt, called.at) ? [] : [tampered('differs_from_history', `${at}.openedAt`)]),
  ]
  if (done === null) return wrong
  const entry = acts.done.get(id)
  if (entry === undefined) return [...wrong, tampered('not_in_history', `${at}.done`)]
  return [
    ...wrong,
    ...unlike('differs_from_history', `${at}.done`, {
      cause: [done.cause, factOf(entry, 'cause')],
      confidence: [done.confidence, factOf(entry, 'confidence')],
      actionOwner: [done.actionOwner, factOf(entry, 'actionOwner')],
      actionDue: [done.actionDue, factOf(entry, 'actionDue')],
      'by.id': [`user:${done.by.id}`, entry.actor],
    }),
    ...(sha256(`${done.action}\n${done.note}`) === factOf(entry, 'findingDigest')
      ? []
      : [tampered('digest_differs', `${at}.done.action`)]),
    ...(isNear(done.at, entry.at) ? [] : [tampered('differs_from_history', `${at}.done.at`)]),
  ]
}

const checkDeclared = (sha256: Sha256, { declared, history }: CaseExport): readonly Finding[] => {
  const [opening] = history
  const accountDigest = factOf(opening, 'accountDigest')
  if (declared === null) return accountDigest === undefined ? [] : [tampered('not_in_export', 'declared')]
  return [
    ...unlike('differs_from_history', 'declared', {
      occurredAt: [declared.occurredAt, factOf(opening, 'occurredAt')],
      recordedAt: [declared.recordedAt, factOf(opening, 'recordedAt')],
    }),
    ...unlike('digest_differs', 'declared', { account: [sha256(declared.account), accountDigest] }),
  ]
}

const checkDispute = ({ dispute, history, case: about }: CaseExport): readonly Finding[] => {
  const entry = entryOf(history, ['dispute'], {}) ?? entryOf(history, ['revoke'], { reason: 'disputed' })
  if (dispute === null) return entry === undefined ? [] : [tampered('not_in_export', 'dispute')]
  return [
    ...unlike('differs_from_case', 'dispute', { user: [dispute.user, about.user] }),
    // In a state in which nothing can be taken back, the word is kept and the case stays as it is.
    ...(entry === undefined
      ? [incomplete('record_unbound', 'dispute')]
      : isNear(dispute.at, entry.at)
        ? []
        : [tampered('differs_from_history', 'dispute.at')]),
  ]
}
