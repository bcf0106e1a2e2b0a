import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { mostValues } from '../../bridge/app/operations/count-failures.ts'
import { composePatterns } from '../../bridge/compose-recording.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { verifyExport } from '../../bridge/domain/export/verify-export.ts'
import { asId } from '../../bridge/domain/ids.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { withPolicy } from '../support/builders.ts'
import { exportOf, toldBy } from '../support/lived-case.ts'
import { because, createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { leads, peoplePolicy } from '../support/people-policy.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { recordingPorts } from '../support/recording-ports.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const day = 86_400_000
const phone = { device: 'Pixel 7', browser: 'Chrome/141.0', system: 'Android', systemVersion: '14' }

describe('failed checks, counted', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let policy: Policy
  beforeEach(async () => {
    store = await openTestStore()
    policy = {
      ...peoplePolicy({ approvals: [{ group: leads, count: 1 }] }),
      zones: { office: ['10.0.0.0/8'] },
      suitabilityGroups: ['/plan'],
    }
    bridge = await createPeopleBridge({ store, policy })
  })
  afterEach(() => store.close())

  const begin = (name: string, differs: object = {}) =>
    bridge.steps.ask({ sub: `user-${name}`, sid: `session-of-${name}`, ip: '10.1.2.3', agent: phone, ...differs })
  const figures = async (by: string) => {
    // A span ends before its last moment.
    bridge.advance(1)
    return (await bridge.get('auditor', `/v1/statistics/failures?by=${by}`)).body['values']
  }
  const ofFive = async () => {
    for (const name of ['ada', 'bob', 'cid', 'dan', 'eve']) await begin(name)
  }

  test('R5 R53: every login that fails counts, whatever is decided of it, by all that is known of where', async () => {
    await ofFive()
    const told = [{ tooFew: false, failures: 5, people: 5, before: null }]
    for (const [by, value] of Object.entries({
      device_model: 'Pixel 7',
      software_version: 'Chrome 141 on Android 14',
      site: 'office',
      time_band: '08:00-12:00',
    })) {
      assert.deepEqual(await figures(by), [{ value, ...told[0] }], by)
    }
    assert.deepEqual(await figures('authenticator_model'), [])
  })

  test('R5: a page that is opened again counts nothing, a failure of another login does', async () => {
    await begin('ada')
    await begin('ada')
    await begin('ada', { tab: 'tab-2' })
    await begin('ada', { sid: 'another-session' })
    assert.deepEqual(await figures('user'), [
      { value: 'user-ada', tooFew: false, failures: 2, people: 1, before: null },
    ])
  })

  test('R47: whoever has a suitability plan is not counted', async () => {
    await begin('ada', { subject: { roles: usualRoles, groups: ['/plan/approved'] } })
    assert.deepEqual(await figures('user'), [])
    await begin('bob', { subject: { roles: usualRoles, groups: ['/planning'] } })
    assert.equal(((await figures('user')) as unknown[]).length, 1)
  })

  test('E7: of fewer than five people no figure is told', async () => {
    for (const name of ['ada', 'bob', 'cid', 'dan']) await begin(name)
    assert.deepEqual(await figures('site'), [
      { value: 'office', tooFew: true, failures: null, people: null, before: null },
    ])
  })

  test('R5: the span before stands beside, once there is one', async () => {
    await begin('gil')
    bridge.advance(2 * day)
    await ofFive()
    bridge.advance(7 * day)
    await begin('fay')
    bridge.advance(6 * day)
    await ofFive()
    assert.deepEqual(await figures('site'), [{ value: 'office', tooFew: false, failures: 6, people: 6, before: 5 }])
  })

  test('E7: of the span before nothing is told where fewer than five people failed in it, nor whether nobody did', async () => {
    const all = ['ada', 'bob', 'cid', 'dan', 'eve']
    const later = async (days: number, names: readonly string[]) => {
      bridge.advance(days * day)
      for (const name of names) await begin(name, { sid: `session-${bridge.clock()}-${name}` })
    }
    const told = { value: 'office', tooFew: false, failures: 5, people: 5, before: null }
    await begin('gil')
    await later(8, all.slice(1))
    await later(8, all)
    assert.deepEqual(await figures('site'), [told], 'four before')
    await later(8, all)
    assert.deepEqual(await figures('site'), [{ ...told, before: 5 }])
    assert.deepEqual(
      ((await figures('user')) as { before: number }[]).map(({ before }) => before),
      [1, 1, 1, 1, 1],
    )
    await later(16, all)
    assert.deepEqual(await figures('site'), [told], 'nobody before')
  })

  test('E7: places are counted in whole hours, so that two questions tell of no moment; by person as it was asked', async () => {
    const hour = 3_600_000
    bridge.advance(hour - (bridge.clock() % hour) + 60_000)
    await ofFive()
    const at = bridge.clock()
    const from = at - (at % hour)
    const ask = async (by: string, since: number, until: number) => {
      const query = `by=${by}&since=${new Date(since).toISOString()}&until=${new Date(until).toISOString()}`
      const { body } = await bridge.get('auditor', `/v1/statistics/failures?${query}`)
      return [
        Date.parse(String(body['since'])),
        Date.parse(String(body['until'])),
        (body['values'] as unknown[]).length,
      ]
    }
    assert.deepEqual(await ask('site', at + 1, at + 2), [from, from + hour, 1])
    assert.deepEqual(await ask('site', from, from + hour), [from, from + hour, 1])
    assert.deepEqual(await ask('site', from - 1, from), [from - hour, from, 0])
    assert.deepEqual(await ask('user', at + 1, at + 2), [at + 1, at + 2, 0])
  })

  test('E7: values of too few people come last, in an order that does not tell how often they failed', async () => {
    for (let number = 0; number < 3; number += 1) await begin('ada', { sid: `s-${number}`, agent: { device: 'Z' } })
    for (let number = 0; number < 2; number += 1) await begin('bob', { sid: `s-${number}`, agent: { device: 'B' } })
    for (let number = 0; number < 9; number += 1) await begin('cid', { sid: `s-${number}`, agent: { device: 'M' } })
    await ofFive()
    assert.deepEqual(
      ((await figures('device_model')) as { value: string }[]).map(({ value }) => value),
      ['Pixel 7', 'B', 'M', 'Z'],
    )
  })

  test('R5: a span before that is longer ago than failures are kept is compared with nothing', async () => {
    await begin('gil')
    bridge.advance(100 * day)
    await ofFive()
    bridge.advance(50 * day)
    for (const name of ['ada', 'bob', 'cid', 'dan', 'eve']) await begin(name, { sid: `later-${name}` })
    const before = async (days: number) => {
      bridge.advance(1)
      const since = new Date(bridge.clock() - days * day).toISOString()
      const { body } = await bridge.get('auditor', `/v1/statistics/failures?by=site&since=${since}`)
      return (body['values'] as { before: number | null }[]).map((one) => one.before)
    }
    assert.deepEqual(await before(40), [5])
    assert.deepEqual(await before(46), [null])
  })

  test(`R5: of more than ${mostValues} values those that failed most are told, and that there are more`, async () => {
    const cut = async () => (await bridge.get('auditor', '/v1/statistics/failures?by=user')).body['cut']
    await store.unitOfWork(async (tx) => {
      for (let number = 0; number < mostValues; number += 1) {
        await tx.failures.record(
          {
            realm: bridge.realm.name,
            user: asId(`user-${number}`),
            session: 's',
            failedAt: bridge.clock(),
            seenAt: bridge.clock(),
            class: 'other',
            places: { time_band: '08:00-12:00' },
          },
          100,
        )
      }
    })
    assert.equal(((await figures('user')) as unknown[]).length, mostValues)
    assert.equal(await cut(), false)
    await begin('ada')
    const told = (await figures('user')) as unknown[]
    assert.equal(told.length, mostValues)
    assert.equal(await cut(), true)
  })

  test('R5: who reviews or audits reads the places; by person auditors alone', async () => {
    await ofFive()
    assert.equal((await bridge.get('reviewer', '/v1/statistics/failures?by=site')).code, 'ok')
    assert.equal((await bridge.get('reviewer', '/v1/statistics/failures?by=user')).code, 'act_not_allowed')
    assert.equal((await bridge.get('lead', '/v1/statistics/failures?by=site')).code, 'act_not_allowed')
    assert.equal((await bridge.get('auditor', '/v1/statistics/failures')).code, 'input_malformed')
    assert.equal((await bridge.get('auditor', '/v1/statistics/failures?by=colour')).code, 'input_malformed')
  })

  test('R5 R25: a pattern opens a case by itself, tells what repeats, and is reviewed like any other', async () => {
    for (let number = 0; number < 5; number += 1) await begin('ada', { sid: `session-${number}`, tab: `tab-${number}` })
    const find = composePatterns({
      ...recordingPorts(bridge.clock),
      unitOfWork: store.unitOfWork,
      log: createRecordingLog(),
      findPolicy: withPolicy(policy),
    })
    bridge.advance(1_000)
    await find(bridge.realm.name)
    const queue = (await bridge.get('reviewer', '/v1/reviews?kind=pattern')).body['reviews'] as {
      case: string
      id: string
    }[]
    const [waiting, ...others] = queue
    assert.equal(others.length, 0)
    const id = waiting?.case ?? ''
    const story = (await bridge.get('reviewer', `/v1/cases/${id}`)).body
    const { since: _since, until: _until, ...pattern } = story['pattern'] as Record<string, unknown>
    assert.deepEqual(pattern, {
      dimension: 'user',
      value: 'user-ada',
      failures: 5,
      people: 1,
      before: null,
      classes: { cancelled_or_timed_out: 5 },
    })
    const finding = {
      review: waiting?.id,
      cause: 'suitability',
      confidence: 'medium',
      action: 'Offer a security key',
      actionOwner: 'service-desk',
      actionDue: new Date(bridge.clock() + day).toISOString().slice(0, 10),
      note: because,
    }
    assert.equal((await bridge.post('reviewer', `/v1/cases/${id}/reviews`, finding)).body['state'], 'closed')
    const told = await toldBy(await exportOf(bridge, id))
    const wrong = verifyExport(sha256, told, undefined).filter(({ weight }) => weight === 'tampered')
    assert.deepEqual(wrong, [], 'R37: its export agrees with itself')
  })

  test('R15: what others wrote down of a person does not use up their cases of the day', async () => {
    policy = { ...policy, patterns: { user: { failures: 2, withinSeconds: 3_600 } } }
    const find = composePatterns({
      ...recordingPorts(bridge.clock),
      unitOfWork: store.unitOfWork,
      log: createRecordingLog(),
      findPolicy: withPolicy(policy),
    })
    await begin('ada', { sid: 'session-a' })
    await begin('ada', { sid: 'session-b' })
    bridge.advance(1_000)
    await find(bridge.realm.name)
    const { realm } = bridge
    const listed = (await bridge.get('auditor', '/v1/cases?user=user-ada')).body['cases']
    assert.equal(Array.isArray(listed) ? listed.length : undefined, 1)
    const opened = await store.unitOfWork((tx) =>
      tx.cases.countOpenedSince(realm.name, asId('user-ada'), bridge.clock() - day),
    )
    assert.equal(opened, 0)
  })
})
