import type { DatabaseSync } from 'node:sqlite'

/** Each setting, what it is set to and what it must then read as. */
const settings: readonly { name: string; set: string; reads: string | number }[] = [
  { name: 'journal_mode', set: 'wal', reads: 'wal' },
  { name: 'synchronous', set: 'full', reads: 2 },
  { name: 'foreign_keys', set: 'on', reads: 1 },
  // So that `insert or replace` meets the triggers that refuse deletion.
  { name: 'recursive_triggers', set: 'on', reads: 1 },
  { name: 'trusted_schema', set: 'off', reads: 0 },
]

/**
 * Sets a connection so that every commit is on the disk when it returns, and reads each setting back (D07).
 * @throws Error with a sentence, where the database does not take a setting
 */
export const makeDurable = (connection: DatabaseSync): void => {
  for (const { name, set, reads } of settings) {
    connection.exec(`pragma ${name} = ${set}`)
    const found = connection.prepare(`pragma ${name}`).get()?.[name]
    if (found !== reads) throw new Error(`The database is not durable: ${name} is ${found}, not ${reads}.`)
  }
}
