import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'

/** The public half of a key in PEM, with its RFC 7638 SHA-256 thumbprint as its id; undefined for what is no key. */
export const publicJwkOf = async (pem: string): Promise<(JWK & { kid: string }) | undefined> => {
  try {
    const jwk = await exportJWK(createPublicKey(pem))
    return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig' }
  } catch {
    return undefined
  }
}
