import type { Kysely, QueryExecutorProvider } from 'kysely'

/** The two databases a bridge runs on. */
export type Engine = 'sqlite' | 'postgres'

/** Where a statement runs. Always an argument, so that no statement slips out of its transaction. */
export type Executor = QueryExecutorProvider

/** An open, migrated database whose settings were found durable. */
export type Database = {
  readonly engine: Engine
  /** Used for its connections and transactions only; the statements are SQL. */
  readonly kysely: Kysely<Record<never, never>>
  /** True from the moment `close` is called: no transaction may begin any more. */
  readonly isClosed: () => boolean
  /** Lets transactions that run end, then closes; on SQLite it also lets go of the file. May be called twice. */
  readonly close: () => Promise<void>
}
