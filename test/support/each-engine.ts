import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe } from 'node:test'
import type { Log, Transaction, UnitOfWork } from '../../bridge/app/ports.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import type { Database, Engine } from '../../bridge/store/database.ts'
import { type OpenDatabaseDeps, openDatabase } from '../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../bridge/store/unit-of-work.ts'
import { createBarrier } from './barrier.ts'
import { sharedPostgres } from './postgres.ts'

const quiet: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** What a test opens a database with; the clock stands still. Connections for a race of fifty. */
export const openDeps: OpenDatabaseDeps = { clock: () => 1_800_000_000_000, sha256, log: quiet, connections: 60 }

/** A database of its own for a test. */
export type OpenStore = { url: string; database: Database; unitOfWork: UnitOfWork; close: () => Promise<void> }

/** One of the databases that the same tests run on. */
export type TestEngine = {
  name: Engine
  /** URL of a database that does not exist yet (SQLite) or is empty (PostgreSQL). */
  createUrl: () => Promise<string>
  /** Opens a new database, or again the one at this URL. */
  openStore: (url?: string) => Promise<OpenStore>
  /**
   * Runs so many transactions at once. Where the engine lets them run side by side, each has begun and waits at a
   * barrier before the first goes on.
   */
  race: <Result>(
    store: OpenStore,
    count: number,
    work: (tx: Transaction, index: number) => Promise<Result>,
  ) => Promise<PromiseSettledResult<Result>[]>
}

/** Declares the same tests once for each engine. */
export const eachEngine = (body: (engine: TestEngine) => void): void => {
  for (const name of ['sqlite', 'postgres'] as const) describe(`on ${name}`, () => body(createEngine(name)))
}

/** One engine, for tests of what only it has. */
export const createEngine = (name: Engine): TestEngine => {
  const createUrl = name === 'sqlite' ? createSqliteUrl() : async () => (await sharedPostgres()).createDatabase()
  return {
    name,
    createUrl,
    openStore: async (known) => {
      const url = known ?? (await createUrl())
      const database = await openDatabase(url, openDeps)
      return { url, database, unitOfWork: createUnitOfWork(database, { sha256 }), close: database.close }
    },
    race: (store, count, work) => {
      // SQLite lets in one writer at a time; waiting inside for the others would wait for ever.
      const barrier = createBarrier(name === 'sqlite' ? 1 : count)
      return Promise.allSettled(
        Array.from({ length: count }, (_, index) =>
          store.unitOfWork(async (tx) => {
            await barrier()
            return work(tx, index)
          }),
        ),
      )
    },
  }
}

const createSqliteUrl = () => {
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-sqlite-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let count = 0
  return async () => {
    count += 1
    return `sqlite:${join(folder, `${count}.db`)}`
  }
}

/** The values of a race's winners. */
export const fulfilled = <Result>(results: readonly PromiseSettledResult<Result>[]): Result[] =>
  results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))

/** What a race's losers threw. */
export const rejections = (results: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
