import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { createKnowDeciders } from '../../../../bridge/app/policy/know-deciders.ts'
import type { Finding } from '../../../../bridge/app/realm-watch.ts'
import { BridgeError } from '../../../../bridge/domain/errors.ts'
import { asId, type RealmName } from '../../../../bridge/domain/ids.ts'
import { demoPolicy } from '../../../support/builders.ts'
import { createManualTime, type ManualTime } from '../../../support/manual-time.ts'

const [demo, other] = ['demo', 'other'].map((name) => asId<RealmName>(name)) as [RealmName, RealmName]
const few: Finding = { severity: 'warn', code: 'approvers_few', text: 'One absence.' }

describe('who could decide, as it was last asked', () => {
  let time: ManualTime
  let asked: RealmName[]
  let answer: () => readonly Finding[]
  let know: ReturnType<typeof createKnowDeciders>
  beforeEach(() => {
    time = createManualTime()
    asked = []
    answer = () => [few]
    const checkDeciders = async (realm: RealmName) => {
      asked.push(realm)
      return answer()
    }
    know = createKnowDeciders({ checkDeciders, clock: time.clock, everyMs: 60_000 })
  })
  const policy = demoPolicy()

  test('R10: an answer is good for five looks, in its realm and under its policy', async () => {
    for (let look = 0; look < 5; look += 1) {
      assert.deepEqual(await know(demo, policy), [few])
      time.advance(60_000)
    }
    assert.deepEqual(asked, [demo])
    answer = () => []
    assert.deepEqual(await know(demo, policy), [])
    assert.deepEqual(await know(other, policy), [])
    await know(demo, { ...policy, digest: 'another' })
    assert.deepEqual(asked, [demo, demo, other, demo])
  })

  test('R10: no answer is a finding with its cause; it is asked again after a look’s time, and no sooner', async () => {
    answer = () => {
      throw new BridgeError('keycloak_unreachable', { cause: { code: 'http_504' } })
    }
    const unknown = [
      { severity: 'warn', code: 'approvers_unknown', text: 'Keycloak did not say who could decide (http_504).' },
    ]
    assert.deepEqual(await know(demo, policy), unknown)
    answer = () => [few]
    time.advance(5_000)
    assert.deepEqual(await know(demo, policy), unknown)
    time.advance(55_000)
    assert.deepEqual(await know(demo, policy), [few])
    assert.equal(asked.length, 2)
  })
})
