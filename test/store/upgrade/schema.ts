import { sql } from 'kysely'
import { z } from 'zod'
import type { Database } from '../../../bridge/store/database.ts'

/** A value of a row, the same text on both engines: bytes are hexadecimal digits. */
export type Value = string | number | null | { hex: string }
export type Row = Readonly<Record<string, Value>>
/** A table as it stands: its columns in their order, and every row of it. */
export type Table = { columns: readonly string[]; rows: readonly Row[] }
/** Everything a database holds, by table; and the names of what guards it. */
export type Snapshot = { tables: ReadonlyMap<string, Table>; guards: readonly string[] }

const nameRow = z.object({ name: z.string() })

const namesOf = async ({ kysely }: Database, statement: string): Promise<readonly string[]> => {
  const { rows } = await sql.raw(statement).execute(kysely)
  return rows.map((row) => nameRow.parse(row).name)
}

export const tablesOf = (database: Database): Promise<readonly string[]> =>
  namesOf(
    database,
    database.engine === 'sqlite'
      ? `select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name`
      : `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  )

export const columnsOf = (database: Database, table: string): Promise<readonly string[]> =>
  namesOf(
    database,
    database.engine === 'sqlite'
      ? `select name from pragma_table_info('${table}') order by cid`
      : `select column_name as name from information_schema.columns
          where table_schema = 'public' and table_name = '${table}' order by ordinal_position`,
  )

/** Triggers, named indexes, and how many foreign keys a table has: what a rebuilt table loses if nobody thinks of it. */
const guardsOf = (database: Database): Promise<readonly string[]> =>
  namesOf(
    database,
    database.engine === 'sqlite'
      ? `select type || ' ' || name || ' on ' || tbl_name as name from sqlite_schema
          where type = 'trigger' or (type = 'index' and name not like 'sqlite%')
        union all select 'foreign key ' || row_number() over (partition by s.name) || ' of ' || s.name
          from sqlite_schema as s, pragma_foreign_key_list(s.name) where s.type = 'table' order by 1`
      : `select 'trigger ' || tgname || ' on ' || tgrelid::regclass as name from pg_trigger where not tgisinternal
        union all select 'index ' || indexname || ' on ' || tablename from pg_indexes
          where schemaname = 'public' and indexname not in (select conname from pg_constraint)
        union all select 'foreign key ' || row_number() over (partition by conrelid) || ' of ' || conrelid::regclass
          from pg_constraint where contype = 'f' order by 1`,
  )

const toValue = (value: unknown): Value => {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') }
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  throw new TypeError(`a column holds a ${typeof value}`)
}

/** Every row of a table, in an order that depends on nothing but the rows. */
export const rowsOfTable = async ({ kysely }: Database, table: string): Promise<readonly Row[]> => {
  const { rows } = await sql.raw<Record<string, unknown>>(`select * from ${table}`).execute(kysely)
  return rows
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toValue(value)])))
    .toSorted(byText)
}

const byText = (a: Row, b: Row): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

/** Reads everything. */
export const takeSnapshot = async (database: Database): Promise<Snapshot> => {
  const tables = new Map<string, Table>()
  for (const table of await tablesOf(database)) {
    tables.set(table, { columns: await columnsOf(database, table), rows: await rowsOfTable(database, table) })
  }
  return { tables, guards: await guardsOf(database) }
}

/** The rows with these columns only, in the order of `rowsOfTable`: to compare a table that has gained some. */
export const withColumns = (rows: readonly Row[], columns: readonly string[]): readonly Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? null]))).toSorted(byText)
