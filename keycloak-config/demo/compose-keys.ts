import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
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
const newPassword = (): string => randomBytes(12).toString('base64url')
const adminPassword = newPassword()
const userPassword = newPassword()
// Kept: the database in its volume knows the one it was made with.
const passwordFile = join(folder, 'postgres-password')
const databasePassword = existsSync(passwordFile) ? await readFile(passwordFile, 'utf8') : newPassword()
const environment: Readonly<Record<string, string>> = {
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
await writeFile(join(folder, 'database-url.sqlite'), 'sqlite:/data/bridge.db\n', { mode: 0o600 })
const databaseUrl = `postgres://bridge:${databasePassword}@postgres:5432/bridge`
await writeFile(join(folder, 'database-url.postgres'), `${databaseUrl}\n`, { mode: 0o600 })
// PostgreSQL runs as a user of its own in the container. Nobody else on this machine gets into the folder.
await writeFile(passwordFile, databasePassword, { mode: 0o644 })
process.stdout.write(
  `Keys and passwords are in .cache/compose, readable only by you.\n` +
    `After "docker compose up --build": admin console http://localhost:8080, admin / ${adminPassword}; ` +
    `the realm's user is ${DEMO_USER} / ${userPassword}.\n`,
)
