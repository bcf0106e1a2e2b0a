import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Approval } from '../../../bridge/app/people-ports.ts'
import type { SeenDocument } from '../../../bridge/domain/approval/made-sure.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import type { OpenStore, TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, isCode, once } from './fixtures.ts'
import { askedCase, found, freshApproval, freshReview, participant, spokenApproval } from './people-fixtures.ts'

/** What no statement may do, whoever sends it (I8). */
export const peopleGuardStories = (engine: TestEngine): void => {
  describe('what people did stays as it was', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
      const id = await askedCase(store, 'guarded')
      await once(store, async (tx) => {
        await tx.approvals.insert(spokenApproval(id, { identity: 'E1' }))
        await tx.ratifications.insert(demo, id, '/leads', at + 10)
        await tx.participants.add(demo, id, participant())
        await tx.reviews.open(freshReview(id, 'r-1', 'sampled'))
        await tx.disputes.insert(demo, id, asId('user-guarded'), at)
        const sealed = { keyId: '1', box: new Uint8Array([1, 2]) }
        await tx.disputes.declare({ realm: demo, case: id, occurredAt: at - 1, recordedAt: at, account: sealed })
        await tx.evidence.insert(demo, id, {
          id: asId('e-1'),
          item: 'reason',
          kind: 'text',
          by: asId('ann'),
          byName: 'ann',
          at,
          isLate: false,
          sha256: 'a'.repeat(64),
          size: 3,
          mediaType: 'text/plain',
          content: sealed,
        })
        await tx.evidence.noteOpening(demo, asId('e-1'), asId('rob'), at)
        const { acr, authTime, token, reason } = freshApproval(id)
        const by = { id: asId<ReturnType<typeof freshApproval>['id']>('rob'), name: 'rob', identity: undefined }
        const review = { realm: demo, case: id, ...by, verdict: 'accept' as const, evidenceDigest: 'b'.repeat(64) }
        await tx.evidence.insertReview({ ...review, reason, acr, authTime, token, at })
      })
    })
    after(() => store.close())
    const refused = (statement: string) => assert.rejects(execute(store, statement), statement)

    test('I8: no act is deleted', async () => {
      const tables = [
        'approval',
        'approval_request',
        'ratification',
        'review',
        'case_participant',
        'evidence_item',
        'evidence_opening',
        'evidence_review',
        'dispute',
        'declared_override',
      ]
      for (const table of tables) await refused(`delete from ${table}`)
    })

    test('I8: no act is changed, not even while it waits to be settled', async () => {
      const edits = [
        "approval set person_id = 'bob'",
        'approval set identity = null',
        "approval set verdict = 'deny'",
        "approval set method = 'video_and_id'",
        "approval set place = 'another gate'",
        "approval set document = 'passport'",
        'approval set place = null, document = null',
        "approval set reason = 'something quite different'",
        'approval set confirm_by = confirm_by + 1',
        "approval set recorded_by = 'somebody'",
        "approval_request set facts = '{}'",
        "approval_request set match_number = '000'",
        'approval_request set asked_at = asked_at + 1',
        "ratification set group_path = '/others'",
        'ratification set due_at = due_at + 1',
        "review set reason = 'blind'",
        'review set due_at = due_at + 1',
        'review set severity = 1',
        "case_participant set person_id = 'bob'",
        'evidence_item set is_late = 1',
        "evidence_opening set person_id = 'bob'",
        "evidence_review set verdict = 'refuse'",
        'dispute set at = at + 1',
        'declared_override set recorded_at = recorded_at + 1',
      ]
      for (const edit of edits) await refused(`update ${edit}`)
    })

    test('I8: what was settled is not settled again', async () => {
      const id = await askedCase(store, 'settled')
      await once(store, async (tx) => {
        await tx.approvals.insert(spokenApproval(id))
        await tx.approvals.settle(demo, spokenApproval(id).approval, 'lapsed', at + 1)
        await tx.ratifications.insert(demo, id, '/leads', at + 10)
        await tx.ratifications.settle(demo, id, { state: 'lapsed', by: undefined, at: at + 11 })
        await tx.reviews.open(freshReview(id, 'r-2', 'sampled'))
        await tx.reviews.finish(demo, asId('r-2'), found)
      })
      await refused(`update approval set state = 'confirmed' where case_id = '${id}'`)
      await refused(`update ratification set state = 'ratified', person_id = 'ann' where case_id = '${id}'`)
      await refused(`update review set cause = 'unknown' where id = 'r-2'`)
    })

    test('R23: the tables refuse an approval in person without place or document, and any other with one', async () => {
      const id = await askedCase(store, 'met')
      const wrong: Partial<Approval>[] = [
        { seen: undefined },
        { method: 'video_and_id' },
        { verdict: 'deny', method: undefined },
        ...['x', 'x'.repeat(101)].map((place) => ({ seen: { place, document: 'passport' as const } })),
        { seen: { place: 'Gate 3', document: 'AB123456' as SeenDocument } },
        { seen: { place: 'Gate 3', document: undefined as unknown as SeenDocument } },
        { seen: { place: undefined as unknown as string, document: 'passport' } },
      ]
      for (const differs of wrong)
        await assert.rejects(
          once(store, (tx) => tx.approvals.insert(freshApproval(id, differs))),
          isCode('internal'),
          JSON.stringify(differs),
        )
      await once(store, (tx) =>
        tx.approvals.insert(freshApproval(id, { seen: { place: 'x'.repeat(100), document: 'passport' } })),
      )
    })

    test('R36 S05: the tables refuse an approval that says less than it must', async () => {
      const id = await askedCase(store, 'checked')
      const wrong = [
        freshApproval(id, { method: undefined }),
        freshApproval(id, { reason: 'short' }),
        freshApproval(id, { state: 'pending' }),
        freshApproval(id, { state: 'confirmed' }),
        spokenApproval(id, { recordedBy: asId('ann') }),
        spokenApproval(id, { confirmBy: at }),
        spokenApproval(id, { state: 'counted' }),
      ]
      for (const one of wrong)
        await assert.rejects(
          once(store, (tx) => tx.approvals.insert(one)),
          isCode('internal'),
        )
    })
  })
}
