import type { EvidenceId, Instant, UserId } from './ids.ts'
import type { EvidenceItem, Policy } from './policy/policy.ts'

/** What an attachment may be, told by its first bytes and not by its name. */
export const attachmentTypes = ['image/png', 'image/jpeg', 'application/pdf'] as const
export type AttachmentType = (typeof attachmentTypes)[number]

/** Bounds of evidence: bytes of one attachment, characters of a text, items of a case. */
export const evidenceBounds = { attachmentBytes: 524_288, textCharacters: 4_000, items: 40 } as const

/** One evidence item of a case, without its content. */
export type Evidence = {
  id: EvidenceId
  /** Id of the item in the schema it answers. */
  item: string
  kind: EvidenceItem['kind']
  by: UserId
  byName: string
  at: Instant
  /** Added after the person was let in (R11). */
  isLate: boolean
  /** SHA-256 of the content. */
  sha256: string
  size: number
  mediaType: 'text/plain' | AttachmentType
}

/** Ids of required items that nobody has given in time, in the schema's order (R4). */
export const missingEvidence = (schema: readonly EvidenceItem[], given: readonly Evidence[]): readonly string[] =>
  schema
    .filter(({ id, required }) => required && !given.some(({ item, isLate }) => item === id && !isLate))
    .map(({ id }) => id)

/** The schema that a case's terms name; undefined where the policy does not have it, and then nothing can be approved. */
export const evidenceSchemaOf = (policy: Policy, name: string | null): readonly EvidenceItem[] | undefined =>
  name === null ? [] : policy.evidence[name]

/** When an evidence reviewer opened each item that they accept; its SHA-256 stands in the history beside the review (R41). */
export const openingsDigestText = (openings: readonly { evidence: string; at: Instant }[]): string =>
  openings
    .map(({ evidence, at }) => `${evidence} ${at}`)
    .sort()
    .join('\n')

/** What an evidence reviewer decides about: each item by id and content. */
export const evidenceDigestText = (given: readonly { id: string; sha256: string }[]): string =>
  given
    .map(({ id, sha256 }) => `${id} ${sha256}`)
    .sort()
    .join('\n')
