import { sql } from 'kysely'
import { z } from 'zod'
import type { PolicyHistoryEntry, PolicyHistoryStore, PolicyRecord } from '../app/policy/policy-ports.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { noPrevious, type Sha256 } from '../domain/history.ts'
import { asId } from '../domain/ids.ts'
import { chainPolicyEntry, policyEvents } from '../domain/policy/policy-history.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, jsonColumn, optionalColumn, rowsOf } from './query.ts'

const lastRow = z.object({ seq: integerColumn, hash: z.string() })

const entryRow = z
  .object({
    realm: z.string(),
    seq: integerColumn,
    at: integerColumn,
    event: z.enum(policyEvents),
    digest: optionalColumn(z.string()),
    actor: z.string(),
    facts: jsonColumn<PolicyRecord['facts']>(),
    previous: z.string(),
    hash: z.string(),
  })
  .transform(({ realm, ...row }): PolicyHistoryEntry => ({ realm: asId(realm), ...row }))

/** The append-only history of each realm's policy. Of two writers at once the key refuses one: case_conflict. */
export const createPolicyHistoryStore = (executor: Executor, { sha256 }: { sha256: Sha256 }): PolicyHistoryStore => ({
  append: async (record) => {
    const [last] = await rowsOf(
      executor,
      lastRow,
      sql`select seq, hash from policy_history where realm = ${record.realm} order by seq desc limit 1`,
    )
    const entry = chainPolicyEntry(sha256, {
      ...record,
      seq: (last?.seq ?? 0) + 1,
      previous: last?.hash ?? noPrevious,
    })
    await countOf(
      executor,
      sql`insert into policy_history (realm, seq, at, event, digest, actor, facts, previous, hash)
        values (${entry.realm}, ${entry.seq}, ${entry.at}, ${entry.event}, ${entry.digest ?? null}, ${entry.actor},
          ${canonicalJson(entry.facts)}, ${entry.previous}, ${entry.hash})
        returning seq`,
    )
    return entry
  },

  list: (realm) =>
    rowsOf(
      executor,
      entryRow,
      sql`select realm, seq, at, event, digest, actor, facts, previous, hash from policy_history
        where realm = ${realm} order by seq`,
    ),

  isEmpty: async (realm) =>
    (await countOf(executor, sql`select seq from policy_history where realm = ${realm} limit 1`)) === 0,
})
