import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { createClientAssertion } from './client-assertion.ts'
import { failureOf, unreadable } from './failure.ts'

/** How the bridge proves who it is: a key that never leaves it, or a shared secret. */
export type ClientCredential = { key: { reveal: () => KeyObject } } | { secret: { reveal: () => string } }

export type TokenProviderDeps = {
  tokenUrl: string
  issuer: string
  clientId: string
  credential: ClientCredential
  clock: Clock
  timeoutMs: number
}

/** The bridge's access token in one realm. */
export type TokenProvider = {
  /** A token good for a while yet; all who ask while one is fetched get that one. */
  getAccessToken: () => Promise<string>
  /** Forgets a token that Keycloak no longer takes, unless it was replaced meanwhile. */
  drop: (token: string) => void
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const longestMarginMs = 30_000

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.int().positive() })

/**
 * Signs in by client credentials, which Keycloak gives no refresh token for: the admin client cannot renew them itself
 * (A11). A token is renewed half a minute before its end, a short-lived one at half its life.
 */
export const createTokenProvider = (deps: TokenProviderDeps): TokenProvider => {
  const { clock } = deps
  const prove = createProof(deps)
  let kept: { token: string; usableUntil: number } | undefined
  let fetching: Promise<string> | undefined

  const fetchToken = async (): Promise<string> => {
    const askedAt = clock()
    const { access_token: token, expires_in: seconds } = await request(deps, await prove())
    const lifetimeMs = seconds * 1000
    kept = { token, usableUntil: askedAt + lifetimeMs - Math.min(longestMarginMs, lifetimeMs / 2) }
    return token
  }

  return {
    getAccessToken: async () => {
      if (kept !== undefined && clock() < kept.usableUntil) return kept.token
      fetching ??= fetchToken().finally(() => {
        fetching = undefined
      })
      return fetching
    },
    drop: (token) => {
      if (kept?.token === token) kept = undefined
    },
  }
}

const createProof = ({ clientId, credential, issuer, clock }: TokenProviderDeps) => {
  if ('secret' in credential) return async () => ({ client_secret: credential.secret.reveal() })
  const assert = createClientAssertion({ clientId, issuer, key: credential.key.reveal(), clock })
  return async () => ({ client_assertion_type: assertionType, client_assertion: await assert() })
}

const request = async (
  { tokenUrl, clientId, timeoutMs }: TokenProviderDeps,
  proof: Record<string, string>,
): Promise<z.infer<typeof tokenAnswer>> => {
  const response = await post(tokenUrl, { grant_type: 'client_credentials', client_id: clientId, ...proof }, timeoutMs)
  if (response.status !== 200) {
    throw new BridgeError('keycloak_unreachable', { cause: { code: `token_http_${response.status}` } })
  }
  const parsed = tokenAnswer.safeParse(response.body)
  if (!parsed.success) throw unreadable()
  return parsed.data
}

const post = async (url: string, form: Record<string, string>, timeoutMs: number) => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await response.text()
    return { status: response.status, body: readJson(text) }
  } catch (error) {
    throw failureOf(error)
  }
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
