import { randomUUID } from 'node:crypto'
import { type CryptoKey, generateKeyPair, type JWTHeaderParameters, type JWTVerifyGetKey, SignJWT } from 'jose'
import { asId } from '../../bridge/domain/ids.ts'
import type { TrustedRealm } from '../../bridge/http/verify-request.ts'

/** A realm that signs step requests as Keycloak does; a fast double beside the real one. */
export type SigningRealm = TrustedRealm & {
  privateKey: CryptoKey
  sign: (claims: Record<string, unknown>, header?: Partial<JWTHeaderParameters>) => Promise<string>
}

export const bridgeId = 'fallback-bridge'

/** Makes a realm with a key of its own. */
export const createSigningRealm = async (name: string): Promise<SigningRealm> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const keys: JWTVerifyGetKey = async () => publicKey
  return {
    name: asId(name),
    issuer: `http://keycloak.test/realms/${name}`,
    keys,
    privateKey,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'fallback-step+jwt', ...header }).sign(privateKey),
  }
}

/** Claims of a request of this realm at this time; give what differs. `undefined` removes a claim. */
export const stepClaims = (
  realm: SigningRealm,
  now: number,
  differs: Record<string, unknown> = {},
): Record<string, unknown> => {
  const iat = Math.floor(now / 1000)
  const claims: Record<string, unknown> = {
    iss: realm.issuer,
    aud: bridgeId,
    jti: randomUUID(),
    iat,
    exp: iat + 30,
    protocol: 1,
    provider: '0.1.0',
    server: '26.7.5',
    operation: randomUUID(),
    action: 'begin',
    realm: `id-of-${realm.name}`,
    sub: 'user-ada',
    sid: 'session-1',
    tab: 'tab-1',
    client: 'app',
    execution: 'step-1',
    failure: {
      class: 'cancelled_or_timed_out',
      detail: 'NotAllowedError',
      at: now - 1000,
      count: 1,
      credentialType: 'webauthn',
      execution: 'watch-1',
    },
    firstFactor: { kind: 'password', at: now - 5000 },
    factors: [],
    subject: { roles: ['default-roles-demo'], groups: [] },
    ip: '127.0.0.1',
    userAgent: 'test',
    locale: 'en',
    ...differs,
  }
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))
}
