import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asId, type CaseId, type RealmName } from '../../../bridge/domain/ids.ts'
import type { OpenStore, TestEngine } from '../../support/each-engine.ts'
import { at, demo, execute, isCode, once, other } from './fixtures.ts'
import { decided, denied, freshFacts } from './policy-fixtures.ts'

export const decisionStories = (engine: TestEngine): void => {
  describe('the decisions', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const find = (id: CaseId, realm = demo) => once(store, (tx) => tx.decisions.find(realm, id))

    test('R9 I13: a decision is found as it was taken, with the canonical text of its facts and outcome', async () => {
      const id = await decided(store, 'fb-whole')
      const found = await find(id)
      assert.deepEqual(found, {
        realm: demo,
        case: id,
        at,
        policyDigest: 'a'.repeat(64),
        facts: freshFacts(),
        decision: denied,
        factsText:
          '{"account":{"casesInLastDay":0,"failuresSinceSuccess":0,"grantsInLastWeek":0,"lockedUntil":null},' +
          `"at":${at},"available":[{"check":"bridge-totp","createdAt":${at - 1}}],"client":"app",` +
          '"groups":["/quotes \\" and \u{1f600}"],"owners":{"policy-owner":"enabled"},"realm":"demo","requestedLevel":0,"requiredLevel":0}',
        decisionText: '{"assessment":null,"engine":1,"outcome":"deny","reason":"no_path_available"}',
      })
      assert.equal(await find(id, other), undefined)
      assert.equal(await find(asId('fb-none')), undefined)
    })

    test('R9: a member that is undefined is left out of the text, as if it were absent', async () => {
      const id = await decided(store, 'fb-undefined', { facts: freshFacts({ ip: undefined as unknown as string }) })
      const found = await find(id)
      assert.deepEqual(found?.facts, freshFacts())
      assert.equal(found?.factsText.includes('"ip"'), false)
    })

    test('R9: facts without a canonical text leave no case and no decision', async () => {
      await assert.rejects(decided(store, 'fb-float', { facts: freshFacts({ requiredLevel: 0.5 }) }), RangeError)
      await assert.rejects(decided(store, 'fb-torn', { facts: freshFacts({ client: '\ud800' }) }), TypeError)
      assert.equal(await once(store, (tx) => tx.cases.find(demo, asId('fb-float'))), undefined)
    })

    test('R9: a case has one decision, and a decision has a case', async () => {
      const id = await decided(store, 'fb-once')
      const insert = (of: CaseId) =>
        once(store, (tx) =>
          tx.decisions.insert({
            realm: demo,
            case: of,
            at,
            policyDigest: 'a'.repeat(64),
            facts: freshFacts(),
            decision: denied,
          }),
        )
      await assert.rejects(insert(id), isCode('case_conflict'))
      await assert.rejects(insert(asId('fb-nowhere')), isCode('internal'))
    })

    test('I8 R9: no statement changes or deletes a decision', async () => {
      const id = await decided(store, 'fb-kept')
      const before = await find(id)
      const copy = `select realm, case_id, at, policy_digest, '{}', decision from case_decision where case_id = '${id}'`
      const onlyHere =
        engine.name === 'sqlite' ? `insert or replace into case_decision ${copy}` : 'truncate case_decision cascade'
      for (const statement of [
        `update case_decision set decision = '{}' where case_id = '${id}'`,
        `delete from case_decision where case_id = '${id}'`,
        'delete from case_decision',
        `insert into case_decision ${copy}`,
        onlyHere,
      ]) {
        await assert.rejects(execute(store, statement), statement)
      }
      assert.deepEqual(await find(id), before)
    })

    test('R9: in pages every decision since a time comes once, oldest first, ids in order where times are the same', async () => {
      const realm: RealmName = asId('paged')
      const times = [5, 1, 3, 3, 3, 2, 0]
      for (const [index, time] of times.entries()) {
        const facts = freshFacts({ at: at + time })
        await decided(store, `fb-paged-${index}`, { realm, at: at + time, facts })
      }
      const seen: string[] = []
      let last: CaseId | undefined
      for (;;) {
        const range = { since: at + 1, after: last, count: 2 }
        const page = await once(store, (tx) => tx.decisions.page(realm, range))
        assert.ok(page.length <= 2)
        seen.push(...page.map((stored) => stored.case))
        last = page.at(-1)?.case
        if (last === undefined) break
      }
      assert.deepEqual(
        seen,
        [1, 5, 2, 3, 4, 0].map((index) => `fb-paged-${index}`),
      )
      assert.deepEqual(
        await once(store, (tx) => tx.decisions.page(other, { since: 0, after: undefined, count: 9 })),
        [],
      )
    })

    test('R9: a page after a case that has no decision is an error, not the end', async () => {
      await assert.rejects(
        once(store, (tx) => tx.decisions.page(demo, { since: 0, after: asId('fb-none'), count: 9 })),
        isCode('internal'),
      )
    })
  })
}
