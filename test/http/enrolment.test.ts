import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import { codeAt, createStepBridge, type StepBridge, stepMs, wrongCode } from '../support/step-bridge.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const login = { sid: 'e', tab: 'e', execution: 'enrol', failure: undefined, firstFactor: undefined }
const names = { label: 'ada', issuer: 'Demo Realm' }

describe('enrolling the bridge’s TOTP', () => {
  let store: TestStore
  let bridge: StepBridge
  beforeEach(async () => {
    store = await openTestStore()
    bridge = await createStepBridge({ store })
  })
  afterEach(() => store.close())

  const begin = async (differs: Record<string, unknown> = {}) =>
    (await bridge.ask({ ...login, action: 'begin_enrolment', input: names, ...differs })).answer
  const confirm = async (factor: unknown, code: unknown, differs: Record<string, unknown> = {}) =>
    (await bridge.ask({ ...login, action: 'confirm_enrolment', input: { ...names, factor, code }, ...differs })).answer

  test('a secret is shown as key, URI and QR code; its first code confirms it', async () => {
    const shown = await begin()
    assert.match(String(shown['secret']), /^[A-Z2-7]{32}$/)
    assert.ok(String(shown['uri']).includes('issuer=Demo%20Realm'))
    assert.match(String(shown['qr']), /^<svg /)
    const done = await confirm(shown['factor'], codeAt(String(shown['secret']), bridge.now()))
    assert.deepEqual([done['kind'], done['factor']], ['enrolled', shown['factor']])
  })

  test('plugin lesson 2: a reload shows the same secret, another login another one', async () => {
    const [first, again, elsewhere] = [await begin(), await begin(), await begin({ sid: 'other' })]
    assert.deepEqual([again['factor'], again['secret']], [first['factor'], first['secret']])
    assert.notEqual(elsewhere['secret'], first['secret'])
  })

  test('I2: the code that confirmed the factor does not log in', async () => {
    const shown = await begin()
    const secret = String(shown['secret'])
    const code = codeAt(secret, bridge.now())
    await confirm(shown['factor'], code)
    const factors = [{ type: 'bridge-totp', handle: shown['factor'] }]
    await bridge.ask({ factors })
    const submit = async (text: string) =>
      (await bridge.ask({ factors, action: 'submit', input: { code: text } })).answer
    assert.equal((await submit(code))['error'], 'invalid_code')
    bridge.advance(stepMs)
    assert.equal((await submit(codeAt(secret, bridge.now())))['kind'], 'granted')
  })

  test('a wrong first code shows the same secret again; after ten the factor is dead, also for the right one', async () => {
    const shown = await begin()
    const secret = String(shown['secret'])
    for (let tries = 0; tries < 10; tries += 1) {
      const answer = await confirm(shown['factor'], wrongCode(secret, bridge.now()))
      assert.deepEqual([answer['kind'], answer['error'], answer['secret']], ['enrol', 'invalid_code', secret])
    }
    assert.equal((await confirm(shown['factor'], codeAt(secret, bridge.now())))['reason'], 'enrolment_refused')
    bridge.advance(1)
    const fresh = await begin()
    assert.notEqual(fresh['secret'], secret)
    assert.equal((await confirm(fresh['factor'], codeAt(String(fresh['secret']), bridge.now())))['kind'], 'enrolled')
  })

  test('I1: a factor is confirmed only in the login that began it, by its own user, in its own realm', async () => {
    const shown = await begin()
    const code = codeAt(String(shown['secret']), bridge.now())
    for (const differs of [{ sid: 'other' }, { sub: 'user-eve' }]) {
      assert.equal((await confirm(shown['factor'], code, differs))['reason'], 'enrolment_refused')
    }
    const input = { ...names, factor: shown['factor'], code }
    const foreign = await bridge.ask({ ...login, action: 'confirm_enrolment', input }, bridge.otherRealm)
    assert.equal(foreign.answer['reason'], 'enrolment_refused')
    assert.equal((await confirm(shown['factor'], code))['kind'], 'enrolled')
  })

  test('D01 I11: no secret stands in the database, neither as text nor as bytes', async () => {
    const shown = await begin()
    const secret = String(shown['secret'])
    await confirm(shown['factor'], codeAt(secret, bridge.now()))
    for (const table of ['factor', 'step_operation', 'used_request', 'subject']) {
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(
        store.database.kysely,
      )
      for (const row of rows) {
        for (const value of Object.values(row)) {
          const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))
          assert.equal(bytes.includes(secret), false, table)
        }
      }
    }
  })
})
