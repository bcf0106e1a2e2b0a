import { sql } from 'kysely'
import { z } from 'zod'
import type { Subject, SubjectStore } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId, type RealmName, type UserId } from '../domain/ids.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const subjectRow = z
  .object({
    realm: z.string(),
    user_id: z.string(),
    failures_since_success: integerColumn,
    failures_since_lock: integerColumn,
    locked_until: optionalColumn(integerColumn),
  })
  .transform(
    (row): Subject => ({
      realm: asId(row.realm),
      user: asId(row.user_id),
      failuresSinceSuccess: row.failures_since_success,
      failuresSinceLock: row.failures_since_lock,
      lockedUntil: row.locked_until,
    }),
  )

/** The counters of users. Each change is one statement, so that none is lost between a read and a write (B12). */
export const createSubjectStore = (executor: Executor): SubjectStore => ({
  // Writing a row, even with its own values, holds it until the transaction ends.
  lock: (realm, user) => upsert(executor, realm, user, 0),

  countAttempt: (realm, user) => upsert(executor, realm, user, 1),

  // An earlier, longer lock stands.
  lockUntil: async (realm, user, until) => {
    const locked = await countOf(
      executor,
      sql`update subject set failures_since_lock = 0,
          locked_until = case when locked_until > ${until} then locked_until else ${until} end
        where realm = ${realm} and user_id = ${user} returning user_id`,
    )
    if (locked !== 1) throw new BridgeError('internal')
  },

  clearFailures: async (realm, user) => {
    await countOf(
      executor,
      sql`update subject set failures_since_success = 0, failures_since_lock = 0, locked_until = null
        where realm = ${realm} and user_id = ${user} returning user_id`,
    )
  },
})

const upsert = async (executor: Executor, realm: RealmName, user: UserId, counted: 0 | 1): Promise<Subject> => {
  const [row] = await rowsOf(
    executor,
    subjectRow,
    sql`insert into subject as known (realm, user_id, failures_since_success, failures_since_lock)
      values (${realm}, ${user}, ${counted}, ${counted})
      on conflict (realm, user_id) do update set
        failures_since_success = known.failures_since_success + excluded.failures_since_success,
        failures_since_lock = known.failures_since_lock + excluded.failures_since_lock
      returning realm, user_id, failures_since_success, failures_since_lock, locked_until`,
  )
  if (row === undefined) throw new BridgeError('internal')
  return row
}
