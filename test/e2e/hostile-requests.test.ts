import assert from 'node:assert/strict'
import { createHmac, createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { startBridge } from '../../bridge/compose.ts'
import { readConfig } from '../../bridge/config.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { answerWith, type FaultProxy, pass } from '../support/fault-proxy.ts'
import { encodePart } from '../support/forged-answers.ts'
import { openProxiedRealm } from '../support/proxied-realm.ts'
import { addRealmKey, type RealmKey } from '../support/realm-key.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { leastEnvironment } from '../support/settings-environment.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { countStored } from '../support/stored-rows.ts'
import { createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

type Reply = { status: number; code: string | undefined }
type Differs = Record<string, unknown>

const seconds = () => Math.floor(Date.now() / 1_000)

describe('requests that are none', () => {
  /** The bridge serves the first two; a third realm of the same Keycloak it does not know. */
  let realm: FallbackRealm
  let neighbour: FallbackRealm
  let stranger: FallbackRealm
  let proxy: FaultProxy
  let remove: () => Promise<void>
  let ada: PasskeyUser
  let key: RealmKey
  let neighbourKey: RealmKey
  before(async () => {
    const keycloak = await sharedKeycloak()
    ;({ realm, proxy, remove } = await openProxiedRealm(keycloak, { withoutBridge: true }))
    neighbour = await openFallbackRealm(keycloak, { bridgeUrl: proxy.url, withoutBridge: true })
    stranger = await openFallbackRealm(keycloak, { bridgeUrl: proxy.url, withoutBridge: true })
    await realm.startBridge({ realms: [realm.realm, neighbour.realm] })
    ada = await createPasskeyUser(realm, 'ada')
    key = await addRealmKey(realm)
    neighbourKey = await addRealmKey(neighbour)
  })
  after(async () => {
    await stranger.remove()
    await neighbour.remove()
    await remove()
  })

  const stepUrl = () => `${realm.bridge?.baseUrl}/v1/step`
  const post = async (
    body: string | Uint8Array<ArrayBuffer> | ReadableStream,
    headers: Record<string, string> = {},
    url = stepUrl(),
  ): Promise<Reply> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/jwt', ...headers },
      body,
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    } as RequestInit)
    const text = await response.text()
    if (response.ok) return { status: response.status, code: undefined }
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
    const problem = JSON.parse(text)
    // Nothing of the request, no stack, no path: the code and its constant text (K18).
    assert.deepEqual(Object.keys(problem).toSorted(), ['code', 'status', 'title', 'type'])
    assert.equal(problem.status, response.status)
    return { status: response.status, code: problem.code }
  }
  const refused = async (what: string, body: string, code = 'request_unauthenticated'): Promise<void> =>
    assert.equal((await post(body)).code, code, what)

  const signIn = async (into: FallbackRealm, user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(into.application)
    await tab.open()
    await tab.enterPassword(user)
    return tab
  }
  /** A request as Keycloak really signed it, which never reached the bridge. */
  const captureRequest = async (from = realm, user = ada): Promise<string> => {
    proxy.clear()
    // Not a failure of the bridge in the eyes of the jar, whose breaker would open.
    proxy.behave(answerWith(400, 'text/plain', ''))
    const tab = await signIn(from, user)
    await tab.failPasskey()
    proxy.behave(pass)
    const { body } = proxy.recorded[0]?.request ?? {}
    assert.ok(body)
    return body
  }
  /** Claims of a genuine request with a new id and time, for signing with a key of the test. */
  const freshClaims = (genuine: string, differs: Differs = {}): Differs =>
    Object.fromEntries(
      Object.entries({
        ...decodeJwt(genuine),
        jti: randomUUID(),
        operation: randomUUID(),
        iat: seconds(),
        exp: seconds() + 30,
        ...differs,
      }).filter(([, value]) => value !== undefined),
    )
  /** Whatever was refused must have left nothing behind, not even a used-up id. */
  const storesNothing = async (refusals: () => Promise<void>): Promise<void> => {
    const stored = countStored(realm)
    await refusals()
    assert.deepEqual(countStored(realm), stored)
  }

  test('K01: a genuine request is taken, and what the test signs with a key of the realm is as good', async () => {
    const genuine = await captureRequest()
    assert.equal((await post(genuine)).status, 200)
    assert.equal((await post(await key.sign(freshClaims(genuine)))).status, 200)
  })

  test('K04: a request is refused the second time, also by a bridge that was started anew', async () => {
    const genuine = await captureRequest()
    assert.equal((await post(genuine)).status, 200)
    await storesNothing(async () => {
      await refused('at once', genuine, 'request_replayed')
      await realm.bridge?.kill()
      await realm.startBridge({ realms: [realm.realm, neighbour.realm] })
      await refused('after a restart', genuine, 'request_replayed')
    })
  })

  test('K04: of a request sent twenty times at once one is answered', async () => {
    const genuine = await captureRequest()
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(genuine)))
    assert.equal(replies.filter(({ status }) => status === 200).length, 1)
    assert.equal(replies.filter(({ code }) => code === 'request_replayed').length, 19)
  })

  test('K05: with a changed body, header or signature a request is refused, and the true one is still good', async () => {
    const genuine = await captureRequest()
    const [head = '', payload = '', signature = ''] = genuine.split('.')
    const claims = decodeJwt(genuine)
    const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    await storesNothing(async () => {
      for (const differs of [
        { sub: randomUUID() },
        { action: 'cancel' },
        { jti: randomUUID() },
        { exp: Number(claims.exp) + 1 },
        { factors: [{ type: 'keycloak-otp' }] },
      ]) {
        await refused(JSON.stringify(differs), `${head}.${encodePart({ ...claims, ...differs })}.${signature}`)
      }
      for (const at of [0, 40, signature.length - 2]) {
        await refused(`signature at ${at}`, `${head}.${payload}.${flip(signature, at)}`)
      }
      await refused('no signature', `${head}.${payload}.`)
      await refused('half a signature', `${head}.${payload}.${signature.slice(0, signature.length / 2)}`)
      await refused(
        'another header',
        `${encodePart({ ...decodeProtectedHeader(genuine), kid: key.kid })}.${payload}.${signature}`,
      )
      await refused('two parts', `${head}.${payload}`)
      await refused('four parts', `${genuine}.${signature}`)
    })
    assert.equal((await post(genuine)).status, 200)
  })

  test('K02: unsigned, alg none in each spelling, and HS256 with the realm’s public key are refused', async () => {
    const genuine = await captureRequest()
    const claims = freshClaims(genuine)
    const { kid } = decodeProtectedHeader(genuine)
    const certs = await fetch(`${realm.issuer}/protocol/openid-connect/certs`)
    const { keys } = (await certs.json()) as { keys: (JsonWebKey & { kid: string; x5c?: string[] })[] }
    const jwk = keys.find((one) => one.kid === kid)
    assert.ok(jwk)
    const spki = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    const secrets = [String(spki), String(spki).trim(), String(jwk.n), JSON.stringify(jwk), String(jwk.x5c?.[0])]
    await storesNothing(async () => {
      await refused('plain claims', JSON.stringify(claims))
      for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
        const [head, payload] = [encodePart({ alg, typ: 'fallback-step+jwt', kid }), encodePart(claims)]
        await refused(`alg ${alg}`, `${head}.${payload}.`)
        await refused(`alg ${alg} with a signature`, `${head}.${payload}.${genuine.split('.')[2]}`)
      }
      for (const secret of secrets) {
        for (const [alg, hash] of [
          ['HS256', 'sha256'],
          ['HS512', 'sha512'],
        ] as const) {
          const signed = `${encodePart({ alg, typ: 'fallback-step+jwt', kid })}.${encodePart(claims)}`
          const mac = createHmac(hash, secret).update(signed).digest('base64url')
          await refused(`${alg} with ${secret.slice(0, 20)}`, `${signed}.${mac}`)
        }
      }
    })
  })

  test('B07 K03: a realm that is not served is refused, and so is one realm’s key under another’s name', async () => {
    const eve = await createPasskeyUser(stranger, 'eve')
    const unserved = await captureRequest(stranger, eve)
    const genuine = await captureRequest()
    await storesNothing(async () => {
      await refused('a realm of the same Keycloak that is not served', unserved)
      await refused('signed by the neighbour', await neighbourKey.sign(freshClaims(genuine)))
      await refused(
        'signed by the neighbour, with our key’s id',
        await neighbourKey.sign(freshClaims(genuine), { kid: key.kid }),
      )
      await refused('signed by us for the neighbour', await key.sign(freshClaims(genuine, { iss: neighbour.issuer })))
      await refused('issuer with a slash', await key.sign(freshClaims(genuine, { iss: `${realm.issuer}/` })))
      await refused('no issuer', await key.sign(freshClaims(genuine, { iss: undefined })))
    })
    // Both keys do sign for their own realms.
    assert.equal((await post(await neighbourKey.sign(freshClaims(genuine, { iss: neighbour.issuer })))).status, 200)
  })

  test('K03: other tokens of the same realm are refused: access token, ID token, the bridge’s own answer', async () => {
    const tab = await signIn(realm, ada)
    await tab.usePasskey(ada.passkey)
    const { accessToken, idToken } = await tab.arrive()
    const genuine = await captureRequest()
    proxy.clear()
    await (await signIn(realm, ada)).failPasskey()
    const answer = proxy.recorded[0]?.answer?.body ?? ''
    assert.equal(decodeJwt(answer)['protocol'], 1)
    const { bridgeId } = realm.bridgeOptions
    await storesNothing(async () => {
      await refused('access token', accessToken)
      await refused('ID token', idToken)
      await refused('answer', answer)
      for (const typ of ['JWT', 'at+jwt', 'fallback-answer+jwt', undefined]) {
        await refused(`type ${typ}`, await key.sign(freshClaims(genuine), { typ }))
      }
      for (const aud of ['account', 'demo-app', '', bridgeId.toUpperCase()]) {
        await refused(`audience ${aud}`, await key.sign(freshClaims(genuine, { aud })))
      }
      for (const aud of [[bridgeId], [bridgeId, 'account']]) {
        await refused('a list as audience', await key.sign(freshClaims(genuine, { aud })), 'request_malformed')
      }
    })
  })

  test('K14: what Keycloak signed is refused by a bridge for which it is over, or yet to come', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-clock-'))
    let aheadMs = 0
    const read = readConfig(
      leastEnvironment({
        FALLBACK_BRIDGE_ID: realm.bridgeOptions.bridgeId,
        FALLBACK_BRIDGE_KEYCLOAK_URL: realm.bridgeOptions.keycloakUrl,
        FALLBACK_BRIDGE_REALMS: realm.realm,
        FALLBACK_BRIDGE_CLIENT_KEY: await readFile(realm.keys.clientKeyFile, 'utf8'),
        FALLBACK_BRIDGE_DATABASE_URL: `sqlite:${join(folder, 'bridge.sqlite')}`,
        FALLBACK_BRIDGE_PORT: '0',
        FALLBACK_BRIDGE_MANAGEMENT_PORT: '0',
        FALLBACK_BRIDGE_OPERATIONS_PORT: '0',
      }),
    )
    assert.ok('config' in read)
    const elsewhere = await startBridge({
      config: read.config,
      policyFile: await readFile(new URL('../../keycloak-config/demo/policy.yaml', import.meta.url), 'utf8'),
      log: createRecordingLog(),
      clock: () => Date.now() + aheadMs,
    })
    try {
      const genuine = await captureRequest()
      const url = `http://127.0.0.1:${elsewhere.step.port}/v1/step`
      for (const [what, ms] of [
        ['over', 70_000],
        ['long over', 3_600_000],
        ['yet to come', -10_000],
      ] as const) {
        aheadMs = ms
        assert.equal((await post(genuine, {}, url)).code, 'request_unauthenticated', what)
      }
      aheadMs = 0
      assert.equal((await post(genuine, {}, url)).status, 200)
    } finally {
      await elsewhere.stop()
      await rm(folder, { recursive: true })
    }
  })

  test('K04 K14: without a time, without an end, or with more than a minute in between a request is refused', async () => {
    const genuine = await captureRequest()
    await storesNothing(async () => {
      for (const differs of [
        { exp: seconds() - 10, iat: seconds() - 40 },
        { iat: seconds() + 20, exp: seconds() + 50 },
        { exp: seconds() + 61 },
        { exp: seconds() + 86_400 },
        { exp: undefined },
        { iat: undefined },
        { jti: undefined },
        { exp: 'tomorrow' },
      ]) {
        await refused(JSON.stringify(differs), await key.sign(freshClaims(genuine, differs)))
      }
    })
  })

  test('K11: what is too large, compressed, of another type or nothing at all is refused', async () => {
    const genuine = await captureRequest()
    const large = await key.sign(freshClaims(genuine, { userAgent: 'x'.repeat(16_384) }))
    const bytes = new TextEncoder().encode(large)
    await storesNothing(async () => {
      assert.deepEqual(await post(large), { status: 413, code: 'request_too_large' })
      const stream = new ReadableStream({
        start: (controller) => {
          for (let at = 0; at < bytes.length; at += 1_000) controller.enqueue(bytes.slice(at, at + 1_000))
          controller.close()
        },
      })
      assert.deepEqual(await post(stream), { status: 413, code: 'request_too_large' })
      assert.deepEqual(await post(new Uint8Array(gzipSync(genuine)), { 'content-encoding': 'gzip' }), {
        status: 415,
        code: 'request_media_type',
      })
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'application/jwt2']) {
        assert.equal((await post(genuine, { 'content-type': type })).code, 'request_media_type', type)
      }
      for (const body of ['hello', '{', '..', 'a.b.c', '\u0000\u0000', '{"alg":"none"}.{}.', '💥']) {
        await refused(JSON.stringify(body), body)
      }
      assert.equal((await post('')).status >= 400, true)
      for (const text of ['hello', '[]', 'null', '7', '"text"', '{"iss":', '{}']) {
        await refused(`signed ${text}`, await key.sign(text))
      }
    })
    assert.equal((await post(genuine)).status, 200)
  })

  test('K05 K13: what is signed and not of the protocol is refused: unknown claims, versions, actions and types', async () => {
    const genuine = await captureRequest()
    await storesNothing(async () => {
      for (const differs of [
        { unheardOf: 1 },
        { protocol: 2 },
        { protocol: '1' },
        { protocol: undefined },
        { action: 'grant' },
        { action: undefined },
        { sub: 7 },
        { sub: '' },
        { sid: ['a', 'b'] },
        { jti: 'short' },
        { jti: 'not a token at all' },
        { operation: undefined },
        { input: { code: '123456' } },
        { failure: { class: 'invented', at: 1, count: 1, execution: 'e' } },
        { failure: { class: 'other', at: -1, count: 1, execution: 'e' } },
        { factors: [{ type: 'bridge-totp' }] },
        { factors: [{ type: 'password' }] },
        { firstFactor: { kind: 'none', at: 1 } },
        { server: undefined },
        { ip: 'x'.repeat(65) },
      ]) {
        await refused(JSON.stringify(differs), await key.sign(freshClaims(genuine, differs)), 'request_malformed')
      }
      const twice = JSON.stringify(freshClaims(genuine)).replace(/^\{/, '{"__proto__":{"action":"cancel"},')
      await refused('__proto__', await key.sign(twice), 'request_malformed')
    })
  })

  test('a Keycloak older than 26.7.5 is refused by the version that it signs', async () => {
    const genuine = await captureRequest()
    assert.equal(decodeJwt(genuine)['server'], '26.7.5')
    await storesNothing(async () => {
      for (const server of ['26.7.4', '26.6.9', '25.0.0', '26.7', '26.7.5-rc', 'unknown', '']) {
        await refused(server, await key.sign(freshClaims(genuine, { server })), 'server_too_old')
      }
    })
  })

  test('there is one address, and one method at it', async () => {
    const origin = realm.bridge?.baseUrl ?? ''
    for (const [method, path, status] of [
      ['GET', '/v1/step', 405],
      ['PUT', '/v1/step', 405],
      ['DELETE', '/v1/step', 405],
      ['GET', '/', 404],
      ['POST', '/v1/step/../admin', 404],
      ['POST', '/v2/step', 404],
      ['GET', '/metrics', 404],
      ['GET', '/health/ready', 404],
    ] as const) {
      assert.equal((await fetch(`${origin}${path}`, { method })).status, status, `${method} ${path}`)
    }
  })
})
