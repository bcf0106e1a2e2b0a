import { asId, type RealmName } from '../domain/ids.ts'
import { isLoopback } from '../domain/loopback.ts'
import { readSomeSettings } from './read-some-settings.ts'
import { createSecret, type Secret } from './secret.ts'
import { type ReadFile, readFileFromDisk } from './secret-file.ts'
import type { Environment } from './setting-text.ts'
import { settings } from './settings.ts'

/** Options of the `case` commands that say where the operations API and Keycloak are, and of which realm one is. */
export type OperationsOptions = { url?: string; keycloakUrl?: string; realm?: string }

export type OperationsAccess = {
  /** Base URL of the operations API, without a slash at its end. */
  url: string
  /** Where people sign in; not needed by whoever has a token. */
  keycloak: { url: string; issuerBase: string } | undefined
  realm: RealmName | undefined
  token: Secret<string> | undefined
}

const names = {
  url: 'FALLBACK_BRIDGE_OPERATIONS_URL',
  keycloakUrl: 'FALLBACK_BRIDGE_KEYCLOAK_URL',
  realm: 'FALLBACK_BRIDGE_OPERATIONS_REALM',
  token: 'FALLBACK_BRIDGE_ACCESS_TOKEN',
  tokenFile: 'FALLBACK_BRIDGE_ACCESS_TOKEN_FILE',
} as const

/**
 * Reads where a person's command goes, from its options, else from the environment; a token from there or from a file
 * only. Gives every problem at once; a sentence quotes no value.
 */
export const readOperationsAccess = (
  options: OperationsOptions,
  environment: Environment,
  readFile: ReadFile = readFileFromDisk,
): { access: OperationsAccess } | { problems: readonly string[] } => {
  const read = readSomeSettings(['ALLOW_INSECURE_HTTP', 'KEYCLOAK_ISSUER_BASE'], environment)
  const problems = 'problems' in read ? [...read.problems] : []
  const isPlainAllowed = 'values' in read && read.values.ALLOW_INSECURE_HTTP

  const address = (option: 'url' | 'keycloakUrl', flag: string): string | undefined => {
    const text = given(options[option], environment[names[option]])
    if (text === undefined) return undefined
    const parsed = settings.KEYCLOAK_URL.schema.safeParse(text)
    if (!parsed.success) {
      problems.push(`${flag} (${names[option]}) must be an http or https URL without user, query and fragment.`)
      return undefined
    }
    const { protocol, hostname } = new URL(parsed.data)
    if (protocol === 'http:' && !isLoopback(hostname) && !isPlainAllowed) {
      problems.push(
        `${flag} (${names[option]}) is plain http beyond this machine, and would show your token; use https, or set FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP=true only in a closed network.`,
      )
      return undefined
    }
    return parsed.data
  }

  const url = address('url', '--url')
  if (given(options.url, environment[names.url]) === undefined) {
    problems.push(`No address of the operations API was given: give --url, or set ${names.url}.`)
  }
  const keycloakUrl = address('keycloakUrl', '--keycloak-url')
  const realm = realmOf(given(options.realm, environment[names.realm]))
  if (realm === 'malformed') problems.push(`--realm (${names.realm}) is no name of a realm.`)
  const token = tokenOf(environment, readFile)
  if ('problem' in token) problems.push(token.problem)
  if (problems.length > 0 || url === undefined || realm === 'malformed' || 'problem' in token) return { problems }
  const issuerBase = 'values' in read ? read.values.KEYCLOAK_ISSUER_BASE : undefined
  return {
    access: {
      url,
      keycloak: keycloakUrl === undefined ? undefined : { url: keycloakUrl, issuerBase: issuerBase ?? keycloakUrl },
      realm,
      token: token.token,
    },
  }
}

const given = (option: string | undefined, variable: string | undefined): string | undefined => {
  const text = option ?? variable
  return text === undefined || text.trim() === '' ? undefined : text
}

const realmOf = (text: string | undefined): RealmName | undefined | 'malformed' => {
  if (text === undefined) return undefined
  const parsed = settings.REALMS.schema.safeParse(text)
  const [realm, another] = parsed.success ? parsed.data : []
  return realm === undefined || another !== undefined ? 'malformed' : asId<RealmName>(realm)
}

/** A token is letters, digits and a few marks; anything else would be no header. */
const tokenForm = /^[A-Za-z0-9._~+/=-]{1,16384}$/

const tokenOf = (
  environment: Environment,
  readFile: ReadFile,
): { token: Secret<string> | undefined } | { problem: string } => {
  const direct = given(undefined, environment[names.token])
  const file = given(undefined, environment[names.tokenFile])
  if (direct !== undefined && file !== undefined) {
    return { problem: `${names.token} and ${names.tokenFile} are both given; keep one.` }
  }
  if (direct === undefined && file === undefined) return { token: undefined }
  const found = file === undefined ? undefined : readFile(file)
  if (file !== undefined && found === undefined)
    return { problem: `${names.tokenFile} names a file that cannot be read.` }
  if (found?.isOpenToAll === true) {
    return { problem: `${names.tokenFile} names a file that everybody can read or change; set its mode to 600.` }
  }
  const text = (direct ?? found?.text ?? '').trim()
  return tokenForm.test(text)
    ? { token: createSecret(text) }
    : { problem: `${file === undefined ? names.token : names.tokenFile} holds no access token.` }
}
