import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Durable SQLite transactions a second on this disk: one small row each, write-ahead log, synchronous=full. */
export const measureRawTransactions = (folder: string, count: number): number => {
  const file = join(folder, 'raw.db')
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; create table t (id integer primary key, x text)')
  const insert = database.prepare('insert into t (x) values (?)')
  const startedAt = performance.now()
  for (let at = 0; at < count; at += 1) insert.run('x'.repeat(100))
  const seconds = (performance.now() - startedAt) / 1000
  database.close()
  rmSync(file)
  return count / seconds
}
