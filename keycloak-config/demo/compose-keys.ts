import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asPlaceholderValue, DEMO_USER } from '../realm/realm.ts'
import { CACHE } from '../server/locations.ts'
import { developmentKeys } from './demo-state.ts'

/**
 * Makes what docker-compose.yml mounts: the bridge's development keys, and the environment from which Keycloak fills the
 * placeholders of the realm it imports. Single quotes keep every character of a value as it is in an env file.
 */
const folder = join(CACHE, 'compose')
const keys = await developmentKeys(folder)
const [adminPassword, userPassword] = [0, 1].map(() => randomBytes(12).toString('base64url'))
const environment: Readonly<Record<string, string | undefined>> = {
  KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
  KC_BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
  FALLBACK_REALM_BRIDGE_URL: 'http://bridge:8480',
  FALLBACK_REALM_BRIDGE_ID: 'fallback-bridge',
  FALLBACK_REALM_BRIDGE_KEY_THUMBPRINTS: keys.answerKeyThumbprint,
  FALLBACK_REALM_ALLOW_PLAIN_HTTP: 'true',
  FALLBACK_REALM_CLIENT_JWKS: asPlaceholderValue(JSON.stringify(keys.clientJwks)),
  FALLBACK_REALM_APP_URL: 'http://localhost:8090',
  FALLBACK_REALM_USER_PASSWORD: userPassword,
}
const lines = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`)
await writeFile(join(folder, 'keycloak.env'), lines.join(''), { mode: 0o600 })
process.stdout.write(
  `Keys and passwords are in .cache/compose, readable only by you.\n` +
    `After "docker compose up --build": admin console http://localhost:8080, admin / ${adminPassword}; ` +
    `the realm's user is ${DEMO_USER} / ${userPassword}.\n`,
)
