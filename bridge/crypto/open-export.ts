import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose'
import { z } from 'zod'
import { exportType } from '../domain/export/case-export.ts'

/** `malformed`: no signed export at all. `signature`: its text is not what was signed. */
export type OpenedExport =
  | { outcome: 'opened'; thumbprint: string; payload: string }
  | { outcome: 'refused'; because: 'malformed' | 'signature' }

/** A private key in a header, or another kind of key, is nothing that a bridge writes. */
const header = z.strictObject({
  alg: z.enum(['EdDSA', 'Ed25519']),
  typ: z.literal(exportType),
  jwk: z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
})

/**
 * Checks the signature of a compact JWS by the key that its own header names, and gives that key's thumbprint (RFC 7638).
 * Whether the key is the bridge's is told by comparing the thumbprint with the one that the realm's flow pins.
 */
export const openExport = async (text: string): Promise<OpenedExport> => {
  const compact = text.trim()
  const named = header.safeParse(headerOf(compact))
  if (!named.success) return { outcome: 'refused', because: 'malformed' }
  const { jwk } = named.data
  try {
    const key = await importJWK(jwk, 'EdDSA')
    const { payload } = await compactVerify(compact, key, { algorithms: ['EdDSA', 'Ed25519'] })
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload)
    return { outcome: 'opened', thumbprint: await calculateJwkThumbprint(jwk), payload: decoded }
  } catch {
    return { outcome: 'refused', because: 'signature' }
  }
}

const headerOf = (compact: string): unknown => {
  const parts = compact.split('.')
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) return undefined
  try {
    return JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
