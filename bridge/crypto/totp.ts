import { generateSecret, generateURI, verifySync } from 'otplib'
import { renderSVG } from 'uqr'
import type { Totp } from '../app/ports.ts'

const stepSeconds = 30
const secretBytes = 20

/**
 * TOTP by otplib: SHA-1, 6 digits, 30 s, because every authenticator app knows those. The tolerance is the pair
 * [one step back, none ahead]: a single number would be symmetric and accept the next code (B16).
 */
export const createTotp = (): Totp => ({
  createSecret: () => generateSecret({ length: secretBytes }),

  matchStep: (secret, code, at) => {
    const result = verifySync({
      secret,
      token: code,
      epoch: Math.floor(at / 1000),
      epochTolerance: [stepSeconds, 0],
      algorithm: 'sha1',
      digits: 6,
      period: stepSeconds,
    })
    return result.valid && 'timeStep' in result ? result.timeStep : undefined
  },

  present: (secret, label, issuer) => {
    const uri = generateURI({ issuer, label, secret, algorithm: 'sha1', digits: 6, period: stepSeconds })
    return { uri, qr: renderSVG(uri, { border: 2 }) }
  },
})
