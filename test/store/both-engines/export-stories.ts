import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asId, type CaseId, type EvidenceId, type UserId } from '../../../bridge/domain/ids.ts'
import type { OpenStore, TestEngine } from '../../support/each-engine.ts'
import { at, demo, freshCase, freshEvent, once, other } from './fixtures.ts'
import { askedCase } from './people-fixtures.ts'

export const exportStories = (engine: TestEngine): void => {
  describe('what an export reads', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    test('R37: the events of one case in their order, with their states, and of no other case or realm', async () => {
      const [mine, others] = [asId<CaseId>('fb-mine'), asId<CaseId>('fb-others')]
      await once(store, async (tx) => {
        await tx.cases.insert(freshCase({ id: mine, user: asId('user-1') }))
        await tx.cases.insert(freshCase({ id: others, user: asId('user-2'), session: 'session-2' }))
        await tx.cases.insert(freshCase({ id: mine, realm: other }))
        for (const event of [
          freshEvent({ id: asId('x-2'), case: mine, at: at + 1 }),
          freshEvent({ id: asId('x-3'), case: mine, at }),
          freshEvent({ id: asId('x-1'), case: mine, at: at + 1 }),
          freshEvent({ id: asId('x-4'), case: others }),
          freshEvent({ id: asId('x-5'), case: mine, realm: other }),
        ]) {
          await tx.outbox.insert(event)
        }
        await tx.outbox.mark(demo, asId('x-3'), 'written', at + 5)
        await tx.outbox.mark(demo, asId('x-3'), 'confirmed', at + 6)
      })
      const read = await once(store, (tx) => tx.outbox.ofCase(demo, mine))
      assert.deepEqual(
        read.map((event) => [event.id, event.state, event.writtenAt]),
        [
          ['x-3', 'confirmed', at + 5],
          ['x-1', 'due', undefined],
          ['x-2', 'due', undefined],
        ],
      )
      assert.deepEqual(read[1]?.representation, freshEvent().representation)
      assert.deepEqual(await once(store, (tx) => tx.outbox.ofCase(demo, asId('fb-none'))), [])
    })

    test('R37 R41: who opened which item, by the first time', async () => {
      const id = await askedCase(store, 'opened')
      const item = (name: string) => ({
        id: asId<EvidenceId>(name),
        item: 'reason',
        kind: 'text' as const,
        by: asId<UserId>('gina'),
        byName: 'gina',
        at,
        isLate: false,
        sha256: 'e'.repeat(64),
        size: 5,
        mediaType: 'text/plain' as const,
        content: { keyId: '1', box: new Uint8Array([1]) },
      })
      await once(store, async (tx) => {
        await tx.evidence.insert(demo, id, item('i-1'))
        await tx.evidence.insert(demo, id, item('i-2'))
        for (const [name, person, when] of [
          ['i-2', 'rob', at + 2],
          ['i-1', 'rob', at + 1],
          ['i-1', 'rob', at + 9],
          ['i-1', 'ann', at + 2],
        ] as const) {
          await tx.evidence.noteOpening(demo, asId(name), asId(person), when)
        }
      })
      assert.deepEqual(await once(store, (tx) => tx.evidence.openings(demo, id)), [
        { evidence: 'i-1', person: 'rob', at: at + 1 },
        { evidence: 'i-1', person: 'ann', at: at + 2 },
        { evidence: 'i-2', person: 'rob', at: at + 2 },
      ])
      assert.deepEqual(await once(store, (tx) => tx.evidence.openings(other, id)), [])
    })

    test('R37 E10: a dispute, where there is one', async () => {
      const id = await askedCase(store, 'contested')
      const find = (realm = demo) => once(store, (tx) => tx.disputes.find(realm, id))
      assert.equal(await find(), undefined)
      await once(store, (tx) => tx.disputes.insert(demo, id, asId('user-contested'), at + 3))
      assert.deepEqual(await find(), { user: 'user-contested', at: at + 3 })
      assert.equal(await find(other), undefined)
    })

    test('R37: that people were told, by which channel and what became of it; not whom, not what, and no word', async () => {
      const id = await askedCase(store, 'told')
      const notice = {
        realm: demo,
        case: id,
        kind: 'subject_issued' as const,
        channel: 'mail' as const,
        to: { users: [asId<UserId>('user-told')] },
        facts: { client: 'app' },
        word: { keyId: '1', box: new Uint8Array([1]) },
      }
      await once(store, async (tx) => {
        await tx.notices.insert({ ...notice, id: 't-2', at: at + 1, dedupe: 'told-2' })
        await tx.notices.insert({ ...notice, id: 't-1', at, dedupe: 'told-1' })
        await tx.notices.mark(demo, 't-1', 'sent', at + 4)
      })
      const trace = { kind: 'subject_issued', channel: 'mail' }
      assert.deepEqual(await once(store, (tx) => tx.notices.ofCase(demo, id)), [
        { id: 't-1', ...trace, at, state: 'sent', settledAt: at + 4 },
        { id: 't-2', ...trace, at: at + 1, state: 'due', settledAt: undefined },
      ])
    })
  })
}
