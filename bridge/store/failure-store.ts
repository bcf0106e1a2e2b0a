import { sql } from 'kysely'
import { z } from 'zod'
import type { FailureStore } from '../app/pattern/pattern-ports.ts'
import type { Dimension } from '../domain/pattern/dimension.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const countRow = z.object({ value: z.string(), failures: integerColumn, people: integerColumn })
const classRow = z.object({ class: z.string(), failures: integerColumn })
const realmRow = z.object({ realm: optionalColumn(z.string()) })
const firstRow = z.object({ began: integerColumn, counted: optionalColumn(integerColumn) })
/** Number of the migration that brought the table. */
const tableSince = 6

const columns: Readonly<Record<Dimension, string>> = {
  user: 'user_id',
  device_model: 'device_model',
  authenticator_model: 'authenticator_model',
  site: 'site',
  software_version: 'software_version',
  time_band: 'time_band',
}
const columnOf = (dimension: Dimension) => sql.ref(columns[dimension])

const dayMs = 86_400_000

/** Failures of biometric checks, one row a login, by whatever they are counted by. */
export const createFailureStore = (executor: Executor): FailureStore => ({
  record: async ({ realm, user, session, failedAt, seenAt, class: failureClass, places }, mostInDay) => {
    const inDay = sql`select count(*) from failure
      where realm = ${realm} and user_id = ${user} and seen_at > ${seenAt - dayMs}`
    await countOf(
      executor,
      sql`insert into failure (realm, user_id, session, failed_at, seen_at, class, device_model, authenticator_model,
          site, software_version, time_band)
        select cast(${realm} as text), cast(${user} as text), cast(${session} as text), cast(${failedAt} as bigint),
          cast(${seenAt} as bigint), cast(${failureClass} as text), cast(${places.device_model ?? null} as text),
          cast(${places.authenticator_model ?? null} as text), cast(${places.site ?? null} as text),
          cast(${places.software_version ?? null} as text), cast(${places.time_band} as text)
        where (${inDay}) < ${mostInDay}
        on conflict do nothing returning realm`,
    )
  },

  countBy: async (realm, dimension, { since, until, values, most }) => {
    if (values?.length === 0) return []
    const column = columnOf(dimension)
    const only = values === undefined ? sql`is not null` : sql`in (${sql.join(values)})`
    return rowsOf(
      executor,
      countRow,
      sql`select ${column} as value, count(*) as failures, count(distinct user_id) as people from failure
        where realm = ${realm} and seen_at >= ${since} and seen_at < ${until} and ${column} ${only}
        group by ${column} order by count(*) desc, ${column} limit ${most}`,
    )
  },

  pageOver: (realm, dimension, { since, until, failures, people, after, most }) => {
    const column = columnOf(dimension)
    const last = sql`select one.value, max(one.until) as looked_at, count(review.id) as waiting
      from failure_pattern as one
      left join review on review.realm = one.realm and review.case_id = one.case_id and review.reason = 'pattern'
        and review.done_at is null
      where one.realm = ${realm} and one.dimension = ${dimension} group by one.value`
    return rowsOf(
      executor,
      countRow,
      sql`select ${column} as value, count(*) as failures, count(distinct user_id) as people from failure
        left join (${last}) as last on last.value = ${column}
        where realm = ${realm} and seen_at >= ${since} and seen_at < ${until}
          and ${column} ${after === undefined ? sql`is not null` : sql`> ${after}`}
          and (last.value is null or (last.waiting = 0 and seen_at >= last.looked_at))
        group by ${column} having count(*) >= ${failures} and count(distinct user_id) >= ${people}
        order by ${column} limit ${most}`,
    )
  },

  classesOf: async (realm, dimension, value, { since, until }) => {
    const rows = await rowsOf(
      executor,
      classRow,
      sql`select class, count(*) as failures from failure
        where realm = ${realm} and seen_at >= ${since} and seen_at < ${until} and ${columnOf(dimension)} = ${value}
        group by class order by class`,
    )
    return Object.fromEntries(rows.map((row) => [row.class, row.failures]))
  },

  countedSince: async (realm) => {
    const [row] = await rowsOf(
      executor,
      firstRow,
      sql`select applied_at as began, (select min(at) from (
            select min(seen_at) as at from failure where realm = ${realm}
            union all select min(at) from policy_history where realm = ${realm} and event = 'activated') as signs
          ) as counted
        from schema_migration where number = ${tableSince}`,
    )
    return row?.counted === undefined ? undefined : Math.max(row.began, row.counted)
  },

  sweep: async (before, most) => {
    let left = most
    // Realm by realm, as the index by time has them: also of a realm that is served no more.
    for (let realm = await realmAfter(executor, ''); realm !== undefined; realm = await realmAfter(executor, realm)) {
      const last = sql`select seen_at from failure where realm = ${realm} and seen_at < ${before}
        order by seen_at limit 1 offset ${left - 1}`
      left -= await countOf(
        executor,
        sql`delete from failure
          where realm = ${realm} and seen_at < ${before} and seen_at <= coalesce((${last}), ${before}) returning realm`,
      )
      if (left <= 0) break
    }
    return most - left
  },
})

const realmAfter = async (executor: Executor, realm: string): Promise<string | undefined> => {
  const [row] = await rowsOf(executor, realmRow, sql`select min(realm) as realm from failure where realm > ${realm}`)
  return row?.realm
}
