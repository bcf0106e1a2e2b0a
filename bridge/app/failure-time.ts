import type { FallbackCase } from '../domain/case.ts'
import type { Instant } from '../domain/ids.ts'
import type { Transaction } from './ports.ts'

/**
 * When the check failed that a login's case is about, by Keycloak's clock. Everything else that Keycloak dates is compared
 * with it, and not with the case's own times, which are of the bridge's clock. A case without a failure has its opening.
 */
export const failureTimeOf = async (
  tx: Transaction,
  { realm, id, openedAt }: Pick<FallbackCase, 'realm' | 'id' | 'openedAt'>,
): Promise<Instant> => {
  const [opening] = await tx.history.list(realm, id)
  const failureAt = opening?.facts['failureAt']
  return typeof failureAt === 'number' && failureAt > 0 ? failureAt : openedAt
}
