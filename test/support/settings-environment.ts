import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'

/** A private key as unencrypted PKCS#8 PEM, as settings hold it. */
export const pemOf = (key: KeyObject): string => String(key.export({ type: 'pkcs8', format: 'pem' }))

export const ed25519Pem = pemOf(generateKeyPairSync('ed25519').privateKey)
export const ecPem = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

/** The least environment with which a bridge starts; give what differs, `undefined` removes a name. */
export const leastEnvironment = (differs: Record<string, string | undefined> = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      FALLBACK_BRIDGE_KEYCLOAK_URL: 'http://127.0.0.1:8080',
      FALLBACK_BRIDGE_REALMS: 'demo',
      FALLBACK_BRIDGE_CLIENT_KEY: ecPem,
      FALLBACK_BRIDGE_ANSWER_KEY: ed25519Pem,
      FALLBACK_BRIDGE_DATA_KEY: randomBytes(32).toString('base64'),
      FALLBACK_BRIDGE_DATABASE_URL: 'sqlite:/tmp/bridge.db',
      ...differs,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
