import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { exportSPKI, SignJWT } from 'jose'
import request from 'supertest'
import { bridgeId, createSigningRealm, stepClaims } from '../support/signing-realm.ts'
import { createStepBridge, type StepBridge } from '../support/step-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('who may ask', () => {
  let store: TestStore
  let bridge: StepBridge
  before(async () => {
    store = await openTestStore()
    bridge = await createStepBridge({ store })
  })
  after(() => store.close())

  const refused = async (body: string, code = 'request_unauthenticated'): Promise<void> => {
    const reply = await bridge.post(body)
    assert.equal(reply.code, code)
    assert.deepEqual(reply.answer, {})
  }
  const claims = (differs: Record<string, unknown> = {}) => stepClaims(bridge.realm, bridge.now(), differs)

  test('a request as Keycloak signs it is answered', async () => {
    const reply = await bridge.ask()
    assert.equal(reply.status, 200)
  })

  test('K01: an unsigned request is refused: no token, plain claims, alg none in each spelling', async () => {
    await refused('no token at all')
    await refused(JSON.stringify(claims()))
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      await refused(`${encode({ alg, typ: 'fallback-step+jwt' })}.${encode(claims())}.`)
    }
  })

  test('K02: HS256 with the public key as its secret is refused', async () => {
    const { publicKey } = await keysOf()
    const head = `${encode({ alg: 'HS256', typ: 'fallback-step+jwt' })}.${encode(claims())}`
    await refused(`${head}.${createHmac('sha256', publicKey).update(head).digest('base64url')}`)
    async function keysOf() {
      const key = await bridge.realm.keys({ alg: 'ES256' }, { payload: '', signature: '' })
      return { publicKey: await exportSPKI(key as Parameters<typeof exportSPKI>[0]) }
    }
  })

  test('K02: a key that the token brings along is not looked at', async () => {
    const foreign = await createSigningRealm('demo')
    for (const header of [
      { jwk: { kty: 'EC' } },
      { jku: 'http://evil.test/keys' },
      { x5u: 'http://evil.test' },
      { kid: '../x' },
    ]) {
      await refused(await foreign.sign(claims(), header))
    }
  })

  test('B07 K03: a request signed with another realm’s key is refused, whichever realm it claims', async () => {
    await refused(await bridge.otherRealm.sign(claims()))
    await refused(await bridge.realm.sign(claims({ iss: bridge.otherRealm.issuer })))
    await refused(await bridge.realm.sign(claims({ iss: `${bridge.realm.issuer}/` })))
    await refused(await bridge.realm.sign(claims({ iss: 'http://keycloak.test/realms/unknown' })))
  })

  test('K03: another audience, a list, none, or Keycloak’s own is refused', async () => {
    for (const aud of ['account', '', [bridgeId, 'other'], [bridgeId], undefined, 'FALLBACK-BRIDGE']) {
      const reply = await bridge.ask({ aud })
      assert.ok(['request_unauthenticated', 'request_malformed'].includes(reply.code ?? ''), JSON.stringify(aud))
    }
  })

  test('K03: a token of another type is refused: access token, ID token, no type, an answer of this bridge', async () => {
    for (const typ of ['JWT', 'at+jwt', undefined, 'fallback-answer+jwt', 'fallback-step']) {
      const token = new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', ...(typ === undefined ? {} : { typ }) })
      await refused(await token.sign(bridge.realm.privateKey))
    }
  })

  test('K04: an expired request, one from the future, and one that lives too long is refused', async () => {
    const now = Math.floor(bridge.now() / 1000)
    await refused(await bridge.realm.sign(claims({ iat: now - 100, exp: now - 50 })))
    await refused(await bridge.realm.sign(claims({ iat: now + 20, exp: now + 50 })))
    await refused(await bridge.realm.sign(claims({ iat: now, exp: now + 61 })))
    await refused(await bridge.realm.sign(claims({ exp: undefined })))
    await refused(await bridge.realm.sign(claims({ iat: undefined })))
  })

  test('K14: a difference of the clocks up to the tolerance is borne, beyond it not', async () => {
    const now = Math.floor(bridge.now() / 1000)
    assert.equal((await bridge.ask({ iat: now + 5, exp: now + 35 })).status, 200)
    assert.equal((await bridge.ask({ iat: now - 34, exp: now - 4 })).status, 200)
    assert.equal((await bridge.ask({ iat: now + 6, exp: now + 36 })).code, 'request_unauthenticated')
    assert.equal((await bridge.ask({ iat: now - 36, exp: now - 6 })).code, 'request_unauthenticated')
  })

  test('K04: the same request again is refused, but the same jti of another realm is another one', async () => {
    const jti = randomUUID()
    const body = await bridge.realm.sign(claims({ jti }))
    assert.equal((await bridge.post(body)).status, 200)
    await refused(body, 'request_replayed')
    assert.equal((await bridge.ask({ jti })).code, 'request_replayed')
    assert.equal((await bridge.ask({ jti }, bridge.otherRealm)).status, 200)
  })

  test('K05: a body changed at any place is refused', async () => {
    const body = await bridge.realm.sign(claims())
    for (let at = 0; at < body.length; at += 13) {
      const changed = body.slice(0, at) + (body[at] === 'A' ? 'B' : 'A') + body.slice(at + 1)
      const reply = await bridge.post(changed)
      // The last characters of base64url may carry unused bits; a changed text with the same bytes is the same request.
      if (reply.status === 200) assert.deepEqual(decoded(changed), decoded(body))
      else assert.equal(reply.code, 'request_unauthenticated')
    }
    function decoded(text: string) {
      return text.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'))
    }
  })

  test('K05: unknown claims, missing ones and wrong types are refused', async () => {
    const malformed: Record<string, unknown>[] = [
      { extra: 1 },
      { protocol: 2 },
      { protocol: '1' },
      { action: 'approve' },
      { action: undefined },
      { sub: '' },
      { sub: ['user-ada'] },
      { sid: undefined },
      { operation: 'x' },
      { failure: { class: 'always' } },
      { firstFactor: { kind: 'none', at: 1 } },
      { factors: [{ type: 'bypass' }] },
      { factors: {} },
      { input: { path: 'x' } },
    ]
    for (const differs of malformed) {
      const reply = await bridge.ask(differs)
      assert.equal(reply.code, 'request_malformed', JSON.stringify(differs))
    }
  })

  test('K11: a body that is too large, of another type, empty or compressed is refused with its own code', async () => {
    assert.equal((await bridge.ask({ userAgent: 'x'.repeat(20_000) })).code, 'request_too_large')
    const body = await bridge.realm.sign(claims())
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      assert.equal((await bridge.post(type === 'application/json' ? '{}' : body, type)).code, 'request_media_type')
    }
    assert.ok(['request_media_type', 'request_unauthenticated'].includes((await bridge.post('')).code ?? ''))
    const gzip = await request(bridge.app)
      .post('/v1/step')
      .set('Content-Type', 'application/jwt')
      .set('Content-Encoding', 'gzip')
      .send(body)
    assert.equal(JSON.parse(gzip.text).code, 'request_media_type')
  })

  test('K01: nothing else is served: other addresses and methods answer with a problem document', async () => {
    const get = await request(bridge.app).get('/v1/step')
    assert.deepEqual([get.status, get.body.code, get.type], [405, 'method_unknown', 'application/problem+json'])
    const other = await request(bridge.app).post('/v1/step/../admin').send('x')
    assert.deepEqual([other.status, other.body.code], [404, 'route_unknown'])
    assert.equal(other.headers['x-powered-by'], undefined)
    assert.equal(other.headers['cache-control'], 'no-store')
  })

  test('a Keycloak older than 26.7.5 is refused by its own request', async () => {
    for (const server of ['26.7.4', '26.6.9', '', 'unknown']) {
      assert.equal((await bridge.ask({ server })).code, 'server_too_old', server)
    }
  })

  test('K18: a refusal quotes nothing of the request', async () => {
    const response = await request(bridge.app)
      .post('/v1/step')
      .set('Content-Type', 'application/jwt')
      .send('canary-4711')
    assert.doesNotMatch(response.text, /canary|stack|node:|\.ts/)
  })
})
