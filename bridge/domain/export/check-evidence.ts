import { evidenceReviewRecordText } from '../approval/decision-record.ts'
import { evidenceDigestText, openingsDigestText } from '../evidence.ts'
import type { HistoryEntry, Sha256 } from '../history.ts'
import type { CaseExport, ExportedEvidence, ExportedEvidenceReview } from './case-export.ts'
import {
  entriesBy,
  type Finding,
  factOf,
  firstOfEach,
  incomplete,
  isByThen,
  isNear,
  placeOf,
  tampered,
  unlike,
} from './finding.ts'

/** Checks the items of evidence, who opened them, and the review, against the entries of those acts (R41). */
export const checkEvidence = (sha256: Sha256, told: CaseExport): readonly Finding[] => {
  const { evidence, openings, history, evidenceReview } = told
  const ids = new Set<unknown>(evidence.map(({ id }) => id))
  const added = entriesBy(history, ['add_evidence'], 'evidence')
  return [
    ...evidence.flatMap((item, index) => checkItem(item, added.get(item.id), `evidence[${index}]`)),
    ...history
      .filter(({ event, facts }) => event === 'add_evidence' && !ids.has(facts['evidence']))
      .map((entry) => tampered('not_in_export', placeOf(entry))),
    ...openings.flatMap(({ evidence: id, at }, index) =>
      ids.has(id) && isByThen(at, told.exportedAt) ? [] : [tampered('not_in_export', `openings[${index}]`)],
    ),
    ...(evidenceReview === null
      ? history
          .filter(({ facts }) => facts['evidenceReviewDigest'] !== undefined)
          .map((entry) => tampered('not_in_export', placeOf(entry)))
      : checkReview(sha256, told, added, evidenceReview)),
  ]
}

const checkItem = (item: ExportedEvidence, entry: HistoryEntry | undefined, at: string): readonly Finding[] => {
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

const checkReview = (
  sha256: Sha256,
  { history, realm, case: about, evidence, openings }: CaseExport,
  added: ReadonlyMap<unknown, HistoryEntry>,
  review: ExportedEvidenceReview,
): readonly Finding[] => {
  const entry = history.find(({ facts }) => facts['evidenceReviewDigest'] !== undefined)
  const given = evidence.filter((item) => {
    const seq = added.get(item.id)?.seq
    return seq !== undefined && (entry === undefined ? isByThen(item.at, review.at) : seq < entry.seq)
  })
  const own = firstOfEach(
    openings.filter(({ person }) => person === review.id),
    (one) => one.evidence,
  )
  const opened = given.flatMap(({ id }) => own.get(id) ?? [])
  const isUnopened = opened.length < given.length || !opened.every(({ at }) => isByThen(at, review.at))
  const record = evidenceReviewRecordText({ ...review, realm, case: about.id, acr: review.acr ?? undefined })
  return [
    ...unlike('digest_differs', 'evidenceReview', {
      evidenceDigest: [review.evidenceDigest, sha256(evidenceDigestText(given))],
    }),
    ...(review.verdict === 'accept' && isUnopened ? [tampered('evidence_unopened', 'evidenceReview')] : []),
    ...(entry === undefined
      ? [incomplete('record_unbound', 'evidenceReview')]
      : unlike('digest_differs', '', { evidenceReview: [sha256(record), factOf(entry, 'evidenceReviewDigest')] })),
    ...(review.verdict === 'accept' ? checkOpenings(sha256(openingsDigestText(opened)), entry) : []),
  ]
}

/** A review that an older version wrote down says nothing of what was opened before it. */
const checkOpenings = (digest: string, entry: HistoryEntry | undefined): readonly Finding[] => {
  const written = factOf(entry, 'openingsDigest')
  return written === undefined
    ? [incomplete('record_unbound', 'openings')]
    : unlike('digest_differs', '', { openings: [digest, written] })
}
