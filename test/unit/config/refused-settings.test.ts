import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { readConfig } from '../../../bridge/config.ts'
import { selfSigned } from '../../support/self-signed.ts'
import { ecPem, ed25519Pem, leastEnvironment, pemOf } from '../../support/settings-environment.ts'

const problemsOf = (differs: Record<string, string | undefined>): readonly string[] => {
  const read = readConfig(leastEnvironment(differs))
  return 'problems' in read ? read.problems : []
}

const refuses = (differs: Record<string, string | undefined>, sentence: RegExp): void => {
  const problems = problemsOf(differs)
  assert.equal(problems.length, 1, problems.join('\n'))
  assert.match(problems[0] ?? '', sentence)
}

const inFolder = (body: (write: (name: string, text: string, mode?: number) => string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-settings-'))
  try {
    body((name, text, mode = 0o600) => {
      const path = join(folder, name)
      writeFileSync(path, text)
      chmodSync(path, mode)
      return path
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('settings that are refused', () => {
  test('a mistyped name is refused, and the nearest one suggested', () => {
    refuses({ FALLBACK_BRIDGE_REALM: 'demo' }, /FALLBACK_BRIDGE_REALM is no setting; is FALLBACK_BRIDGE_REALMS meant\?/)
    refuses({ FALLBACK_BRIDGE_PORT_FILE: '/port' }, /PORT_FILE is no setting; is FALLBACK_BRIDGE_PORT meant/)
    refuses({ FALLBACK_BRIDGE_COLOUR_OF_THE_ROOM: 'red' }, /^FALLBACK_BRIDGE_COLOUR_OF_THE_ROOM is no setting\.$/)
  })

  test('what is required and missing is told, all at once', () => {
    const problems = readConfig({})
    assert.deepEqual('problems' in problems && problems.problems, [
      'FALLBACK_BRIDGE_KEYCLOAK_URL is required.',
      'FALLBACK_BRIDGE_REALMS is required.',
      'FALLBACK_BRIDGE_ANSWER_KEY is required.',
      'FALLBACK_BRIDGE_DATA_KEY is required.',
      'FALLBACK_BRIDGE_DATABASE_URL is required.',
      'Exactly one of FALLBACK_BRIDGE_CLIENT_KEY and FALLBACK_BRIDGE_CLIENT_SECRET is needed, each also as a file.',
    ])
  })

  test('I14: a blank value is refused, never a default or no limit', () => {
    for (const blank of ['', ' ', '\n']) {
      refuses({ FALLBACK_BRIDGE_POLICY_FILE: blank }, /POLICY_FILE is blank/)
      refuses({ FALLBACK_BRIDGE_PORT: blank }, /PORT is blank/)
    }
  })

  test('numbers outside their bounds, and what is no whole number, are refused', () => {
    const bounds = {
      PORT: ['65536', '-1', '80.5', '0x50', ' 80', '１２'],
      MANAGEMENT_PORT: ['65536'],
      READ_BACK_DELAY_SECONDS: ['0', '3601'],
      SHUTDOWN_GRACE_SECONDS: ['0', '61'],
      REQUEST_CLOCK_SKEW_SECONDS: ['-1', '31'],
      OPERATIONS_PORT: ['65536'],
      OPERATIONS_MAX_AGE_SECONDS: ['59', '901'],
      NOTICE_DIGEST_SECONDS: ['59', '3601'],
      REALM_CHECK_SECONDS: ['0', '3601', '1e2'],
    }
    for (const [name, values] of Object.entries(bounds)) {
      for (const value of values) {
        refuses({ [`FALLBACK_BRIDGE_${name}`]: value }, new RegExp(`^FALLBACK_BRIDGE_${name} must be a whole number`))
      }
    }
  })

  test('A08: a realm’s name that could leave its place in a URL is refused', () => {
    for (const name of ['..', '.', 'a/b', 'a%2fb', 'a b', 'demo,', 'demo,demo', 'a?b', 'x'.repeat(65)]) {
      refuses({ FALLBACK_BRIDGE_REALMS: name }, /^FALLBACK_BRIDGE_REALMS must be different realm names/)
    }
  })

  test('a URL that is none, or carries user, query or fragment, is refused', () => {
    for (const url of ['keycloak', 'ftp://kc', 'https://user:pass@kc', 'https://kc?x=1', 'https://kc#x']) {
      refuses({ FALLBACK_BRIDGE_KEYCLOAK_URL: url }, /^FALLBACK_BRIDGE_KEYCLOAK_URL must be an http or https URL/)
    }
  })

  test('words outside their lists are refused', () => {
    refuses({ FALLBACK_BRIDGE_LOG_LEVEL: 'debug' }, /LOG_LEVEL must be error, warn or info/)
    refuses({ FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP: 'yes' }, /ALLOW_INSECURE_HTTP must be true or false/)
    refuses({ FALLBACK_BRIDGE_DATABASE_URL: 'mysql://db' }, /DATABASE_URL must begin with sqlite: or postgres:/)
    refuses({ FALLBACK_BRIDGE_ID: 'a b' }, /_ID must be/)
    refuses({ FALLBACK_BRIDGE_CLIENT_ID: 'a b' }, /CLIENT_ID must be/)
    refuses({ FALLBACK_BRIDGE_HOST: 'a b' }, /HOST must be/)
    refuses({ FALLBACK_BRIDGE_OPERATIONS_HOST: 'a b' }, /OPERATIONS_HOST must be/)
    refuses({ FALLBACK_BRIDGE_OPERATIONS_CLIENTS: 'a,,b' }, /OPERATIONS_CLIENTS must be client ids/)
    refuses({ FALLBACK_BRIDGE_OPERATIONS_ACR: 'pass key' }, /OPERATIONS_ACR must be names/)
    refuses({ FALLBACK_BRIDGE_IDENTITY_ATTRIBUTE: 'employee id' }, /IDENTITY_ATTRIBUTE must be/)
    refuses({ FALLBACK_BRIDGE_MANAGER_ATTRIBUTE: 'reports to' }, /MANAGER_ATTRIBUTE must be/)
  })

  test('keys of another type or size are refused', () => {
    const weakRsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)
    const otherCurve = pemOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)
    const { publicKey } = generateKeyPairSync('ed25519')
    const publicPem = String(publicKey.export({ type: 'spki', format: 'pem' }))
    for (const pem of [ecPem, publicPem, 'no key', ed25519Pem + ed25519Pem]) {
      refuses({ FALLBACK_BRIDGE_ANSWER_KEY: pem }, /^FALLBACK_BRIDGE_ANSWER_KEY must be an Ed25519 private key/)
    }
    for (const pem of [weakRsa, otherCurve, publicPem]) {
      refuses({ FALLBACK_BRIDGE_CLIENT_KEY: pem }, /^FALLBACK_BRIDGE_CLIENT_KEY must be an EC P-256/)
    }
    const key = randomBytes(32).toString('base64')
    for (const text of [randomBytes(31).toString('base64'), `${key},`, 'a b:'.concat(key), 'x', `1:2:${key}`]) {
      refuses({ FALLBACK_BRIDGE_DATA_KEY: text }, /^FALLBACK_BRIDGE_DATA_KEY must be id:base64 with 32 bytes/)
    }
    refuses({ FALLBACK_BRIDGE_DATA_KEY: `${key},1:${key}` }, /DATA_KEY names two keys by the same id/)
    refuses(
      { FALLBACK_BRIDGE_CLIENT_KEY: undefined, FALLBACK_BRIDGE_CLIENT_SECRET: 'short' },
      /CLIENT_SECRET must be 16 to 512/,
    )
  })

  test('a key and a secret together are refused', () => {
    refuses({ FALLBACK_BRIDGE_CLIENT_SECRET: 'sixteen-or-more-letters' }, /^Exactly one of/)
  })

  test('A03: plain http to another machine, and certificates not looked at, are refused', () => {
    refuses({ FALLBACK_BRIDGE_KEYCLOAK_URL: 'http://keycloak:8080' }, /KEYCLOAK_URL is plain http beyond this machine/)
    refuses({ FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE: 'http://sso.test' }, /KEYCLOAK_ISSUER_BASE is plain http/)
    refuses({ FALLBACK_BRIDGE_OPERATIONS_PUBLIC_URL: 'http://fallback.test' }, /OPERATIONS_PUBLIC_URL is plain http/)
    refuses({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /NODE_TLS_REJECT_UNAUTHORIZED=0 would accept any server/)
    for (const url of ['http://localhost:8080', 'http://[::1]:8080', 'http://127.1.2.3']) {
      assert.deepEqual(problemsOf({ FALLBACK_BRIDGE_KEYCLOAK_URL: url }), [])
    }
    const allowed = { FALLBACK_BRIDGE_KEYCLOAK_URL: 'http://keycloak', FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP: 'true' }
    assert.deepEqual(problemsOf(allowed), [])
  })

  test('listening for other machines without TLS is refused, and so are two listeners on one port', () => {
    refuses({ FALLBACK_BRIDGE_HOST: '0.0.0.0' }, /_HOST is reachable from other machines without TLS/)
    refuses({ FALLBACK_BRIDGE_MANAGEMENT_HOST: '::' }, /MANAGEMENT_HOST is reachable from other machines/)
    refuses({ FALLBACK_BRIDGE_OPERATIONS_HOST: '0.0.0.0' }, /OPERATIONS_HOST is reachable from other machines/)
    refuses({ FALLBACK_BRIDGE_PORT: '8481' }, /PORT and FALLBACK_BRIDGE_MANAGEMENT_PORT are the same/)
    refuses({ FALLBACK_BRIDGE_PORT: '8482' }, /_PORT and FALLBACK_BRIDGE_OPERATIONS_PORT are the same/)
    refuses({ FALLBACK_BRIDGE_OPERATIONS_PORT: '8481' }, /MANAGEMENT_PORT and FALLBACK_BRIDGE_OPERATIONS_PORT are/)
    assert.deepEqual(problemsOf({ FALLBACK_BRIDGE_PORT: '0', FALLBACK_BRIDGE_OPERATIONS_PORT: '0' }), [])
    const { cert, key } = selfSigned('bridge.test')
    inFolder((write) => {
      const pair = {
        FALLBACK_BRIDGE_HOST: '0.0.0.0',
        FALLBACK_BRIDGE_TLS_CERT_FILE: write('tls.crt', cert, 0o644),
        FALLBACK_BRIDGE_TLS_KEY_FILE: write('tls.key', key),
      }
      assert.deepEqual(problemsOf(pair), [])
    })
  })

  test('a certificate without its key, with another’s, or with one that all can read, is refused', () => {
    const { cert, key } = selfSigned('bridge.test')
    inFolder((write) => {
      const certFile = { FALLBACK_BRIDGE_TLS_CERT_FILE: write('tls.crt', cert) }
      const keyFile = (path: string) => ({ FALLBACK_BRIDGE_TLS_KEY_FILE: path })
      refuses(certFile, /TLS_CERT_FILE is given without/)
      refuses(keyFile(write('tls.key', key)), /TLS_KEY_FILE is given without/)
      refuses({ ...certFile, ...keyFile('/nowhere') }, /TLS_KEY_FILE names a file that cannot be read/)
      refuses({ ...certFile, ...keyFile(write('open.key', key, 0o644)) }, /TLS_KEY_FILE names a file that everybody/)
      const foreign = write('foreign.key', selfSigned('other.test').key)
      refuses({ ...certFile, ...keyFile(foreign) }, /are not a certificate and its key/)
    })
  })
})

describe('secrets', () => {
  const given = (path: string) => ({
    FALLBACK_BRIDGE_CLIENT_KEY: undefined,
    FALLBACK_BRIDGE_CLIENT_SECRET_FILE: path,
  })

  test('a secret is read from its file, without the newline at the end', () => {
    inFolder((write) => {
      const read = readConfig(leastEnvironment(given(write('secret', 'sixteen-or-more-letters\n'))))
      assert.ok('config' in read && 'secret' in read.config.keycloak.credential)
      assert.equal(read.config.keycloak.credential.secret.reveal(), 'sixteen-or-more-letters')
    })
  })

  test('both forms at once, a missing, an empty and a world-readable file are refused', () => {
    inFolder((write) => {
      const path = write('secret', 'sixteen-or-more-letters')
      const both = { ...given(path), FALLBACK_BRIDGE_CLIENT_SECRET: 'sixteen-or-more-letters' }
      assert.match(problemsOf(both)[0] ?? '', /CLIENT_SECRET and FALLBACK_BRIDGE_CLIENT_SECRET_FILE are both given/)
      refuses(given('/nowhere/secret'), /CLIENT_SECRET_FILE names a file that cannot be read/)
      refuses(given(''), /CLIENT_SECRET_FILE is blank/)
      refuses(given(write('empty', '\n')), /CLIENT_SECRET_FILE names an empty file/)
      for (const mode of [0o644, 0o604, 0o602]) {
        refuses(
          given(write('open', 'sixteen-or-more-letters', mode)),
          /CLIENT_SECRET_FILE .* set its mode to 600 or 400/,
        )
      }
    })
  })

  test('I11 A02: no printing of the configuration, and no problem, shows a secret', () => {
    const secret = 'canary-of-client-secret'
    const environment = leastEnvironment({
      FALLBACK_BRIDGE_CLIENT_KEY: undefined,
      FALLBACK_BRIDGE_CLIENT_SECRET: secret,
      FALLBACK_BRIDGE_DATABASE_URL: 'postgres://bridge:canary@db/bridge',
    })
    const read = readConfig(environment)
    assert.ok('config' in read)
    const printed = [JSON.stringify(read.config), inspect(read.config, { depth: 10, showHidden: true })]
    printed.push(`${read.config.answerKey} ${read.config.databaseUrl}`)
    const secrets = ['canary', environment['FALLBACK_BRIDGE_DATA_KEY'] ?? '', ed25519Pem.split('\n')[1] ?? '']
    for (const text of printed) {
      assert.match(text, /\[secret\]/)
      for (const hidden of secrets) assert.equal(text.includes(hidden), false, hidden)
    }
    const broken = readConfig({
      ...environment,
      FALLBACK_BRIDGE_CLIENT_SECRET: 'canary with spaces',
      FALLBACK_BRIDGE_DATABASE_URL: 'canary://db',
      FALLBACK_BRIDGE_ANSWER_KEY: 'canary',
      FALLBACK_BRIDGE_DATA_KEY: 'canary',
    })
    assert.ok('problems' in broken)
    assert.equal(broken.problems.length, 4)
    assert.doesNotMatch(broken.problems.join('\n'), /canary/)
  })
})
