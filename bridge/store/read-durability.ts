import { sql } from 'kysely'
import type { Database, Engine } from './database.ts'

/** What each setting must read as, else a commit that was acknowledged could be lost (D07). */
const durable: Readonly<Record<Engine, Readonly<Record<string, readonly string[]>>>> = {
  sqlite: { journal_mode: ['wal'], synchronous: ['2', '3'] },
  postgres: { synchronous_commit: ['on', 'remote_apply'], fsync: ['on'], full_page_writes: ['on'] },
}

/** Settings of a connection of now, and which of them are weak, like `fsync is off`. */
export const readDurability = async ({
  engine,
  kysely,
}: Pick<Database, 'engine' | 'kysely'>): Promise<{ engine: Engine; weak: readonly string[] }> => {
  const found: Record<string, string> = {}
  for (const name of Object.keys(durable[engine])) {
    const query = engine === 'sqlite' ? sql`pragma ${sql.raw(name)}` : sql`select current_setting(${name}) as setting`
    const { rows } = await query.execute(kysely)
    found[name] = String(Object.values(rows[0] ?? {})[0])
  }
  const weak = Object.entries(durable[engine]).flatMap(([name, wanted]) =>
    wanted.includes(found[name] ?? '') ? [] : [`${name} is ${found[name]}`],
  )
  return { engine, weak }
}
