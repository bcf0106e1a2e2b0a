import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OwnerState } from '../../../bridge/app/policy/policy-ports.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import { type OpenStore, rejections, type TestEngine } from '../../support/each-engine.ts'
import { at, isCode, once, other } from './fixtures.ts'

export const ownerStories = (engine: TestEngine): void => {
  describe('the states of owners', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const save = (realm: RealmName, states: Readonly<Record<string, OwnerState>>, seenAt = at) =>
      once(store, (tx) => tx.owners.saveStates(realm, states, seenAt))
    const states = (realm: RealmName) => once(store, (tx) => tx.owners.statesOf(realm))

    test('R10: what was saved is found, in its realm only', async () => {
      const realm: RealmName = asId('saved')
      assert.deepEqual(await states(realm), {})
      await save(realm, { ada: 'enabled', bob: 'disabled' })
      assert.deepEqual(await states(realm), { ada: 'enabled', bob: 'disabled' })
      assert.deepEqual(await states(other), {})
    })

    test('R10: a later look replaces all; a name that is absent is unknown again', async () => {
      const realm: RealmName = asId('replaced')
      await save(realm, { ada: 'enabled', bob: 'enabled' })
      await save(realm, { ada: 'disabled', eve: 'enabled' }, at + 1)
      assert.deepEqual(await states(realm), { ada: 'disabled', eve: 'enabled' })
      await save(realm, {}, at + 2)
      assert.deepEqual(await states(realm), {})
    })

    test('R10: an older look that arrives late takes nothing back', async () => {
      const realm: RealmName = asId('late')
      await save(realm, { ada: 'disabled', bob: 'enabled' }, at + 1)
      await save(realm, { ada: 'enabled' }, at)
      assert.deepEqual(await states(realm), { ada: 'disabled', bob: 'enabled' })
    })

    test('R10: replicas that save at once all succeed', async () => {
      const realm: RealmName = asId('crowd')
      const results = await engine.race(store, 20, (tx, index) =>
        tx.owners.saveStates(
          realm,
          index % 2 === 0 ? { ada: 'enabled', bob: 'enabled' } : { bob: 'enabled', ada: 'enabled' },
          at,
        ),
      )
      assert.deepEqual(rejections(results), [])
      assert.deepEqual(await states(realm), { ada: 'enabled', bob: 'enabled' })
    })

    test('R10: a state of no known kind is refused', async () => {
      await assert.rejects(save(asId('odd'), { ada: 'asleep' as OwnerState }), isCode('internal'))
    })
  })
}
