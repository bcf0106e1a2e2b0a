import { after } from 'node:test'
import { createAdminAccess } from '../../keycloak-config/server/admin-client.ts'
import { announcedKeycloak } from './announced-keycloak.ts'
import { startTestKeycloak, type TestKeycloak } from './keycloak.ts'

let shared: Promise<TestKeycloak> | undefined
let remove: (() => Promise<void>) | undefined

// Here, outside of any test, the hook belongs to the whole file.
after(async () => remove?.())

/**
 * The Keycloak of this test run: the one that start-keycloak-once.ts has announced, or, for a test file run by itself,
 * one of this process. Tests share it and keep to realms of their own.
 */
export const sharedKeycloak = (): Promise<TestKeycloak> => {
  shared ??= findOrStart()
  return shared
}

const findOrStart = async (): Promise<TestKeycloak> => {
  const address = announcedKeycloak()
  if (address !== undefined) {
    return { ...address, adminAccess: createAdminAccess({ baseUrl: address.baseUrl, ...address.admins }) }
  }
  const started = await startTestKeycloak()
  remove = started.remove
  return started.keycloak
}
