import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import type { Application } from '../../keycloak-config/browser/authorization-request.ts'
import { type DevelopmentKeys, developmentKeys } from '../../keycloak-config/demo/demo-state.ts'
import { type BridgeOptions, type RunningBridge, startBridge } from '../../keycloak-config/demo/start-bridge.ts'
import { DEMO_CLIENTS, type DEMO_FLOWS, DEMO_PEOPLE, demoRealm } from '../../keycloak-config/realm/realm.ts'
import { findFreePorts } from '../../keycloak-config/server/ports.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type TestKeycloak, tellProgress } from './keycloak.ts'

/** A user with a password and nothing else yet. */
export type TestUser = { id: string; username: string; password: string }

/** A realm with the fallback, and a bridge that serves it. */
export type FallbackRealm = {
  realm: string
  issuer: string
  admin: KeycloakAdminClient
  application: Application
  keys: DevelopmentKeys
  /** What the bridge was started with: for starting another one in its place. */
  bridgeOptions: BridgeOptions
  bridge: RunningBridge | undefined
  startBridge: (differs?: Partial<BridgeOptions>) => Promise<RunningBridge>
  createUser: (username: string) => Promise<TestUser>
  /** Stops the bridge, removes the realm and all files. */
  remove: () => Promise<void>
}

/** What a test wants differently. */
export type FallbackRealmWishes = {
  flow?: keyof typeof DEMO_FLOWS
  /** Changes to the realm before it is made. */
  change?: (realm: RealmRepresentation) => RealmRepresentation
  /** Base URL that Keycloak calls instead of the bridge's, for a test that stands in between. */
  bridgeUrl?: string
  bridge?: Partial<BridgeOptions>
  /** Leave the bridge to the test. */
  withoutBridge?: boolean
}

const BRIDGE_ID = 'test-bridge'

/** Resolves when the bridge has asked Keycloak about the realm: before that it knows no owner of its policy. */
export const untilRealmSeen = (
  { managementUrl }: Pick<RunningBridge, 'managementUrl'>,
  realm: string,
): Promise<unknown> =>
  waitUntil('the bridge has seen the realm', async () => {
    const page = await (await fetch(`${managementUrl}/health/ready`)).json()
    const { checks } = page as { checks: { name: string; state: string }[] }
    const state = checks.find(({ name }) => name === `realm ${realm}`)?.state
    return state !== undefined && state !== 'unknown' && state !== 'unreachable'
  })

/** What browsers come back to: a browser calls a redirect to where nothing listens a failed navigation. */
const startApplication = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((_request, response) => response.end('arrived'))
    server.once('error', reject)
    server.listen(port, 'localhost', () => resolve(server))
  })

/**
 * Makes a realm of a new name from the demo realm, without its people, and starts a bridge for it. Wrong codes may follow
 * one another at any speed, as nobody types in a test; all other brute-force settings are the demo's.
 */
export const openFallbackRealm = async (
  { baseUrl, adminAccess: { admin, forgetToken } }: TestKeycloak,
  wishes: FallbackRealmWishes = {},
): Promise<FallbackRealm> => {
  const name = `test-${randomBytes(10)
    .toString('base64')
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '')}`
  const folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-realm-'))
  const keys = await developmentKeys(join(folder, 'keys'))
  const [port, managementPort, operationsPort, appPort] = (await findFreePorts(4)) as [number, number, number, number]
  const appUrl = `http://localhost:${appPort}`
  const demo = demoRealm({
    realm: name,
    bridgeUrl: wishes.bridgeUrl ?? `http://localhost:${port}`,
    bridgeId: BRIDGE_ID,
    bridgeKeyThumbprints: [keys.answerKeyThumbprint],
    clientJwks: keys.clientJwks,
    appUrl,
    userPassword: randomBytes(12).toString('base64url'),
    ...(wishes.flow === undefined ? {} : { flow: wishes.flow }),
  })
  const calm = {
    ...demo,
    quickLoginCheckMilliSeconds: 0,
    users: demo.users?.filter(({ username = '' }) => !DEMO_PEOPLE.includes(username)) ?? [],
  }
  await admin.realms.create(wishes.change?.(calm) ?? calm)
  forgetToken()
  const applicationServer = await startApplication(appPort)
  const bridgeOptions: BridgeOptions = {
    bridgeId: BRIDGE_ID,
    keycloakUrl: baseUrl,
    realms: [name],
    clientId: DEMO_CLIENTS.bridge,
    keys,
    port,
    managementPort,
    operationsPort,
    dataDir: join(folder, 'bridge'),
    progress: tellProgress,
    ...wishes.bridge,
    env: { FALLBACK_BRIDGE_READ_BACK_DELAY_SECONDS: '1', ...wishes.bridge?.env },
  }
  const open: FallbackRealm = {
    realm: name,
    issuer: `${baseUrl}/realms/${name}`,
    admin,
    application: {
      issuer: `${baseUrl}/realms/${name}`,
      clientId: DEMO_CLIENTS.application,
      redirectUri: `${appUrl}/callback`,
    },
    keys,
    bridgeOptions,
    bridge: undefined,
    startBridge: async (differs = {}) => {
      open.bridge = await startBridge({ ...bridgeOptions, ...differs })
      return open.bridge
    },
    createUser: async (username) => {
      const password = randomBytes(12).toString('base64url')
      const { id } = await admin.users.create({
        realm: name,
        username,
        enabled: true,
        firstName: username,
        lastName: 'Test',
        email: `${username}@example.org`,
        emailVerified: true,
        credentials: [{ type: 'password', value: password, temporary: false }],
      })
      return { id, username, password }
    },
    remove: async () => {
      await open.bridge?.stop()
      applicationServer.closeAllConnections()
      applicationServer.close()
      await admin.realms.del({ realm: name })
      await rm(folder, { recursive: true, force: true })
    },
  }
  if (wishes.withoutBridge !== true) await untilRealmSeen(await open.startBridge(), name)
  return open
}
