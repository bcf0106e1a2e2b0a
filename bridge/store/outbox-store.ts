import { sql } from 'kysely'
import { z } from 'zod'
import type { OutboxRow, OutboxState, OutboxStore } from '../app/ports.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId } from '../domain/ids.ts'
import { type OverrideEvent, overrideEventNames } from '../domain/override-event.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, jsonColumn, optionalColumn, rowsOf } from './query.ts'

const outboxStates = ['due', 'written', 'confirmed', 'parked'] as const satisfies readonly OutboxState[]

const eventRow = z
  .object({
    realm: z.string(),
    id: z.string(),
    case_id: z.string(),
    user_id: z.string(),
    name: z.enum(overrideEventNames),
    at: integerColumn,
    representation: jsonColumn<OverrideEvent['representation']>(),
    state: z.enum(outboxStates),
    written_at: optionalColumn(integerColumn),
  })
  .transform(
    (row): OutboxRow => ({
      id: asId(row.id),
      realm: asId(row.realm),
      case: asId(row.case_id),
      user: asId(row.user_id),
      name: row.name,
      at: row.at,
      representation: row.representation,
      state: row.state,
      writtenAt: row.written_at,
    }),
  )

const summaryRow = z.object({ state: z.enum(outboxStates), count: integerColumn, oldest: integerColumn })

/** Override events on their way to Keycloak (I7). A confirmed one never changes again. */
export const createOutboxStore = (executor: Executor): OutboxStore => ({
  insert: async (event) => {
    await countOf(
      executor,
      sql`insert into override_event (realm, id, case_id, user_id, name, at, representation, state)
        values (${event.realm}, ${event.id}, ${event.case}, ${event.user}, ${event.name}, ${event.at},
          ${canonicalJson(event.representation)}, 'due')
        returning id`,
    )
  },

  find: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      eventRow,
      sql`select realm, id, case_id, user_id, name, at, representation, state, written_at from override_event
        where realm = ${realm} and id = ${id}`,
    )
    return row
  },

  ofCase: (realm, id) =>
    rowsOf(
      executor,
      eventRow,
      sql`select realm, id, case_id, user_id, name, at, representation, state, written_at from override_event
        where realm = ${realm} and case_id = ${id} order by at, id`,
    ),

  // A late worker's mark on a confirmed event changes nothing: jobs may run twice.
  mark: async (realm, id, state, at) => {
    const found = await countOf(
      executor,
      sql`update override_event set
          state = case when state = 'confirmed' then state else ${state} end,
          written_at = case when state = 'confirmed' then written_at else ${writtenAt(state, at)} end,
          confirmed_at = case when state = 'confirmed' then confirmed_at else ${confirmedAt(state, at)} end
        where realm = ${realm} and id = ${id} returning id`,
    )
    if (found !== 1) throw new BridgeError('internal')
  },

  summary: async () => {
    const rows = await rowsOf(
      executor,
      summaryRow,
      sql`select state, count(*) as count, min(at) as oldest from override_event
        where state <> 'confirmed' group by state`,
    )
    const count = (state: OutboxState) => rows.find((row) => row.state === state)?.count ?? 0
    return {
      due: count('due'),
      written: count('written'),
      parked: count('parked'),
      oldestUnconfirmedAt: rows.length === 0 ? undefined : Math.min(...rows.map((row) => row.oldest)),
    }
  },
})

/** Set by `written`, taken back by `due` (it was not there after all), kept by the others. */
const writtenAt = (state: OutboxState, at: number) => {
  switch (state) {
    case 'written':
      return sql`${at}`
    case 'due':
      return sql`null`
    case 'confirmed':
    case 'parked':
      return sql`written_at`
  }
}

const confirmedAt = (state: OutboxState, at: number) => (state === 'confirmed' ? sql`${at}` : sql`null`)
