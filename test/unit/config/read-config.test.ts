import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { type SettingName, settingNames } from '../../../bridge/config/settings.ts'
import { type Config, readConfig } from '../../../bridge/config.ts'
import { selfSigned } from '../../support/self-signed.ts'
import { ecPem, ed25519Pem, leastEnvironment, pemOf } from '../../support/settings-environment.ts'

const tls = selfSigned('bridge.test')
const files: Record<string, string> = { '/tls.crt': tls.cert, '/tls.key': tls.key }
const readFile = (path: string) => {
  const text = files[path]
  return text === undefined ? undefined : { text, isOpenToAll: false }
}

const configOf = (differs: Record<string, string | undefined> = {}): Config => {
  const read = readConfig(leastEnvironment(differs), readFile)
  assert.ok('config' in read, 'problems' in read ? read.problems.join('\n') : '')
  return read.config
}

const otherDataKey = `new:${randomBytes(32).toString('base64')}`

const mail = {
  FALLBACK_BRIDGE_SMTP_URL: 'smtps://bridge:pass@mail.test:465',
  FALLBACK_BRIDGE_MAIL_FROM: 'fallback@bank.test',
}
const webhook = {
  FALLBACK_BRIDGE_WEBHOOK_URL: 'https://siem.test/in?source=kfb',
  FALLBACK_BRIDGE_WEBHOOK_SECRET: ['n'.repeat(24), 'o'.repeat(64)]
    .map((key) => `whsec_${Buffer.from(key).toString('base64')}`)
    .join(', '),
}

/** For each setting a value that is no default, and where in the configuration it must show. */
const shown: Readonly<
  Record<SettingName, { given: Record<string, string | undefined>; as: (config: Config) => unknown; is: unknown }>
