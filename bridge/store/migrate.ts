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

/**
 * Does nothing to a database whose tables are those of this version.
 * @throws Error with a sentence otherwise
 */
export const refuseUnmigrated = async (
  database: Database,
  migrations: readonly Migration[],
  deps: MigrateDeps,
): Promise<void> => {
  const next = await database.kysely
    .transaction()
    .execute((transaction) => findNext(transaction, database, migrations, deps))
  if (next !== undefined) {
    throw new Error('The database has not the tables of this version yet: start the bridge of this version first.')
  }
}

/** Applies the first missing migration; false where none is. */
const applyNext = (database: Database, migrations: readonly Migration[], deps: MigrateDeps): Promise<boolean> =>
  database.kysely.transaction().execute(async (transaction) => {
    const next = await findNext(transaction, database, migrations, deps)
    if (next === undefined) return false
    const { checksumOf } = next
    for (const statement of next.migration.statements(database.engine)) await sql.raw(statement).execute(transaction)
    await sql`insert into schema_migration (number, name, checksum, applied_at)
      values (${next.migration.number}, ${next.migration.name}, ${checksumOf(next.migration)}, ${deps.clock()})`.execute(
      transaction,
    )
    return true
  })

/** The first missing migration, after those that were applied are found to be this version's own. */
const findNext = async (
  transaction: Executor,
  { engine }: Database,
  migrations: readonly Migration[],
  { sha256 }: MigrateDeps,
) => {
  // On SQLite every transaction begins as the only writer; here it has to wait for that.
  if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(transaction)
  const checksumOf = (migration: Migration) => sha256(migration.statements(engine).join(';\n'))
  const applied = await readApplied(transaction, engine)
  for (const [index, { number, checksum }] of applied.entries()) {
    const known = migrations[index]
    if (known === undefined) {
      throw new Error(
        `The database was made by a newer version of the bridge: migration ${number} is unknown here. ` +
          'Start that version, or restore the backup made before the upgrade.',
      )
    }
    if (known.number !== number || checksumOf(known) !== checksum) {
      throw new Error(`The database was made differently: migration ${number} is not the one this version has.`)
    }
  }
  const migration = migrations[applied.length]
  return migration === undefined ? undefined : { migration, checksumOf }
}

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
