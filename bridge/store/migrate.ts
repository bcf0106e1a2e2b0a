import { sql } from 'kysely'
import { z } from 'zod'
import type { Clock } from '../app/ports.ts'
import type { Sha256 } from '../domain/history.ts'
import type { Database, Engine, Executor } from './database.ts'
import { integerColumn, rowsOf } from './query.ts'

/**
 * One step of the tables' history; forward only. Once released its statements never change: the database remembers
 * their hash.
 */
export type Migration = { number: number; name: string; statements: (engine: Engine) => readonly string[] }

export type MigrateDeps = { clock: Clock; sha256: Sha256 }

/** Any number that no other program in the same database uses for an advisory lock. */
export const migrationLock = 4_205_180_226

/**
 * Applies the migrations that are missing, each in a transaction of its own, so that an interrupted one leaves
 * nothing behind. Replicas that start together wait for one another.
 * @throws Error with a sentence, for a database that a newer version made or whose migrations were different ones
 */
export const migrate = async (
  database: Database,
  migrations: readonly Migration[],
  deps: MigrateDeps,
): Promise<void> => {
  while (await applyNext(database, migrations, deps)) {
    // One migration per turn.
  }
}

/** Applies the first missing migration; false where none is. */
const applyNext = (database: Database, migrations: readonly Migration[], deps: MigrateDeps): Promise<boolean> =>
  database.kysely.transaction().execute(async (transaction) => {
    // On SQLite every transaction begins as the only writer; here it has to wait for that.
    if (database.engine === 'postgres') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(transaction)
    const checksumOf = (migration: Migration) => deps.sha256(migration.statements(database.engine).join(';\n'))
    const applied = await readApplied(transaction, database.engine)
    for (const [index, { number, checksum }] of applied.entries()) {
      const known = migrations[index]
      if (known === undefined) {
        throw new Error(`The database was made by a newer version of the bridge: migration ${number} is unknown here.`)
      }
      if (known.number !== number || checksumOf(known) !== checksum) {
        throw new Error(`The database was made differently: migration ${number} is not the one this version has.`)
      }
    }
    const next = migrations[applied.length]
    if (next === undefined) return false
    for (const statement of next.statements(database.engine)) await sql.raw(statement).execute(transaction)
    await sql`insert into schema_migration (number, name, checksum, applied_at)
      values (${next.number}, ${next.name}, ${checksumOf(next)}, ${deps.clock()})`.execute(transaction)
    return true
  })

const appliedRow = z.object({ number: integerColumn, checksum: z.string() })

const readApplied = async (transaction: Executor, engine: Engine) => {
  const integer = engine === 'sqlite' ? 'integer' : 'bigint'
  const create = `create table if not exists schema_migration (
    number ${integer} primary key,
    name text not null,
    checksum text not null check (length(checksum) = 64),
    applied_at ${integer} not null
  )`
  await sql.raw(create).execute(transaction)
  return rowsOf(transaction, appliedRow, sql`select number, checksum from schema_migration order by number`)
}
