import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Factor } from '../../../bridge/app/ports.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import { fulfilled, type OpenStore, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, freshFactor, isCode, once, other } from './fixtures.ts'

export const factorStories = (engine: TestEngine): void => {
  describe('the factors', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    /** Each test has a user and a handle of its own. */
    const kept = async (name: string, differs: Partial<Factor> = {}): Promise<Factor> => {
      const fresh = freshFactor({ user: asId(name), handle: asId(`factor-${name}`), ...differs })
      await once(store, (tx) => tx.factors.insert(fresh))
      return fresh
    }
    const consume = ({ realm, handle }: Factor, step: number) =>
      once(store, (tx) => tx.factors.consumeStep(realm, handle, step))
    const findPending = ({ realm, user, session }: Factor) =>
      once(store, (tx) => tx.factors.findPending(realm, user, session))
    const findConfirmed = ({ realm, user }: Factor, ...handles: string[]) =>
      once(store, (tx) =>
        tx.factors.findConfirmed(
          realm,
          user,
          handles.map((handle) => asId(handle)),
        ),
      )

    test('a factor is found as it was written, its sealed secret byte for byte', async () => {
      const factor = await kept('whole', { lastStep: 60_000_000, confirmAttempts: 2 })
      const [found] = await findConfirmed(factor, factor.handle)
      assert.deepEqual({ ...found, secret: undefined }, { ...factor, secret: undefined })
      assert.equal(found?.secret.keyId, factor.secret.keyId)
      assert.deepEqual([...(found?.secret.box ?? [])], [...factor.secret.box])
    })

    test('I2 B13: of fifty uses of one step at a barrier exactly one succeeds', async () => {
      const factor = await kept('raced')
      const results = await engine.race(store, 50, (tx) => tx.factors.consumeStep(demo, factor.handle, 100))
      assert.equal(fulfilled(results).length, 50)
      assert.equal(fulfilled(results).filter(Boolean).length, 1)
    })

    test('I9 B15: of fifty different steps at a barrier the accepted ones only rise, and the highest is kept', async () => {
      const factor = await kept('rising')
      const accepted: number[] = []
      await engine.race(store, 50, async (tx, index) => {
        const step = 1_000 + ((index * 17) % 50)
        if (await tx.factors.consumeStep(demo, factor.handle, step)) accepted.push(step)
      })
      assert.deepEqual(
        accepted,
        accepted.toSorted((a, b) => a - b),
      )
      assert.equal((await findConfirmed(factor, factor.handle))[0]?.lastStep, 1_049)
    })

    test('I9 B15: after a step is accepted, it and those before are refused, and the next is not', async () => {
      const factor = await kept('stepping')
      assert.equal(await consume(factor, 100), true)
      assert.deepEqual(
        [await consume(factor, 99), await consume(factor, 100), await consume(factor, 0), await consume(factor, 101)],
        [false, false, false, true],
      )
    })

    test('I9: no statement lowers, repeats or empties the last step', async () => {
      const factor = await kept('fixed')
      await consume(factor, 100)
      for (const step of ['99', '100', 'null']) {
        await assert.rejects(execute(store, `update factor set last_step = ${step} where handle = '${factor.handle}'`))
      }
      assert.equal((await findConfirmed(factor, factor.handle))[0]?.lastStep, 100)
    })

    test('I2 K16: a step that was used before a restart is refused after it', async () => {
      const first = await engine.openStore()
      const { realm, handle } = freshFactor()
      await once(first, (tx) => tx.factors.insert(freshFactor()))
      assert.equal(await once(first, (tx) => tx.factors.consumeStep(realm, handle, 100)), true)
      await first.close()
      const second = await engine.openStore(first.url)
      assert.equal(await once(second, (tx) => tx.factors.consumeStep(realm, handle, 100)), false)
      await second.close()
    })

    test('only confirmed factors of this user and realm count, and of these only the listed ones', async () => {
      const mine = await kept('owner')
      const second = await kept('owner', { handle: asId('factor-second'), createdAt: at + 1 })
      await kept('owner', { handle: asId('factor-pending'), state: 'pending' })
      await kept('thief', { handle: asId('factor-theirs') })
      await kept('owner', { handle: asId('factor-there'), realm: other })
      const found = await findConfirmed(
        mine,
        ...['factor-second', mine.handle, 'factor-pending', 'factor-theirs', 'factor-there', 'factor-none'],
      )
      assert.deepEqual(
        found.map((factor) => factor.handle),
        [mine.handle, second.handle],
      )
      assert.deepEqual(await findConfirmed(mine), [])
    })

    test('a pending factor is found in the session it was begun in, and nowhere else', async () => {
      const pending = await kept('enrolling', { state: 'pending', session: 'here' })
      assert.equal((await findPending(pending))?.handle, pending.handle)
      assert.equal(await findPending({ ...pending, session: 'there' }), undefined)
      assert.equal(await findPending({ ...pending, user: asId('somebody') }), undefined)
      assert.equal(await findPending({ ...pending, realm: other }), undefined)
    })

    test('I3: of fifty first codes at a barrier with a limit of ten, exactly ten are counted', async () => {
      const { handle } = await kept('confirming', { state: 'pending' })
      const results = await engine.race(store, 50, (tx) => tx.factors.countConfirmAttempt(demo, handle, 10))
      assert.equal(fulfilled(results).filter(Boolean).length, 10)
    })

    test('a factor is confirmed once; then it is pending no more and takes no first codes', async () => {
      const pending = await kept('confirmed', { state: 'pending' })
      const results = await engine.race(store, 50, (tx) => tx.factors.confirm(demo, pending.handle, at))
      assert.equal(fulfilled(results).length, 1)
      assert.equal(await findPending(pending), undefined)
      assert.equal((await findConfirmed(pending, pending.handle))[0]?.state, 'confirmed')
      assert.equal(await once(store, (tx) => tx.factors.countConfirmAttempt(demo, pending.handle, 10)), false)
      await assert.rejects(
        once(store, (tx) => tx.factors.confirm(demo, pending.handle, at)),
        isCode('case_conflict'),
      )
    })

    test('factors of the same handle in two realms never meet', async () => {
      const here = await kept('mirror', { state: 'pending' })
      const there = await kept('mirror', { state: 'pending', realm: other })
      await consume(there, 500)
      await once(store, (tx) => tx.factors.countConfirmAttempt(other, there.handle, 10))
      await once(store, (tx) => tx.factors.confirm(other, there.handle, at))
      const found = await findPending(here)
      assert.deepEqual([found?.state, found?.lastStep, found?.confirmAttempts], ['pending', undefined, 0])
      assert.equal(await consume(here, 1), true)
    })

    test('a handle that is unknown in this realm consumes nothing', async () => {
      assert.equal(await once(store, (tx) => tx.factors.consumeStep(demo, asId('factor-none'), 1)), false)
    })
  })
}
