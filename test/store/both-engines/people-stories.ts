import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asId } from '../../../bridge/domain/ids.ts'
import { reviewReasons } from '../../../bridge/domain/review/review.ts'
import { fulfilled, type OpenStore, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, isCode, once, other } from './fixtures.ts'
import { askedCase, found, freshApproval, freshReview, participant, spokenApproval } from './people-fixtures.ts'

export const peopleStories = (engine: TestEngine): void => {
  describe('what people do', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())
    const conflicts = (work: Parameters<typeof once<unknown>>[1]) =>
      assert.rejects(once(store, work), isCode('case_conflict'))

    test('C08: one person approves a case once, whatever the approval is called, and may say no all the same', async () => {
      const id = await askedCase(store, 'one-person')
      await once(store, (tx) => tx.approvals.insert(freshApproval(id)))
      await conflicts((tx) => tx.approvals.insert(freshApproval(id, { approval: asId('second') })))
      const no = freshApproval(id, {
        approval: asId('no'),
        verdict: 'deny',
        method: undefined,
        seen: undefined,
        at: at + 1,
      })
      await once(store, (tx) => tx.approvals.insert(no))
      assert.deepEqual(await once(store, (tx) => tx.approvals.ofCase(demo, id)), [freshApproval(id), no])
      assert.equal(await once(store, (tx) => tx.approvals.lastDenialAt(demo, asId('user-one-person'))), at + 1)
      assert.equal(await once(store, (tx) => tx.approvals.lastDenialAt(other, asId('user-one-person'))), undefined)
      const denied = (realm: typeof demo, since: number) =>
        once(store, (tx) => tx.approvals.countDeniedSince(realm, asId('user-one-person'), since))
      assert.deepEqual(
        [await denied(demo, at + 1), await denied(demo, at + 2), await denied(other, at)],
        [1, 0, 0],
        'S02: a no counts from its own time on, in its own realm',
      )
    })

    test('C04: one identity approves a case once, spoken or not; people without one are not each other', async () => {
      const id = await askedCase(store, 'one-identity')
      await once(store, (tx) => tx.approvals.insert(spokenApproval(id, { identity: 'E1' })))
      const twin = {
        approval: asId<ReturnType<typeof freshApproval>['approval']>('twin'),
        id: asId<ReturnType<typeof freshApproval>['id']>('amy'),
      }
      await conflicts((tx) => tx.approvals.insert(freshApproval(id, { ...twin, identity: 'E1' })))
      await once(store, (tx) => tx.approvals.insert(freshApproval(id, { ...twin, identity: undefined })))
    })

    test('C08: of twenty approvals of one person at a barrier one is kept', async () => {
      const id = await askedCase(store, 'crowd')
      const results = await engine.race(store, 20, (tx, index) =>
        tx.approvals.insert(freshApproval(id, { approval: asId(`crowd-${index}`) })),
      )
      assert.equal(fulfilled(results).length, 1)
    })

    test('R36: a spoken approval is settled once', async () => {
      const id = await askedCase(store, 'spoken')
      const { approval } = spokenApproval(id)
      await once(store, (tx) => tx.approvals.insert(spokenApproval(id)))
      assert.equal((await once(store, (tx) => tx.approvals.countPending(demo))) > 0, true)
      await once(store, (tx) => tx.approvals.settle(demo, approval, 'confirmed', at + 1))
      await conflicts((tx) => tx.approvals.settle(demo, approval, 'lapsed', at + 2))
      await conflicts((tx) => tx.approvals.settle(other, approval, 'lapsed', at + 2))
    })

    test('R35: a grant is ratified or not, once', async () => {
      const id = await askedCase(store, 'ratified')
      await once(store, (tx) => tx.ratifications.insert(demo, id, '/leads', at + 10))
      await conflicts((tx) => tx.ratifications.insert(demo, id, '/leads', at + 10))
      const settle = (state: 'ratified' | 'lapsed') =>
        once(store, (tx) =>
          tx.ratifications.settle(demo, id, { state, by: state === 'ratified' ? asId('ann') : undefined, at: at + 1 }),
        )
      await settle('ratified')
      await assert.rejects(settle('lapsed'), isCode('case_conflict'))
      const kept = await once(store, (tx) => tx.ratifications.find(demo, id))
      assert.deepEqual([kept?.state, kept?.by, kept?.dueAt], ['ratified', 'ann', at + 10])
    })

    test('I4: a person, and an identity, takes a part once; evidence is given by several accounts of one', async () => {
      const id = await askedCase(store, 'parts')
      await once(store, (tx) => tx.participants.add(demo, id, participant({ identity: 'E1' })))
      await conflicts((tx) => tx.participants.add(demo, id, participant({ identity: 'E1' })))
      await conflicts((tx) => tx.participants.add(demo, id, participant({ id: asId('amy'), identity: 'E1' })))
      await once(store, (tx) => tx.participants.add(demo, id, participant({ part: 'reviewer' })))
      for (const name of ['ann', 'amy', 'ann']) {
        const giver = participant({ part: 'evidence_giver', id: asId(name), name, identity: 'E1' })
        await once(store, (tx) => tx.participants.note(demo, id, giver))
      }
      const parts = await once(store, (tx) => tx.participants.ofCase(demo, id))
      assert.deepEqual(
        parts.map(({ part, id: by }) => `${part} ${by}`),
        ['approver ann', 'evidence_giver amy', 'evidence_giver ann', 'reviewer ann'],
      )
    })

    test('S07 R34: what one natural person did is counted over all accounts of an identity, in one realm and since a time', async () => {
      const did = async (name: string, identity: string | undefined, part: 'approver' | 'recorder') => {
        const id = await askedCase(store, `counted-${name}-${part}`)
        await once(store, (tx) => tx.participants.add(demo, id, participant({ id: asId(name), part, identity })))
      }
      await did('eve', 'E50', 'approver')
      await did('eva', 'E50', 'recorder')
      await did('eva', undefined, 'approver')
      await did('zoe', undefined, 'approver')
      const count = (id: string, identity: string | undefined, from = at, realm = demo) =>
        once(store, (tx) =>
          tx.participants.countSince(realm, { id: asId(id), identity }, ['approver', 'recorder'], from),
        )
      assert.equal(await count('eve', 'E50'), 2)
      assert.equal(await count('eva', 'E50'), 3, 'what an account did before its identity was known counts too')
      assert.equal(await count('third', 'E50'), 2)
      assert.deepEqual([await count('eve', undefined), await count('zoe', 'E51')], [1, 1])
      assert.deepEqual([await count('eve', 'E50', at + 1), await count('eve', 'E50', at, other)], [0, 0])
    })

    test('R25: a case is looked at once for each reason, and each look is done once', async () => {
      const id = await askedCase(store, 'reviewed')
      const open = (name: string, reason: (typeof reviewReasons)[number]) =>
        once(store, (tx) => tx.reviews.open(freshReview(id, name, reason)))
      assert.deepEqual(
        [await open('r-1', 'sampled'), await open('r-2', 'sampled'), await open('r-3', 'blind')],
        [true, false, true],
      )
      await once(store, (tx) => tx.reviews.finish(demo, asId('r-1'), found))
      await conflicts((tx) => tx.reviews.finish(demo, asId('r-1'), found))
      assert.deepEqual((await once(store, (tx) => tx.reviews.find(demo, asId('r-1'))))?.done, found)
    })

    test('R25: the queue is in order of gravity, then of due date, and its pages hold each review once while others are done', async () => {
      const queue = await engine.openStore()
      for (let number = 0; number < 12; number += 1) {
        const id = await askedCase(queue, `queued-${number}`)
        const reason = reviewReasons[number % 3] ?? 'blind'
        await once(queue, (tx) => tx.reviews.open(freshReview(id, `q-${number}`, reason, at + (number % 4))))
      }
      const page = (after: string | undefined, count: number) =>
        once(queue, (tx) =>
          tx.reviews.due(demo, { after: after === undefined ? undefined : asId(after), count, reasons: reviewReasons }),
        )
      const whole = (await page(undefined, 100)).map(({ id }) => String(id))
      const first = (await page(undefined, 5)).map(({ id }) => String(id))
      // The place of a review that was done meanwhile still stands.
      await once(queue, (tx) => tx.reviews.finish(demo, asId(first[4] ?? ''), found))
      const second = (await page(first[4], 5)).map(({ id }) => String(id))
      const third = (await page(second[4], 5)).map(({ id }) => String(id))
      assert.deepEqual([...first, ...second, ...third], whole)
      assert.equal(new Set(whole).size, 12)
      assert.deepEqual(await page('never', 5), [])
      await queue.close()
    })

    test('S02 N09: a notice is kept once for what it tells, in each realm', async () => {
      const notice = {
        id: 'n-1',
        realm: demo,
        case: undefined,
        kind: 'approvers_waiting' as const,
        channel: 'mail' as const,
        to: { group: '/leads' },
        facts: { group: 'leads' },
        at,
        word: undefined,
        dedupe: 'mail:approvers_waiting:/leads:1',
      }
      const keep = (differs: object) => once(store, (tx) => tx.notices.insert({ ...notice, ...differs }))
      assert.deepEqual([await keep({}), await keep({ id: 'n-2' }), await keep({ realm: other })], [true, false, true])
      const word = { keyId: '1', box: new Uint8Array([1]) }
      await keep({ id: 'n-3', dedupe: 'another', to: { users: ['ann'] }, word })
      assert.deepEqual((await once(store, (tx) => tx.notices.find(demo, 'n-3')))?.word?.keyId, '1')
      await once(store, (tx) => tx.notices.mark(demo, 'n-3', 'sent', at + 1))
      await once(store, (tx) => tx.notices.mark(demo, 'n-3', 'refused', at + 2))
      const sent = await once(store, (tx) => tx.notices.find(demo, 'n-3'))
      assert.deepEqual([sent?.state, sent?.word], ['sent', undefined], 'the word is gone with the mail')
    })

    test('E10: a dispute word is of one case and ends; a dispute is written once; a freeze never moves back', async () => {
      const id = await askedCase(store, 'disputed')
      const hash = 'e'.repeat(64)
      await once(store, (tx) => tx.disputes.addWord(demo, id, hash, at + 10))
      await conflicts((tx) => tx.disputes.addWord(demo, id, hash, at + 10))
      const byWord = (now: number) => once(store, (tx) => tx.disputes.findByWord(hash, now))
      assert.deepEqual([await byWord(at + 9), await byWord(at + 10)], [{ realm: demo, case: id }, undefined])
      const insert = () => once(store, (tx) => tx.disputes.insert(demo, id, asId('user-disputed'), at))
      assert.deepEqual([await insert(), await insert()], [true, false])
      for (const frozen of [at + 5, at + 2]) {
        await once(store, (tx) => tx.disputes.freeze(demo, asId('user-disputed'), 'bridge-totp', frozen))
      }
      assert.deepEqual(await once(store, (tx) => tx.disputes.frozenSince(demo, asId('user-disputed'))), {
        'bridge-totp': at + 5,
      })
    })
  })
}
