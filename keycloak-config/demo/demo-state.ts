import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import { CACHE } from '../server/locations.ts'

/** Where the demo keeps databases, keys, passwords and logs between two starts. */
export const DEMO_FOLDER = join(CACHE, 'demo')

/** Passwords and secrets made up on this machine. They are for the demo alone. */
export type DemoSecrets = {
  adminClientSecret: string
  adminPassword: string
  userPassword: string
}

/** Files with the bridge's keys, and the public halves Keycloak has to know. */
export type DevelopmentKeys = {
  answerKeyFile: string
  clientKeyFile: string
  dataKeyFile: string
  answerKeyThumbprint: string
  clientJwks: { keys: object[] }
}

const READABLE_WORDS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A password that can be typed: 4 groups of 4 letters and digits, 80 bits. */
const readablePassword = (): string =>
  Array.from(randomBytes(16), (byte) => READABLE_WORDS[byte % READABLE_WORDS.length])
    .join('')
    .replace(/(.{4})(?=.)/g, '$1-')

const writePrivately = async (path: string, content: string): Promise<void> => {
  const unfinished = `${path}.unfinished`
  await writeFile(unfinished, content, { mode: 0o600 })
  await rename(unfinished, path)
}

/** Content of a private file in the folder; made by `create` when it is not there yet. */
const keep = async (folder: string, name: string, create: () => string): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, name)
  if (!existsSync(path)) await writePrivately(path, create())
  return readFile(path, 'utf8')
}

const newPrivateKey = (kind: 'ed25519' | 'p-256') => (): string => {
  const { privateKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

const publicJwk = async (pem: string): Promise<{ jwk: object; thumbprint: string }> => {
  const jwk = await exportJWK(createPublicKey(pem))
  return { jwk, thumbprint: await calculateJwkThumbprint(jwk) }
}

/** Removes everything earlier demos left, but for what was fetched and built. */
export const forgetDemo = (): Promise<void> => rm(DEMO_FOLDER, { recursive: true, force: true })

/** The secrets of this machine's demo, made up at the first call. */
export const demoSecrets = async (): Promise<DemoSecrets> =>
  JSON.parse(
    await keep(DEMO_FOLDER, 'secrets.json', () =>
      JSON.stringify({
        adminClientSecret: randomBytes(24).toString('base64url'),
        adminPassword: readablePassword(),
        userPassword: readablePassword(),
      } satisfies DemoSecrets),
    ),
  ) as DemoSecrets

/**
 * The bridge's keys in `folder`, made at the first call: Ed25519 for its answers, P-256 for its sign-in to Keycloak, 32
 * random bytes for its data.
 */
export const developmentKeys = async (folder: string): Promise<DevelopmentKeys> => {
  const answerKey = await publicJwk(await keep(folder, 'answer-key.pem', newPrivateKey('ed25519')))
  const clientKey = await publicJwk(await keep(folder, 'client-key.pem', newPrivateKey('p-256')))
  await keep(folder, 'data-key.base64', () => `${randomBytes(32).toString('base64')}\n`)
  return {
    answerKeyFile: join(folder, 'answer-key.pem'),
    clientKeyFile: join(folder, 'client-key.pem'),
    dataKeyFile: join(folder, 'data-key.base64'),
    answerKeyThumbprint: answerKey.thumbprint,
    clientJwks: { keys: [{ ...clientKey.jwk, kid: clientKey.thumbprint, use: 'sig', alg: 'ES256' }] },
  }
}
