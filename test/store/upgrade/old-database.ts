import { sql } from 'kysely'
import type { Database } from '../../../bridge/store/database.ts'
import { migrate } from '../../../bridge/store/migrate.ts'
import { migrations } from '../../../bridge/store/migrations/all.ts'
import { openPostgres } from '../../../bridge/store/open-postgres.ts'
import { openSqlite } from '../../../bridge/store/open-sqlite.ts'
import { openDeps, type TestEngine } from '../../support/each-engine.ts'
import { columnsOf, type Row, tablesOf, type Value } from './schema.ts'
import { readRows } from './stored-rows.ts'

/** Opens a database as it is, without migrating it. */
export const openAsItIs = (url: string): Promise<Database> | Database =>
  url.startsWith('sqlite:') ? openSqlite(url.slice('sqlite:'.length)) : openPostgres(url, openDeps, 10_000)

/** Brings a database up to this migration and no further, as the version did whose newest it was. */
export const migrateTo = (database: Database, migration: number): Promise<void> =>
  migrate(database, migrations.slice(0, migration), openDeps)

/**
 * A database as the version left it whose newest migration was this one, with stored rows in every table; gives its URL.
 */
export const createOldDatabase = async (engine: TestEngine, migration: number): Promise<string> => {
  const url = await engine.createUrl()
  const database = await openAsItIs(url)
  try {
    const { writtenAt, rows } = readRows(migration, migrations.length)
    await migrateTo(database, Math.min(writtenAt, migration))
    const columns = new Map<string, readonly string[]>()
    for (const table of await tablesOf(database)) columns.set(table, await columnsOf(database, table))
    await database.kysely.transaction().execute(async (transaction) => {
      for (const { table, row } of rows) {
        // Rows of a later version: only what this one had.
        const known = columns.get(table)
        if (known !== undefined) await insert(database.engine, table, known, row).execute(transaction)
      }
      if (database.engine === 'postgres') {
        await sql`select setval(pg_get_serial_sequence('job', 'id'), (select max(id) from job))`.execute(transaction)
      }
    })
    await migrateTo(database, migration)
    return url
  } finally {
    await database.close()
  }
}

const insert = (engine: Database['engine'], table: string, known: readonly string[], row: Row) => {
  const names = known.filter((name) => row[name] !== undefined)
  // The numbers of jobs are given by the database; these rows bring theirs.
  const overriding = engine === 'postgres' ? sql`overriding system value` : sql``
  return sql`insert into ${sql.table(table)} (${sql.join(names.map((name) => sql.ref(name)))}) ${overriding}
    values (${sql.join(names.map((name) => sql`${toParameter(row[name] ?? null)}`))})`
}

const toParameter = (value: Value): string | number | Buffer | null =>
  value !== null && typeof value === 'object' ? Buffer.from(value.hex, 'hex') : value
