import { sql } from 'kysely'
import { z } from 'zod'
import type { HistoryStore } from '../app/ports.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { chainEntry, noPrevious, type Sha256 } from '../domain/history.ts'
import type { Executor } from './database.ts'
import { readHistory } from './history-reader.ts'
import { countOf, integerColumn, rowsOf } from './query.ts'

const lastRow = z.object({ seq: integerColumn, hash: z.string() })

/**
 * The append-only histories of cases. Whoever appends has written the case in the same transaction and so holds its
 * row; should two writers meet all the same, the key refuses the second: case_conflict.
 */
export const createHistoryStore = (executor: Executor, { sha256 }: { sha256: Sha256 }): HistoryStore => ({
  append: async (record) => {
    const [last] = await rowsOf(
      executor,
      lastRow,
      sql`select seq, hash from case_history where realm = ${record.realm} and case_id = ${record.case}
        order by seq desc limit 1`,
    )
    const { seq, hash, ...entry } = chainEntry(sha256, {
      ...record,
      seq: (last?.seq ?? 0) + 1,
      previous: last?.hash ?? noPrevious,
    })
    await countOf(
      executor,
      sql`insert into case_history (realm, case_id, seq, at, event, state, actor, facts, previous, hash)
        values (${entry.realm}, ${entry.case}, ${seq}, ${entry.at}, ${entry.event}, ${entry.state}, ${entry.actor},
          ${canonicalJson(entry.facts)}, ${entry.previous}, ${hash})
        returning seq`,
    )
    return { seq, hash }
  },

  list: (realm, id) => readHistory(executor, realm, id),
})
