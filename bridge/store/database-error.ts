import { isAbortedTransactionError } from 'kysely'
import { BridgeError, type ErrorCode } from '../domain/errors.ts'

/** The database undid the whole transaction because of another one; it may be tried again. */
const undoneStates: readonly string[] = ['40001', '40P01']
/** Classes of SQLSTATE in which the database, not the statement, is the trouble. */
const outageClasses: readonly string[] = ['08', '25', '40', '53', '55', '57', '58', 'F0', 'XX']
/** BUSY, LOCKED, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB. */
const sqliteOutages: readonly number[] = [5, 6, 7, 8, 10, 11, 13, 14, 15, 26]
/** SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE. */
const sqliteDuplicates: readonly number[] = [1555, 2067]

/**
 * What a failure of the database means to a caller: `case_conflict` (somebody else wrote that row first),
 * `unavailable` (nothing can be said or done now), `internal` (the statement is wrong). None of them lets anybody in.
 * The database's own error stays as the cause; its text may quote values and belongs in no log (I11).
 */
export const bridgeErrorOf = (error: unknown): BridgeError =>
  error instanceof BridgeError ? error : new BridgeError(codeOf(error), { cause: error })

/** Whether the transaction was undone by the database for another one's sake, so that running it again is safe. */
export const isUndone = (error: unknown): boolean =>
  error instanceof BridgeError && undoneStates.includes(codeMember(error.cause) ?? '')

const codeOf = (error: unknown): ErrorCode => {
  if (error instanceof TypeError || error instanceof RangeError || isAbortedTransactionError(error)) return 'internal'
  const code = codeMember(error)
  if (code === 'ERR_SQLITE_ERROR') return codeOfSqlite(error)
  if (code === undefined || !sqlState.test(code)) return 'unavailable'
  if (code === '23505') return 'case_conflict'
  // 25P02: a statement failed before, and the work went on all the same.
  return outageClasses.includes(code.slice(0, 2)) && code !== '25P02' ? 'unavailable' : 'internal'
}

/** Five digits and letters; none begins with the E of a system error such as EPIPE. */
const sqlState = /^[0-9A-DF-Z][0-9A-Z]{4}$/

const codeOfSqlite = (error: unknown): ErrorCode => {
  const extended = typeof error === 'object' && error !== null && 'errcode' in error ? Number(error.errcode) : 0
  if (sqliteDuplicates.includes(extended)) return 'case_conflict'
  return sqliteOutages.includes(extended & 0xff) ? 'unavailable' : 'internal'
}

const codeMember = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
