import { decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Clock } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import type { RealmName } from '../domain/ids.ts'
import { requestLifetimeSeconds, requestType, type StepRequest, stepRequest } from './contract/step-request.ts'

/** A realm whose requests are accepted: its exact issuer and the keys it signs with. */
export type TrustedRealm = { name: RealmName; issuer: string; keys: JWTVerifyGetKey }

export type VerifyRequestDeps = {
  realms: readonly TrustedRealm[]
  bridgeId: string
  clock: Clock
  /** Tolerated difference of the two clocks, in seconds. */
  skewSeconds: number
}

/** Algorithms a realm may sign with: asymmetric ones, named one by one (K02). */
const algorithms = ['RS256', 'ES256', 'EdDSA']

/**
 * Verifies a signed step request and gives its claims with the realm that signed it.
 * @throws BridgeError request_unauthenticated, request_malformed, unavailable (the realm's keys cannot be had)
 */
export const createVerifyRequest = ({ realms, bridgeId, clock, skewSeconds }: VerifyRequestDeps) => {
  return async (compact: string): Promise<{ realm: RealmName; request: StepRequest }> => {
    const realm = claimedRealm(compact)
    const claims = await verifySignature(compact, realm)
    const parsed = stepRequest.safeParse(claims)
    if (!parsed.success) throw new BridgeError('request_malformed')
    const { aud, exp, iat } = parsed.data
    // A list that merely contains this bridge is an audience of somebody else (K03).
    if (aud !== bridgeId || exp - iat > requestLifetimeSeconds) throw new BridgeError('request_unauthenticated')
    return { realm: realm.name, request: parsed.data }
  }

  /** Reads the issuer only to choose whose keys to verify with. */
  function claimedRealm(compact: string): TrustedRealm {
    let issuer: unknown
    try {
      issuer = decodeJwt(compact).iss
    } catch (cause) {
      throw new BridgeError('request_unauthenticated', { cause })
    }
    const realm = realms.find((candidate) => candidate.issuer === issuer)
    if (realm === undefined) throw new BridgeError('request_unauthenticated')
    return realm
  }

  async function verifySignature(compact: string, realm: TrustedRealm): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(compact, realm.keys, {
        issuer: realm.issuer,
        audience: bridgeId,
        algorithms,
        typ: requestType,
        requiredClaims: ['exp', 'iat', 'jti'],
        maxTokenAge: requestLifetimeSeconds,
        clockTolerance: skewSeconds,
        currentDate: new Date(clock()),
      })
      return payload
    } catch (cause) {
      throw new BridgeError(isAboutKeys(cause) ? 'unavailable' : 'request_unauthenticated', { cause })
    }
  }
}

/** Failures of fetching the realm's keys: the request may well be genuine, so it is not called forged. */
const isAboutKeys = (cause: unknown): boolean => {
  if (cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid) return true
  if (cause instanceof errors.JOSEError) return cause.code === errors.JOSEError.code
  return true
}

export type VerifyRequest = ReturnType<typeof createVerifyRequest>
