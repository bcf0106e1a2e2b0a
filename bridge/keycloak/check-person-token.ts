import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Clock } from '../app/ports.ts'
import type { Instant } from '../domain/ids.ts'
import { unreadable } from './failure.ts'

export type CheckPersonTokenDeps = {
  /** The realm's exact issuer and the keys it signs with. */
  issuer: string
  keys: JWTVerifyGetKey
  bridgeId: string
  /** Clients that the token may have been issued to. */
  clients: readonly string[]
  clock: Clock
}

/** Why a token is not one that a person acts with. */
export type TokenRefusal =
  | 'token_not_of_realm'
  | 'token_expired'
  | 'token_not_for_bridge'
  | 'token_of_another_client'
  | 'fallback_session'
  | 'not_a_person'

/** What a verified token says of whoever signed in. */
export type PersonClaims = {
  id: string
  name: string
  /** The session in Keycloak, `sid`. */
  session: string
  acr: string | undefined
  /** Absent where the token does not say. */
  authTime: Instant | undefined
  jti: string | undefined
  realmRoles: readonly string[]
}

/** Algorithms a realm may sign with: asymmetric ones, named one by one (K02). */
const algorithms = ['RS256', 'ES256', 'EdDSA']
/** Tolerated difference between Keycloak's clock and this one. */
export const tokenSkewSeconds = 5

const personClaims = z.object({
  sub: z.string().min(1).max(255),
  sid: z.string().min(1),
  preferred_username: z.string().min(1).max(255),
  client_id: z.undefined().optional(),
  acr: z.string().optional().catch(undefined),
  auth_time: z.number().optional().catch(undefined),
  jti: z.string().min(1).max(255).optional().catch(undefined),
  realm_access: z
    .object({ roles: z.array(z.string()) })
    .optional()
    .catch(undefined),
})

/**
 * Verifies a person's access token and tells what it says. Every check can refuse alone; what is missing refuses too. A
 * token of a fallback session is never taken (I12), however strong it says it is. How long ago the person signed in, and
 * at which level, is left to whoever asks: it depends on the act.
 * @throws BridgeError keycloak_unreachable where the realm's keys cannot be had
 */
export const createCheckPersonToken = (deps: CheckPersonTokenDeps) => {
  const { issuer, keys, bridgeId, clients, clock } = deps

  return async (token: string): Promise<{ claims: PersonClaims } | { refused: TokenRefusal }> => {
    const verified = await verify(token)
    if ('refused' in verified) return verified
    const refused = refusalOf(verified.payload)
    if (refused !== undefined) return { refused }
    const parsed = personClaims.safeParse(verified.payload)
    if (!parsed.success || parsed.data.preferred_username.startsWith('service-account-')) {
      return { refused: 'not_a_person' }
    }
    const { sub, sid, preferred_username, acr, auth_time, jti, realm_access } = parsed.data
    return {
      claims: {
        id: sub,
        name: preferred_username,
        session: sid,
        acr,
        authTime: auth_time === undefined ? undefined : auth_time * 1000,
        jti,
        realmRoles: realm_access?.roles ?? [],
      },
    }
  }

  async function verify(token: string): Promise<{ payload: JWTPayload } | { refused: TokenRefusal }> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: bridgeId,
        algorithms,
        requiredClaims: ['exp', 'iat'],
        clockTolerance: tokenSkewSeconds,
        currentDate: new Date(clock()),
      })
      return { payload }
    } catch (error) {
      if (isAboutKeys(error)) throw unreadable()
      return { refused: refusalOfError(error) }
    }
  }

  function refusalOf(claims: JWTPayload): TokenRefusal | undefined {
    if (claims['typ'] !== 'Bearer') return 'token_not_of_realm'
    if (typeof claims['azp'] !== 'string' || !clients.includes(claims['azp'])) return 'token_of_another_client'
    return 'fallback_case' in claims || 'fallback_ends_at' in claims ? 'fallback_session' : undefined
  }
}

const refusalOfError = (error: unknown): TokenRefusal => {
  if (error instanceof errors.JWTExpired) return 'token_expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'token_not_for_bridge'
    if (error.claim === 'nbf' || error.claim === 'iat' || error.claim === 'exp') return 'token_expired'
  }
  return 'token_not_of_realm'
}

/** Failures of fetching the realm's keys say nothing about the token. */
const isAboutKeys = (error: unknown): boolean => {
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return true
  if (error instanceof errors.JOSEError) return error.code === errors.JOSEError.code
  return true
}
