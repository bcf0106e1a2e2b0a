import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK, jwtVerify } from 'jose'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { type ClientCredential, createTokenProvider } from '../../../bridge/keycloak/token-provider.ts'
import { type FakeKeycloak, startFakeKeycloak } from '../../support/fake-keycloak.ts'
import { createManualTime, type ManualTime } from '../../support/manual-time.ts'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

describe('the bridge’s token', () => {
  let keycloak: FakeKeycloak
  let time: ManualTime
  before(async () => {
    keycloak = await startFakeKeycloak()
  })
  after(() => keycloak.close())
  beforeEach(() => {
    time = createManualTime()
    keycloak.tokenRequests.length = 0
    Object.assign(keycloak.faults, { isDown: false, tokenStatus: 200, tokenLifetimeSeconds: 300 })
  })

  const providerOf = (credential: ClientCredential = { key: { reveal: () => ec } }) =>
    createTokenProvider({
      tokenUrl: `${keycloak.url}/realms/demo/protocol/openid-connect/token`,
      issuer: 'https://sso.test/realms/demo',
      clientId: 'fallback-bridge',
      credential,
      clock: time.clock,
      timeoutMs: 2_000,
    })

  const failsWith = (code: string) => (error: unknown) =>
    error instanceof BridgeError &&
    error.code === 'keycloak_unreachable' &&
    (error.cause as { code: string }).code === code

  test('ten who ask at once cause one request, and later ones none', async () => {
    const provider = providerOf()
    const tokens = await Promise.all(Array.from({ length: 10 }, () => provider.getAccessToken()))
    assert.equal(new Set([...tokens, await provider.getAccessToken()]).size, 1)
    assert.equal(keycloak.tokenRequests.length, 1)
  })

  test('A11: a token is renewed half a minute before its end, and one of ten seconds at half its life', async () => {
    for (const [lifetime, usable] of [
      [300, 270],
      [10, 5],
    ] as const) {
      keycloak.faults.tokenLifetimeSeconds = lifetime
      const provider = providerOf()
      const first = await provider.getAccessToken()
      time.advance(usable * 1000 - 1)
      assert.equal(await provider.getAccessToken(), first)
      time.advance(1)
      assert.notEqual(await provider.getAccessToken(), first)
    }
  })

  test('a dropped token is not used again; dropping one that was replaced changes nothing', async () => {
    const provider = providerOf()
    const first = await provider.getAccessToken()
    provider.drop(first)
    const second = await provider.getAccessToken()
    assert.notEqual(second, first)
    provider.drop(first)
    assert.equal(await provider.getAccessToken(), second)
  })

  test('a failed request is not kept: the next one asks again', async () => {
    const provider = providerOf()
    keycloak.faults.tokenStatus = 401
    await assert.rejects(provider.getAccessToken(), failsWith('token_http_401'))
    keycloak.faults.tokenStatus = 200
    assert.match(await provider.getAccessToken(), /^token-/)
  })

  test('a Keycloak that is away is told by the code of the connection', async () => {
    keycloak.faults.isDown = true
    await assert.rejects(providerOf().getAccessToken(), failsWith('UND_ERR_SOCKET'))
  })

  test('A02: the client proves itself by a short assertion for this realm, used once, by any of the three keys', async () => {
    const keys: readonly [string, KeyObject][] = [
      ['ES256', ec],
      ['EdDSA', generateKeyPairSync('ed25519').privateKey],
      ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ]
    for (const [alg, key] of keys) {
      keycloak.tokenRequests.length = 0
      const provider = providerOf({ key: { reveal: () => key } })
      provider.drop(await provider.getAccessToken())
      await provider.getAccessToken()
      const assertions = keycloak.tokenRequests.map((form) => {
        assert.equal(form.get('grant_type'), 'client_credentials')
        assert.equal(form.get('client_assertion_type'), 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
        assert.equal(form.has('client_secret'), false)
        return form.get('client_assertion') ?? ''
      })
      const publicKey = createPublicKey(key)
      const ids = new Set<unknown>()
      for (const assertion of assertions) {
        const { payload } = await jwtVerify(assertion, publicKey, {
          algorithms: [alg],
          issuer: 'fallback-bridge',
          subject: 'fallback-bridge',
          currentDate: new Date(time.clock()),
        })
        assert.equal(payload.aud, 'https://sso.test/realms/demo')
        assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 30)
        const thumbprint = await calculateJwkThumbprint(await exportJWK(publicKey))
        assert.equal(decodeProtectedHeader(assertion).kid, thumbprint)
        ids.add(payload.jti)
      }
      assert.equal(ids.size, 2)
    }
  })

  test('where there is no key, the client’s secret is sent in the body and never in the address', async () => {
    await providerOf({ secret: { reveal: () => 'canary-secret' } }).getAccessToken()
    assert.equal(keycloak.tokenRequests[0]?.get('client_secret'), 'canary-secret')
    assert.equal(keycloak.tokenRequests[0]?.has('client_assertion'), false)
    assert.doesNotMatch(keycloak.requests.join('\n'), /canary/)
  })
})
