import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generateSync } from 'otplib'
import { createTotp } from '../../../bridge/crypto/totp.ts'

/** RFC 6238, appendix B: the seed of the SHA-1 rows, in base32. */
const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const totp = createTotp()
const stepMs = 30_000

const codeAt = (at: number): string =>
  generateSync({ secret: seed, epoch: Math.floor(at / 1000), algorithm: 'sha1', digits: 6, period: 30 })

describe('TOTP', () => {
  test('RFC 6238 appendix B: the codes of the test vectors (last six digits) are right at their times', () => {
    const vectors: readonly [number, string][] = [
      [59, '287082'],
      [1111111109, '081804'],
      [1111111111, '050471'],
      [1234567890, '005924'],
      [2000000000, '279037'],
      [20000000000, '353130'],
    ]
    for (const [seconds, code] of vectors) {
      assert.equal(totp.matchStep(seed, code, seconds * 1000), Math.floor(seconds / 30), code)
    }
  })

  test('I9 B16: the code before is accepted, the next one and the one before the last are not', () => {
    const now = 1_700_000_010_000
    const step = Math.floor(now / stepMs)
    assert.equal(totp.matchStep(seed, codeAt(now), now), step)
    assert.equal(totp.matchStep(seed, codeAt(now - stepMs), now), step - 1)
    assert.equal(totp.matchStep(seed, codeAt(now + stepMs), now), undefined)
    assert.equal(totp.matchStep(seed, codeAt(now - 2 * stepMs), now), undefined)
  })

  test('I9: the boundary of a step is exact to the millisecond', () => {
    const boundary = 1_700_000_010_000 - (1_700_000_010_000 % stepMs)
    const next = codeAt(boundary)
    assert.equal(totp.matchStep(seed, next, boundary), boundary / stepMs)
    assert.equal(totp.matchStep(seed, next, boundary - 1), undefined)
  })

  test('RFC 4226: secrets have 160 bits and are never the same', () => {
    const secrets = new Set(Array.from({ length: 100 }, () => totp.createSecret()))
    assert.equal(secrets.size, 100)
    for (const secret of secrets) assert.match(secret, /^[A-Z2-7]{32}$/)
  })

  test('the QR code is SVG and the URI names issuer and label, escaped', () => {
    const { uri, qr } = totp.present(seed, 'a&b <c>', 'Demo: Realm')
    assert.match(uri, /^otpauth:\/\/totp\//)
    assert.equal(new URL(uri).searchParams.get('secret'), seed)
    assert.equal(new URL(uri).searchParams.get('issuer'), 'Demo: Realm')
    assert.match(qr, /^<svg /)
    assert.doesNotMatch(qr, /<script|<c>/)
  })
})
