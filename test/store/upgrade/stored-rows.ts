import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Row } from './schema.ts'

/** A row as a version of the bridge left it, and the table it was in. */
export type StoredRow = { table: string; row: Row }

const value = z.union([z.string(), z.number(), z.null(), z.object({ hex: z.string() })])
const storedRow = z.object({ table: z.string(), row: z.record(z.string(), value) })

/** Where the rows of the migration of this number are: one a line, a row after those it refers to. */
export const fileOfRows = (migration: number): URL => new URL(`./rows-of-${migration}.jsonl`, import.meta.url)

/**
 * Rows for a database at this migration, and the one they were written at: the newest not above it, else the oldest
 * there are.
 */
export const readRows = (migration: number, newest: number): { writtenAt: number; rows: readonly StoredRow[] } => {
  const below = Array.from({ length: migration }, (_, index) => migration - index)
  const above = Array.from({ length: newest - migration }, (_, index) => migration + 1 + index)
  const found = [...below, ...above].find((number) => existsSync(fileOfRows(number)))
  if (found === undefined)
    throw new Error('There are no stored rows; node test/store/upgrade/write-rows.ts writes some.')
  const lines = readFileSync(fileOfRows(found), 'utf8').trimEnd().split('\n')
  return { writtenAt: found, rows: lines.map((line) => storedRow.parse(JSON.parse(line))) }
}
