import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { UnitOfWork } from '../../bridge/app/ports.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { verifyPolicyChain } from '../../bridge/domain/policy/policy-history.ts'
import { createBarrier } from '../support/barrier.ts'
import { eachEngine, type OpenStore } from '../support/each-engine.ts'
import { jsonPolicy } from '../support/json-policy.ts'
import { ada, because, bob, createPolicyDesk, freshRealm } from '../support/policy-desk.ts'

describe('what people do with policies', () => {
  eachEngine((engine) => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    /** Every transaction waits until so many have begun; on SQLite, which lets in one at a time, none waits. */
    const together = (count: number): UnitOfWork => {
      const barrier = createBarrier(engine.name === 'sqlite' ? 1 : count)
      return (work) =>
        store.unitOfWork(async (tx) => {
          await barrier()
          return work(tx)
        })
    }
    const desk = () => createPolicyDesk(store.unitOfWork)

    test('R1 R9: the file of the settings becomes the policy of realms without a history, in the installation’s name', async () => {
      const { adoptFile, active, history, clock } = desk()
      const realms = [freshRealm(), freshRealm()]
      const text = jsonPolicy()
      const digest = sha256(text)
      assert.deepEqual(await adoptFile(text, realms), {
        outcome: 'read',
        digest,
        adoptions: realms.map((realm) => ({ realm, outcome: 'adopted', digest })),
      })
      for (const realm of realms) {
        assert.equal(await active(realm), digest)
        const entries = await history(realm)
        assert.equal(verifyPolicyChain(sha256, entries), undefined)
        assert.deepEqual(
          entries.map(({ event, actor, at, digest: of }) => [event, actor, at, of]),
          [
            ['draft_added', 'installation', clock(), digest],
            ['activated', 'installation', clock(), digest],
          ],
        )
        assert.equal(entries[1]?.facts['isLoosening'], true)
      }
    })

    test('R9: where a realm has a history the file changes nothing, and tells whether another policy is in force', async () => {
      const { adoptFile, active, history, addVersion, deactivate } = desk()
      const [adopted, drafted, stopped] = [freshRealm(), freshRealm(), freshRealm()]
      const text = jsonPolicy()
      await addVersion({ realm: drafted, text, person: ada })
      await adoptFile(text, [adopted, stopped])
      await deactivate({ realm: stopped, person: ada, reason: because })
      const before = await Promise.all([adopted, drafted, stopped].map(history))
      assert.deepEqual(await adoptFile(text, [adopted, drafted, stopped]), {
        outcome: 'read',
        digest: sha256(text),
        adoptions: [
          { realm: adopted, outcome: 'left_alone', differs: false },
          { realm: drafted, outcome: 'left_alone', differs: true },
          { realm: stopped, outcome: 'left_alone', differs: true },
        ],
      })
      const changed = await adoptFile(jsonPolicy({ revision: 2 }), [adopted])
      assert.deepEqual('adoptions' in changed && changed.adoptions, [
        { realm: adopted, outcome: 'left_alone', differs: true },
      ])
      assert.deepEqual(await Promise.all([adopted, drafted, stopped].map(history)), before)
      assert.deepEqual([await active(drafted), await active(stopped)], [undefined, undefined])
    })

    test('R27: a file that cannot be read, has problems or fails its tests is adopted nowhere', async () => {
      const { adoptFile, history, found } = desk()
      const realm = freshRealm()
      assert.deepEqual(await adoptFile('no policy', [realm]), { outcome: 'refused', reason: 'unreadable' })
      found.tests.push({ name: 'a test', passed: false, differences: [] })
      assert.deepEqual(await adoptFile(jsonPolicy(), [realm]), {
        outcome: 'refused',
        reason: 'tests_failed',
        failures: found.tests,
      })
      found.problems.push({ at: ['rules'], code: 'rule_target', sentence: 'must have a target.' })
      assert.deepEqual(await adoptFile(jsonPolicy(), [realm]), {
        outcome: 'refused',
        reason: 'problems',
        problems: found.problems,
      })
      assert.deepEqual(await history(realm), [])
    })

    test('R9: of twenty replicas that start at once one adopts the file, and the others find it adopted', async () => {
      const realm = freshRealm()
      const text = jsonPolicy()
      const unitOfWork = together(20)
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, () => createPolicyDesk(unitOfWork).adoptFile(text, [realm])),
      )
      const adoptions = outcomes.flatMap((outcome) => ('adoptions' in outcome ? outcome.adoptions : []))
      assert.equal(adoptions.filter(({ outcome }) => outcome === 'adopted').length, 1)
      assert.equal(adoptions.filter((one) => one.outcome === 'left_alone' && !one.differs).length, 19)
      const entries = await desk().history(realm)
      assert.deepEqual(
        entries.map(({ event }) => event),
        ['draft_added', 'activated'],
      )
      assert.equal(verifyPolicyChain(sha256, entries), undefined)
    })

    test('R6: of two confirmations at once one activates; the other finds the policy active or changed', async () => {
      const { add, activatePolicy, active, history } = desk()
      const realm = freshRealm()
      const digest = await add(realm, 3_600)
      await activatePolicy({ realm, digest, person: ada, reason: because })
      const unitOfWork = together(2)
      const office = createPolicyDesk(unitOfWork)
      office.account('eve-id', { name: 'eve' })
      const people = [bob, { id: 'eve-id', name: 'eve' }]
      const outcomes = await Promise.all(people.map((person) => office.activatePolicy({ realm, digest, person })))
      const told = outcomes.map((outcome) => ('reason' in outcome ? outcome.reason : outcome.outcome))
      assert.equal(told.filter((one) => one === 'activated').length, 1)
      assert.ok(
        told.every((one) => ['activated', 'changed_meanwhile', 'already_active'].includes(one)),
        told.join(),
      )
      assert.equal(await active(realm), digest)
      assert.equal((await history(realm)).filter(({ event }) => event === 'activated').length, 1)
    })

    test('R6: of two harmless changes at once one is active, and the other was compared in vain', async () => {
      const { add, activateByTwo, active, history } = desk()
      const realm = freshRealm()
      await activateByTwo({ realm, digest: await add(realm, 3_600), reason: because })
      const digests = [await add(realm, 1_800), await add(realm, 1_700)]
      const unitOfWork = together(2)
      const outcomes = await Promise.all(
        digests.map((digest) => createPolicyDesk(unitOfWork).activatePolicy({ realm, digest, person: ada })),
      )
      const winners = outcomes.filter(({ outcome }) => outcome === 'activated')
      // One that reads after the other's commit is compared with it, and then loosens or not.
      assert.ok(winners.length >= 1)
      const entries = await history(realm)
      assert.equal(verifyPolicyChain(sha256, entries), undefined)
      assert.equal(entries.filter(({ event }) => event === 'activated').length, winners.length + 1)
      assert.equal(entries.findLast(({ event }) => event === 'activated')?.digest, await active(realm))
    })

    test('the off switch is thrown by whoever comes first, and every other change of that moment gets through', async () => {
      const { events, active } = desk()
      const realm = freshRealm()
      const unitOfWork = together(6)
      const office = createPolicyDesk(unitOfWork)
      const off = () => office.switchFallback({ realm, to: 'off', person: ada, reason: because })
      const drafts = [1, 2, 3].map((seconds) => office.add(realm, seconds))
      const switches = await Promise.all([off(), off(), off()])
      await Promise.all(drafts)
      assert.deepEqual(switches.map(({ outcome }) => outcome).sort(), ['already_off', 'already_off', 'switched_off'])
      assert.deepEqual((await events(realm)).toSorted(), ['draft_added', 'draft_added', 'draft_added', 'switched_off'])
      assert.equal(await active(realm), undefined)
      assert.equal(await active(asId('elsewhere')), undefined)
    })
  })
})
