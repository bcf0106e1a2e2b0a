import { canonicalJson } from '../canonical-json.ts'
import type { Seen } from './made-sure.ts'

/** Everything of a person's decision that never changes: who, on which facts, why, and how they had signed in (S05). */
export type DecisionRecord = {
  realm: string
  case: string
  approval: string
  id: string
  name: string
  verdict: string
  method: string | undefined
  seen: Seen | undefined
  reason: string
  factsDigest: string
  acr: string | undefined
  authTime: number
  token: string
  at: number
  recordedBy: string | undefined
  confirmBy: number | undefined
}

/** The same of an evidence review. */
export type EvidenceReviewRecord = {
  realm: string
  case: string
  id: string
  name: string
  verdict: string
  evidenceDigest: string
  reason: string
  acr: string | undefined
  authTime: number
  token: string
  at: number
}

/**
 * The one text of a decision; its SHA-256 stands in the history beside the act, so that none can be denied or changed.
 * What was seen is in it only where there is some: a record from before it was asked for keeps its text.
 */
export const decisionRecordText = (record: DecisionRecord): string => {
  const { realm, case: about, approval, id, name, verdict, seen, reason, factsDigest, authTime, token, at } = record
  const { method = null, acr = null, recordedBy = null, confirmBy = null } = record
  const who = { realm, case: about, approval, id, name, recordedBy }
  const what = { verdict, method, ...(seen === undefined ? {} : { seen }), reason, factsDigest, confirmBy }
  return `fallback-bridge/decision/v1\n${canonicalJson({ ...who, ...what, acr, authTime, token, at })}`
}

/** The one text of an evidence review, for the same. */
export const evidenceReviewRecordText = (record: EvidenceReviewRecord): string => {
  const { realm, case: about, id, name, verdict, evidenceDigest, reason, acr = null, authTime, token, at } = record
  const said = { realm, case: about, id, name, verdict, evidenceDigest, reason, acr, authTime, token, at }
  return `fallback-bridge/evidence-review/v1\n${canonicalJson(said)}`
}
