import { createPublicKey, type KeyObject } from 'node:crypto'
import { CompactSign, exportJWK, type JWK } from 'jose'

/** Claims of an answer; `undefined` stands for a claim that is left out. */
export type AnswerClaims = Readonly<Record<string, unknown>>

/** Whoever holds a key and signs what looks like answers of the bridge. */
export type AnswerForge = {
  jwk: JWK
  /** Signs claims, or any text in their place, with the header of a genuine answer but for what differs. */
  sign: (claims: AnswerClaims | string, header?: Readonly<Record<string, unknown>>) => Promise<string>
}

/** Makes a forge of an Ed25519 private key. */
export const createAnswerForge = async (key: KeyObject): Promise<AnswerForge> => {
  const jwk = await exportJWK(createPublicKey(key))
  return {
    jwk,
    sign: (claims, header = {}) =>
      new CompactSign(Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'EdDSA', typ: 'fallback-answer+jwt', jwk, ...header })
        .sign(key, { crit: { unheard: true } }),
  }
}

/** What the bridge says around every answer to a request of this issuer and id, at this time (epoch seconds). */
export const answerEnvelope = (bridgeId: string, to: { iss: string; jti: string }, now: number): AnswerClaims => ({
  iss: bridgeId,
  aud: to.iss,
  in_reply_to: to.jti,
  iat: now,
  exp: now + 60,
  protocol: 1,
  bridge: '0.1.0',
})

/** A part of a compact token, from a value. */
export const encodePart = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
