import { sql } from 'kysely'
import { z } from 'zod'
import type { Job, JobKind, JobStore } from '../app/ports.ts'
import { asId } from '../domain/ids.ts'
import type { Engine, Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const jobKinds = [
  'deliver_event',
  'read_back_event',
  'expire_case',
  'confirm_session',
  'end_session',
  'unratify_case',
  'send_notice',
] as const satisfies readonly JobKind[]

const jobRow = z
  .object({
    id: integerColumn,
    kind: z.enum(jobKinds),
    realm: z.string(),
    lane: z.string(),
    about: z.string(),
    due_at: integerColumn,
    attempts: integerColumn,
  })
  .transform(({ id, due_at, realm, ...row }): Job => ({ ...row, id: String(id), realm: asId(realm), dueAt: due_at }))

const nextRow = z.object({ next: optionalColumn(integerColumn) })

/** Only the oldest job of a lane is at its head; one that waits, or runs elsewhere, holds up those behind it. */
const isHead = sql`not exists (select 1 from job as earlier
  where earlier.realm = job.realm and earlier.lane = job.lane and earlier.id < job.id)`

/** Work that survives a crash: a lease that ran out, its worker dead or slow, can be taken by another. */
export const createJobStore = (executor: Executor, engine: Engine): JobStore => ({
  add: async ({ kind, realm, lane, about, dueAt }) => {
    await countOf(
      executor,
      sql`insert into job (kind, realm, lane, about, due_at, attempts)
        values (${kind}, ${realm}, ${lane}, ${about}, ${dueAt}, 0) returning id`,
    )
  },

  lease: async (now, owner, leaseUntil, count) => {
    // Replicas pass over rows another one is just taking; SQLite has one writer and knows no such clause.
    const passOver = engine === 'postgres' ? sql`for update skip locked` : sql``
    const leased = await rowsOf(
      executor,
      jobRow,
      sql`with due as materialized (
          select id from job where due_at <= ${now} and (lease_until is null or lease_until <= ${now}) and ${isHead}
          order by due_at, id limit ${count} ${passOver})
        update job set lease_owner = ${owner}, lease_until = ${leaseUntil}, attempts = attempts + 1
        where id in (select id from due)
        returning id, kind, realm, lane, about, due_at, attempts`,
    )
    return leased.toSorted((a, b) => a.dueAt - b.dueAt || Number(a.id) - Number(b.id))
  },

  done: async (id, owner) => {
    await countOf(executor, sql`delete from job where id = ${Number(id)} and lease_owner = ${owner} returning id`)
  },

  retry: async (id, owner, dueAt) => {
    await countOf(
      executor,
      sql`update job set lease_owner = null, lease_until = null, due_at = ${dueAt}
        where id = ${Number(id)} and lease_owner = ${owner} returning id`,
    )
  },

  nextDue: async () => {
    // A leased job falls due again when its lease runs out; a job behind another has no time of its own.
    const [row] = await rowsOf(
      executor,
      nextRow,
      sql`select min(case when lease_until > due_at then lease_until else due_at end) as next from job where ${isHead}`,
    )
    return row?.next
  },
})
