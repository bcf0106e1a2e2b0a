import type { KeyObject } from 'node:crypto'
import { type JWK, SignJWT } from 'jose'
import type { Clock } from '../app/ports.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import { answerClaims, answerLifetimeSeconds, answerType } from './contract/step-answer.ts'
import { protocolVersion } from './contract/step-request.ts'

export type SignAnswerDeps = {
  /** Ed25519 private key and its public JWK, whose thumbprint the provider pins. */
  key: KeyObject
  publicJwk: JWK
  bridgeId: string
  version: string
  clock: Clock
}

/** Signs an answer to exactly one request: its jti and its issuer are in the signed claims (K08). */
export const createSignAnswer =
  ({ key, publicJwk, bridgeId, version, clock }: SignAnswerDeps) =>
  (answer: StepAnswer, to: { jti: string; issuer: string }): Promise<string> => {
    const now = Math.floor(clock() / 1000)
    return new SignJWT({
      ...answerClaims(answer),
      in_reply_to: to.jti,
      protocol: protocolVersion,
      bridge: version,
    })
      .setProtectedHeader({ alg: 'EdDSA', typ: answerType, jwk: publicJwk })
      .setIssuer(bridgeId)
      .setAudience(to.issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + answerLifetimeSeconds)
      .sign(key)
  }

export type SignAnswer = ReturnType<typeof createSignAnswer>
