import { sql } from 'kysely'
import { z } from 'zod'
import type { Participant, ParticipantStore } from '../app/people-ports.ts'
import { parts } from '../domain/approval/separation.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId, type CaseId, type RealmName } from '../domain/ids.ts'
import type { Engine, Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const participantRow = z
  .object({
    part: z.enum(parts),
    person_id: z.string(),
    person_name: z.string(),
    identity: optionalColumn(z.string()),
    at: integerColumn,
  })
  .transform(
    (row): Participant => ({
      part: row.part,
      id: asId(row.person_id),
      name: row.person_name,
      identity: row.identity,
      at: row.at,
    }),
  )

const countRow = z.object({ count: integerColumn })
const heldRow = z.object({ held: z.boolean() })

/** Who was what on a case; append-only. The keys refuse the same person, or identity, a second time in one part. */
export const createParticipantStore = (executor: Executor, engine: Engine): ParticipantStore => {
  const insert = (realm: RealmName, id: CaseId, one: Participant, otherwise: string) =>
    countOf(
      executor,
      sql`insert into case_participant (realm, case_id, part, person_id, person_name, identity, at)
        values (${realm}, ${id}, ${one.part}, ${one.id}, ${one.name}, ${one.identity ?? null}, ${one.at})
        ${sql.raw(otherwise)} returning part`,
    )

  return {
    add: async (realm, id, participant) => {
      await insert(realm, id, participant, '')
    },

    note: async (realm, id, participant) => {
      await insert(realm, id, participant, 'on conflict do nothing')
    },

    ofCase: (realm, id) =>
      rowsOf(
        executor,
        participantRow,
        sql`select part, person_id, person_name, identity, at from case_participant
          where realm = ${realm} and case_id = ${id} order by at, part, person_id`,
      ),

    countSince: async (realm, { id, identity }, among, since) => {
      const isPerson =
        identity === undefined ? sql`person_id = ${id}` : sql`(person_id = ${id} or identity = ${identity})`
      const [row] = await rowsOf(
        executor,
        countRow,
        sql`select count(*) as count from case_participant
          where realm = ${realm} and ${isPerson} and at >= ${since} and part in (${sql.join(among)})`,
      )
      if (row === undefined) throw new BridgeError('internal')
      return row.count
    },

    // SQLite has one transaction at a time. Everybody holds in the same order, so that nobody waits in a circle.
    hold: async (realm, people) => {
      if (engine === 'sqlite') return
      const keys = people.flatMap(({ id, identity }) => [
        JSON.stringify([realm, 'account', id]),
        ...(identity === undefined ? [] : [JSON.stringify([realm, 'identity', identity])]),
      ])
      for (const key of [...new Set(keys)].toSorted()) {
        await rowsOf(executor, heldRow, sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0)) is null as held`)
      }
    },
  }
}
