import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Transaction } from '../../../bridge/app/ports.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import { readHistory } from '../../../bridge/store/history-reader.ts'
import { fulfilled, type OpenStore, rejections, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, freshCase, freshEvent, freshFactor, isCode, once, record } from './fixtures.ts'
import { denied, freshFacts, freshProposal, freshVersion } from './policy-fixtures.ts'

const written = [
  'subject',
  'fallback_case',
  'case_history',
  'factor',
  'used_request',
  'step_operation',
  'override_event',
  'job',
  'policy_version',
  'policy_active',
  'policy_proposal',
  'fallback_switch',
  'policy_history',
  'case_decision',
  'owner_state',
]

export const unitOfWorkStories = (engine: TestEngine): void => {
  describe('the unit of work', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const rows = async (table: string) => (await execute(store, `select 1 from ${table}`)).length

    /** Writes a row into every table, as a step that grants does. */
    const writeEverywhere = async (tx: Transaction) => {
      const fresh = freshCase()
      await tx.requests.claim(demo, 'jti-1', at)
      await tx.subjects.countAttempt(demo, fresh.user)
      await tx.cases.insert(fresh)
      await tx.history.append(record(fresh))
      await tx.factors.insert(freshFactor())
      await tx.factors.consumeStep(demo, asId('factor-1'), 100)
      await tx.outbox.insert(freshEvent())
      await tx.jobs.add({ kind: 'deliver_event', realm: demo, lane: 'l', about: 'event-1', dueAt: at })
      await tx.requests.saveAnswer(fresh, 'begin:1', { kind: 'cancelled', case: fresh.id }, at)
      const version = freshVersion('everywhere')
      const { digest } = version
      await tx.policies.addVersion(version)
      await tx.policies.activate(demo, { digest, since: at, expiresAt: undefined, fallsBackTo: undefined }, undefined)
      await tx.policies.propose(freshProposal(digest))
      await tx.policies.switchOff({ realm: demo, client: undefined, by: 'user:ada', at, reason: 'a try' })
      await tx.policyHistory.append({ realm: demo, at, event: 'activated', digest, actor: 'installation', facts: {} })
      const decision = { realm: demo, case: fresh.id, at, policyDigest: digest }
      await tx.decisions.insert({ ...decision, facts: freshFacts(), decision: denied })
      await tx.owners.saveStates(demo, { ada: 'enabled' }, at)
    }

    test('K16 I6: work that throws at its very end leaves nothing in any table, and its error comes out as it is', async () => {
      const reason = new Error('power cut')
      const fails = once(store, async (tx) => {
        await writeEverywhere(tx)
        throw reason
      })
      await assert.rejects(fails, (error) => error === reason)
      for (const table of written) assert.equal(await rows(table), 0, table)
    })

    test('I5: a failed statement undoes all, though the work swallowed its error and went on', async () => {
      const fails = once(store, async (tx) => {
        await tx.requests.claim(demo, 'swallowed', at)
        await tx.history.append(record(freshCase({ id: asId('fb-nowhere') }))).catch(() => {})
        return 'all is well'
      })
      await assert.rejects(fails, isCode('internal'))
      assert.equal(await rows('used_request'), 0)
    })

    test('I5: after a failed statement no other statement of that work takes effect', async () => {
      const fails = once(store, async (tx) => {
        await tx.history.append(record(freshCase({ id: asId('fb-nowhere') }))).catch(() => {})
        await tx.requests.claim(demo, 'after-failure', at).catch(() => {})
        await tx.subjects.lock(demo, asId('after-failure')).catch(() => {})
      })
      await assert.rejects(fails, isCode('internal'))
      assert.deepEqual([await rows('used_request'), await rows('subject')], [0, 0])
    })

    test('K16: what work has written is seen by nobody before its commit', async () => {
      const seen = await once(store, async (tx) => {
        await writeEverywhere(tx)
        const reading = readHistory(store.database.kysely, demo, asId('fb-1'))
        // On SQLite the reader waits for its turn; on PostgreSQL it looks now and finds nothing.
        if (engine.name === 'postgres') assert.deepEqual(await reading, [])
        return { reading }
      })
      assert.equal((await seen.reading).length, engine.name === 'postgres' ? 0 : 1)
      for (const table of written) assert.equal(await rows(table), 1, table)
    })

    test('fifty transactions that pause between their statements do not disturb one another', async () => {
      const results = await engine.race(store, 50, async (tx, index) => {
        await tx.requests.claim(demo, `paused-${index}`, at)
        await new Promise((resolve) => setImmediate(resolve))
        if (index % 2 === 0) throw new Error('undone')
        return tx.subjects.countAttempt(demo, asId('paused'))
      })
      assert.deepEqual([fulfilled(results).length, rejections(results).length], [25, 25])
      assert.ok(rejections(results).every((error) => error instanceof Error && error.message === 'undone'))
      assert.equal((await once(store, (tx) => tx.subjects.lock(demo, asId('paused')))).failuresSinceLock, 25)
    })

    test('I1: the stores of a transaction are dead after its end', async () => {
      let kept: Transaction | undefined
      await once(store, async (tx) => {
        kept = tx
      })
      await assert.rejects(async () => kept?.requests.claim(demo, 'too-late', at), isCode('unavailable'))
    })

    test('I5: a closed database refuses work, and what was begun before ends first', async () => {
      const closing = await engine.openStore()
      const inside = Promise.withResolvers<void>()
      const begun = once(closing, async (tx) => {
        await tx.subjects.countAttempt(demo, asId('last'))
        inside.resolve()
        return tx.subjects.countAttempt(demo, asId('last'))
      })
      await inside.promise
      const closed = closing.close()
      await assert.rejects(
        once(closing, (tx) => tx.jobs.nextDue()),
        isCode('unavailable'),
      )
      assert.equal((await begun).failuresSinceLock, 2)
      await closed
      await closing.close()
      const again = await engine.openStore(closing.url)
      assert.equal((await once(again, (tx) => tx.subjects.lock(demo, asId('last')))).failuresSinceLock, 2)
      await again.close()
    })
  })
}
