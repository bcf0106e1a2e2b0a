import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { longestSpanMs } from '../../bridge/app/operations/statistics-span.ts'
import { createPeopleBridge, type PeopleBridge } from '../support/people-bridge.ts'
import { peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const routes = ['statistics/chains?', 'statistics?', 'statistics/failures?by=site&', 'statistics/failures?by=user&']

describe('the span of a statistic', () => {
  let store: TestStore
  let bridge: PeopleBridge
  before(async () => {
    store = await openTestStore()
    bridge = await createPeopleBridge({ store, policy: peoplePolicy() })
  })
  after(() => store.close())

  const iso = (at: number) => new Date(at).toISOString()
  const ask = async (route: string, span: { since?: string; until?: string }, user = 'auditor') => {
    const { code, body } = await bridge.get(user, `/v1/${route}${new URLSearchParams(span)}`)
    return code === 'ok' ? code : [code, body['about']]
  }
  const wrong = (about: 'since' | 'until') => ['time_malformed', [about]]

  for (const route of routes) {
    test(`R58: of ${route.slice(0, -1)} it is a year at most, not empty, and does not run backwards`, async () => {
      const now = bridge.clock()
      assert.equal(await ask(route, {}), 'ok')
      assert.equal(await ask(route, { since: iso(now - longestSpanMs), until: iso(now) }), 'ok')
      assert.equal(await ask(route, { since: iso(now - 1), until: iso(now) }), 'ok')
      assert.deepEqual(await ask(route, { since: iso(now - longestSpanMs - 1), until: iso(now) }), wrong('since'))
      assert.deepEqual(await ask(route, { since: iso(now), until: iso(now) }), wrong('since'))
      assert.deepEqual(await ask(route, { since: iso(now + 1), until: iso(now) }), wrong('since'))
    })

    test(`R58: of ${route.slice(0, -1)} it lies in years that can be written`, async () => {
      assert.deepEqual(await ask(route, { until: '0000-01-01T00:00:00Z' }), wrong('since'))
      assert.deepEqual(await ask(route, { until: '1970-01-01T00:00:00Z' }), wrong('since'))
      const first = { since: '1970-01-01T00:00:00Z', until: '1970-01-01T00:00:00.001Z' }
      assert.equal(await ask(route, first), 'ok')
      assert.deepEqual(await ask(route, { ...first, since: '1969-12-31T23:59:59.999Z' }), wrong('since'))
      assert.equal(await ask(route, { until: '9999-01-01T00:00:00Z' }), 'ok')
      assert.deepEqual(await ask(route, { until: '9999-12-31T23:59:59Z' }), wrong('until'))
      assert.deepEqual(await ask(route, { until: '9999-12-31T23:59:59-12:00' }), wrong('until'))
    })

    test(`R3: whoever may not read ${route.slice(0, -1)} is told that, and nothing of the span`, async () => {
      assert.deepEqual(await ask(route, { until: '0000-01-01T00:00:00Z' }, 'stranger'), ['act_not_allowed', undefined])
    })
  }
})
