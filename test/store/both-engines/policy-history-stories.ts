import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import { policyEvents, verifyPolicyChain } from '../../../bridge/domain/policy/policy-history.ts'
import { fulfilled, type OpenStore, rejections, type TestEngine } from '../../support/each-engine.ts'
import { at, execute, isCode, once } from './fixtures.ts'
import { freshVersion } from './policy-fixtures.ts'

export const policyHistoryStories = (engine: TestEngine): void => {
  describe('the history of a policy', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const record = (realm: RealmName, number: number) => ({
      realm,
      at: at + number,
      event: policyEvents[number % policyEvents.length] ?? assert.fail(),
      digest: undefined,
      actor: 'user:ada',
      facts: { number, reason: 'quotes " and \u0000 and \u{1f600}', second: null, loosens: true, fields: ['a', 'b'] },
    })
    const append = (realm: RealmName, number: number) =>
      once(store, (tx) => tx.policyHistory.append(record(realm, number)))
    const list = (realm: RealmName) => once(store, (tx) => tx.policyHistory.list(realm))

    test('I8: entries are read back as they were written, numbered from one and chained; each event is taken', async () => {
      const realm: RealmName = asId('chained')
      assert.equal(await once(store, (tx) => tx.policyHistory.isEmpty(realm)), true)
      const written = []
      for (const [number] of policyEvents.entries()) written.push(await append(realm, number))
      const entries = await list(realm)
      assert.deepEqual(entries, written)
      assert.equal(verifyPolicyChain(sha256, entries), undefined)
      const { previous, hash, seq, ...first } = entries[0] ?? assert.fail()
      assert.deepEqual(first, record(realm, 0))
      assert.deepEqual([seq, previous, hash.length], [1, '0'.repeat(64), 64])
      assert.equal(await once(store, (tx) => tx.policyHistory.isEmpty(realm)), false)
      assert.equal(await once(store, (tx) => tx.policyHistory.isEmpty(asId('chained-elsewhere'))), true)
    })

    test('I8: no statement changes or deletes an entry', async () => {
      const realm: RealmName = asId('kept')
      await append(realm, 1)
      const before = await list(realm)
      const copy = `select realm, seq, at, event, digest, actor, '{}', previous, hash from policy_history
        where realm = '${realm}'`
      const onlyHere =
        engine.name === 'sqlite' ? `insert or replace into policy_history ${copy}` : 'truncate policy_history cascade'
      for (const statement of [
        `update policy_history set actor = 'user:eve' where realm = '${realm}'`,
        `update policy_history set seq = 9 where realm = '${realm}'`,
        `delete from policy_history where realm = '${realm}'`,
        'delete from policy_history',
        `insert into policy_history ${copy}`,
        onlyHere,
      ]) {
        await assert.rejects(execute(store, statement), statement)
      }
      assert.deepEqual(await list(realm), before)
    })

    test('I8: fifty writers at a barrier cannot give one number twice; who comes second conflicts', async () => {
      const realm: RealmName = asId('rash')
      const results = await engine.race(store, 50, (tx, number) => tx.policyHistory.append(record(realm, number)))
      assert.ok(rejections(results).every(isCode('case_conflict')))
      const entries = await list(realm)
      assert.equal(entries.length, fulfilled(results).length)
      assert.ok(entries.length > 0)
      assert.equal(verifyPolicyChain(sha256, entries), undefined)
    })

    test('I8: an entry of a version is bound to it; one of a version that is not kept is refused', async () => {
      const realm: RealmName = asId('bound')
      const version = freshVersion('bound', { realm })
      await once(store, (tx) => tx.policies.addVersion(version))
      const append = (digest: string) =>
        once(store, (tx) => tx.policyHistory.append({ ...record(realm, 1), digest, event: 'activated' }))
      assert.equal((await append(version.digest)).digest, version.digest)
      await assert.rejects(append('f'.repeat(64)), isCode('internal'))
      assert.deepEqual(
        (await list(realm)).map(({ digest }) => digest),
        [version.digest],
      )
    })

    test('I8: a fact that has no canonical text is refused', async () => {
      const broken = { ...record(asId('float'), 1), facts: { share: 0.5 } }
      await assert.rejects(
        once(store, (tx) => tx.policyHistory.append(broken)),
        RangeError,
      )
    })
  })
}
