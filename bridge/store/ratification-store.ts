import { sql } from 'kysely'
import { z } from 'zod'
import type { Ratification, RatificationStore } from '../app/people-ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const ratificationRow = z
  .object({
    realm: z.string(),
    case_id: z.string(),
    group_path: z.string(),
    due_at: integerColumn,
    state: z.enum(['pending', 'ratified', 'refused', 'lapsed']),
    person_id: optionalColumn(z.string()),
  })
  .transform(
    (row): Ratification => ({
      realm: asId(row.realm),
      case: asId(row.case_id),
      group: row.group_path,
      dueAt: row.due_at,
      state: row.state,
      by: row.person_id === undefined ? undefined : asId(row.person_id),
    }),
  )

/** Grants that somebody must ratify afterwards; each is settled once. */
export const createRatificationStore = (executor: Executor): RatificationStore => ({
  insert: async (realm, id, group, dueAt) => {
    await countOf(
      executor,
      sql`insert into ratification (realm, case_id, group_path, due_at, state)
        values (${realm}, ${id}, ${group}, ${dueAt}, 'pending') returning case_id`,
    )
  },

  find: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      ratificationRow,
      sql`select realm, case_id, group_path, due_at, state, person_id from ratification
        where realm = ${realm} and case_id = ${id}`,
    )
    return row
  },

  settle: async (realm, id, { state, by, at }) => {
    const settled = await countOf(
      executor,
      sql`update ratification set state = ${state}, person_id = ${by ?? null}, settled_at = ${at}
        where realm = ${realm} and case_id = ${id} and state = 'pending' returning case_id`,
    )
    if (settled !== 1) throw new BridgeError('case_conflict')
  },
})
