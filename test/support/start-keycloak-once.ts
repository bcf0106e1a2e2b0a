import { announceKeycloak } from './announced-keycloak.ts'
import { startTestKeycloak } from './keycloak.ts'

let remove: (() => Promise<void>) | undefined

/** For `node --test-global-setup`: starts one Keycloak before the first test file and announces it to all of them. */
export const globalSetup = async (): Promise<void> => {
  const started = await startTestKeycloak()
  remove = started.remove
  announceKeycloak(started.keycloak)
}

/** Stops it after the last one. */
export const globalTeardown = async (): Promise<void> => remove?.()
