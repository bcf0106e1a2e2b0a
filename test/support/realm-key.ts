import { generateKeyPairSync } from 'node:crypto'
import { CompactSign, exportJWK } from 'jose'
import type { FallbackRealm } from './fallback-realm.ts'
import { pemOf } from './settings-environment.ts'

/** A signing key of a realm, of which the test knows the private half. */
export type RealmKey = {
  kid: string
  /** Signs claims, or any text in their place, with the header of a step request but for what differs. */
  sign: (claims: object | string, header?: Readonly<Record<string, unknown>>) => Promise<string>
}

/** Gives a realm one more RS256 key, which its JWKS shows and Keycloak itself does not sign with. */
export const addRealmKey = async ({ admin, realm, issuer }: FallbackRealm): Promise<RealmKey> => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const parentId = (await admin.realms.findOne({ realm }))?.id
  await admin.components.create({
    realm,
    ...(parentId === undefined ? {} : { parentId }),
    name: 'key of the test',
    providerId: 'rsa',
    providerType: 'org.keycloak.keys.KeyProvider',
    config: {
      privateKey: [pemOf(privateKey)],
      algorithm: ['RS256'],
      priority: ['1'],
      enabled: ['true'],
      active: ['true'],
    },
  })
  const { n } = await exportJWK(publicKey)
  const response = await fetch(`${issuer}/protocol/openid-connect/certs`)
  const { keys } = (await response.json()) as { keys: { kid: string; n?: string }[] }
  const kid = keys.find((key) => key.n === n)?.kid
  if (kid === undefined) throw new Error('The realm does not show its new key')
  return {
    kid,
    sign: (claims, header = {}) =>
      new CompactSign(Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'RS256', typ: 'fallback-step+jwt', kid, ...header })
        .sign(privateKey),
  }
}
