import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asId } from '../../../bridge/domain/ids.ts'
import { fulfilled, type OpenStore, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, isCode, once, other } from './fixtures.ts'

export const subjectStories = (engine: TestEngine): void => {
  describe('the counters of a user', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const read = (user: string, realm = demo) => once(store, (tx) => tx.subjects.lock(realm, asId(user)))
    const attempt = (user: string, realm = demo) => once(store, (tx) => tx.subjects.countAttempt(realm, asId(user)))

    test('a user never seen before has counted nothing and is not locked', async () => {
      assert.deepEqual(await read('new'), {
        realm: demo,
        user: 'new',
        failuresSinceSuccess: 0,
        failuresSinceLock: 0,
        lockedUntil: undefined,
      })
    })

    test('I3 B12: of fifty attempts at a barrier each is counted, and no two see the same number', async () => {
      await read('raced')
      const results = await engine.race(store, 50, (tx) => tx.subjects.countAttempt(demo, asId('raced')))
      const numbers = fulfilled(results).map((subject) => subject.failuresSinceSuccess)
      assert.deepEqual(
        numbers.sort((a, b) => a - b),
        Array.from({ length: 50 }, (_, index) => index + 1),
      )
      assert.equal((await read('raced')).failuresSinceLock, 50)
    })

    test('I3 B12: of fifty first attempts of a user without a row each is counted', async () => {
      const results = await engine.race(store, 50, (tx) => tx.subjects.countAttempt(demo, asId('raced-unseen')))
      assert.equal(fulfilled(results).length, 50)
      assert.equal((await read('raced-unseen')).failuresSinceSuccess, 50)
    })

    test('I2: whoever holds a user’s row ends before the next one of that user begins', async () => {
      const seen: string[] = []
      const step = (name: string) =>
        store.unitOfWork(async (tx) => {
          await tx.subjects.lock(demo, asId('held'))
          seen.push(`${name} begins`)
          for (let turn = 0; turn < 20; turn += 1) await tx.requests.claim(demo, `${name}-${turn}`, at)
          seen.push(`${name} ends`)
        })
      await Promise.all(['a', 'b', 'c'].map(step))
      for (let index = 0; index < seen.length; index += 2) {
        assert.equal(seen[index]?.replace('begins', 'ends'), seen[index + 1])
      }
    })

    test('B11: a lock starts one counter anew and leaves the other; a longer lock is never shortened', async () => {
      await attempt('locked')
      await attempt('locked')
      await once(store, (tx) => tx.subjects.lockUntil(demo, asId('locked'), at + 2_000))
      await once(store, (tx) => tx.subjects.lockUntil(demo, asId('locked'), at + 1_000))
      const { failuresSinceSuccess, failuresSinceLock, lockedUntil } = await read('locked')
      assert.deepEqual(
        { failuresSinceSuccess, failuresSinceLock, lockedUntil },
        { failuresSinceSuccess: 2, failuresSinceLock: 0, lockedUntil: at + 2_000 },
      )
    })

    test('a right code starts both counters anew and ends the lock', async () => {
      await attempt('cleared')
      await once(store, (tx) => tx.subjects.lockUntil(demo, asId('cleared'), at))
      await once(store, (tx) => tx.subjects.clearFailures(demo, asId('cleared')))
      const { failuresSinceSuccess, failuresSinceLock, lockedUntil } = await read('cleared')
      assert.deepEqual([failuresSinceSuccess, failuresSinceLock, lockedUntil], [0, 0, undefined])
    })

    test('a user of the same id in another realm is another user', async () => {
      await attempt('twin')
      await once(store, (tx) => tx.subjects.lockUntil(demo, asId('twin'), at))
      assert.deepEqual(await read('twin', other), {
        realm: other,
        user: 'twin',
        failuresSinceSuccess: 0,
        failuresSinceLock: 0,
        lockedUntil: undefined,
      })
      await once(store, (tx) => tx.subjects.clearFailures(other, asId('twin')))
      assert.equal((await read('twin')).lockedUntil, at)
    })

    test('I5: locking a user who has no row fails instead of locking nobody', async () => {
      const lock = once(store, (tx) => tx.subjects.lockUntil(demo, asId('nobody'), at))
      await assert.rejects(lock, isCode('internal'))
    })

    test('D02: the database refuses a counter below zero', async () => {
      await attempt('negative')
      await assert.rejects(execute(store, `update subject set failures_since_lock = -1 where user_id = 'negative'`))
    })
  })
}
