import { closeSync, existsSync, openSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Database } from './database.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'
import { lockSqliteFile } from './sqlite-lock.ts'
import { makeDurable } from './sqlite-settings.ts'

/** How long a reader from outside (a backup) may hold up a writer. */
const busyMs = 2_000

/**
 * Opens a database file for this process alone, making it where it is absent; or, `beside` a bridge that has it, for a
 * command of a few transactions. Every commit is on the disk when it returns. The file is readable by its owner only.
 * @throws Error with a sentence, where the file is taken, missing its folder, or not durable
 */
export const openSqlite = (path: string, { beside = false }: { beside?: boolean } = {}): Database => {
  const file = realFile(path)
  if (beside && !existsSync(file)) throw new Error('There is no database file yet: start the bridge first.')
  const unlock = beside ? () => {} : lockSqliteFile(file)
  try {
    closeSync(openSync(file, 'a', 0o600))
    return open(file, unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

/** Two names of one file must lead to one lock. */
const realFile = (path: string): string => {
  if (path === '' || path === ':memory:') throw new Error('The database URL names no file: sqlite:<path> is needed.')
  try {
    return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(resolve(path))), basename(path))
  } catch (cause) {
    throw new Error('The folder of the database file does not exist or cannot be read.', { cause })
  }
}

const open = (file: string, unlock: () => void): Database => {
  const connection = new DatabaseSync(file, { timeout: busyMs })
  try {
    makeDurable(connection)
  } catch (error) {
    connection.close()
    throw error
  }
  const kysely = new Kysely<Record<never, never>>({ dialect: createSqliteDialect(connection) })
  let closing: Promise<void> | undefined
  const close = () =>
    // Waits its turn, so that the transactions begun before it end first.
    kysely.connection().execute(async () => {
      connection.close()
      unlock()
    })
  return {
    engine: 'sqlite',
    kysely,
    isClosed: () => closing !== undefined,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
