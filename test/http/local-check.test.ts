import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { asId } from '../../bridge/domain/ids.ts'
import { createStepBridge, type StepBridge } from '../support/step-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const owned = [{ type: 'keycloak-otp' }]

describe('a fallback with Keycloak’s own OTP', () => {
  let store: TestStore
  let bridge: StepBridge
  beforeEach(async () => {
    store = await openTestStore()
    bridge = await createStepBridge({ store })
  })
  afterEach(() => store.close())

  const begin = (differs: Record<string, unknown> = {}) => bridge.ask({ factors: owned, ...differs })
  const reserve = (differs: Record<string, unknown> = {}) =>
    bridge.ask({ factors: owned, action: 'submit', input: {}, ...differs })
  const report = (attempt: unknown, result: string, differs: Record<string, unknown> = {}) =>
    bridge.ask({ factors: owned, action: 'report', input: { attempt, result }, ...differs })

  test('B14: Keycloak checks, the bridge counts first and grants on the report of that attempt', async () => {
    const shown = (await begin()).answer
    assert.deepEqual([shown['kind'], shown['check'], shown['attempt']], ['local_check', 'keycloak-otp', undefined])
    const reserved = (await reserve()).answer
    assert.deepEqual([reserved['kind'], reserved['attemptsLeft']], ['local_check', 4])
    const granted = (await report(reserved['attempt'], 'passed')).answer
    assert.deepEqual(
      [granted['kind'], granted['path'], granted['acr']],
      ['granted', 'password-keycloak-otp', 'fallback'],
    )
  })

  test('E8 K14: an app that was set up after the check failed proves nothing in that case, by the clock that dates both', async () => {
    for (const differenceMs of [0, 60_000, -60_000]) {
      const failedAt = bridge.now() + differenceMs
      const failure = {
        class: 'cancelled_or_timed_out',
        detail: 'NotAllowedError',
        at: failedAt,
        count: 1,
        credentialType: 'webauthn',
        execution: 'watch-1',
      }
      const withApp = (createdAt: number) => ({
        sid: `session-${differenceMs}`,
        failure,
        factors: [{ type: 'keycloak-otp', createdAt }],
      })
      const tryWith = async (createdAt: number) => {
        const { attempt } = (await reserve(withApp(createdAt))).answer
        return (await report(attempt, 'passed', withApp(createdAt))).answer
      }
      await begin(withApp(failedAt))
      assert.equal((await tryWith(failedAt + 1))['error'], 'invalid_code')
      assert.equal((await tryWith(failedAt))['kind'], 'granted')
    }
  })

  test('E8: such an app proves it in the next case', async () => {
    const young = { sid: 'a-later-session', factors: [{ type: 'keycloak-otp', createdAt: bridge.now() - 1_000 }] }
    await begin(young)
    const { attempt } = (await reserve(young)).answer
    assert.equal((await report(attempt, 'passed', young)).answer['kind'], 'granted')
  })

  test('I3: an attempt counts though its report never comes', async () => {
    await begin()
    for (let left = 4; left >= 0; left -= 1) assert.equal((await reserve()).answer['attemptsLeft'], left)
    assert.equal((await reserve()).answer['reason'], 'attempt_limit')
  })

  test('B10: five failed reports end the case; the fifth is told as a wrong code', async () => {
    await begin()
    for (let tries = 1; tries <= 5; tries += 1) {
      const { answer } = await report((await reserve()).answer['attempt'], 'failed')
      if (tries < 5) assert.equal(answer['error'], 'invalid_code')
      else assert.deepEqual([answer['reason'], answer['wrongCode']], ['attempt_limit', true])
    }
  })

  test('I1: a report without a reserved attempt, with another’s, or a second time lets nobody in', async () => {
    await begin()
    assert.equal((await report(randomUUID(), 'passed')).answer['reason'], 'not_found')
    const { attempt } = (await reserve()).answer
    assert.equal((await report(randomUUID(), 'passed')).answer['reason'], 'not_found')
    assert.equal((await report(attempt, 'passed', { sid: 's2' })).answer['reason'], 'not_found')
    assert.equal((await report(attempt, 'failed')).answer['error'], 'invalid_code')
    assert.equal((await report(attempt, 'passed')).answer['reason'], 'not_found')
  })

  test('I1: two attempts reserved at once: only the later one can be reported', async () => {
    await begin()
    const first = (await reserve()).answer['attempt']
    const second = (await reserve()).answer['attempt']
    assert.equal((await report(first, 'passed')).answer['reason'], 'not_found')
    assert.equal((await report(second, 'passed')).answer['kind'], 'granted')
  })

  test('R17: who owns both factors can choose; choosing voids a reserved attempt; what was not offered is not taken', async () => {
    const { factors } = await bridge.enrol()
    const both = [...factors, ...owned]
    const shown = (await begin({ factors: both })).answer
    assert.deepEqual([shown['kind'], shown['alternatives']], ['code', true])
    const list = (await bridge.ask({ factors: both, action: 'choose' })).answer
    assert.deepEqual(list['paths'], [
      { id: 'password-bridge-totp', check: 'bridge-totp' },
      { id: 'password-keycloak-otp', check: 'keycloak-otp' },
    ])
    const choose = (path: string) => bridge.ask({ factors: both, action: 'choose', input: { path } })
    assert.equal((await choose('bypass')).answer['kind'], 'choose')
    assert.equal((await choose('password-keycloak-otp')).answer['kind'], 'local_check')
    const { attempt } = (await reserve({ factors: both })).answer
    assert.equal((await choose('password-bridge-totp')).answer['kind'], 'code')
    assert.equal((await report(attempt, 'passed')).answer['reason'], 'not_found')
  })

  test('K12: a path that is chosen again and again makes no history that cannot be read, and can be walked afterwards', async () => {
    const { factors } = await bridge.enrol()
    const both = { factors: [...factors, ...owned] }
    const id = String((await begin(both)).answer['case'])
    const choose = async (path: string) =>
      (await bridge.ask({ ...both, action: 'choose', input: { path } })).answer['path']
    const choices = async () =>
      (await store.unitOfWork((tx) => tx.history.list(asId('demo'), asId(id)))).filter(
        ({ event }) => event === 'choose_path',
      ).length
    assert.equal(await choose('password-bridge-totp'), 'password-bridge-totp', 'the path of the beginning')
    assert.equal(await choices(), 0)
    const ways = ['password-keycloak-otp', 'password-bridge-totp']
    for (let times = 1; times <= 20; times += 1) {
      const way = ways[(times + 1) % 2] ?? ''
      assert.equal(await choose(way), way)
      assert.equal(await choose(way), way, 'once more')
      assert.equal(await choices(), times)
    }
    assert.equal(await choose('password-keycloak-otp'), 'password-bridge-totp', 'the path of before stays')
    assert.equal(await choices(), 20)
    const list = (await bridge.ask({ ...both, action: 'choose' })).answer
    assert.equal(list['kind'], 'choose')
  })

  test('I3: a reserved attempt is void once its path is chosen again', async () => {
    await begin()
    const { attempt } = (await reserve()).answer
    await bridge.ask({ factors: owned, action: 'choose', input: { path: 'password-keycloak-otp' } })
    assert.equal((await report(attempt, 'passed')).answer['reason'], 'not_found')
  })
})
