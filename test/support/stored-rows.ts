import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FallbackRealm } from './fallback-realm.ts'

const tables = [
  'subject',
  'fallback_case',
  'case_history',
  'factor',
  'step_operation',
  'override_event',
  'job',
] as const

/** Reads a bridge's database from outside, while it runs or not. */
export const readStored = <Row>({ bridgeOptions }: FallbackRealm, query: string, ...values: string[]): Row[] => {
  const database = new DatabaseSync(join(bridgeOptions.dataDir, 'bridge.sqlite'), { readOnly: true, timeout: 2_000 })
  try {
    return database.prepare(query).all(...values) as Row[]
  } finally {
    database.close()
  }
}

/** How many rows each table has; the readiness page's own are left out. */
export const countStored = (realm: FallbackRealm): Record<string, number> => {
  const count = (from: string): number =>
    readStored<{ count: number }>(realm, `select count(*) as count from ${from}`)[0]?.count ?? 0
  return {
    ...Object.fromEntries(tables.map((table) => [table, count(table)])),
    used_request: count("used_request where jti not like 'probe:%'"),
  }
}
