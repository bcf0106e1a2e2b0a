import {
  allowInsecureRequests,
  ClientError,
  Configuration,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
  ResponseBodyError,
} from 'openid-client'
import type { SignInRefusal } from '../app/policy/sign-in-person.ts'
import type { Clock } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import type { RealmName } from '../domain/ids.ts'
import { deviceUrlOf, issuerOf, jwksUrlOf, tokenUrlOf } from './realm-urls.ts'

/** What a person must be shown: where to go, and the code to compare or type there. */
export type SignInPrompt = { address: string; addressWithCode: string | undefined; code: string; seconds: number }

export type DeviceGrantDeps = {
  /** Base URL at which Keycloak is reached, and the public one with which issuers begin. */
  url: string
  issuerBase: string
  clientId: string
  clock: Clock
  prompt: (prompt: SignInPrompt) => void
}

/** How fresh and how strong the sign-in is asked to be; its token tells what it was. */
export type SignInWishes = { acr: readonly string[] | undefined; maxAgeSeconds: number }

/** The access token alone: any other token that came with it is dropped. `expiresAt` as Keycloak promises it. */
export type DeviceGrant = { accessToken: string; expiresAt: number } | { refused: SignInRefusal }

const timeoutSeconds = 5

/**
 * The device authorization grant (RFC 8628) by a public client.
 * @throws BridgeError keycloak_unreachable
 */
export const createDeviceGrant =
  (deps: DeviceGrantDeps) =>
  async (realm: RealmName, { acr, maxAgeSeconds }: SignInWishes): Promise<DeviceGrant> => {
    const { clock, prompt } = deps
    const configuration = configurationOf(deps, realm)
    let endsAt = Number.POSITIVE_INFINITY
    try {
      const device = await initiateDeviceAuthorization(configuration, {
        scope: 'openid',
        // Keycloak 26 reads these at its authorization endpoint only; the token's own claims are checked in any case.
        prompt: 'login',
        max_age: String(maxAgeSeconds),
        ...(acr === undefined ? {} : { acr_values: acr.join(' ') }),
      })
      endsAt = clock() + device.expires_in * 1000
      prompt({
        address: device.verification_uri,
        addressWithCode: device.verification_uri_complete,
        code: device.user_code,
        seconds: device.expires_in,
      })
      const answer = await pollDeviceAuthorizationGrant(configuration, device)
      return { accessToken: answer.access_token, expiresAt: clock() + (answer.expires_in ?? 0) * 1000 }
    } catch (error) {
      const refused = refusalOf(error) ?? (clock() >= endsAt ? 'sign_in_timed_out' : undefined)
      if (refused !== undefined) return { refused }
      throw new BridgeError('keycloak_unreachable', { cause: { code: 'sign_in_failed' } })
    }
  }

const configurationOf = ({ url, issuerBase, clientId }: DeviceGrantDeps, realm: RealmName): Configuration => {
  const server = {
    issuer: issuerOf(issuerBase, realm),
    device_authorization_endpoint: deviceUrlOf(url, realm),
    token_endpoint: tokenUrlOf(url, realm),
    jwks_uri: jwksUrlOf(url, realm),
  }
  const configuration = new Configuration(server, clientId, undefined, None())
  configuration.timeout = timeoutSeconds
  // Whether plain HTTP is allowed was settled when the settings were read.
  if (url.startsWith('http:')) allowInsecureRequests(configuration)
  return configuration
}

const refusals: Readonly<Record<string, SignInRefusal>> = {
  access_denied: 'sign_in_declined',
  expired_token: 'sign_in_timed_out',
  invalid_client: 'sign_in_not_set_up',
  unauthorized_client: 'sign_in_not_set_up',
  // Keycloak says so of a client without the device grant.
  invalid_grant: 'sign_in_not_set_up',
  // What the ID token beside the access token says of itself.
  OAUTH_JWT_CLAIM_COMPARISON_FAILED: 'token_not_of_realm',
  OAUTH_JWT_TIMESTAMP_CHECK_FAILED: 'token_expired',
}

const refusalOf = (error: unknown): SignInRefusal | undefined => {
  if (error instanceof ResponseBodyError) return error.status === 404 ? 'realm_not_there' : refusals[error.error]
  return error instanceof ClientError && error.code !== undefined ? refusals[error.code] : undefined
}
