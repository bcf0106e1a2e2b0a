import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  AbortedTransactionError,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/**
 * Kysely on node:sqlite, over one connection. Kysely hands it out to one transaction after another, so that writers
 * of this process wait in a queue and never meet. Every transaction begins as a writer.
 */
export const createSqliteDialect = (database: DatabaseSync): Dialect => ({
  createDriver: () => createDriver(database),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (kysely) => new SqliteIntrospector(kysely),
})

/** More than there are; a bound all the same, since a list of handles varies in length (K17). */
const mostPrepared = 200

const createDriver = (database: DatabaseSync): Driver => {
  let isInTransaction = false
  /**
   * A failed statement dooms its transaction, as on PostgreSQL. Without this, work that swallows an error would go on,
   * and after an error upon which SQLite itself rolled back (a full disk), each later statement would commit alone.
   */
  let isDoomed = false

  /** The statements of this product are few and fixed, so that each is prepared once. */
  const prepared = new Map<string, StatementSync>()
  const prepare = (text: string): StatementSync => {
    const known = prepared.get(text) ?? database.prepare(text)
    if (prepared.size < mostPrepared) prepared.set(text, known)
    return known
  }

  const executeQuery = async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
    if (isDoomed) throw new AbortedTransactionError()
    try {
      const statement = prepare(sql)
      const values = parameters as SQLInputValue[]
      if (statement.columns().length > 0) return { rows: statement.all(...values) as Row[] }
      statement.run(...values)
      return { rows: [] }
    } catch (error) {
      isDoomed = isInTransaction
      throw error
    }
  }

  const end = () => {
    isInTransaction = false
    isDoomed = false
    if (database.isTransaction) database.exec('rollback')
  }

  const connection: DatabaseConnection = {
    executeQuery,
    streamQuery: () => {
      throw new TypeError('this database does not stream')
    },
  }

  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: async () => {
      database.exec('begin immediate')
      isInTransaction = true
    },
    commitTransaction: async () => {
      if (isDoomed) {
        end()
        throw new AbortedTransactionError()
      }
      database.exec('commit')
      isInTransaction = false
    },
    rollbackTransaction: async () => end(),
    releaseConnection: async () => {},
    // Whoever opened the database closes it.
    destroy: async () => {},
  }
}
