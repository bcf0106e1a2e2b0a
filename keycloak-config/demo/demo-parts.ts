import { join } from 'node:path'
import { DEMO_CLIENTS, DEMO_REALM, demoRealm } from '../realm/realm.ts'
import { type AdminAccess, createAdminAccess } from '../server/admin-client.ts'
import { assertPortFree } from '../server/ports.ts'
import { prepareKeycloak } from '../server/prepare-keycloak.ts'
import type { Progress } from '../server/progress.ts'
import { startKeycloak } from '../server/start-keycloak.ts'
import { DEMO_FOLDER, type DemoSecrets, demoSecrets, developmentKeys } from './demo-state.ts'
import { type DemoPorts, PORT_NAMES, portPurpose, portSetting } from './options.ts'
import { setUpRealm } from './set-up-realm.ts'
import { startApp } from './start-app.ts'
import { startBridge } from './start-bridge.ts'

/** The whole demo while it runs. */
export type RunningDemo = {
  keycloakUrl: string
  appUrl: string
  operationsUrl: string
  realm: string
  secrets: DemoSecrets
  /** Settings with which `fallback-bridge policy …` works on this bridge. */
  commandLineEnv: Readonly<Record<string, string>>
  adminAccess: AdminAccess
  /** Resolves with a sentence if a server ends without having been told to. */
  ended: Promise<string>
}

const ADMIN_CLIENT = 'demo-tool'
const BRIDGE_ID = 'demo-bridge'

/** Name of the demo's administrator in the admin console. */
export const ADMIN_USER = 'admin'

/**
 * Starts everything and leaves a way to stop each part in `parts`, so that an interruption at any point can stop what is
 * running by then. Nothing slow happens before all ports are known to be free.
 */
export const startDemo = async (
  ports: DemoPorts,
  parts: { stop(): Promise<void> }[],
  progress: Progress,
): Promise<RunningDemo> => {
  for (const name of PORT_NAMES) {
    await assertPortFree({ port: ports[name], purpose: portPurpose(name), setting: portSetting(name) })
  }
  const prepared = await prepareKeycloak(progress)
  const secrets = await demoSecrets()
  const keys = await developmentKeys(join(DEMO_FOLDER, 'keys'))

  progress('Starting Keycloak')
  const admins = {
    clientId: ADMIN_CLIENT,
    clientSecret: secrets.adminClientSecret,
    username: ADMIN_USER,
    password: secrets.adminPassword,
  }
  const keycloak = await startKeycloak({
    ...prepared,
    port: ports.keycloak,
    managementPort: ports.keycloakManagement,
    dataDir: join(DEMO_FOLDER, 'keycloak'),
    admins,
    onStart: (server) => parts.push(server),
    progress,
  })

  const appUrl = `http://localhost:${ports.app}`
  const adminAccess = createAdminAccess({ baseUrl: keycloak.baseUrl, ...admins })
  const realm = demoRealm({
    bridgeUrl: `http://localhost:${ports.bridge}`,
    bridgeId: BRIDGE_ID,
    bridgeKeyThumbprints: [keys.answerKeyThumbprint],
    clientJwks: keys.clientJwks,
    appUrl,
    userPassword: secrets.userPassword,
  })
  progress(`Realm ${DEMO_REALM} ${await setUpRealm(adminAccess, { ...realm, realm: DEMO_REALM })}`)

  progress('Starting the bridge')
  const bridgeFolder = join(DEMO_FOLDER, 'bridge')
  const operationsUrl = `http://localhost:${ports.bridgeOperations}`
  const databaseUrl = `sqlite:${join(bridgeFolder, 'bridge.sqlite')}`
  const bridge = await startBridge({
    bridgeId: BRIDGE_ID,
    keycloakUrl: keycloak.baseUrl,
    realms: [DEMO_REALM],
    clientId: DEMO_CLIENTS.bridge,
    keys,
    port: ports.bridge,
    managementPort: ports.bridgeManagement,
    operationsPort: ports.bridgeOperations,
    dataDir: bridgeFolder,
    databaseUrl,
    env: {
      // A demo should not keep people waiting for the proof that their event arrived.
      FALLBACK_BRIDGE_READ_BACK_DELAY_SECONDS: '2',
      FALLBACK_BRIDGE_OPERATIONS_PUBLIC_URL: operationsUrl,
      FALLBACK_BRIDGE_MANAGER_ATTRIBUTE: 'manager',
    },
    onStart: (server) => parts.push(server),
    progress,
  })
  parts.push(await startApp(ports.app, `${keycloak.baseUrl}/realms/${DEMO_REALM}`))
  return {
    keycloakUrl: keycloak.baseUrl,
    appUrl,
    operationsUrl,
    realm: DEMO_REALM,
    secrets,
    commandLineEnv: {
      FALLBACK_BRIDGE_ID: BRIDGE_ID,
      FALLBACK_BRIDGE_KEYCLOAK_URL: keycloak.baseUrl,
      FALLBACK_BRIDGE_REALMS: DEMO_REALM,
      FALLBACK_BRIDGE_DATABASE_URL: databaseUrl,
      // Whoever confirms a change is looked up as the bridge does it.
      FALLBACK_BRIDGE_CLIENT_ID: DEMO_CLIENTS.bridge,
      FALLBACK_BRIDGE_CLIENT_KEY_FILE: keys.clientKeyFile,
    },
    adminAccess,
    ended: Promise.race([
      keycloak.exited.then(() => `Keycloak has ended; its log is ${keycloak.logFile}`),
      bridge.exited.then(() => `The bridge has ended; its log is ${bridge.logFile}`),
    ]),
  }
}
