import { createHash, randomBytes } from 'node:crypto'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'

/** An application as the realm knows it. */
export type Application = {
  /** Base URL of the realm, which is also its issuer. */
  issuer: string
  clientId: string
  redirectUri: string
}

/** What an application may ask for beyond a plain sign-in. */
export type AuthorizationWishes = {
  /** Names or numbers of levels of authentication, `acr_values`. */
  acrValues?: string
  /** A required action to run, `kc_action`. */
  action?: string
  /** For example `login` (ask again) or `none` (never ask). */
  prompt?: string
  locale?: string
}

/** A request under way: where to send the browser, and what has to come back with it. */
export type AuthorizationRequest = {
  url: string
  state: string
  nonce: string
  verifier: string
}

/** What the token endpoint gave, with the claims of the verified ID token. */
export type SignIn = {
  claims: JWTPayload
  idToken: string
  accessToken: string
  refreshToken: string | undefined
}

const random = (): string => randomBytes(32).toString('base64url')

/** Makes up an authorization request with PKCE, state and nonce. */
export const startAuthorization = (app: Application, wishes: AuthorizationWishes = {}): AuthorizationRequest => {
  const [state, nonce, verifier] = [random(), random(), random()]
  const query = new URLSearchParams({
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(wishes.acrValues === undefined ? {} : { acr_values: wishes.acrValues }),
    ...(wishes.action === undefined ? {} : { kc_action: wishes.action }),
    ...(wishes.prompt === undefined ? {} : { prompt: wishes.prompt }),
    ...(wishes.locale === undefined ? {} : { ui_locales: wishes.locale }),
  })
  return { url: `${app.issuer}/protocol/openid-connect/auth?${query}`, state, nonce, verifier }
}

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>()

const keysOf = (issuer: string): ReturnType<typeof createRemoteJWKSet> => {
  const known = keySets.get(issuer) ?? createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`))
  keySets.set(issuer, known)
  return known
}

/**
 * Redeems the code of the URL that the browser came back with. Throws an Error with Keycloak's error code if the login
 * was refused, the state is not ours, or the tokens do not fit the request.
 */
export const redeemCode = async (
  app: Application,
  request: AuthorizationRequest,
  cameBackTo: string,
): Promise<SignIn> => {
  const answer = new URL(cameBackTo).searchParams
  if (answer.get('state') !== request.state) throw new Error('The answer has the state of another request')
  const code = answer.get('code')
  if (code === null) throw new Error(`Keycloak refused: ${answer.get('error') ?? 'no code'}`)
  const response = await fetch(`${app.issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: app.clientId,
      redirect_uri: app.redirectUri,
      code,
      code_verifier: request.verifier,
    }),
  })
  const tokens = (await response.json()) as Record<string, string | undefined>
  const { id_token: idToken, access_token: accessToken, refresh_token: refreshToken } = tokens
  if (idToken === undefined || accessToken === undefined) {
    throw new Error(`Keycloak gave no tokens: ${tokens['error'] ?? response.status}`)
  }
  const { payload } = await jwtVerify(idToken, keysOf(app.issuer), { issuer: app.issuer, audience: app.clientId })
  if (payload['nonce'] !== request.nonce) throw new Error('The ID token has the nonce of another request')
  return { claims: payload, idToken, accessToken, refreshToken }
}
