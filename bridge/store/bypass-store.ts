import { sql } from 'kysely'
import { z } from 'zod'
import type { BypassStore } from '../app/review/record-bypasses.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, rowsOf } from './query.ts'

const lookRow = z.object({ looked_until: integerColumn })

/** What was seen of a realm's admin events; each act is claimed once, by whichever replica saw it first. */
export const createBypassStore = (executor: Executor): BypassStore => ({
  lookedUntil: async (realm) => {
    const [row] = await rowsOf(executor, lookRow, sql`select looked_until from admin_event_look where realm = ${realm}`)
    return row?.looked_until
  },

  // A look of another replica that came further stands.
  markLooked: async (realm, until) => {
    await countOf(
      executor,
      sql`insert into admin_event_look as known (realm, looked_until) values (${realm}, ${until})
        on conflict (realm) do update set looked_until =
          case when known.looked_until > excluded.looked_until then known.looked_until else excluded.looked_until end
        returning realm`,
    )
  },

  claim: async (realm, act, at) => {
    const claimed = await countOf(
      executor,
      sql`insert into bypass (realm, act, seen_at) values (${realm}, ${act}, ${at})
        on conflict do nothing returning act`,
    )
    return claimed === 1
  },
})
