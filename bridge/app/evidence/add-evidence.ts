import { whyNotApart } from '../../domain/approval/separation.ts'
import { isOpen, nextState } from '../../domain/case.ts'
import {
  type AttachmentType,
  attachmentTypes,
  evidenceBounds,
  evidenceSchemaOf,
  missingEvidence,
} from '../../domain/evidence.ts'
import type { CaseId, EvidenceId, RealmName } from '../../domain/ids.ts'
import type { Act } from '../../domain/policy/ceilings.ts'
import type { EvidenceItem } from '../../domain/policy/policy.ts'
import { type ActOnCase, type Matter, mayDo } from '../operations/act-on-case.ts'
import { type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor } from '../people-ports.ts'
import type { Clock, Ids, SecretBox, Transaction } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'

/** An item of the profile's schema: a text or a reference as it is, an attachment as its bytes. */
export type AddEvidenceAsk = { case: CaseId; item: string } & (
  | { text: string }
  /** `base64` is the text of exactly these bytes. */
  | { mediaType: AttachmentType; bytes: Uint8Array; base64: string }
)

export type AddedEvidence = {
  outcome: 'done'
  evidence: EvidenceId
  isLate: boolean
  missing: readonly string[]
  version: number
}

export type AddEvidenceDeps = {
  actOnCase: ActOnCase
  clock: Clock
  ids: Pick<Ids, 'evidence'>
  /** SHA-256 of bytes, as lower-case hexadecimal digits. */
  sha256OfBytes: (bytes: Uint8Array) => string
  secretBox: SecretBox
  recordChange: RecordChange
}

/** Where an item's content is kept; the associated data of its encryption (D01). */
export const evidencePlace = (realm: RealmName, id: CaseId, evidence: EvidenceId): readonly string[] => [
  'evidence',
  realm,
  id,
  evidence,
]

/**
 * Keeps an evidence item: of the schema, within bounds, hashed and sealed. What comes after the person was let in is
 * stamped `late` for ever (R11), and until then nothing is added to what was reviewed: that is what the case rests on. An attachment is what its first bytes say, whatever it is called.
 */
export const createAddEvidence = (deps: AddEvidenceDeps) => {
  return (actor: Actor, ask: AddEvidenceAsk): Promise<AddedEvidence | OperationRefusal> =>
    deps.actOnCase(actor, ask.case, async (tx, matter) => {
      if (!mayGive.some((act) => mayDo(matter, act))) return refuse('act_not_allowed')
      const apart = whyNotApart(actor.person, 'evidence_giver', matter.participants)
      if (apart !== undefined) return refuse('kept_apart', [apart])
      const { current, policy, terms } = matter
      if (nextState(current.state, 'add_evidence') === undefined) return refuse('case_over', [current.state])
      const schema = evidenceSchemaOf(policy, terms?.evidence ?? null) ?? []
      const wrong = whyMalformed(schema, ask)
      if (wrong !== undefined) return refuse('evidence_malformed', [wrong])
      const isLate = !isOpen(current.state) || current.state === 'granted'
      const review = isLate ? undefined : await tx.evidence.findReview(current.realm, current.id)
      if (review !== undefined) return refuse('evidence_malformed', ['already_reviewed'])
      const given = await tx.evidence.ofCase(current.realm, current.id)
      if (given.length >= evidenceBounds.items) return refuse('evidence_malformed', ['too_many_items'])
      return keep(tx, matter, ask, { schema, isLate })
    })

  async function keep(
    tx: Transaction,
    { current, actor }: Matter,
    ask: AddEvidenceAsk,
    { schema, isLate }: { schema: readonly EvidenceItem[]; isLate: boolean },
  ): Promise<AddedEvidence> {
    const { realm, id } = current
    const at = deps.clock()
    const { kind } = schema.find((one) => one.id === ask.item) ?? { kind: 'text' as const }
    const bytes = 'text' in ask ? new TextEncoder().encode(ask.text.trim()) : ask.bytes
    const evidence = deps.ids.evidence()
    const content = 'text' in ask ? ask.text.trim() : ask.base64
    const sha256 = deps.sha256OfBytes(bytes)
    const mediaType = 'text' in ask ? ('text/plain' as const) : ask.mediaType
    const { id: by, name, identity } = actor.person
    await tx.evidence.insert(realm, id, {
      id: evidence,
      item: ask.item,
      kind,
      by,
      byName: name,
      at,
      isLate,
      sha256,
      size: bytes.length,
      mediaType,
      content: deps.secretBox.seal(content, evidencePlace(realm, id, evidence)),
    })
    await tx.participants.note(realm, id, { part: 'evidence_giver', id: by, name, identity, at })
    const moved = await deps.recordChange(tx, current, 'add_evidence', {
      actor: `user:${by}`,
      facts: { evidence, item: ask.item, kind, sha256, size: bytes.length, mediaType, late: isLate },
    })
    const missing = missingEvidence(schema, await tx.evidence.ofCase(realm, id))
    return { outcome: 'done', evidence, isLate, missing, version: moved.version }
  }
}

const mayGive: readonly Act[] = ['approve', 'open-for-another', 'declare']

/** First bytes of each kind of attachment. */
const signatures: Readonly<Record<AttachmentType, readonly number[]>> = {
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'image/jpeg': [0xff, 0xd8, 0xff],
  'application/pdf': [0x25, 0x50, 0x44, 0x46, 0x2d],
}

const whyMalformed = (schema: readonly EvidenceItem[], ask: AddEvidenceAsk): string | undefined => {
  const item = schema.find(({ id }) => id === ask.item)
  if (item === undefined) return 'item'
  if ('text' in ask) {
    if (item.kind === 'attachment') return 'kind'
    const text = ask.text.trim()
    const isPlain = text.isWellFormed() && !/[\p{Cc}]/u.test(text.replaceAll(/[\n\t]/g, ' '))
    return text !== '' && text.length <= evidenceBounds.textCharacters && isPlain ? undefined : 'text'
  }
  if (item.kind !== 'attachment') return 'kind'
  if (ask.bytes.length === 0 || ask.bytes.length > evidenceBounds.attachmentBytes) return 'size'
  if (!attachmentTypes.includes(ask.mediaType)) return 'mediaType'
  return signatures[ask.mediaType].every((byte, index) => ask.bytes[index] === byte) ? undefined : 'content'
}

export type AddEvidence = ReturnType<typeof createAddEvidence>
