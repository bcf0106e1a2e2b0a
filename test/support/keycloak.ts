import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AdminAccess, createAdminAccess } from '../../keycloak-config/server/admin-client.ts'
import { assertPortFree, findFreePorts } from '../../keycloak-config/server/ports.ts'
import { prepareKeycloak } from '../../keycloak-config/server/prepare-keycloak.ts'
import type { Progress } from '../../keycloak-config/server/progress.ts'
import {
  type BootstrapAdmins,
  type KeycloakOptions,
  type RunningKeycloak,
  startKeycloak,
} from '../../keycloak-config/server/start-keycloak.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'

/** Where the tests' Keycloak answers, how to administer it, and where its log is, if that is known. */
export type KeycloakAddress = {
  baseUrl: string
  managementPort: number
  admins: BootstrapAdmins
  logFile?: string | undefined
}

/** A Keycloak of the tests: one that is only tested against, or one that the test may also stop and start. */
export type TestKeycloak = KeycloakAddress & { adminAccess: AdminAccess }

/** A Keycloak of one test, with all that is needed to start it again on the same data and ports. */
export type OwnKeycloak = TestKeycloak & { options: KeycloakOptions; server: RunningKeycloak }

/** Names another server than the pinned one, for a compatibility run. */
export const serverVersionVariable = 'FALLBACK_TEST_KEYCLOAK_VERSION'

/** Progress beside the test report, not in it. */
export const tellProgress: Progress = (line) => {
  process.stderr.write(`${line}\n`)
}

/** Starts a Keycloak with an empty database in a new folder; `remove` stops it and removes the folder. */
export const startTestKeycloak = async (
  differs: Partial<KeycloakOptions> = {},
): Promise<{ keycloak: OwnKeycloak; remove: () => Promise<void> }> => {
  const prepared = await prepareKeycloak(tellProgress, process.env[serverVersionVariable])
  const [port, managementPort] = (await findFreePorts(2)) as [number, number]
  const dataDir = await mkdtemp(join(tmpdir(), 'fallback-bridge-keycloak-'))
  const admins = { clientId: 'tests', clientSecret: randomBytes(24).toString('base64url') }
  const options = { ...prepared, port, managementPort, dataDir, admins, progress: tellProgress, ...differs }
  const server = await startKeycloak(options)
  const { baseUrl, logFile } = server
  const adminAccess = createAdminAccess({ baseUrl, ...admins })
  const keycloak: OwnKeycloak = { baseUrl, managementPort, admins, logFile, adminAccess, options, server }
  return {
    keycloak,
    remove: async () => {
      await keycloak.server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Starts a Keycloak that was stopped or killed again, on the same data and the same ports as soon as they are free. */
export const startAgain = async (keycloak: OwnKeycloak): Promise<void> => {
  const { port, managementPort } = keycloak.options
  const isFree = (taken: number): Promise<boolean> =>
    assertPortFree({ port: taken, purpose: 'Keycloak', setting: 'nothing' }).then(
      () => true,
      () => false,
    )
  await waitUntil(
    'the ports of the killed Keycloak are free',
    async () => (await isFree(port)) && isFree(managementPort),
  )
  keycloak.server = await startKeycloak(keycloak.options)
}
