import type { Clock } from '../app/ports.ts'
import type { Sha256 } from '../domain/history.ts'
import type { Database } from './database.ts'
import { migrate, refuseUnmigrated } from './migrate.ts'
import { migrations } from './migrations/all.ts'
import { migrationPatience, openPostgres, type PostgresDeps, stepPatience } from './open-postgres.ts'
import { openSqlite } from './open-sqlite.ts'

export type OpenDatabaseDeps = PostgresDeps & {
  clock: Clock
  sha256: Sha256
  /** For a command beside a running bridge: shares an embedded file with it, and leaves the tables as they are. */
  beside?: boolean
}

/**
 * Opens the database of a URL, `sqlite:<path>` or `postgres://…`, and brings its tables up to this version.
 * @throws Error with a sentence that never quotes the URL: unknown kind, file taken, not durable, made by a newer
 * version, tables changed by hand
 */
export const openDatabase = async (url: string, deps: OpenDatabaseDeps): Promise<Database> => {
  const { beside = false } = deps
  if (url.startsWith('sqlite:')) return openMigrated(openSqlite(url.slice('sqlite:'.length), { beside }), deps)
  if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('The database URL must begin with sqlite: or postgres://.')
  const migrated = await openMigrated(await openPostgres(url, { ...deps, connections: 1 }, migrationPatience), deps)
  await migrated.close()
  return openPostgres(url, deps, stepPatience)
}

const openMigrated = async (database: Database, deps: OpenDatabaseDeps): Promise<Database> => {
  try {
    if (deps.beside === true) await refuseUnmigrated(database, migrations, deps)
    else await migrate(database, migrations, deps)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
