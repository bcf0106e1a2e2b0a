import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { OutboxState } from '../../../bridge/app/ports.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import type { OverrideEvent } from '../../../bridge/domain/override-event.ts'
import type { OpenStore, TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, freshCase, freshEvent, isCode, once, other } from './fixtures.ts'

export const outboxStories = (engine: TestEngine): void => {
  describe('the outbox', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
      await once(store, (tx) => tx.cases.insert(freshCase()))
      await once(store, (tx) => tx.cases.insert(freshCase({ realm: other })))
    })
    after(() => store.close())

    const due = async (id: string, differs: Partial<OverrideEvent> = {}): Promise<OverrideEvent> => {
      const event = freshEvent({ id: asId(id), ...differs })
      await once(store, (tx) => tx.outbox.insert(event))
      return event
    }
    const find = (id: string, realm = demo) => once(store, (tx) => tx.outbox.find(realm, asId(id)))
    const mark = (id: string, state: OutboxState, when = at, realm = demo) =>
      once(store, (tx) => tx.outbox.mark(realm, asId(id), state, when))

    test('an event is found as it was written, and it is due', async () => {
      const event = await due('whole')
      assert.deepEqual(await find('whole'), { ...event, state: 'due', writtenAt: undefined })
      assert.equal(await find('none'), undefined)
    })

    test('I7: written is not confirmed; an event that was not there after all is due again', async () => {
      await due('travelling')
      const seen = []
      for (const [state, when] of [
        ['written', at + 1],
        ['due', at + 2],
        ['written', at + 3],
        ['parked', at + 4],
        ['confirmed', at + 5],
      ] as const) {
        await mark('travelling', state, when)
        const row = await find('travelling')
        seen.push([row?.state, row?.writtenAt])
      }
      assert.deepEqual(seen, [
        ['written', at + 1],
        ['due', undefined],
        ['written', at + 3],
        ['parked', at + 3],
        ['confirmed', at + 3],
      ])
    })

    test('I7: a confirmed event stays confirmed, whatever a late worker or a statement says', async () => {
      await due('final')
      await mark('final', 'written', at + 1)
      await mark('final', 'confirmed', at + 2)
      const confirmed = await find('final')
      for (const state of ['due', 'written', 'parked', 'confirmed'] as const) await mark('final', state, at + 9)
      assert.deepEqual(await find('final'), confirmed)
      const reopen = `update override_event set state = 'due', confirmed_at = null where id = 'final'`
      await assert.rejects(execute(store, reopen))
    })

    test('I8: what an event says never changes, and no event is deleted', async () => {
      const event = await due('said')
      for (const change of [
        `realm = 'other'`,
        `id = 'unsaid'`,
        `case_id = 'fb-2'`,
        `user_id = 'user-eve'`,
        `name = 'GRANT_USED'`,
        'at = 0',
        `representation = '{}'`,
      ]) {
        await assert.rejects(execute(store, `update override_event set ${change} where id = 'said'`), change)
      }
      await assert.rejects(execute(store, `delete from override_event where id = 'said'`))
      const onlyHere =
        engine.name === 'sqlite'
          ? `insert or replace into override_event select * from override_event where id = 'said'`
          : 'truncate override_event'
      await assert.rejects(execute(store, onlyHere))
      assert.deepEqual(await find('said'), { ...event, state: 'due', writtenAt: undefined })
    })

    test('I7: one event id is taken once', async () => {
      await due('taken')
      await assert.rejects(due('taken'), isCode('case_conflict'))
    })

    test('I5: marking an event that is not there fails', async () => {
      await assert.rejects(mark('absent', 'written'), isCode('internal'))
    })

    test('events of the same id in two realms never meet', async () => {
      await due('mirror')
      await due('mirror', { realm: other })
      await mark('mirror', 'written', at, other)
      assert.deepEqual([(await find('mirror'))?.state, (await find('mirror', other))?.state], ['due', 'written'])
    })

    test('the summary counts what is not confirmed over all realms, and since when it waits', async () => {
      const fresh = await engine.openStore()
      const summary = () => once(fresh, (tx) => tx.outbox.summary())
      assert.deepEqual(await summary(), { due: 0, written: 0, parked: 0, oldestUnconfirmedAt: undefined })
      await once(fresh, async (tx) => {
        for (const realm of [demo, other]) await tx.cases.insert(freshCase({ realm }))
        for (const [id, state, when, realm] of [
          ['a', 'confirmed', at - 9, demo],
          ['b', 'written', at - 5, other],
          ['c', 'parked', at - 3, demo],
          ['d', 'due', at - 1, demo],
          ['e', 'due', at, other],
        ] as const) {
          await tx.outbox.insert(freshEvent({ id: asId(id), at: when, realm }))
          if (state !== 'due') await tx.outbox.mark(realm, asId(id), state, at)
        }
      })
      assert.deepEqual(await summary(), { due: 2, written: 1, parked: 1, oldestUnconfirmedAt: at - 5 })
      await fresh.close()
    })
  })
}
