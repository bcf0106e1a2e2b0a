import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ActivePolicy } from '../../../bridge/app/policy/policy-ports.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import { createPolicyStore } from '../../../bridge/store/policy-store.ts'
import { fulfilled, type OpenStore, rejections, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, isCode, once, other } from './fixtures.ts'
import { freshProposal, freshVersion } from './policy-fixtures.ts'

export const policyStories = (engine: TestEngine): void => {
  describe('the policies', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    /** Each test has a realm of its own, with two versions. */
    const realmWith = async (name: string, ...names: string[]): Promise<[RealmName, ...string[]]> => {
      const realm: RealmName = asId(name)
      const versions = names.map((one) => freshVersion(one, { realm }))
      await once(store, async (tx) => {
        for (const version of versions) await tx.policies.addVersion(version)
      })
      return [realm, ...versions.map(({ digest }) => digest)]
    }
    const active = (digest: string, differs: Partial<ActivePolicy> = {}): ActivePolicy => ({
      digest,
      since: at,
      expiresAt: undefined,
      fallsBackTo: undefined,
      ...differs,
    })
    const activate = (realm: RealmName, policy: ActivePolicy, replaces?: string) =>
      once(store, (tx) => tx.policies.activate(realm, policy, replaces))
    const inForce = (realm: RealmName, now = at, client = 'app') =>
      once(store, (tx) => tx.policies.inForce(realm, client, now))
    const findActive = (realm: RealmName, now = at) => once(store, (tx) => tx.policies.findActive(realm, now))

    test('R9: a version is found as it was added; adding it again changes nothing, in another realm it is not there', async () => {
      const version = freshVersion('text with " and \u{1f600}\nand a second line', { name: 'standard', revision: 7 })
      await once(store, (tx) => tx.policies.addVersion(version))
      await once(store, (tx) => tx.policies.addVersion({ ...version, name: 'other', addedBy: 'user:eve' }))
      const find = (realm: RealmName) => once(store, (tx) => tx.policies.findVersion(realm, version.digest))
      assert.deepEqual(await find(demo), version)
      assert.equal(await find(other), undefined)
    })

    test('versions are listed newest first, those of the realm only', async () => {
      const realm: RealmName = asId('listed')
      const versions = [1, 2, 3].map((one) => freshVersion(`listed ${one}`, { realm, addedAt: at + one }))
      await once(store, async (tx) => {
        for (const version of versions) await tx.policies.addVersion(version)
        await tx.policies.addVersion(freshVersion('elsewhere', { realm: other }))
      })
      assert.deepEqual(await once(store, (tx) => tx.policies.listVersions(realm)), versions.toReversed())
    })

    test('I8 R9: no statement changes or deletes a version', async () => {
      const [realm, digest] = await realmWith('kept-versions', 'kept')
      const copy = `select realm, digest, 'x', 2, 1, 'x', 0, 'x' from policy_version where realm = '${realm}'`
      const onlyHere =
        engine.name === 'sqlite' ? `insert or replace into policy_version ${copy}` : 'truncate policy_version cascade'
      for (const statement of [
        `update policy_version set text = 'other' where realm = '${realm}'`,
        `delete from policy_version where realm = '${realm}'`,
        'delete from policy_version',
        `insert into policy_version ${copy}`,
        onlyHere,
      ]) {
        await assert.rejects(execute(store, statement), statement)
      }
      const found = await once(store, (tx) => tx.policies.findVersion(realm, digest ?? ''))
      assert.deepEqual(found, freshVersion('kept', { realm }))
    })

    test('R1: where nothing was activated nothing is in force', async () => {
      const [realm] = await realmWith('nothing', 'unused')
      assert.deepEqual(await inForce(realm), { digest: undefined, switchedOff: undefined })
      assert.equal(await findActive(realm), undefined)
    })

    test('a version is activated, then another in its place; each realm has its own', async () => {
      const [realm, first = '', second = ''] = await realmWith('activated', 'first', 'second')
      await activate(realm, active(first))
      assert.deepEqual(await inForce(realm), { digest: first, switchedOff: undefined })
      await activate(realm, active(second, { since: at + 1 }), first)
      assert.deepEqual(await findActive(realm), active(second, { since: at + 1 }))
      assert.equal((await inForce(asId('activated-elsewhere'))).digest, undefined)
    })

    test('an activation that replaces what is not in force, and one of an unknown version, change nothing', async () => {
      const [realm, first = '', second = ''] = await realmWith('conditional', 'first', 'second')
      await assert.rejects(activate(realm, active(second), first), isCode('case_conflict'))
      await assert.rejects(activate(realm, active('f'.repeat(64))), isCode('internal'))
      await activate(realm, active(first))
      await assert.rejects(activate(realm, active(second)), isCode('case_conflict'))
      await assert.rejects(activate(realm, active(second), second), isCode('case_conflict'))
      assert.equal((await inForce(realm)).digest, first)
    })

    test('R6: a loosening that ran out gives way to what it names, and the next one replaces that', async () => {
      const [realm, base = '', loose = '', next = ''] = await realmWith('expiring', 'base', 'loose', 'next')
      await activate(realm, active(base))
      await activate(realm, active(loose, { expiresAt: at + 100, fallsBackTo: base }), base)
      assert.equal((await inForce(realm, at + 99)).digest, loose)
      assert.equal((await inForce(realm, at + 100)).digest, base)
      assert.deepEqual(await findActive(realm, at + 100), active(base, { since: at + 100 }))
      await assert.rejects(activate(realm, active(next, { since: at + 100 }), loose), isCode('case_conflict'))
      await assert.rejects(activate(realm, active(next, { since: at + 99 }), base), isCode('case_conflict'))
      await activate(realm, active(next, { since: at + 100 }), base)
      assert.equal((await inForce(realm, at + 100)).digest, next)
    })

    test('R1 R6: a first policy that ran out leaves nothing in force, and another can be activated', async () => {
      const [realm, trial = '', next = ''] = await realmWith('trial', 'trial', 'next')
      await activate(realm, active(trial, { expiresAt: at + 100 }))
      assert.deepEqual(await inForce(realm, at + 100), { digest: undefined, switchedOff: undefined })
      assert.equal(await findActive(realm, at + 100), undefined)
      await assert.rejects(activate(realm, active(next, { since: at + 99 })), isCode('case_conflict'))
      await activate(realm, active(next, { since: at + 100 }))
      assert.equal((await inForce(realm, at + 100)).digest, next)
    })

    test('of fifty first activations at a barrier one happens, and the others conflict', async () => {
      const [realm, ...digests] = await realmWith('race-first', 'one', 'two')
      const results = await engine.race(store, 50, (tx, index) =>
        tx.policies.activate(realm, active(digests[index % 2] ?? ''), undefined),
      )
      assert.equal(fulfilled(results).length, 1)
      assert.equal(rejections(results).filter(isCode('case_conflict')).length, 49)
    })

    test('of fifty activations in place of one at a barrier one happens, and the others conflict', async () => {
      const [realm, base = '', ...digests] = await realmWith('race-next', 'base', 'one', 'two')
      await activate(realm, active(base))
      const results = await engine.race(store, 50, (tx, index) =>
        tx.policies.activate(realm, active(digests[index % 2] ?? ''), base),
      )
      assert.equal(fulfilled(results).length, 1)
      assert.equal(rejections(results).filter(isCode('case_conflict')).length, 49)
    })

    test('R1: deactivated, nothing is in force; another than the named one is left alone', async () => {
      const [realm, base = '', loose = ''] = await realmWith('deactivated', 'base', 'loose')
      const deactivate = (digest: string, now = at) => once(store, (tx) => tx.policies.deactivate(realm, digest, now))
      await assert.rejects(deactivate(base), isCode('case_conflict'))
      await activate(realm, active(loose, { expiresAt: at + 100, fallsBackTo: base }))
      await assert.rejects(deactivate(base), isCode('case_conflict'))
      await assert.rejects(deactivate(loose, at + 100), isCode('case_conflict'))
      await deactivate(base, at + 100)
      assert.equal((await inForce(realm)).digest, undefined)
    })

    test('the realm’s switch comes before a client’s; a client’s holds for it alone', async () => {
      const [realm] = await realmWith('switched', 'any')
      const off = (client: string | undefined) =>
        once(store, (tx) =>
          tx.policies.switchOff({ realm, client, by: 'user:ada', at, reason: 'something is wrong there' }),
        )
      const switchedOff = async (client: string) => (await inForce(realm, at, client)).switchedOff
      assert.equal(await off('app'), true)
      assert.equal(await off('app'), false)
      assert.deepEqual([await switchedOff('app'), await switchedOff('wiki')], ['client', undefined])
      assert.equal(await off(undefined), true)
      assert.deepEqual(
        [await switchedOff('app'), await switchedOff('wiki'), await switchedOff('')],
        ['realm', 'realm', 'realm'],
      )
      assert.equal((await inForce(asId('not-switched'))).switchedOff, undefined)
      assert.deepEqual(
        (await once(store, (tx) => tx.policies.listSwitches(realm))).map(({ client, by, at: thrown }) => [
          client,
          by,
          thrown,
        ]),
        [
          [undefined, 'user:ada', at],
          ['app', 'user:ada', at],
        ],
      )
    })

    test('switched on again it is on, once; a client of no name is never the realm', async () => {
      const [realm] = await realmWith('switched-on', 'any')
      const switchOn = (client?: string) => once(store, (tx) => tx.policies.switchOn(realm, client))
      const off = { realm, by: 'user:ada', at, reason: 'something is wrong there' }
      assert.equal(await switchOn(), false)
      await once(store, (tx) => tx.policies.switchOff({ ...off, client: undefined }))
      assert.deepEqual(
        [await switchOn('app'), await switchOn(''), await switchOn(), await switchOn()],
        [false, false, true, false],
      )
      await assert.rejects(
        once(store, (tx) => tx.policies.switchOff({ ...off, client: '' })),
        isCode('internal'),
      )
      assert.equal((await inForce(realm)).switchedOff, undefined)
    })

    test('a realm has one proposal: the next replaces it, and it can be withdrawn once', async () => {
      const [realm, first = '', second = ''] = await realmWith('proposed', 'first', 'second')
      const find = () => once(store, (tx) => tx.policies.findProposal(realm))
      const propose = (digest: string, differs: object = {}) =>
        once(store, (tx) => tx.policies.propose(freshProposal(digest, { realm, ...differs })))
      assert.equal(await find(), undefined)
      await propose(first)
      const replaced = {
        by: 'user:bob',
        byName: 'bob',
        at: at + 1,
        reason: undefined,
        expiresAt: at + 9,
        against: first,
      }
      await propose(second, replaced)
      assert.deepEqual(await find(), freshProposal(second, { realm, ...replaced }))
      const withdraw = () => once(store, (tx) => tx.policies.withdrawProposal(realm))
      assert.deepEqual([await withdraw(), await withdraw(), await find()], [true, false, undefined])
      await assert.rejects(propose(first, { reason: undefined }), isCode('internal'))
      await assert.rejects(propose('f'.repeat(64)), isCode('internal'))
    })

    test('what is in force is read by one statement', async () => {
      const [realm, digest = ''] = await realmWith('counted', 'counted')
      await activate(realm, active(digest))
      let statements = 0
      const counting = store.database.kysely.withPlugin({
        transformQuery: ({ node }) => {
          statements += 1
          return node
        },
        transformResult: async ({ result }) => result,
      })
      assert.equal((await createPolicyStore(counting).inForce(realm, 'app', at)).digest, digest)
      assert.equal(statements, 1)
    })
  })
}
