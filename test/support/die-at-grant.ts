import { DatabaseSync } from 'node:sqlite'

/**
 * For `node --import`, before a bridge's own program: ends the process as `kill -9` would, at the commit of the first
 * transaction that grants a login. DIE_AT_GRANT says on which side of the commit. The product knows nothing of it.
 */
const side = process.env['DIE_AT_GRANT']
const { prepare, exec } = DatabaseSync.prototype
let isGranting = false

const die = (): void => {
  process.kill(process.pid, 'SIGKILL')
}

DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql, ...options) {
  const statement = prepare.call(this, sql, ...options)
  for (const method of ['run', 'get', 'all'] as const) {
    const original = statement[method]
    const watched = (...values: unknown[]): unknown => {
      isGranting ||= values.includes('GRANT_ISSUED')
      return Reflect.apply(original, statement, values)
    }
    Object.defineProperty(statement, method, { value: watched })
  }
  return statement
}

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql) {
  if (sql === 'commit' && isGranting && side === 'before-commit') die()
  exec.call(this, sql)
  if (sql === 'commit' && isGranting && side === 'after-commit') die()
}
