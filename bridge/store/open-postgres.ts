import { availableParallelism } from 'node:os'
import { Kysely, PostgresDialect } from 'kysely'
import { type ClientBase, Pool, types } from 'pg'
import type { Log } from '../app/ports.ts'
import type { Database } from './database.ts'

/** `connections`: at most so many at a time; four per processor where absent. */
export type PostgresDeps = { log: Log; connections?: number | undefined }

/** How long one statement may take, in milliseconds. A login has given up after two seconds. */
export const stepPatience = 5_000
/** The same for migrations, which may rebuild tables or wait for those of another replica. */
export const migrationPatience = 600_000

/** What each setting must read as, else a commit that was acknowledged could be lost (D07). */
const durableSettings: Readonly<Record<string, readonly string[]>> = {
  synchronous_commit: ['on', 'remote_apply'],
  fsync: ['on'],
  full_page_writes: ['on'],
}

const int8 = 20

/**
 * Opens a pool of connections. Each one is asked for its settings before its first use, since a database or a role
 * can carry its own. No statement takes longer than `patience`, nor does anything wait longer for a connection or a dead
 * network.
 * @throws Error with a sentence, where a setting is not durable; the driver's own, where there is no connection
 */
export const openPostgres = async (
  url: string,
  { log, connections }: PostgresDeps,
  patience: number,
): Promise<Database> => {
  const pool = new Pool({
    connectionString: url,
    max: connections ?? 4 * availableParallelism(),
    connectionTimeoutMillis: patience,
    statement_timeout: patience,
    query_timeout: patience + 1_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
    application_name: 'fallback-bridge',
    types: { getTypeParser: typeParser },
    verify: (client, done) => {
      assertDurable(client).then(() => done(), done)
    },
  })
  // A lost connection speaks up twice: here, and by failing its statement. Unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', (error) => log.warn('an idle database connection was lost', { error: codeOf(error) }))
  try {
    ;(await pool.connect()).release()
  } catch (error) {
    await pool.end()
    throw error
  }
  const kysely = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) })
  let closing: Promise<void> | undefined
  return {
    engine: 'postgres',
    kysely,
    isClosed: () => closing !== undefined,
    close: () => {
      // Kysely closes a pool only once it was used; the pool itself waits for what is checked out.
      closing ??= pool.end()
      return closing
    },
  }
}

const assertDurable = async (client: ClientBase): Promise<void> => {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_catalog.pg_settings where name = any($1)',
    [Object.keys(durableSettings)],
  )
  for (const [name, wanted] of Object.entries(durableSettings)) {
    const found = rows.find((row) => row.name === name)?.setting
    if (found === undefined || !wanted.includes(found)) {
      throw new Error(`The database is not durable: ${name} is ${found}, not ${wanted[0]}.`)
    }
  }
}

/** int8 as a number, since times and counters fit; the driver's own parser for the rest. */
const typeParser: typeof types.getTypeParser = (type, format) =>
  type === int8 ? safeInteger : types.getTypeParser(type, format)

const safeInteger = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('the database holds an integer beyond 53 bits')
  return value
}

/** The SQLSTATE or system code of a lost connection; never its text. */
const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name)
