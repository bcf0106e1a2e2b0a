import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import type { FallbackRealm, TestUser } from './fallback-realm.ts'

/** What Keycloak's brute-force protection knows of a user. */
export type FailureCounts = { failures: number; secondary: number; isLocked: boolean }

/** Reads it. */
export const failureCounts = async ({ admin, realm }: FallbackRealm, { id }: TestUser): Promise<FailureCounts> => {
  const found = await admin.attackDetection.findOne({ realm, id })
  return {
    failures: Number(found?.['numFailures']),
    secondary: Number(found?.['numSecondaryAuthFailures']),
    isLocked: found?.['disabled'] === true,
  }
}

/** Waits until both counters stand at this number: Keycloak counts a little after it has answered. */
export const untilCounted = async (realm: FallbackRealm, user: TestUser, count: number): Promise<void> => {
  let seen: FailureCounts | undefined
  const isCounted = async (): Promise<boolean> => {
    seen = await failureCounts(realm, user)
    return seen.failures === count && seen.secondary === count
  }
  await waitUntil(`Keycloak has counted ${count} wrong codes`, isCounted, { withinMs: 5_000 }).catch((late: Error) => {
    throw new Error(`${late.message}; last seen: ${JSON.stringify(seen)}`)
  })
}
