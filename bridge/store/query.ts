import type { RawBuilder } from 'kysely'
import { z } from 'zod'
import { BridgeError } from '../domain/errors.ts'
import type { Executor } from './database.ts'
import { bridgeErrorOf } from './database-error.ts'

/**
 * Runs one statement and gives its rows, each parsed once. What a statement changed is told by `returning`, never by
 * a row count: drivers count differently (CVE-2026-90997).
 * @throws BridgeError case_conflict, unavailable, internal (also for a row that is not what was stored)
 */
export const rowsOf = async <Row>(
  executor: Executor,
  row: z.ZodType<Row>,
  statement: RawBuilder<unknown>,
): Promise<readonly Row[]> => {
  const rows = await run(executor, statement)
  try {
    return rows.map((raw) => row.parse(raw))
  } catch (cause) {
    throw new BridgeError('internal', { cause })
  }
}

/** The same where only the number of returned rows matters. */
export const countOf = async (executor: Executor, statement: RawBuilder<unknown>): Promise<number> =>
  (await run(executor, statement)).length

const run = async (executor: Executor, statement: RawBuilder<unknown>): Promise<readonly unknown[]> => {
  try {
    return (await statement.execute(executor)).rows
  } catch (error) {
    throw bridgeErrorOf(error)
  }
}

/** A column of JSON text that this product wrote itself. */
export const jsonColumn = <Value>() => z.string().transform((text): Value => JSON.parse(text))
/** A column that may be null; absent in the domain. */
export const optionalColumn = <Value>(column: z.ZodType<Value>) =>
  column.nullable().transform((value) => value ?? undefined)
/** A number stored as an integer of 64 bits: counters, and times in epoch milliseconds. */
export const integerColumn = z.int()