> = {
  ID: { given: { FALLBACK_BRIDGE_ID: 'other' }, as: (c) => c.bridgeId, is: 'other' },
  KEYCLOAK_URL: {
    given: { FALLBACK_BRIDGE_KEYCLOAK_URL: 'https://sso.test/auth/' },
    as: (c) => [c.keycloak.url, c.keycloak.issuerBase],
    is: ['https://sso.test/auth', 'https://sso.test/auth'],
  },
  KEYCLOAK_ISSUER_BASE: {
    given: { FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE: 'https://sso.test' },
    as: (c) => [c.keycloak.url, c.keycloak.issuerBase],
    is: ['http://127.0.0.1:8080', 'https://sso.test'],
  },
  REALMS: { given: { FALLBACK_BRIDGE_REALMS: 'a, b.c' }, as: (c) => c.keycloak.realms, is: ['a', 'b.c'] },
  CLIENT_ID: { given: { FALLBACK_BRIDGE_CLIENT_ID: 'svc' }, as: (c) => c.keycloak.clientId, is: 'svc' },
  CLIENT_KEY: {
    given: {},
    as: ({ keycloak: { credential } }) => 'key' in credential && pemOf(credential.key.reveal()),
    is: ecPem,
  },
  CLIENT_SECRET: {
    given: { FALLBACK_BRIDGE_CLIENT_KEY: undefined, FALLBACK_BRIDGE_CLIENT_SECRET: 'sixteen-or-more-letters' },
    as: ({ keycloak: { credential } }) => 'secret' in credential && credential.secret.reveal(),
    is: 'sixteen-or-more-letters',
  },
  ANSWER_KEY: { given: {}, as: (c) => pemOf(c.answerKey.reveal()), is: ed25519Pem },
  DATA_KEY: {
    given: { FALLBACK_BRIDGE_DATA_KEY: `${otherDataKey},${Buffer.alloc(32, 7).toString('base64')}` },
    as: (c) => c.dataKeys.reveal().map(({ id, key }) => [id, key.symmetricKeySize]),
    is: [
      ['new', 32],
      ['1', 32],
    ],
  },
  DATABASE_URL: {
    given: { FALLBACK_BRIDGE_DATABASE_URL: 'postgres://bridge:pass@db/bridge' },
    as: (c) => c.databaseUrl.reveal(),
    is: 'postgres://bridge:pass@db/bridge',
  },
  SIGN_IN_ACR: {
    given: { FALLBACK_BRIDGE_SIGN_IN_ACR: 'passkey, urn:gold' },
    as: (c) => c.signInAcr,
    is: ['passkey', 'urn:gold'],
  },
  POLICY_FILE: { given: { FALLBACK_BRIDGE_POLICY_FILE: '/p.yaml' }, as: (c) => c.policyFile, is: '/p.yaml' },
  HOST: { given: { FALLBACK_BRIDGE_HOST: '::1' }, as: (c) => c.listen.host, is: '::1' },
  PORT: { given: { FALLBACK_BRIDGE_PORT: '9000' }, as: (c) => c.listen.port, is: 9000 },
  MANAGEMENT_HOST: {
    given: { FALLBACK_BRIDGE_MANAGEMENT_HOST: 'localhost' },
    as: (c) => c.management.host,
    is: 'localhost',
  },
  MANAGEMENT_PORT: { given: { FALLBACK_BRIDGE_MANAGEMENT_PORT: '9001' }, as: (c) => c.management.port, is: 9001 },
  OPERATIONS_HOST: {
    given: { FALLBACK_BRIDGE_OPERATIONS_HOST: '::1' },
    as: (c) => c.operations.host,
    is: '::1',
  },
  OPERATIONS_PORT: { given: { FALLBACK_BRIDGE_OPERATIONS_PORT: '9002' }, as: (c) => c.operations.port, is: 9002 },
  OPERATIONS_PUBLIC_URL: {
    given: { FALLBACK_BRIDGE_OPERATIONS_PUBLIC_URL: 'https://fallback.test/ops/' },
    as: (c) => c.operations.publicUrl,
    is: 'https://fallback.test/ops',
  },
  OPERATIONS_CLIENTS: {
    given: { FALLBACK_BRIDGE_OPERATIONS_CLIENTS: 'desk, console' },
    as: (c) => c.operations.clients,
    is: ['desk', 'console'],
  },
  OPERATIONS_ACR: {
    given: { FALLBACK_BRIDGE_SIGN_IN_ACR: 'passkey', FALLBACK_BRIDGE_OPERATIONS_ACR: 'gold,urn:x' },
    as: (c) => [c.signInAcr, c.operations.acr],
    is: [['passkey'], ['gold', 'urn:x']],
  },
  OPERATIONS_MAX_AGE_SECONDS: {
    given: { FALLBACK_BRIDGE_OPERATIONS_MAX_AGE_SECONDS: '60' },
    as: (c) => c.operations.maxAgeSeconds,
    is: 60,
  },
  IDENTITY_ATTRIBUTE: {
    given: { FALLBACK_BRIDGE_IDENTITY_ATTRIBUTE: 'personnel.no' },
    as: (c) => c.identityAttribute,
    is: 'personnel.no',
  },
  MANAGER_ATTRIBUTE: {
    given: { FALLBACK_BRIDGE_MANAGER_ATTRIBUTE: 'reports.to' },
    as: (c) => c.managerAttribute,
    is: 'reports.to',
  },
  SMTP_URL: { given: mail, as: (c) => c.mail?.url.reveal(), is: 'smtps://bridge:pass@mail.test:465' },
  MAIL_FROM: { given: mail, as: (c) => c.mail?.from, is: 'fallback@bank.test' },
  SECURITY_MAIL: {
    given: { ...mail, FALLBACK_BRIDGE_SECURITY_MAIL: 'soc@bank.test, ciso@bank.test' },
    as: (c) => c.mail?.security,
    is: ['soc@bank.test', 'ciso@bank.test'],
  },
  WEBHOOK_URL: { given: webhook, as: (c) => c.webhook?.url, is: 'https://siem.test/in?source=kfb' },
  WEBHOOK_SECRET: {
    given: webhook,
    as: (c) => c.webhook?.secrets.reveal().map((key) => key.export().toString()),
    is: ['n'.repeat(24), 'o'.repeat(64)],
  },
  NOTICE_DIGEST_SECONDS: {
    given: { FALLBACK_BRIDGE_NOTICE_DIGEST_SECONDS: '3600' },
    as: (c) => c.noticeDigestSeconds,
    is: 3600,
  },
  TLS_CERT_FILE: {
    given: { FALLBACK_BRIDGE_TLS_CERT_FILE: '/tls.crt', FALLBACK_BRIDGE_TLS_KEY_FILE: '/tls.key' },
    as: (c) => c.tls?.cert,
    is: tls.cert,
  },
  TLS_KEY_FILE: {
    given: { FALLBACK_BRIDGE_TLS_CERT_FILE: '/tls.crt', FALLBACK_BRIDGE_TLS_KEY_FILE: '/tls.key' },
    as: (c) => c.tls?.key.reveal(),
    is: tls.key,
  },
  ALLOW_INSECURE_HTTP: {
    given: { FALLBACK_BRIDGE_HOST: '0.0.0.0', FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP: 'true' },
    as: (c) => c.listen.host,
    is: '0.0.0.0',
  },
  LOG_LEVEL: { given: { FALLBACK_BRIDGE_LOG_LEVEL: 'warn' }, as: (c) => c.logLevel, is: 'warn' },
  READ_BACK_DELAY_SECONDS: {
    given: { FALLBACK_BRIDGE_READ_BACK_DELAY_SECONDS: '1' },
    as: (c) => c.readBackDelaySeconds,
    is: 1,
  },
  SHUTDOWN_GRACE_SECONDS: {
    given: { FALLBACK_BRIDGE_SHUTDOWN_GRACE_SECONDS: '3' },
    as: (c) => c.shutdownGraceSeconds,
    is: 3,
  },
  REQUEST_CLOCK_SKEW_SECONDS: {
    given: { FALLBACK_BRIDGE_REQUEST_CLOCK_SKEW_SECONDS: '0' },
    as: (c) => c.requestClockSkewSeconds,
    is: 0,
  },
  REALM_CHECK_SECONDS: {
    given: { FALLBACK_BRIDGE_REALM_CHECK_SECONDS: '600' },
    as: (c) => c.realmCheckSeconds,
    is: 600,
  },
}

