import { sql } from 'kysely'
import { z } from 'zod'
import type { OwnerStore } from '../app/policy/policy-ports.ts'
import type { Executor } from './database.ts'
import { countOf, rowsOf } from './query.ts'

const stateRow = z.object({ name: z.string(), state: z.enum(['enabled', 'disabled']) })

/** What Keycloak last said of the accounts of named owners (R10). What was seen later stands. */
export const createOwnerStore = (executor: Executor): OwnerStore => ({
  statesOf: async (realm) => {
    const rows = await rowsOf(executor, stateRow, sql`select name, state from owner_state where realm = ${realm}`)
    return Object.fromEntries(rows.map(({ name, state }) => [name, state]))
  },

  saveStates: async (realm, states, at) => {
    // In one order, so that two replicas that save at once wait for each other instead of blocking each other.
    const owners = Object.entries(states).toSorted(([a], [b]) => (a < b ? -1 : 1))
    const isGone =
      owners.length === 0 ? sql`` : sql`and name not in (${sql.join(owners.map(([name]) => sql`${name}`))})`
    await countOf(
      executor,
      sql`delete from owner_state where realm = ${realm} and seen_at <= ${at} ${isGone} returning name`,
    )
    for (const [name, state] of owners) {
      await countOf(
        executor,
        sql`insert into owner_state as known (realm, name, state, seen_at) values (${realm}, ${name}, ${state}, ${at})
          on conflict (realm, name) do update set state = excluded.state, seen_at = excluded.seen_at
            where known.seen_at <= excluded.seen_at
          returning name`,
      )
    }
  },
})
