import { sql } from 'kysely'
import { z } from 'zod'
import { type NoticeFacts, noticeKinds } from '../app/notice/notice.ts'
import type { NoticeRow, NoticeStore, NoticeTrace } from '../app/notice/notice-outbox.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { asId, type UserId } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, jsonColumn, optionalColumn, rowsOf } from './query.ts'

const recipients = z.union([
  z.object({ users: z.array(z.string().transform((id) => asId<UserId>(id))) }),
  z.object({ group: z.string() }),
  z.object({ security: z.literal(true) }),
])

const noticeRow = z
  .object({
    realm: z.string(),
    id: z.string(),
    case_id: optionalColumn(z.string()),
    kind: z.enum(noticeKinds),
    channel: z.enum(['mail', 'webhook']),
    recipient: jsonColumn<unknown>().pipe(recipients),
    facts: jsonColumn<NoticeFacts>(),
    word_key_id: optionalColumn(z.string()),
    word: optionalColumn(z.instanceof(Uint8Array)),
    at: integerColumn,
    state: z.enum(['due', 'sent', 'refused', 'unaddressed']),
  })
  .transform(
    (row): NoticeRow => ({
      id: row.id,
      realm: asId(row.realm),
      case: row.case_id === undefined ? undefined : asId(row.case_id),
      kind: row.kind,
      channel: row.channel,
      to: row.recipient,
      facts: row.facts,
      at: row.at,
      state: row.state,
      word:
        row.word === undefined || row.word_key_id === undefined ? undefined : { keyId: row.word_key_id, box: row.word },
    }),
  )

const traceRow = z
  .object({
    id: z.string(),
    kind: z.enum(noticeKinds),
    channel: z.enum(['mail', 'webhook']),
    at: integerColumn,
    state: z.enum(['due', 'sent', 'refused', 'unaddressed']),
    settled_at: optionalColumn(integerColumn),
  })
  .transform(({ settled_at, ...row }): NoticeTrace => ({ ...row, settledAt: settled_at }))

/** Notices on their way; the key `dedupe` lets each be kept once. */
export const createNoticeStore = (executor: Executor): NoticeStore => ({
  insert: async (one) => {
    const inserted = await countOf(
      executor,
      sql`insert into notice (realm, id, case_id, kind, channel, recipient, facts, word_key_id, word, dedupe, at, state)
        values (${one.realm}, ${one.id}, ${one.case ?? null}, ${one.kind}, ${one.channel},
          ${JSON.stringify(one.to)}, ${canonicalJson(one.facts)}, ${one.word?.keyId ?? null}, ${one.word?.box ?? null},
          ${one.dedupe}, ${one.at}, 'due')
        on conflict (realm, dedupe) do nothing returning id`,
    )
    return inserted === 1
  },

  find: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      noticeRow,
      sql`select realm, id, case_id, kind, channel, recipient, facts, word_key_id, word, at, state from notice
        where realm = ${realm} and id = ${id}`,
    )
    return row
  },

  ofCase: (realm, id) =>
    rowsOf(
      executor,
      traceRow,
      sql`select id, kind, channel, at, state, settled_at from notice
        where realm = ${realm} and case_id = ${id} order by at, id`,
    ),

  // The word is of no use once it was sent.
  mark: async (realm, id, state, at) => {
    await countOf(
      executor,
      sql`update notice set state = ${state}, settled_at = ${at}, word = null, word_key_id = null
        where realm = ${realm} and id = ${id} and state = 'due' returning id`,
    )
  },
})
