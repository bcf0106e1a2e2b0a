import { z } from 'zod'
import { attachmentTypes, evidenceBounds } from '../../../domain/evidence.ts'
import { caseId, digest, evidenceId, line, person, prose, reason, time, version } from './values.ts'

/** Longest base64 text of an attachment. */
const longestBase64 = Math.ceil(evidenceBounds.attachmentBytes / 3) * 4

export const evidencePath = z.strictObject({ case: caseId, evidence: evidenceId })

/** Bytes of the greatest body: an attachment, and what stands around it. */
export const evidenceBodyBytes = longestBase64 + 4_096

const kinds = ['text', 'reference', 'attachment'] as const
const mediaTypes = ['text/plain', ...attachmentTypes] as const
const item = line(64).describe('Id of the item in the profile’s evidence schema.')

export const addEvidence = z.union([
  z.strictObject({ item, text: prose }),
  z.strictObject({ item, mediaType: z.enum(attachmentTypes), content: z.base64().max(longestBase64) }),
])
export const addedEvidence = z.strictObject({
  evidence: z.string(),
  late: z.boolean(),
  missing: z.array(z.string()),
  version: z.int(),
})

export const evidenceLine = z.strictObject({
  id: z.string(),
  item: z.string(),
  kind: z.enum(kinds),
  by: person,
  at: time,
  late: z.boolean().describe('Given after the person was let in.'),
  sha256: digest,
  size: z.int(),
  mediaType: z.enum(mediaTypes),
})

export const evidenceList = z.strictObject({
  items: z.array(evidenceLine),
  missing: z.array(z.string()),
  opened: z.array(z.string()).describe('Items that the caller has opened.'),
  evidenceDigest: digest,
})

const opened = { item: z.string(), kind: z.enum(kinds), sha256: digest }
export const openedEvidence = z.union([
  z.strictObject({ ...opened, text: z.string() }),
  z.strictObject({ ...opened, mediaType: z.enum(mediaTypes), content: z.string() }),
])

export const evidenceReview = z.strictObject({
  verdict: z.enum(['accept', 'refuse']),
  version,
  evidenceDigest: digest,
  reason,
})
