import { z } from 'zod'
import type { Clock } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import type { RealmName } from '../domain/ids.ts'
import { failureOf, unreadable } from './failure.ts'
import { tokenUrlOf } from './realm-urls.ts'

/** Who sets a realm up: a person, a client of their own, or a token got elsewhere. Never the bridge's own account. */
export type Installer =
  | { username: string; password: () => string }
  | { clientId: string; clientSecret: () => string }
  | { token: () => string }

export type InstallerTokenDeps = {
  url: string
  /** Realm in which the installer signs in. */
  realm: RealmName
  installer: Installer
  clock: Clock
  timeoutMs: number
}

const answer = z.object({ access_token: z.string().min(1), expires_in: z.int().positive() })
/** Client of Keycloak's own for people at a command line. */
const personClient = 'admin-cli'

/** Gives a token good for a while yet; one is fetched anew in the last third of its life. */
export const createInstallerToken = ({ url, realm, installer, clock, timeoutMs }: InstallerTokenDeps) => {
  let kept: { token: string; until: number } | undefined
  return async (): Promise<string> => {
    if ('token' in installer) return installer.token()
    if (kept !== undefined && clock() < kept.until) return kept.token
    const askedAt = clock()
    const { access_token: token, expires_in: seconds } = await fetchToken(
      tokenUrlOf(url, realm),
      formOf(installer),
      timeoutMs,
    )
    kept = { token, until: askedAt + (seconds * 2000) / 3 }
    return token
  }
}

const formOf = (installer: Exclude<Installer, { token: () => string }>): Record<string, string> =>
  'username' in installer
    ? { grant_type: 'password', client_id: personClient, username: installer.username, password: installer.password() }
    : {
        grant_type: 'client_credentials',
        client_id: installer.clientId,
        client_secret: installer.clientSecret(),
      }

const fetchToken = async (url: string, form: Record<string, string>, timeoutMs: number) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status !== 200) {
      throw new BridgeError('keycloak_unreachable', { cause: { code: `token_http_${response.status}` } })
    }
    const parsed = answer.safeParse(await response.json())
    if (!parsed.success) throw unreadable()
    return parsed.data
  } catch (error) {
    throw failureOf(error)
  }
}
