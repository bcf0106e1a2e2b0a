import type { KeyObject } from 'node:crypto'
import { CompactSign, type JWK } from 'jose'
import type { SignExport } from '../app/operations/export-case.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { exportType } from '../domain/export/case-export.ts'

export type SignExportDeps = {
  /** The Ed25519 key that signs answers, and its public JWK: the trust anchor is the thumbprint in the realm's flow. */
  key: KeyObject
  publicJwk: JWK
}

/** Signs the canonical text of an export. Its type keeps it from being taken for an answer (K02). */
export const createSignExport =
  ({ key, publicJwk }: SignExportDeps): SignExport =>
  (told) =>
    new CompactSign(new TextEncoder().encode(canonicalJson(told)))
      .setProtectedHeader({ alg: 'EdDSA', typ: exportType, jwk: publicJwk })
      .sign(key)
