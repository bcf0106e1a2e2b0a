import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asId } from '../../../bridge/domain/ids.ts'
import type { StepAnswer } from '../../../bridge/domain/step-answer.ts'
import { binding } from '../../support/builders.ts'
import { fulfilled, type OpenStore, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, isCode, once, other } from './fixtures.ts'

export const requestStories = (engine: TestEngine): void => {
  describe('the requests seen', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const claim = (jti: string, realm = demo, expiresAt = at) =>
      once(store, (tx) => tx.requests.claim(realm, jti, expiresAt))
    const answer: StepAnswer = {
      kind: 'granted',
      case: asId('fb-1'),
      path: asId('password-bridge-totp'),
      profile: 'standard',
      acr: '1',
      amr: ['pwd', 'otp'],
      endsAt: at + 5,
    }

    test('K04: of fifty requests with one jti at a barrier exactly one is the first', async () => {
      const results = await engine.race(store, 50, (tx) => tx.requests.claim(demo, 'raced', at))
      assert.equal(fulfilled(results).length, 50)
      assert.equal(fulfilled(results).filter(Boolean).length, 1)
    })

    test('K04: a jti is used once per realm, and one realm’s does not use up another’s', async () => {
      assert.deepEqual(
        [await claim('jti-1'), await claim('jti-1'), await claim('jti-1', other), await claim('jti-2')],
        [true, false, true, true],
      )
    })

    test('K04: a jti used before a restart stays used', async () => {
      const first = await engine.openStore()
      await once(first, (tx) => tx.requests.claim(demo, 'jti-1', at))
      await first.close()
      const second = await engine.openStore(first.url)
      assert.equal(await once(second, (tx) => tx.requests.claim(demo, 'jti-1', at)), false)
      await second.close()
    })

    test('K16: a jti whose step failed is not used up', async () => {
      const fails = once(store, async (tx) => {
        await tx.requests.claim(demo, 'rolled-back', at)
        throw new Error('the step failed')
      })
      await assert.rejects(fails, /the step failed/)
      assert.equal(await claim('rolled-back'), true)
    })

    test('K15: an answer is given again for exactly its login and operation', async () => {
      const login = binding()
      await once(store, (tx) => tx.requests.saveAnswer(login, 'submit:1', answer, at))
      const find = (differs: object, operation = 'submit:1') =>
        once(store, (tx) => tx.requests.findAnswer({ ...login, ...differs }, operation))
      assert.deepEqual(await find({}), answer)
      assert.equal(await find({}, 'submit:2'), undefined)
      for (const member of Object.keys(login)) assert.equal(await find({ [member]: 'elsewhere' }), undefined, member)
    })

    test('K15: one operation never gets two answers', async () => {
      const save = () => once(store, (tx) => tx.requests.saveAnswer(binding(), 'twice', answer, at))
      await save()
      await assert.rejects(save(), isCode('case_conflict'))
    })

    test('K04: the sweep deletes what is ten minutes past its end, in every realm, and nothing younger', async () => {
      const swept = await engine.openStore()
      const past = at - 10 * 60_000
      await once(swept, async (tx) => {
        await tx.requests.claim(demo, 'old', past - 1)
        await tx.requests.claim(other, 'old', past - 1)
        await tx.requests.claim(demo, 'within-clock-skew', past)
        await tx.requests.saveAnswer(binding(), 'old', answer, past - 1)
        await tx.requests.saveAnswer(binding(), 'young', answer, past)
      })
      assert.equal(await once(swept, (tx) => tx.requests.sweep(at)), 3)
      assert.equal(await once(swept, (tx) => tx.requests.sweep(at)), 0)
      assert.equal(await once(swept, (tx) => tx.requests.claim(demo, 'within-clock-skew', at)), false)
      assert.deepEqual(await once(swept, (tx) => tx.requests.findAnswer(binding(), 'young')), answer)
      assert.equal(await once(swept, (tx) => tx.requests.findAnswer(binding(), 'old')), undefined)
      await swept.close()
    })
  })
}
