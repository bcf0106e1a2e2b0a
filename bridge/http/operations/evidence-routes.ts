import { actedOn } from '../contract/operations/cases.ts'
import {
  addEvidence as addEvidenceBody,
  addedEvidence,
  evidenceBodyBytes,
  evidenceList,
  evidencePath,
  evidenceReview,
  openedEvidence,
} from '../contract/operations/evidence.ts'
import { casePath, nothing } from '../contract/operations/values.ts'
import { answered, defineRoute } from './route.ts'
import { wireActedOn, wireEvidence } from './wire.ts'

const listEvidence = defineRoute({
  operation: 'listEvidence',
  summary: 'Lists a case’s evidence without its contents, and what is missing.',
  method: 'get',
  path: '/v1/cases/{case}/evidence',
  access: 'see',
  input: { path: casePath, query: nothing, body: nothing },
  output: evidenceList,
  refusals: ['case_unknown', 'no_active_policy', 'act_not_allowed', 'kept_apart'],
  handler: ({ operations }, actor, { path }) =>
    answered(operations.listEvidence(actor, path), ({ items, missing, opened, evidenceDigest }) => ({
      items: items.map(wireEvidence),
      missing: [...missing],
      opened: [...opened],
      evidenceDigest,
    })),
})

const addEvidence = defineRoute({
  operation: 'addEvidence',
  summary: 'Adds an evidence item: a text, a reference, or an attachment.',
  method: 'post',
  path: '/v1/cases/{case}/evidence',
  access: 'act',
  bodyBytes: evidenceBodyBytes,
  input: { path: casePath, query: nothing, body: addEvidenceBody },
  output: addedEvidence,
  refusals: ['case_unknown', 'no_active_policy', 'act_not_allowed', 'kept_apart', 'case_over', 'evidence_malformed'],
  handler: ({ operations }, actor, { path, body }) => {
    const { item } = body
    const content =
      'text' in body
        ? { text: body.text }
        : { mediaType: body.mediaType, bytes: Buffer.from(body.content, 'base64'), base64: body.content }
    return answered(operations.addEvidence(actor, { ...path, item, ...content }), (done) => ({
      evidence: done.evidence,
      late: done.isLate,
      missing: [...done.missing],
      version: done.version,
    }))
  },
})

/** An act though it reads: that the caller opened the item is written down, and counts (R41). */
const openEvidence = defineRoute({
  operation: 'openEvidence',
  summary: 'Opens an evidence item. That the caller did is recorded.',
  method: 'get',
  path: '/v1/cases/{case}/evidence/{evidence}',
  access: 'act',
  input: { path: evidencePath, query: nothing, body: nothing },
  output: openedEvidence,
  refusals: ['case_unknown', 'no_active_policy', 'act_not_allowed', 'kept_apart', 'evidence_unknown'],
  handler: ({ operations }, actor, { path }) =>
    answered(operations.openEvidence(actor, path), ({ evidence: { item, kind, sha256, mediaType }, content }) =>
      'text' in content
        ? { item, kind, sha256, text: content.text }
        : { item, kind, sha256, mediaType, content: content.base64 },
    ),
})

const reviewEvidence = defineRoute({
  operation: 'reviewEvidence',
  summary: 'Accepts or refuses a case’s evidence, by somebody with no other part in it.',
  method: 'post',
  path: '/v1/cases/{case}/evidence-reviews',
  access: 'act',
  input: { path: casePath, query: nothing, body: evidenceReview },
  output: actedOn,
  refusals: [
    'case_unknown',
    'no_active_policy',
    'act_not_allowed',
    'reason_malformed',
    'case_over',
    'kept_apart',
    'case_stale',
    'evidence_changed',
    'evidence_missing',
    'evidence_unopened',
  ],
  handler: ({ operations }, actor, { path, body: { verdict, version, evidenceDigest, reason } }) =>
    answered(operations.reviewEvidence(actor, { ...path, verdict, version, evidenceDigest, reason }), wireActedOn),
})

/** Evidence: listing, adding, opening and judging it. */
export const evidenceRoutes = [listEvidence, addEvidence, openEvidence, reviewEvidence]
