import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { Writable } from 'node:stream'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SignJWT } from 'jose'
import type { Log, LogFields } from '../../../bridge/app/ports.ts'
import { createLogger } from '../../../bridge/telemetry/logger.ts'
import { redact } from '../../../bridge/telemetry/redact.ts'
import { pemOf } from '../../support/settings-environment.ts'

/** A log, and the raw text it wrote. */
const captured = (level: 'error' | 'warn' | 'info' = 'info'): { log: Log; text: () => string } => {
  const chunks: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk))
      done()
    },
  })
  return { log: createLogger({ clock: () => 1_800_000_000_000, level, stream }), text: () => chunks.join('') }
}

const lineOf = (fields: LogFields): Record<string, unknown> => {
  const { log, text } = captured()
  log.info('something happened', fields)
  return JSON.parse(text())
}

describe('the log', () => {
  test('a line is JSON with time, level, message and fields', () => {
    assert.deepEqual(lineOf({ realm: 'demo', status: 200, durationMs: 12.5 }), {
      at: '2027-01-15T08:00:00.000Z',
      level: 'info',
      message: 'something happened',
      realm: 'demo',
      status: 200,
      durationMs: 12.5,
    })
  })

  test('I11: a field that is not on the list is dropped, and so is one of another type', () => {
    const given = {
      realm: 'demo',
      password: 'x',
      splat: 1,
      level: 'none',
      status: '200',
      case: { a: 1 },
      port: Number.NaN,
    }
    assert.deepEqual(lineOf(given as unknown as LogFields), {
      at: '2027-01-15T08:00:00.000Z',
      level: 'info',
      message: 'something happened',
      realm: 'demo',
    })
  })

  test('lines below the level are not written', () => {
    const { log, text } = captured('warn')
    log.info('told nobody')
    log.warn('told')
    log.error('told too')
    assert.deepEqual(
      text()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).level),
      ['warn', 'error'],
    )
  })

  test('N08: whatever stands in a field, one event is one line of plain JSON of bounded length', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.constantFrom(
        'a\r\nb',
        'a\u2028b\u2029c',
        '\u001b[31mred',
        '\u202eevil',
        '{"level":"error"}',
        '\ud800',
        '\u0085',
      ),
    )
    fc.assert(
      fc.property(hostile, hostile, (realm, problem) => {
        const { log, text } = captured()
        log.warn('something happened', { realm, problem })
        const line = text()
        assert.match(line, /^[^\n]*\n$/)
        assert.doesNotMatch(line.slice(0, -1), /[\p{C}\u2028\u2029]/u)
        const parsed = JSON.parse(line)
        assert.ok(parsed.realm.length <= 200 && parsed.problem.length <= 200)
        assert.equal(parsed.level, 'warn')
      }),
      { numRuns: 500 },
    )
  })

  test('I11 A02: the second net masks what looks like a token, a key, an OTP secret or a code', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const jwt = await new SignJWT({ sub: 'x' }).setProtectedHeader({ alg: 'EdDSA' }).sign(privateKey)
    const canaries = [
      jwt,
      jwt.split('.')[0] ?? '',
      pemOf(privateKey),
      pemOf(privateKey).slice(0, 60),
      'otpauth://totp/Demo:ada?secret=JBSWY3DPEHPK3PXP&issuer=Demo',
      'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      'jbswy3dpehpk3pxp',
      'JBSWY3DPEHPK3PXP',
      '123456',
      '1234567',
      '12345678',
      '123 456',
      '123-456',
    ]
    for (const canary of canaries) {
      for (const around of [canary, `code=${canary}`, `x${canary}.`, `"${canary}"`, `a ${canary} b`]) {
        const { log, text } = captured()
        log.error('refused', { problem: around, error: around })
        assert.equal(text().includes(JSON.stringify(canary).slice(1, -1)), false, around)
        assert.match(text(), /\[(jwt|pem|otpauth|base32|digits)\]/)
      }
    }
  })

  test('the name of a realm and the digest of a policy are told as they are, and cut like every text', () => {
    const version = `${'4'.repeat(8)}abcd`.repeat(5)
    const line = lineOf({ realm: 'tenant-20260101', version, problem: 'tenant-20260101' })
    assert.deepEqual([line['realm'], line['version']], ['tenant-20260101', version])
    assert.equal(line['problem'], 'tenant-[digits]')
    assert.equal(String(lineOf({ realm: 'x'.repeat(999) })['realm']).length, 200)
  })

  test('ids, codes, versions and sentences of this product pass the net as they are', () => {
    for (const text of [
      'fb-01912345-6789-7123-8123-123456789012',
      '01912345-1234-7123-8123-123456789012',
      'keycloak_unreachable',
      'request_unauthenticated',
      'ERR_SQLITE_ERROR',
      'http_409_events_disabled',
      '26.7.5',
      'step answered',
      'The passwordless WebAuthn policy does not require user verification; a passkey there is possession alone.',
    ]) {
      assert.equal(redact(text), text)
    }
  })

  test('a long text is cut', () => {
    assert.equal(lineOf({ problem: 'x'.repeat(5_000) })['problem'], 'x'.repeat(200))
  })

  test('a secret at the place where a text is cut leaves no half behind', () => {
    const line = lineOf({ problem: `${'x'.repeat(190)} JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP` })
    assert.doesNotMatch(String(line['problem']), /JBSWY/)
  })
})
