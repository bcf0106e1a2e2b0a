import { sql } from 'kysely'
import { z } from 'zod'
import type { EvidenceOpening, EvidenceReview, EvidenceStore, SealedEvidence } from '../app/people-ports.ts'
import { attachmentTypes, type Evidence } from '../domain/evidence.ts'
import { asId, type EvidenceId } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const evidenceMembers = {
  id: z.string(),
  item: z.string(),
  kind: z.enum(['text', 'reference', 'attachment']),
  person_id: z.string(),
  person_name: z.string(),
  at: integerColumn,
  is_late: integerColumn,
  sha256: z.string(),
  size: integerColumn,
  media_type: z.enum(['text/plain', ...attachmentTypes]),
}

const evidenceOf = (row: z.output<z.ZodObject<typeof evidenceMembers>>): Evidence => ({
  id: asId(row.id),
  item: row.item,
  kind: row.kind,
  by: asId(row.person_id),
  byName: row.person_name,
  at: row.at,
  isLate: row.is_late === 1,
  sha256: row.sha256,
  size: row.size,
  mediaType: row.media_type,
})

const evidenceRow = z.object(evidenceMembers).transform(evidenceOf)
const sealedRow = z.object({ ...evidenceMembers, key_id: z.string(), content: z.instanceof(Uint8Array) }).transform(
  (row): SealedEvidence => ({
    ...evidenceOf(row),
    content: { keyId: row.key_id, box: row.content },
  }),
)

const reviewRow = z
  .object({
    realm: z.string(),
    case_id: z.string(),
    person_id: z.string(),
    person_name: z.string(),
    identity: optionalColumn(z.string()),
    verdict: z.enum(['accept', 'refuse']),
    evidence_digest: z.string(),
    reason: z.string(),
    acr: optionalColumn(z.string()),
    auth_time: integerColumn,
    token: z.string(),
    at: integerColumn,
  })
  .transform(
    (row): EvidenceReview => ({
      realm: asId(row.realm),
      case: asId(row.case_id),
      id: asId(row.person_id),
      name: row.person_name,
      identity: row.identity,
      verdict: row.verdict,
      evidenceDigest: row.evidence_digest,
      reason: row.reason,
      acr: row.acr,
      authTime: row.auth_time,
      token: row.token,
      at: row.at,
    }),
  )

const openingRow = z
  .object({ evidence_id: z.string(), person_id: z.string(), at: integerColumn })
  .transform((row): EvidenceOpening => ({ evidence: asId(row.evidence_id), person: asId(row.person_id), at: row.at }))

const idRow = z.object({ id: z.string() })
const columns = sql.raw('id, item, kind, person_id, person_name, at, is_late, sha256, size, media_type')

/** Evidence items, who opened them, and the evidence review; append-only, contents sealed. */
export const createEvidenceStore = (executor: Executor): EvidenceStore => ({
  insert: async (realm, id, one) => {
    await countOf(
      executor,
      sql`insert into evidence_item (realm, case_id, ${columns}, key_id, content)
        values (${realm}, ${id}, ${one.id}, ${one.item}, ${one.kind}, ${one.by}, ${one.byName}, ${one.at},
          ${one.isLate ? 1 : 0}, ${one.sha256}, ${one.size}, ${one.mediaType}, ${one.content.keyId}, ${one.content.box})
        returning id`,
    )
  },

  ofCase: (realm, id) =>
    rowsOf(
      executor,
      evidenceRow,
      sql`select ${columns} from evidence_item where realm = ${realm} and case_id = ${id} order by at, id`,
    ),

  find: async (realm, id, evidence) => {
    const [row] = await rowsOf(
      executor,
      sealedRow,
      sql`select ${columns}, key_id, content from evidence_item
        where realm = ${realm} and case_id = ${id} and id = ${evidence}`,
    )
    return row
  },

  noteOpening: async (realm, evidence, person, at) => {
    await countOf(
      executor,
      sql`insert into evidence_opening (realm, evidence_id, person_id, at)
        values (${realm}, ${evidence}, ${person}, ${at}) on conflict do nothing returning evidence_id`,
    )
  },

  openings: (realm, id) =>
    rowsOf(
      executor,
      openingRow,
      sql`select opening.evidence_id, opening.person_id, opening.at from evidence_opening as opening
        join evidence_item as item on item.realm = opening.realm and item.id = opening.evidence_id
        where item.realm = ${realm} and item.case_id = ${id}
        order by opening.at, opening.evidence_id, opening.person_id`,
    ),

  openedBy: async (realm, id, person) => {
    const rows = await rowsOf(
      executor,
      idRow,
      sql`select item.id from evidence_opening as opening
        join evidence_item as item on item.realm = opening.realm and item.id = opening.evidence_id
        where item.realm = ${realm} and item.case_id = ${id} and opening.person_id = ${person}`,
    )
    return rows.map((row) => asId<EvidenceId>(row.id))
  },

  insertReview: async (one) => {
    await countOf(
      executor,
      sql`insert into evidence_review (realm, case_id, person_id, person_name, identity, verdict, evidence_digest,
          reason, acr, auth_time, token, at)
        values (${one.realm}, ${one.case}, ${one.id}, ${one.name}, ${one.identity ?? null}, ${one.verdict},
          ${one.evidenceDigest}, ${one.reason}, ${one.acr ?? null}, ${one.authTime}, ${one.token}, ${one.at})
        returning case_id`,
    )
  },

  findReview: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      reviewRow,
      sql`select realm, case_id, person_id, person_name, identity, verdict, evidence_digest, reason, acr, auth_time,
          token, at from evidence_review where realm = ${realm} and case_id = ${id}`,
    )
    return row
  },
})
