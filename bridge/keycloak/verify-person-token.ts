import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { z } from 'zod'
import { longestSignInMs, policyRole, type SignIn, type SignInRefusal } from '../app/policy/sign-in-person.ts'
import type { Clock } from '../app/ports.ts'
import { unreadable } from './failure.ts'

export type VerifyPersonTokenDeps = {
  /** The realm's exact issuer and the keys it signs with. */
  issuer: string
  keys: JWTVerifyGetKey
  bridgeId: string
  /** Client that the token must have been issued to. */
  clientId: string
  /** Values of `acr` that are strong enough; any is where this is absent. */
  acceptedAcr: readonly string[] | undefined
  clock: Clock
}

/** Algorithms a realm may sign with: asymmetric ones, named one by one (K02). */
const algorithms = ['RS256', 'ES256', 'EdDSA']
const skewSeconds = 5

const personClaims = z.object({
  sub: z.string().min(1).max(255),
  sid: z.string().min(1),
  preferred_username: z.string().min(1).max(255),
  client_id: z.undefined().optional(),
})

/**
 * Verifies a person's access token and gives the person. Every check can refuse alone; what is missing refuses too. A
 * token of a fallback session is never taken (I12), however strong it says it is.
 * @throws BridgeError keycloak_unreachable where the realm's keys cannot be had
 */
export const createVerifyPersonToken = (deps: VerifyPersonTokenDeps) => {
  const { issuer, keys, bridgeId, clientId, acceptedAcr, clock } = deps

  return async (token: string): Promise<SignIn> => {
    const verified = await verify(token)
    if ('refused' in verified) return verified
    const { claims } = verified
    const refused = refusalOf(claims)
    if (refused !== undefined) return { refused }
    const person = personClaims.safeParse(claims)
    if (!person.success || person.data.preferred_username.startsWith('service-account-')) {
      return { refused: 'not_a_person' }
    }
    return { person: { id: person.data.sub, name: person.data.preferred_username } }
  }

  async function verify(token: string): Promise<{ claims: JWTPayload } | { refused: SignInRefusal }> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: bridgeId,
        algorithms,
        requiredClaims: ['exp', 'iat'],
        clockTolerance: skewSeconds,
        currentDate: new Date(clock()),
      })
      return { claims: payload }
    } catch (error) {
      if (isAboutKeys(error)) throw unreadable()
      return { refused: refusalOfError(error) }
    }
  }

  function refusalOf(claims: JWTPayload): SignInRefusal | undefined {
    if (claims['typ'] !== 'Bearer') return 'token_not_of_realm'
    if (claims['azp'] !== clientId) return 'token_of_another_client'
    if ('fallback_case' in claims || 'fallback_ends_at' in claims) return 'fallback_session'
    if (!isRecent(claims['auth_time'])) return 'signed_in_long_ago'
    const { acr } = claims
    if (acceptedAcr !== undefined && !(typeof acr === 'string' && acceptedAcr.includes(acr))) return 'level_too_low'
    return rolesOf(claims).includes(policyRole) ? undefined : 'role_missing'
  }

  function isRecent(authTime: unknown): boolean {
    if (typeof authTime !== 'number' || !Number.isFinite(authTime)) return false
    const age = clock() - authTime * 1000
    return age >= -skewSeconds * 1000 && age <= longestSignInMs
  }
}

const realmAccess = z.object({ realm_access: z.object({ roles: z.array(z.string()) }) })

const rolesOf = (claims: JWTPayload): readonly string[] => {
  const parsed = realmAccess.safeParse(claims)
  return parsed.success ? parsed.data.realm_access.roles : []
}

const refusalOfError = (error: unknown): SignInRefusal => {
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
