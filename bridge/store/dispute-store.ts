import { sql } from 'kysely'
import { z } from 'zod'
import type { DeclaredOverride, DisputeStore } from '../app/people-ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, rowsOf } from './query.ts'

const wordRow = z.object({ realm: z.string(), case_id: z.string() })
const disputeRow = z.object({ user_id: z.string(), at: integerColumn })
const countRow = z.object({ count: integerColumn })
const freezeRow = z.object({ check_name: z.string(), frozen_at: integerColumn })
const declaredRow = z
  .object({
    realm: z.string(),
    case_id: z.string(),
    occurred_at: integerColumn,
    recorded_at: integerColumn,
    key_id: z.string(),
    account: z.instanceof(Uint8Array),
  })
  .transform(
    (row): DeclaredOverride => ({
      realm: asId(row.realm),
      case: asId(row.case_id),
      occurredAt: row.occurred_at,
      recordedAt: row.recorded_at,
      account: { keyId: row.key_id, box: row.account },
    }),
  )

/** What subjects and others say of fallbacks afterwards: disputes, frozen checks, overrides declared later. */
export const createDisputeStore = (executor: Executor): DisputeStore => ({
  addWord: async (realm, id, hash, expiresAt) => {
    await countOf(
      executor,
      sql`insert into dispute_word (hash, realm, case_id, expires_at)
        values (${hash}, ${realm}, ${id}, ${expiresAt}) returning hash`,
    )
  },

  findByWord: async (hash, now) => {
    const [row] = await rowsOf(
      executor,
      wordRow,
      sql`select realm, case_id from dispute_word where hash = ${hash} and expires_at > ${now}`,
    )
    return row === undefined ? undefined : { realm: asId(row.realm), case: asId(row.case_id) }
  },

  insert: async (realm, id, user, at) => {
    const inserted = await countOf(
      executor,
      sql`insert into dispute (realm, case_id, user_id, at) values (${realm}, ${id}, ${user}, ${at})
        on conflict do nothing returning case_id`,
    )
    return inserted === 1
  },

  find: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      disputeRow,
      sql`select user_id, at from dispute where realm = ${realm} and case_id = ${id}`,
    )
    return row === undefined ? undefined : { user: asId(row.user_id), at: row.at }
  },

  countSince: async (realm, user, since) => {
    const [row] = await rowsOf(
      executor,
      countRow,
      sql`select count(*) as count from dispute where realm = ${realm} and user_id = ${user} and at >= ${since}`,
    )
    if (row === undefined) throw new BridgeError('internal')
    return row.count
  },

  // A freeze never moves back.
  freeze: async (realm, user, check, at) => {
    await countOf(
      executor,
      sql`insert into check_freeze as known (realm, user_id, check_name, frozen_at)
        values (${realm}, ${user}, ${check}, ${at})
        on conflict (realm, user_id, check_name) do update set
          frozen_at = case when known.frozen_at > excluded.frozen_at then known.frozen_at else excluded.frozen_at end
        returning check_name`,
    )
  },

  frozenSince: async (realm, user) => {
    const rows = await rowsOf(
      executor,
      freezeRow,
      sql`select check_name, frozen_at from check_freeze where realm = ${realm} and user_id = ${user}`,
    )
    return Object.fromEntries(rows.map((row) => [row.check_name, row.frozen_at]))
  },

  declare: async ({ realm, case: id, occurredAt, recordedAt, account }) => {
    await countOf(
      executor,
      sql`insert into declared_override (realm, case_id, occurred_at, recorded_at, key_id, account)
        values (${realm}, ${id}, ${occurredAt}, ${recordedAt}, ${account.keyId}, ${account.box}) returning case_id`,
    )
  },

  findDeclared: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      declaredRow,
      sql`select realm, case_id, occurred_at, recorded_at, key_id, account from declared_override
        where realm = ${realm} and case_id = ${id}`,
    )
    return row
  },
})
