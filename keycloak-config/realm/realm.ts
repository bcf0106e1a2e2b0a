import { readFileSync } from 'node:fs'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'

/** Name of the realm in demo-realm.json and of the demo. */
export const DEMO_REALM = 'fallback-demo'

/** The person in it who signs in to the application. */
export const DEMO_USER = 'ada'

/** People in it whose case waits for others, by what the demo's policy asks for. */
export const DEMO_WAITING = { approval: 'bea', evidenceReview: 'cid', ratification: 'dan' } as const

/** People in it who act on cases, by their part, and an account that the bridge refuses because several people use it. */
export const DEMO_DECIDING = {
  deskLead: 'desk-lead',
  analyst: 'analyst',
  manager: 'manager',
  reviewer: 'reviewer',
  auditor: 'auditor',
  shared: 'front-desk',
} as const

/** Everybody in it who is there to be tried out. */
export const DEMO_PEOPLE: readonly string[] = [
  DEMO_USER,
  ...Object.values(DEMO_WAITING),
  ...Object.values(DEMO_DECIDING),
]

/** The two people in it who answer for the policy, and change it. */
export const DEMO_POLICY_ADMINS = ['policy-owner', 'policy-deputy'] as const

/** Client ids in it: the application that people sign in to, the bridge itself, and its command line. */
export const DEMO_CLIENTS = {
  application: 'demo-app',
  bridge: 'fallback-bridge',
  commandLine: 'fallback-bridge-cli',
} as const

/** Its login flows: password then passkey, or username then passkey. Both fall back to password and code. */
export const DEMO_FLOWS = { twoFactor: 'two-factor with fallback', passwordless: 'passwordless with fallback' } as const

/** What differs from one installation to the next. */
export type DemoRealmSettings = {
  /** Name of the realm; DEMO_REALM where nothing else is said. */
  realm?: string
  /** Base URL of the bridge as Keycloak reaches it. */
  bridgeUrl: string
  bridgeId: string
  /** Let Keycloak call the bridge by plain HTTP on another host: in a closed network only. */
  allowPlainHttp?: boolean
  /** RFC 7638 SHA-256 thumbprints (base64url) of the keys that sign the bridge's answers, one or two. */
  bridgeKeyThumbprints: string[]
  /** Public keys by which the bridge's client signs in (`private_key_jwt`). */
  clientJwks: { keys: object[] }
  /** Origin of the demo application. */
  appUrl: string
  userPassword: string
  flow?: keyof typeof DEMO_FLOWS
}

/**
 * The demo realm, ready for `realms.create`. The file keeps `${…}` placeholders, which Keycloak's own `--import-realm`
 * replaces from the environment before it parses the JSON; here the same is done from the settings.
 */
export const demoRealm = (settings: DemoRealmSettings): RealmRepresentation => {
  const values: Record<string, string> = {
    FALLBACK_REALM_BRIDGE_URL: settings.bridgeUrl,
    FALLBACK_REALM_BRIDGE_ID: settings.bridgeId,
    FALLBACK_REALM_BRIDGE_KEY_THUMBPRINTS: settings.bridgeKeyThumbprints.join(','),
    FALLBACK_REALM_ALLOW_PLAIN_HTTP: String(settings.allowPlainHttp ?? false),
    FALLBACK_REALM_CLIENT_JWKS: JSON.stringify(settings.clientJwks),
    FALLBACK_REALM_APP_URL: settings.appUrl,
    FALLBACK_REALM_USER_PASSWORD: settings.userPassword,
  }
  const file = readFileSync(new URL('./demo-realm.json', import.meta.url), 'utf8')
  const filled = file.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`demo-realm.json has a placeholder nobody fills: ${name}`)
    return asPlaceholderValue(value)
  })
  const realm = settings.realm ?? DEMO_REALM
  return {
    ...(JSON.parse(filled.replaceAll(`default-roles-${DEMO_REALM}`, `default-roles-${realm}`)) as RealmRepresentation),
    realm,
    browserFlow: DEMO_FLOWS[settings.flow ?? 'twoFactor'],
  }
}

/** A value as it has to stand in the environment of a Keycloak that imports the file: escaped for a JSON string. */
export const asPlaceholderValue = (value: string): string => JSON.stringify(value).slice(1, -1)
