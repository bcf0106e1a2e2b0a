import {
  allowInsecureRequests,
  ClientError,
  Configuration,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
  ResponseBodyError,
} from 'openid-client'
import { longestSignInMs, type SignInPerson, type SignInRefusal } from '../app/policy/sign-in-person.ts'
import type { Clock } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import type { RealmName } from '../domain/ids.ts'
import { createRealmKeys } from './realm-keys.ts'
import { deviceUrlOf, issuerOf, jwksUrlOf, tokenUrlOf } from './realm-urls.ts'
import { createVerifyPersonToken } from './verify-person-token.ts'

/** What a person must be shown: where to go, and the code to compare or type there. */
export type SignInPrompt = { address: string; addressWithCode: string | undefined; code: string; seconds: number }

export type SignInPersonDeps = {
  /** Base URL at which Keycloak is reached, and the public one with which issuers begin. */
  url: string
  issuerBase: string
  bridgeId: string
  clientId: string
  acceptedAcr: readonly string[] | undefined
  clock: Clock
  prompt: (prompt: SignInPrompt) => void
}

const timeoutSeconds = 5

/**
 * The device authorization grant (RFC 8628) by a public client. The token is verified, looked at and forgotten: it is
 * kept nowhere, and any other token that came with it is dropped.
 */
export const createSignInPerson =
  (deps: SignInPersonDeps): SignInPerson =>
  async (realm) => {
    const { url, issuerBase, bridgeId, clientId, acceptedAcr, clock, prompt } = deps
    const issuer = issuerOf(issuerBase, realm)
    const token = await askForToken(configurationOf(deps, realm), {
      acr: acceptedAcr,
      prompt,
      clock,
    })
    if ('refused' in token) return token
    const keys = createRealmKeys(url, realm)
    return createVerifyPersonToken({ issuer, keys, bridgeId, clientId, acceptedAcr, clock })(token.accessToken)
  }

const configurationOf = ({ url, issuerBase, clientId }: SignInPersonDeps, realm: RealmName): Configuration => {
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

type Wishes = { acr: readonly string[] | undefined } & Pick<SignInPersonDeps, 'prompt' | 'clock'>

const askForToken = async (
  configuration: Configuration,
  { acr, prompt, clock }: Wishes,
): Promise<{ accessToken: string } | { refused: SignInRefusal }> => {
  let endsAt = Number.POSITIVE_INFINITY
  try {
    const device = await initiateDeviceAuthorization(configuration, {
      scope: 'openid',
      // Keycloak 26 reads these at its authorization endpoint only; the token's own claims are checked in any case.
      prompt: 'login',
      max_age: String(longestSignInMs / 1000),
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
    return { accessToken: answer.access_token }
  } catch (error) {
    const refused = refusalOf(error) ?? (clock() >= endsAt ? 'sign_in_timed_out' : undefined)
    if (refused !== undefined) return { refused }
    throw new BridgeError('keycloak_unreachable', { cause: { code: 'sign_in_failed' } })
  }
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
  if (error instanceof ResponseBodyError) return refusals[error.error]
  return error instanceof ClientError && error.code !== undefined ? refusals[error.code] : undefined
}
