import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type CredentialRepresentation from '@keycloak/keycloak-admin-client/lib/defs/credentialRepresentation.js'

/** A passkey (ES256) without a browser: what Keycloak stores of it, and the answers it gives to challenges. */
export type SoftwarePasskey = {
  /** For the user's representation when the user is made. */
  credential: CredentialRepresentation
  /** The fields of Keycloak's form for this challenge (base64url) at this origin, its user verified. */
  answer: (challenge: string, origin: string) => Record<string, string>
}

/** The model that Keycloak is told; of no real authenticator. */
export const softwarePasskeyModel = '5f7ea5e0-0000-4000-8000-5f7ea5e00001'

const userPresentAndVerified = 0x05

/** Makes one. Its counter stays at zero, as those of synced passkeys do, so that it may be used in parallel. */
export const createSoftwarePasskey = (): SoftwarePasskey => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(32)
  return {
    credential: {
      type: 'webauthn',
      userLabel: 'software passkey',
      secretData: '{}',
      credentialData: JSON.stringify({
        aaguid: softwarePasskeyModel,
        credentialId: id.toString('base64'),
        counter: 0,
        credentialPublicKey: coseKey(x, y).toString('base64url'),
        attestationStatementFormat: 'none',
        transports: ['internal'],
      }),
    },
    answer: (challenge, origin) => {
      const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.get', challenge, origin, crossOrigin: false }))
      const authenticatorData = Buffer.concat([
        sha256(new URL(origin).hostname),
        Buffer.from([userPresentAndVerified, 0, 0, 0, 0]),
      ])
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), privateKey)
      return {
        credentialId: id.toString('base64url'),
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: '',
        error: '',
      }
    },
  }
}

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest()

/** COSE_Key (RFC 9053) of a P-256 point: kty EC2, alg ES256, crv P-256, x, y, as CBOR. */
const coseKey = (x: string, y: string): Buffer =>
  Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from(x, 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from(y, 'base64url'),
  ])
