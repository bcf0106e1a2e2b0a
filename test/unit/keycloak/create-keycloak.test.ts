import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import type { OverrideEvent } from '../../../bridge/domain/override-event.ts'
import { createKeycloak } from '../../../bridge/keycloak/create-keycloak.ts'
import { type FakeKeycloak, startFakeKeycloak } from '../../support/fake-keycloak.ts'
import { createManualTime } from '../../support/manual-time.ts'

const time = createManualTime()
const demo: RealmName = asId('demo')

const event = (id: string, differs: Partial<OverrideEvent> = {}): OverrideEvent => ({
  id: asId(id),
  realm: demo,
  case: asId('fb-01912345-0000-7000-8000-000000000001'),
  user: asId('user-ada-1'),
  name: 'GRANT_ISSUED',
  at: time.clock(),
  representation: { state: 'granted', profile: 'standard', path: 'password-bridge-totp', attempts: 1 },
  ...differs,
})

describe('Keycloak as the bridge calls it', () => {
  let fake: FakeKeycloak
  let keycloak: ReturnType<typeof createKeycloak>
  before(async () => {
    fake = await startFakeKeycloak()
  })
  after(() => fake.close())
  beforeEach(() => {
    Object.assign(fake.faults, { isDown: false, dropEveryReply: 0, refusal: undefined, refusedUsers: [] })
    Object.assign(fake.faults, { tokenStatus: 200, tokenLifetimeSeconds: 300 })
    fake.events.length = 0
    fake.logins.length = 0
    fake.requests.length = 0
    fake.tokenRequests.length = 0
    fake.sessions.clear()
    keycloak = createKeycloak({
      identityAttribute: 'employeeId',
      url: fake.url,
      issuerBase: fake.url,
      realms: [demo],
      clientId: 'fallback-bridge',
      credential: { secret: { reveal: () => 'a-secret-of-the-client' } },
      clock: time.clock,
      timeoutMs: 2_000,
    })
  })

  const failsAs = (code: string, cause: string) => (error: unknown) => {
    assert.ok(error instanceof BridgeError)
    assert.deepEqual([error.code, (error.cause as { code: string }).code], [code, cause])
    return true
  }

  test('R18: an event is written once, with its representation and details of ids and codes only', async () => {
    assert.equal(await keycloak.writeEvent(event('event-0001')), 'written')
    assert.equal(await keycloak.writeEvent(event('event-0001')), 'already_there')
    assert.equal(fake.events.length, 1)
    assert.deepEqual(fake.events[0]?.body, {
      eventId: 'event-0001',
      caseId: 'fb-01912345-0000-7000-8000-000000000001',
      event: 'GRANT_ISSUED',
      userId: 'user-ada-1',
      at: time.clock(),
      representation: { state: 'granted', profile: 'standard', path: 'password-bridge-totp', attempts: 1 },
      details: { state: 'granted', profile: 'standard', path: 'password-bridge-totp' },
    })
  })

  test('A06: the read-back finds this very event, and nothing else counts', async () => {
    assert.equal(await keycloak.hasEvent(event('event-0001')), false)
    await keycloak.writeEvent(event('event-0001'))
    assert.equal(await keycloak.hasEvent(event('event-0001')), true)
    assert.equal(await keycloak.hasEvent(event('event-0002')), false)
    for (const written of fake.events) written.resourceType = 'USER'
    assert.equal(await keycloak.hasEvent(event('event-0001')), false)
  })

  test('an event that is just being written is neither there nor refused', async () => {
    fake.faults.refusal = { status: 409, body: { code: 'in_flight' } }
    assert.equal(await keycloak.writeEvent(event('event-0001')), 'in_flight')
  })

  test('A07: what the request itself is to blame for is final; what can be put right is for later', async () => {
    for (const status of [400, 413, 422]) {
      fake.faults.refusal = { status, body: { code: 'malformed', detail: 'canary' } }
      await assert.rejects(
        keycloak.writeEvent(event('event-0001')),
        failsAs('keycloak_refused', `http_${status}_malformed`),
      )
    }
    for (const status of [403, 404, 405, 409, 429, 500, 502, 503]) {
      fake.faults.refusal = { status, body: { error: 'canary' } }
      await assert.rejects(keycloak.writeEvent(event('event-0001')), failsAs('keycloak_unreachable', `http_${status}`))
    }
    fake.faults.refusal = { status: 409, body: { code: 'events_disabled' } }
    await assert.rejects(
      keycloak.writeEvent(event('event-0001')),
      failsAs('keycloak_unreachable', 'http_409_events_disabled'),
    )
  })

  test('I5: an answer of status 200 that is not Keycloak’s is no success', async () => {
    for (const body of ['<html>', {}, { written: 'yes' }, []]) {
      fake.faults.refusal = { status: 200, body }
      await assert.rejects(
        keycloak.writeEvent(event('event-0001')),
        failsAs('keycloak_unreachable', 'unreadable_answer'),
      )
      await assert.rejects(keycloak.status(demo), failsAs('keycloak_unreachable', 'unreadable_answer'))
      await assert.rejects(
        keycloak.findFallbackSession(demo, 'session-1'),
        failsAs('keycloak_unreachable', 'unreadable_answer'),
      )
    }
    fake.faults.refusal = { status: 200 }
    await assert.rejects(keycloak.hasEvent(event('event-0001')), failsAs('keycloak_unreachable', 'unreadable_answer'))
  })

  test('a Keycloak that is down, or hangs up, is unreachable', async () => {
    await keycloak.status(demo)
    fake.faults.isDown = true
    await assert.rejects(keycloak.writeEvent(event('event-0001')), failsAs('keycloak_unreachable', 'UND_ERR_SOCKET'))
  })

  test('A03: a redirect is not followed', async () => {
    fake.faults.refusal = { status: 307, headers: { Location: `${fake.url}/elsewhere` } }
    await assert.rejects(keycloak.status(demo), (error: unknown) => error instanceof BridgeError)
    assert.deepEqual(
      fake.requests.filter((line) => line.endsWith('/elsewhere')),
      [],
    )
  })

  test('a token Keycloak no longer takes is dropped, and the call made once more', async () => {
    await keycloak.status(demo)
    fake.revokeTokens()
    assert.equal((await keycloak.status(demo)).server, '26.7.5')
    assert.equal(fake.tokenRequests.length, 2)
    fake.requests.length = 0
    fake.faults.refusal = { status: 401 }
    await assert.rejects(keycloak.status(demo), failsAs('keycloak_unreachable', 'http_401'))
    assert.equal(fake.requests.filter((line) => line.endsWith('/status')).length, 2)
  })

  test('E3 I12: a login by the passkey is seen from its own event alone: of this user, later, and by no fallback', async () => {
    const after = time.clock()
    const login = { type: 'LOGIN', userId: 'user-ada-1', time: after + 1, details: { fallback_passkey: 'passed' } }
    const has = async (differs: object): Promise<boolean> => {
      fake.logins.splice(0, Infinity, { ...login, ...differs })
      return keycloak.hasPasskeyLogin(demo, asId('user-ada-1'), after)
    }
    assert.equal(await has({}), true)
    for (const differs of [
      { type: 'LOGIN_ERROR' },
      { userId: 'user-bob-1' },
      { time: after },
      { details: undefined },
      { details: { fallback_passkey: 'failed' } },
      { details: { ...login.details, fallback_case: 'fb-1' } },
    ]) {
      assert.equal(await has(differs), false, JSON.stringify(differs))
    }
    const [asked] = fake.requests.filter((line) => line.includes('/events?'))
    const query = new URL(asked?.split(' ')[1] ?? '', 'http://fake').searchParams
    assert.deepEqual(
      [query.get('type'), query.get('user'), query.get('dateFrom')],
      ['LOGIN', 'user-ada-1', String(after)],
    )
  })

  test('E3 I5: what Keycloak does not filter is not taken on trust, and an answer of another form is none', async () => {
    const after = time.clock()
    const login = { type: 'LOGIN', userId: 'user-ada-1', time: after + 1, details: { fallback_passkey: 'passed' } }
    const others = [
      { ...login, type: 'LOGIN_ERROR' },
      { ...login, userId: 'user-bob-1' },
      { ...login, time: after - 1 },
    ]
    fake.faults.refusal = { status: 200, body: others }
    assert.equal(await keycloak.hasPasskeyLogin(demo, asId('user-ada-1'), after), false)
    fake.faults.refusal = { status: 200, body: [...others, login] }
    assert.equal(await keycloak.hasPasskeyLogin(demo, asId('user-ada-1'), after), true)
    for (const body of ['<html>', {}, [{ type: 'LOGIN' }]]) {
      fake.faults.refusal = { status: 200, body }
      const asked = keycloak.hasPasskeyLogin(demo, asId('user-ada-1'), time.clock())
      await assert.rejects(asked, failsAs('keycloak_unreachable', 'unreadable_answer'))
    }
    fake.faults.refusal = { status: 403 }
    const asked = keycloak.hasPasskeyLogin(demo, asId('user-ada-1'), time.clock())
    await assert.rejects(asked, failsAs('keycloak_unreachable', 'http_403'))
  })

  test('a fallback session is found with its case, and ended; no other session is seen or touched', async () => {
    fake.sessions.set('session-1', 'fb-1')
    fake.sessions.set('session-2', undefined)
    assert.deepEqual(await keycloak.findFallbackSession(demo, 'session-1'), { id: 'session-1', case: 'fb-1' })
    assert.equal(await keycloak.findFallbackSession(demo, 'session-2'), undefined)
    assert.equal(await keycloak.endFallbackSession(demo, 'session-1'), true)
    assert.equal(await keycloak.endFallbackSession(demo, 'session-1'), false)
    assert.equal(await keycloak.endFallbackSession(demo, 'session-2'), false)
    assert.deepEqual([...fake.sessions.keys()], ['session-2'])
  })

  test('I10: a 404 that does not come from the provider says nothing about a session', async () => {
    fake.faults.refusal = { status: 404, body: { error: 'HTTP 404 Not Found' } }
    await assert.rejects(keycloak.findFallbackSession(demo, 'session-1'), failsAs('keycloak_unreachable', 'http_404'))
    await assert.rejects(keycloak.endFallbackSession(demo, 'session-1'), failsAs('keycloak_unreachable', 'http_404'))
  })

  test('A08: no id leads to another address, and no realm that is not served is asked', async () => {
    for (const id of ['..', '.', '../events', '%2e%2e', 'a/b', 'a?b', 'a#b', '', 'x'.repeat(129), 'a\u0000', 'é']) {
      assert.equal(await keycloak.findFallbackSession(demo, id), undefined)
      assert.equal(await keycloak.endFallbackSession(demo, id), false)
    }
    for (const realm of ['other', '..', 'master']) {
      await assert.rejects(keycloak.status(asId(realm)), failsAs('keycloak_unreachable', 'realm_not_served'))
    }
    assert.deepEqual(fake.requests, [])
    await keycloak.findFallbackSession(demo, 'session-1')
    assert.equal(fake.requests.at(-1), 'GET /admin/realms/demo/fallback-bridge/sessions/session-1')
  })

  test('the status is Keycloak’s own, and what the bridge does not know of is left out', async () => {
    Object.assign(fake.status, { steps: [], realmId: 'id' })
    const status = await keycloak.status(demo)
    assert.deepEqual(Object.keys(status).includes('steps'), false)
    assert.equal(status.issuer, `${fake.url}/realms/demo`)
  })

  test('R10: owners are asked for by user name, and one without an account is left out', async () => {
    fake.owners.set('ada & co', 'enabled').set('grace', 'disabled')
    assert.deepEqual(await keycloak.ownerStates(demo, ['ada & co', 'grace', 'nobody']), {
      'ada & co': 'enabled',
      grace: 'disabled',
    })
    assert.ok(fake.requests.includes('GET /admin/realms/demo/fallback-bridge/owner?username=ada+%26+co'))
  })
})
