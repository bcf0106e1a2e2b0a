import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { asId } from '../../bridge/domain/ids.ts'
import { demoPolicy } from '../support/builders.ts'
import { codeAt, createStepBridge, type StepBridge, stepMs, wrongCode } from '../support/step-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

describe('a fallback with the bridge’s TOTP', () => {
  let store: TestStore
  let bridge: StepBridge
  let secret: string
  let factors: unknown
  beforeEach(async () => {
    store = await openTestStore()
    bridge = await createStepBridge({ store })
    ;({ secret, factors } = await bridge.enrol())
  })
  afterEach(() => store.close())

  const begin = (differs: Record<string, unknown> = {}) => bridge.ask({ factors, ...differs })
  const submit = (code: unknown, differs: Record<string, unknown> = {}) =>
    bridge.ask({ factors, action: 'submit', input: { code }, ...differs })
  const right = () => codeAt(secret, bridge.now())
  const wrong = () => wrongCode(secret, bridge.now())

  test('R7 I12: the right code gives a grant with the path’s acr and amr, a case and a hard end', async () => {
    const { answer } = await begin()
    assert.deepEqual(
      { kind: answer['kind'], path: answer['path'], digits: answer['digits'], attemptsLeft: answer['attemptsLeft'] },
      { kind: 'code', path: 'password-bridge-totp', digits: 6, attemptsLeft: 5 },
    )
    const granted = (await submit(right())).answer
    const { kind, path, profile, acr, amr, endsAt } = granted
    assert.deepEqual(
      { kind, path, profile, acr, amr },
      { kind: 'granted', path: 'password-bridge-totp', profile: 'standard', acr: 'fallback', amr: ['pwd', 'otp'] },
    )
    assert.equal(endsAt, Math.floor(bridge.now() / 1000) + (demoPolicy().profiles[0]?.limits.sessionSeconds ?? 0))
    assert.equal(granted['case'], answer['case'])
  })

  test('E8: a factor that was set up after the case opened proves nothing in it, and proves it in the next', async () => {
    await begin()
    bridge.advance(1)
    const young = await bridge.enrol({ sid: 'enrolment-2' })
    const both = [...(factors as unknown[]), ...young.factors]
    const code = () => codeAt(young.secret, bridge.now())
    assert.equal((await submit(code(), { factors: both })).answer['error'], 'invalid_code')
    bridge.advance(stepMs)
    const next = { sid: 'a-later-session', factors: both }
    await begin(next)
    assert.equal((await submit(code(), next)).answer['kind'], 'granted')
  })

  test('E8: a factor whose set-up began before the case, and ended in it, proves nothing in it', async () => {
    const login = { sid: 'enrolment-2', tab: 'enrolment-2', execution: 'enrol', failure: undefined }
    const names = { label: 'ada', issuer: 'Demo' }
    const begun = (await bridge.ask({ ...login, action: 'begin_enrolment', input: names })).answer
    const [key, factor] = [String(begun['secret']), String(begun['factor'])]
    const code = () => codeAt(key, bridge.now())
    bridge.advance(1)
    await begin()
    bridge.advance(1)
    const input = { ...names, factor, code: code() }
    assert.equal((await bridge.ask({ ...login, action: 'confirm_enrolment', input })).answer['kind'], 'enrolled')
    bridge.advance(stepMs)
    const both = [...(factors as unknown[]), { type: 'bridge-totp', handle: factor }]
    assert.equal((await submit(code(), { factors: both })).answer['error'], 'invalid_code')
    const next = { sid: 'a-later-session', factors: both }
    await begin(next)
    assert.equal((await submit(code(), next)).answer['kind'], 'granted')
  })

  test('R24: a case says by how much the two clocks differ where it is more than two seconds', async () => {
    const opening = async (sid: string, aheadMs: number) => {
      const iat = Math.floor((bridge.now() - aheadMs) / 1000)
      const { answer } = await begin({ sid, iat, exp: iat + 30 })
      const entries = await store.unitOfWork((tx) =>
        tx.history.list(asId(bridge.realm.name), asId(String(answer['case']))),
      )
      return entries[0]?.facts
    }
    assert.equal((await opening('s1', 0))?.['clockDifferenceMs'], undefined)
    assert.equal((await opening('s2', 2_000))?.['clockDifferenceMs'], undefined)
    assert.equal((await opening('s3', 3_000))?.['clockDifferenceMs'], 2_500)
    assert.equal((await opening('s4', -2_000))?.['clockDifferenceMs'], -2_500)
  })

  test('plugin lesson 2: beginning again in the same login shows the same case', async () => {
    const first = await begin()
    const again = await begin()
    assert.equal(again.answer['case'], first.answer['case'])
    await submit(wrong())
    assert.equal((await begin()).answer['attemptsLeft'], 4)
  })

  test('B10: five wrong codes end the case, and the right code after them is refused', async () => {
    await begin()
    for (let left = 4; left >= 1; left -= 1) {
      const { answer } = await submit(wrong())
      assert.deepEqual([answer['kind'], answer['error'], answer['attemptsLeft']], ['code', 'invalid_code', left])
    }
    const fifth = (await submit(wrong())).answer
    assert.deepEqual([fifth['kind'], fifth['reason'], fifth['wrongCode']], ['denied', 'attempt_limit', true])
    const late = (await submit(right())).answer
    assert.deepEqual([late['kind'], late['reason'], late['wrongCode']], ['denied', 'attempt_limit', false])
    assert.equal((await begin()).answer['reason'], 'attempt_limit')
  })

  test('B11 I3: wrong codes add up over logins until the user is locked, also for the right code', async () => {
    for (const sid of ['s1', 's2']) {
      await begin({ sid })
      for (let tries = 0; tries < 5; tries += 1) await submit(wrong(), { sid })
    }
    const locked = (await begin({ sid: 's3' })).answer
    assert.deepEqual([locked['reason'], locked['wrongCode']], ['user_locked', false])
    assert.equal(locked['retryAt'], Math.floor(bridge.now() / 1000) + 1800)
    bridge.advance(1800_000)
    await begin({ sid: 's4' })
    assert.equal((await submit(right(), { sid: 's4' })).answer['kind'], 'granted')
  })

  test('B11: a lock that falls while a case is open holds for that case too', async () => {
    await begin({ sid: 's1' })
    for (let tries = 0; tries < 5; tries += 1) await submit(wrong(), { sid: 's1' })
    await begin({ sid: 's2' })
    for (let tries = 0; tries < 4; tries += 1) await submit(wrong(), { sid: 's2' })
    await bridge.ask({ sid: 's2', factors, action: 'cancel' })
    await begin({ sid: 's3' })
    await submit(wrong(), { sid: 's3' })
    assert.equal((await submit(right(), { sid: 's3' })).answer['reason'], 'user_locked')
  })

  test('I3: a right code clears what was counted', async () => {
    await begin()
    for (let tries = 0; tries < 4; tries += 1) await submit(wrong())
    assert.equal((await submit(right())).answer['kind'], 'granted')
    for (const sid of ['s2', 's3']) {
      await begin({ sid })
      for (let tries = 0; tries < 4; tries += 1) assert.equal((await submit(wrong(), { sid })).answer['kind'], 'code')
    }
  })

  test('I2 B13: the same right code does not let in twice: same login, other login, in the same step, in the next', async () => {
    await begin()
    const code = right()
    assert.equal((await submit(code)).answer['kind'], 'granted')
    assert.equal((await submit(code)).answer['reason'], 'already_used')
    await begin({ sid: 's2' })
    assert.deepEqual((await submit(code, { sid: 's2' })).answer['error'], 'invalid_code')
    bridge.advance(stepMs)
    assert.deepEqual((await submit(code, { sid: 's2' })).answer['error'], 'invalid_code')
    assert.equal((await submit(right(), { sid: 's2' })).answer['kind'], 'granted')
  })

  test('I9 B15: after a code, the code of an older step is refused though it is within the tolerance', async () => {
    const older = right()
    bridge.advance(stepMs)
    await begin()
    assert.equal((await submit(right())).answer['kind'], 'granted')
    await begin({ sid: 's2' })
    assert.equal((await submit(older, { sid: 's2' })).answer['error'], 'invalid_code')
  })

  test('I9 B16: the code of the next step is refused, the code of the step before is accepted once', async () => {
    await begin()
    assert.equal((await submit(codeAt(secret, bridge.now() + stepMs))).answer['error'], 'invalid_code')
    const before = right()
    bridge.advance(stepMs)
    assert.equal((await submit(before)).answer['kind'], 'granted')
  })

  test('B17: malformed codes are wrong codes: counted, answered alike, never a fault', async () => {
    const code = right()
    const variants = [
      ` ${code}`,
      `${code} `,
      `${code.slice(0, 3)} ${code.slice(3)}`,
      [code],
      Number(code),
      `${code}0`,
      null,
    ]
    for (const [at, variant] of [...variants, '１２３４５６', { code }].entries()) {
      const sid = `variant-${at}`
      await begin({ sid })
      const { status, answer } = await submit(variant, { sid })
      assert.equal(status, 200)
      assert.deepEqual([answer['error'], answer['attemptsLeft']], ['invalid_code', 4], JSON.stringify(variant))
      await bridge.ask({ sid, factors, action: 'cancel' })
      if (at === 7) bridge.advance(24 * 3_600_000)
    }
  })

  test('K15: a retry of the same operation gets the same answer and counts nothing again', async () => {
    await begin()
    const operation = randomUUID()
    const first = await submit(wrong(), { operation })
    const retried = await submit(wrong(), { operation })
    assert.equal(retried.answer['attemptsLeft'], first.answer['attemptsLeft'])
    const success = randomUUID()
    const code = right()
    const granted = await submit(code, { operation: success })
    const again = await submit(code, { operation: success })
    assert.deepEqual([granted.answer['kind'], again.answer['kind']], ['granted', 'granted'])
    assert.equal(again.answer['endsAt'], granted.answer['endsAt'])
    const events = await store.historyEvents()
    assert.equal(events.filter((event) => event === 'grant').length, 1)
    const elsewhere = await submit(code, { operation: success, sid: 's2' })
    assert.equal(elsewhere.answer['reason'], 'not_found')
  })

  test('I1 B05 B06 K06: a code of another user, tab, client, session or step belongs to no case', async () => {
    await begin()
    for (const differs of [
      { sub: 'user-eve' },
      { tab: 't2' },
      { client: 'other' },
      { sid: 's2' },
      { execution: 'e2' },
    ]) {
      const { answer } = await submit(right(), differs)
      assert.deepEqual([answer['kind'], answer['reason'], answer['case']], ['denied', 'not_found', undefined])
    }
    assert.equal((await submit(right())).answer['kind'], 'granted')
  })

  test('B07: another realm with the same user id has neither the case nor the factor nor the counters', async () => {
    await begin()
    const there = await bridge.ask({ factors, action: 'submit', input: { code: right() } }, bridge.otherRealm)
    assert.equal(there.answer['reason'], 'not_found')
    assert.equal((await bridge.ask({ factors }, bridge.otherRealm)).answer['reason'], 'no_path_available')
  })

  test('I1: the failure and the first factor are looked at again with the code', async () => {
    await begin()
    assert.equal((await submit(right(), { failure: undefined })).answer['reason'], 'failure_missing')
    assert.equal((await submit(right(), { firstFactor: undefined })).answer['reason'], 'first_factor_missing')
  })

  test('E2 K12: a second login supersedes the first; only the second can be finished', async () => {
    await begin({ sid: 's1' })
    await begin({ sid: 's2' })
    assert.equal((await submit(right(), { sid: 's1' })).answer['reason'], 'superseded')
    assert.equal((await submit(right(), { sid: 's2' })).answer['kind'], 'granted')
  })

  test('R29: the time to prove a factor ends to the millisecond', async () => {
    await begin()
    bridge.advance(300_000 - 1)
    assert.equal((await submit(wrong())).answer['error'], 'invalid_code')
    bridge.advance(1)
    assert.equal((await submit(right())).answer['reason'], 'expired')
    assert.equal((await begin()).answer['reason'], 'expired')
  })

  test('a cancelled case can be begun anew in the same login, and then is another case', async () => {
    const first = await begin()
    assert.equal((await bridge.ask({ factors, action: 'cancel' })).answer['kind'], 'cancelled')
    assert.equal((await submit(right())).answer['reason'], 'expired')
    const second = await begin()
    assert.equal(second.answer['kind'], 'code')
    assert.notEqual(second.answer['case'], first.answer['case'])
  })

  test('B01: more cases a day than the policy allows are refused, and no row is made for them', async () => {
    for (let count = 0; count < 10; count += 1) await begin({ sid: `s${count}` })
    assert.equal((await begin({ sid: 's10' })).answer['reason'], 'case_limit')
    assert.equal(
      (await submit(right(), { sid: 's9' })).answer['kind'],
      'granted',
      'the tenth case itself can be finished',
    )
    bridge.advance(24 * 3_600_000 + 1)
    assert.equal((await begin({ sid: 's10' })).answer['kind'], 'code')
  })

  test('authentik #2330: a factor that was never confirmed, or that Keycloak no longer lists, is no path', async () => {
    assert.equal((await begin({ factors: [] })).answer['reason'], 'no_path_available')
    const login = { sid: 'e', tab: 'e', execution: 'enrol', failure: undefined }
    const names = { label: 'ada', issuer: 'Demo' }
    const pending = await bridge.ask({ ...login, action: 'begin_enrolment', input: names })
    const unconfirmed = [{ type: 'bridge-totp', handle: pending.answer['factor'] }]
    assert.equal((await begin({ factors: unconfirmed })).answer['reason'], 'no_path_available')
    await begin()
    assert.equal((await submit(right(), { factors: [] })).answer['error'], 'invalid_code')
  })

  test('R1: without a policy every fallback is refused with no_active_policy', async () => {
    const without = await createStepBridge({ store, policy: undefined })
    assert.equal((await without.ask({ factors })).answer['reason'], 'no_active_policy')
  })
})
