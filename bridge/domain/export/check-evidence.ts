import { evidenceReviewRecordText } from '../approval/decision-record.ts'
import { evidenceDigestText } from '../evidence.ts'
import type { HistoryEntry, Sha256 } from '../history.ts'
import type { CaseExport, ExportedEvidence, ExportedEvidenceReview } from './case-export.ts'
import { entryOf, type Finding, factOf, incomplete, isNear, placeOf, tampered, unlike } from './finding.ts'

/** Checks the items of evidence, who opened them, and the review, against the entries of those acts (R41). */
export const checkEvidence = (sha256: Sha256, told: CaseExport): readonly Finding[] => {
  const { evidence, openings, history, evidenceReview } = told
  const isThere = (id: unknown) => evidence.some((item) => item.id === id)
  return [
    ...evidence.flatMap((item, index) => checkItem(item, history, `evidence[${index}]`)),
    ...history
      .filter(({ event, facts }) => event === 'add_evidence' && !isThere(facts['evidence']))
      .map((entry) => tampered('not_in_export', placeOf(entry))),
    ...openings.flatMap(({ evidence: id, at }, index) =>
      isThere(id) && at <= told.exportedAt ? [] : [tampered('not_in_export', `openings[${index}]`)],
    ),
    ...(evidenceReview === null
      ? history
          .filter(({ facts }) => facts['evidenceReviewDigest'] !== undefined)
          .map((entry) => tampered('not_in_export', placeOf(entry)))
      : checkReview(sha256, told, evidenceReview)),
  ]
}

const addedBy = (item: ExportedEvidence, history: readonly HistoryEntry[]): HistoryEntry | undefined =>
  entryOf(history, ['add_evidence'], { evidence: item.id })

const checkItem = (item: ExportedEvidence, history: readonly HistoryEntry[], at: string): readonly Finding[] => {
  const entry = addedBy(item, history)
  if (entry === undefined) return [tampered('not_in_history', at)]
  return [
    ...unlike('differs_from_history', at, {
      item: [item.item, factOf(entry, 'item')],
      kind: [item.kind, factOf(entry, 'kind')],
      late: [item.late, factOf(entry, 'late')],
      sha256: [item.sha256, factOf(entry, 'sha256')],
      size: [item.size, factOf(entry, 'size')],
      mediaType: [item.mediaType, factOf(entry, 'mediaType')],
      'by.id': [`user:${item.by.id}`, entry.actor],
    }),
    ...(isNear(item.at, entry.at) ? [] : [tampered('differs_from_history', `${at}.at`)]),
  ]
}

const checkReview = (sha256: Sha256, told: CaseExport, review: ExportedEvidenceReview): readonly Finding[] => {
  const { history, realm, case: about, openings } = told
  const entry = history.find(({ facts }) => facts['evidenceReviewDigest'] !== undefined)
  const given = told.evidence.filter((item) => {
    const added = addedBy(item, history)
    return added !== undefined && (entry === undefined ? item.at <= review.at : added.seq < entry.seq)
  })
  const unopened = given.filter(
    ({ id }) => !openings.some((one) => one.evidence === id && one.person === review.id && one.at <= review.at),
  )
  const record = evidenceReviewRecordText({ ...review, realm, case: about.id, acr: review.acr ?? undefined })
  return [
    ...unlike('digest_differs', 'evidenceReview', { evidenceDigest: [review.evidenceDigest, digestOf(sha256, given)] }),
    ...(review.verdict === 'accept' && unopened.length > 0 ? [tampered('evidence_unopened', 'evidenceReview')] : []),
    ...(entry === undefined
      ? [incomplete('record_unbound', 'evidenceReview')]
      : unlike('digest_differs', '', { evidenceReview: [sha256(record), factOf(entry, 'evidenceReviewDigest')] })),
  ]
}

const digestOf = (sha256: Sha256, given: readonly ExportedEvidence[]): string => sha256(evidenceDigestText(given))