describe('the settings', () => {
  for (const name of settingNames) {
    test(`${name} is read`, () => {
      const { given, as, is } = shown[name]
      assert.deepEqual(as(configOf(given)), is)
    })
  }

  test('defaults stand in for what is not given', () => {
    const config = configOf()
    const { bridgeId, listen, management, tls: none, logLevel, policyFile } = config
    assert.deepEqual(
      { bridgeId, listen, management, none, logLevel, policyFile, clientId: config.keycloak.clientId },
      {
        bridgeId: 'fallback-bridge',
        listen: { host: '127.0.0.1', port: 8480 },
        management: { host: '127.0.0.1', port: 8481 },
        none: undefined,
        logLevel: 'info',
        policyFile: undefined,
        clientId: 'fallback-bridge',
      },
    )
    const { readBackDelaySeconds, shutdownGraceSeconds, requestClockSkewSeconds, realmCheckSeconds } = config
    assert.deepEqual(
      [readBackDelaySeconds, shutdownGraceSeconds, requestClockSkewSeconds, realmCheckSeconds],
      [60, 10, 5, 60],
    )
  })

  test('nobody is mailed, and no webhook called, where none is set; people’s calls have a listener on this machine', () => {
    const {
      operations,
      mail: noMail,
      webhook: noWebhook,
      identityAttribute,
      managerAttribute,
      noticeDigestSeconds,
    } = configOf()
    assert.deepEqual(
      { operations, noMail, noWebhook, identityAttribute, managerAttribute, noticeDigestSeconds },
      {
        operations: {
          host: '127.0.0.1',
          port: 8482,
          publicUrl: undefined,
          clients: ['fallback-bridge-cli'],
          acr: undefined,
          maxAgeSeconds: 900,
        },
        noMail: undefined,
        noWebhook: undefined,
        identityAttribute: 'employeeId',
        managerAttribute: undefined,
        noticeDigestSeconds: 300,
      },
    )
    assert.deepEqual(configOf(mail).mail?.security, [])
  })

  test('acts of people need the level of a policy’s change where no own one is named', () => {
    assert.deepEqual(configOf({ FALLBACK_BRIDGE_SIGN_IN_ACR: 'passkey' }).operations.acr, ['passkey'])
  })

  test('A03: mail beyond this machine needs TLS; a closed network may do without, a password never', () => {
    const tlsOf = (url: string, insecure: 'true' | 'false') =>
      configOf({ ...mail, FALLBACK_BRIDGE_SMTP_URL: url, FALLBACK_BRIDGE_ALLOW_INSECURE_HTTP: insecure }).mail?.tls
    assert.equal(tlsOf('smtp://mail.test', 'false'), 'required')
    assert.equal(tlsOf('smtp://mail.test', 'true'), 'if_offered')
    assert.equal(tlsOf('smtp://bridge:pass@mail.test', 'true'), 'required')
    assert.equal(tlsOf('smtp://127.0.0.1:1025', 'false'), 'none')
    assert.equal(tlsOf('smtp://[::1]:1025', 'false'), 'none')
  })

  test('each of the three kinds of client keys is taken', () => {
    const rsa = pemOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
    for (const pem of [ecPem, ed25519Pem, rsa]) configOf({ FALLBACK_BRIDGE_CLIENT_KEY: pem })
  })

  test('the configuration is frozen', () => {
    const config = configOf()
    for (const part of [config, config.keycloak, config.keycloak.realms, config.listen, config.operations]) {
      assert.ok(Object.isFrozen(part))
    }
  })
})
