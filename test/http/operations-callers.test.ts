import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { SignJWT } from 'jose'
import { operationRoutes } from '../../bridge/http/operations/routes.ts'
import { ada, createPeopleBridge, type PeopleBridge, type TokenDiffers } from '../support/people-bridge.ts'
import { leads } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

describe('who calls the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let id: string
  before(async () => {
    store = await openTestStore()
    bridge = await createPeopleBridge({ store, acceptedAcr: ['passkey', 'gold'] })
    ;({ id } = await bridge.waiting())
  })
  after(() => store.close())

  const seconds = () => Math.floor(bridge.clock() / 1000)
  const read = async (bearer: string | undefined) => bridge.send(bearer, 'get', `/v1/cases/${id}`)
  const readWith = async (differs: TokenDiffers) => read(await bridge.token('lead', differs))
  /** Revoking with a reason that is too short: whoever gets so far may act. */
  const act = async (differs: TokenDiffers, user = 'lead') =>
    bridge.send(await bridge.token(user, differs), 'post', `/v1/cases/${id}/revocations`, { reason: 'short' })

  test('the same calls with a good token are answered', async () => {
    assert.equal((await readWith({})).code, 'ok')
    assert.equal((await readWith({ azp: 'fallback-console' })).code, 'ok')
    assert.equal((await act({})).code, 'reason_malformed')
    assert.equal((await act({ acr: 'gold', auth_time: seconds() - 900 })).code, 'reason_malformed')
  })

  const refused: Readonly<Record<string, TokenDiffers | (() => TokenDiffers)>> = {
    'of another client': { azp: 'demo-app' },
    'of no client': { azp: undefined },
    'of a client in a list': { azp: ['fallback-bridge-cli'] },
    'that is an ID token': { typ: 'ID' },
    'that is a refresh token': { typ: 'Refresh' },
    'of no type': { typ: undefined },
    'for account alone': { aud: 'account' },
    'for nobody': { aud: undefined },
    'for another bridge': { aud: ['other-bridge', 'account'] },
    'of a realm that is not served': { iss: 'http://keycloak.test/realms/master' },
    'of the other realm’s issuer, signed by this one': { iss: 'http://keycloak.test/realms/other' },
    'of no issuer': { iss: undefined },
    'that never expires': { exp: undefined },
    'that has expired': () => ({ exp: seconds() - 6 }),
    'that is not valid yet': () => ({ nbf: seconds() + 60 }),
    'of no time of issue': { iat: undefined },
    'without an id': { jti: undefined },
    'of nobody': { sub: undefined },
    'of no session': { sid: undefined },
    'of a service account, by its name': { preferred_username: 'service-account-fallback-bridge' },
    'of a service account, by its client': { client_id: 'fallback-bridge' },
    'of a fallback session': { fallback_case: 'fb-1' },
    'of a fallback session, by its end': { fallback_ends_at: 1 },
  }
  for (const [what, differs] of Object.entries(refused)) {
    test(`K03 I12: a token ${what} is refused, for reading and for acts`, async () => {
      const claims = typeof differs === 'function' ? differs() : differs
      for (const told of [await readWith(claims), await act(claims)]) {
        assert.deepEqual([told.status, told.code], [401, 'token_refused'])
        assert.match(told.headers['www-authenticate'] ?? '', /^Bearer error="invalid_token"/)
      }
    })
  }

  test('I12 C10: whoever came in by a fallback decides nothing, though no claim of the token tells it, and nobody else does for them', async () => {
    const login = await bridge.waiting({
      sub: 'lead',
      sid: 'let-in',
      subject: { roles: ['may-approve', 'may-revoke'], groups: [leads] },
    })
    await bridge.giveText(login.id)
    const calls = async () => [(await readWith({ sid: 'let-in' })).code, (await act({ sid: 'let-in' })).code]
    await bridge.decide('second-lead', login)
    await bridge.decide('analyst', login)
    assert.deepEqual(await calls(), ['ok', 'reason_malformed'], 'nobody is in yet')
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
    assert.deepEqual(await calls(), ['token_refused', 'token_refused'])
    assert.equal((await readWith({ sid: 'another' })).code, 'ok')
    assert.equal((await bridge.send(await bridge.token('analyst', { sid: 'let-in' }), 'get', '/v1/cases')).code, 'ok')
  })

  test('K02: a token of another key, of HS256, or with no signature is refused', async () => {
    const claims = { iss: bridge.realm.issuer, aud: 'fallback-bridge', sub: 'lead' }
    const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const mine = (await bridge.token('lead')).split('.')
    for (const token of [
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', typ: 'JWT' }).sign(foreign),
      await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(randomBytes(32)),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${mine[1]}.`,
      `${mine[0]}.${mine[1]}.`,
      'x',
      'a.b.c',
    ]) {
      assert.equal((await read(token)).code, 'token_refused')
    }
  })

  test('a token anywhere but in the header is none', async () => {
    const token = await bridge.token('lead')
    for (const told of [
      await read(undefined),
      await bridge.send(undefined, 'get', `/v1/cases/${id}?access_token=${token}`),
      await bridge.send(undefined, 'post', `/v1/cases/${id}/revocations`, { access_token: token }),
      await bridge.send(undefined, 'get', `/v1/cases/${id}`, undefined, { Cookie: `access_token=${token}` }),
      await bridge.send(undefined, 'get', `/v1/cases/${id}`, undefined, { Authorization: `Basic ${token}` }),
    ]) {
      assert.deepEqual([told.status, told.code], [401, 'token_missing'])
      assert.equal(told.headers['www-authenticate'], 'Bearer')
    }
  })

  test('C10: an act with an old, an unknown or a future sign-in, or one at a low level, is asked for a fresh one', async () => {
    for (const differs of [
      { auth_time: seconds() - 901 },
      { auth_time: undefined },
      { auth_time: 'now' },
      { auth_time: seconds() + 60 },
      { acr: 'fallback' },
      { acr: undefined },
      { acr: 1 },
    ]) {
      const told = await act(differs)
      assert.deepEqual([told.status, told.code], [401, 'step_up_needed'])
      assert.equal(
        told.headers['www-authenticate'],
        'Bearer error="insufficient_user_authentication", error_description="This act needs a fresh sign-in at a sufficient level", acr_values="passkey gold", max_age="900"',
      )
      assert.equal((await readWith(differs)).code, 'ok')
    }
  })

  test('C10: every route that acts asks for it, opening evidence and exporting among them, and no other', async () => {
    const token = await bridge.token('lead', { auth_time: seconds() - 3600 })
    for (const { method, path, access, operation } of operationRoutes) {
      const { code } = await bridge.send(token, method, path.replace('{case}', id).replace('{evidence}', 'x'), {})
      assert.equal(code === 'step_up_needed', access === 'act', operation)
    }
    const acts = operationRoutes.filter(({ access }) => access === 'act').map(({ operation }) => operation)
    assert.deepEqual(
      acts.filter((name) => !operationRoutes.some(({ operation, method }) => operation === name && method === 'post')),
      ['exportCase', 'openEvidence'],
    )
    assert.ok(operationRoutes.every(({ access, method }) => access === 'act' || method === 'get'))
  })

  test('C13 R16: an account that is disabled, shared, a service account or not there acts and sees nothing', async () => {
    bridge.people.put('demo', 'unfit', { roles: ['may-revoke', 'may-approve'] })
    const told = async () => [
      (await act({}, 'unfit')).code,
      (await bridge.get('unfit', `/v1/cases/${id}`)).code,
      (await bridge.get('unfit', '/v1/cases')).code,
    ]
    assert.deepEqual(await told(), ['reason_malformed', 'ok', 'ok'])
    for (const differs of [
      { enabled: false },
      { isServiceAccount: true },
      { roles: ['may-revoke', 'may-approve', 'fallback-shared-account'] },
    ]) {
      bridge.people.put('demo', 'unfit', { enabled: true, isServiceAccount: false, roles: ['may-revoke'] })
      bridge.people.put('demo', 'unfit', differs)
      assert.deepEqual(await told(), ['account_unfit', 'account_unfit', 'account_unfit'], Object.keys(differs)[0])
    }
    bridge.people.remove('demo', 'unfit')
    assert.deepEqual(await told(), ['account_unfit', 'account_unfit', 'account_unfit'])
  })

  test('C12: roles are the account’s of now, not those that the token tells', async () => {
    const claims = {
      realm_access: { roles: ['may-revoke', 'fallback-auditor'] },
      resource_access: { app: { roles: ['may-revoke'] } },
    }
    assert.equal((await act(claims, 'stranger')).code, 'case_unknown')
    bridge.people.put('demo', 'stranger', { roles: ['app/may-revoke', 'may-revoke/'] })
    assert.equal((await act({}, 'stranger')).code, 'case_unknown')
  })

  test('C13: while Keycloak cannot be asked, nobody acts or sees', async () => {
    bridge.people.fail(true)
    for (const told of [await act({}), await readWith({})]) {
      assert.deepEqual([told.status, told.code], [502, 'keycloak_unreachable'])
    }
    bridge.people.fail(false)
  })

  test('C18: a person of another realm, of the same id and roles, finds no case, and lists none', async () => {
    for (const user of ['lead', 'auditor', ada]) {
      const token = await bridge.token(user, {}, bridge.otherRealm)
      assert.equal((await read(token)).code, 'case_unknown')
      assert.deepEqual((await bridge.send(token, 'get', '/v1/cases')).body['cases'], [])
      assert.deepEqual((await bridge.send(token, 'get', `/v1/cases?user=${ada}`)).body['cases'], [])
    }
  })

  test('K18: a refusal is told without a word of the request, and nothing of a token is logged', async () => {
    const token = await bridge.token('lead')
    await bridge.send(token, 'get', '/v1/cases/<script>')
    await bridge.send('some.secret.token', 'get', '/v1/cases')
    const text = JSON.stringify(bridge.log.lines)
    for (const word of ['script', 'secret', token.split('.')[2] ?? token]) assert.ok(!text.includes(word), word)
    assert.ok(text.includes('token_refused'))
  })
})
