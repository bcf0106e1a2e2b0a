import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import type { FallbackCase } from '../../../bridge/domain/case.ts'
import { verifyChain } from '../../../bridge/domain/history.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import { readHistory } from '../../../bridge/store/history-reader.ts'
import { fulfilled, type OpenStore, rejections, type TestEngine } from '../../support/each-engine.ts'
import { demo, execute, freshCase, isCode, once, other, record } from './fixtures.ts'

export const historyStories = (engine: TestEngine): void => {
  describe('the history of a case', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const opened = async (name: string, realm = demo): Promise<FallbackCase> => {
      const fresh = freshCase({ user: asId(name), id: asId(`fb-${name}`), realm })
      await once(store, (tx) => tx.cases.insert(fresh))
      return fresh
    }
    const append = (to: FallbackCase, attempt: number) => once(store, (tx) => tx.history.append(record(to, attempt)))

    test('I8: entries are read back as they were written, numbered from one and chained', async () => {
      const current = await opened('chained')
      const ends = [await append(current, 1), await append(current, 2), await append(current, 3)]
      const entries = await readHistory(store.database.kysely, demo, current.id)
      assert.equal(verifyChain(sha256, entries), undefined)
      assert.deepEqual(
        entries.map(({ seq, hash }) => ({ seq, hash })),
        ends,
      )
      const { previous, hash, seq, ...first } = entries[0] ?? assert.fail()
      assert.deepEqual(first, record(current, 1))
      assert.deepEqual([seq, previous.length, hash.length], [1, 64, 64])
    })

    test('I8: an entry changed, cut out or exchanged behind the triggers breaks the chain', async () => {
      const current = await opened('forged')
      for (const attempt of [1, 2, 3]) await append(current, attempt)
      const entries = await readHistory(store.database.kysely, demo, current.id)
      const [first, second, third] = entries
      assert.ok(first !== undefined && second !== undefined && third !== undefined)
      assert.equal(verifyChain(sha256, [first, { ...second, actor: 'system' }, third])?.fault, 'hash')
      assert.equal(verifyChain(sha256, [first, third])?.fault, 'sequence')
      assert.equal(verifyChain(sha256, [second, third])?.fault, 'sequence')
    })

    test('I8: no statement changes or deletes an entry', async () => {
      const current = await opened('kept')
      await append(current, 1)
      const before = await readHistory(store.database.kysely, demo, current.id)
      const copy = `select realm, case_id, seq, at, event, state, actor, '{}', previous, hash from case_history
        where case_id = '${current.id}'`
      const onlyHere =
        engine.name === 'sqlite' ? `insert or replace into case_history ${copy}` : 'truncate case_history cascade'
      for (const statement of [
        `update case_history set actor = 'system' where case_id = '${current.id}'`,
        `update case_history set seq = 9 where case_id = '${current.id}'`,
        `delete from case_history where case_id = '${current.id}'`,
        'delete from case_history',
        `delete from fallback_case where id = '${current.id}'`,
        `insert into case_history ${copy}`,
        onlyHere,
      ]) {
        await assert.rejects(execute(store, statement), statement)
      }
      assert.deepEqual(await readHistory(store.database.kysely, demo, current.id), before)
    })

    test('I8: fifty writers at a barrier that each move their case leave one unbroken chain', async () => {
      const current = await opened('busy')
      const results = await engine.race(store, 50, async (tx, index) => {
        await tx.cases.countAttempt(demo, current.id, 50)
        return tx.history.append(record(current, index))
      })
      assert.equal(fulfilled(results).length, 50)
      const entries = await readHistory(store.database.kysely, demo, current.id)
      assert.equal(entries.length, 50)
      assert.equal(verifyChain(sha256, entries), undefined)
    })

    test('I8: writers who hold no case cannot give one number twice; who comes second conflicts', async () => {
      const current = await opened('rash')
      const results = await engine.race(store, 50, (tx, index) => tx.history.append(record(current, index)))
      assert.ok(rejections(results).every(isCode('case_conflict')))
      const entries = await readHistory(store.database.kysely, demo, current.id)
      assert.equal(entries.length, fulfilled(results).length)
      assert.equal(verifyChain(sha256, entries), undefined)
    })

    test('histories of the same case id in two realms never meet', async () => {
      const here = await opened('mirror')
      const there = await opened('mirror', other)
      await append(here, 1)
      assert.deepEqual((await append(there, 2)).seq, 1)
      const entries = await readHistory(store.database.kysely, other, there.id)
      assert.deepEqual(
        entries.map((entry) => entry.facts['attempt']),
        [2],
      )
    })

    test('I5: an entry of no case, or with a fact that has no canonical text, is refused', async () => {
      const current = freshCase({ id: asId('fb-nowhere') })
      await assert.rejects(
        once(store, (tx) => tx.history.append(record(current))),
        isCode('internal'),
      )
      const real = await opened('float')
      const broken = { ...record(real), facts: { score: 0.5 } }
      await assert.rejects(
        once(store, (tx) => tx.history.append(broken)),
        RangeError,
      )
      assert.deepEqual(await readHistory(store.database.kysely, demo, real.id), [])
    })
  })
}
