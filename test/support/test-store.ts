import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { UnitOfWork } from '../../bridge/app/ports.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import type { Database, Engine } from '../../bridge/store/database.ts'
import { openDatabase } from '../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'

/** A fresh database of a test's own, on SQLite, or on PostgreSQL where the environment says TEST_ENGINE=postgres. */
export type TestStore = {
  unitOfWork: UnitOfWork
  database: Database
  url: string
  /** Events of all histories, in the order of their writing. */
  historyEvents: () => Promise<readonly string[]>
  close: () => Promise<void>
}

/** When its tables were made: before whatever a test puts into them. */
const tablesAt = 1_600_000_000_000

const log = { info: () => {}, warn: () => {}, error: () => {} }

/** Opens it; `on` is the URL of another test store to share, which only PostgreSQL can. */
export const openTestStore = async (engine: Engine = engineOfRun(), on?: string): Promise<TestStore> => {
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-'))
  const url = on ?? (await urlOf(engine, folder))
  const database = await openDatabase(url, { sha256, clock: () => tablesAt, log })
  return {
    unitOfWork: createUnitOfWork(database, { sha256 }),
    database,
    url,
    historyEvents: async () => {
      const { rows } = await sql<{ event: string }>`select event from case_history order by at, seq`.execute(
        database.kysely,
      )
      return rows.map((row) => row.event)
    },
    close: async () => {
      await database.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const engineOfRun = (): Engine => (process.env['TEST_ENGINE'] === 'postgres' ? 'postgres' : 'sqlite')

const urlOf = async (engine: Engine, folder: string): Promise<string> => {
  if (engine === 'sqlite') return `sqlite:${join(folder, 'bridge.db')}`
  const { sharedPostgres } = await import('./postgres.ts')
  return (await sharedPostgres()).createDatabase()
}
