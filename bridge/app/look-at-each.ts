import { BridgeError } from '../domain/errors.ts'

/**
 * Looks at one after another. One that fails keeps nobody behind it waiting: the others are looked at, and then the first
 * failure is thrown. Where Keycloak cannot be reached the look ends at once, as it would fail for each; and when the
 * bridge is stopping.
 */
export const lookAtEach = async <Row>(
  rows: readonly Row[],
  isStopping: () => boolean,
  look: (row: Row) => Promise<void>,
): Promise<void> => {
  const failures: unknown[] = []
  for (const row of rows) {
    if (isStopping()) break
    try {
      await look(row)
    } catch (error) {
      if (error instanceof BridgeError && error.code === 'keycloak_unreachable') throw error
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}
