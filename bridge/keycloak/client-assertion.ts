import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWTHeaderParameters, SignJWT } from 'jose'
import type { Clock } from '../app/ports.ts'

const lifetimeSeconds = 30

export type ClientAssertionDeps = { clientId: string; issuer: string; key: KeyObject; clock: Clock }

/**
 * Makes client assertions (RFC 7523) for one realm: for its issuer alone, used once, half a minute long. The header's
 * `kid` is the key's RFC 7638 thumbprint, which the client's JWKS in Keycloak must name too.
 */
export const createClientAssertion = ({ clientId, issuer, key, clock }: ClientAssertionDeps) => {
  let header: Promise<JWTHeaderParameters> | undefined

  return async (): Promise<string> => {
    header ??= headerOf(key)
    const now = Math.floor(clock() / 1000)
    return new SignJWT()
      .setProtectedHeader(await header)
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(issuer)
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(key)
  }
}

const headerOf = async (key: KeyObject): Promise<JWTHeaderParameters> => ({
  alg: algorithmOf(key),
  typ: 'JWT',
  kid: await calculateJwkThumbprint(await exportJWK(createPublicKey(key))),
})

const algorithmOf = ({ asymmetricKeyType }: KeyObject): string => {
  switch (asymmetricKeyType) {
    case 'ec':
      return 'ES256'
    case 'ed25519':
      return 'EdDSA'
    case 'rsa':
      return 'RS256'
    default:
      throw new TypeError('a key of this type signs no client assertion')
  }
}
