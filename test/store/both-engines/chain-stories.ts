import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asId, type CaseId, type RealmName, type UserId } from '../../../bridge/domain/ids.ts'
import type { Decision } from '../../../bridge/domain/policy/decision.ts'
import type { OpenStore, TestEngine } from '../../support/each-engine.ts'
import { at, demo, once, other } from './fixtures.ts'
import { askedCase, freshApproval, spokenApproval } from './people-fixtures.ts'
import { denied, freshFacts } from './policy-fixtures.ts'

const demands = [
  { group: '/leads', count: 2 },
  { group: '/analysts', count: 1 },
]
/** Terms as far as a chain is read from them, in the order of the policy. */
const escalated = {
  ...denied,
  outcome: 'escalate',
  reason: 'approval_needed',
  terms: { approvals: demands, evidenceReview: true },
} as unknown as Decision

export const chainStories = (engine: TestEngine): void => {
  describe('decisions with their chains', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())
    const read = (span: { since?: number; until?: number; most?: number } = {}, realm: RealmName = demo) =>
      once(store, (tx) => tx.approvals.chainsDecidedIn(realm, { since: at, until: at + 1_000, most: 100, ...span }))
    const asked = async (name: string, decision?: Decision, grantedAt?: number): Promise<CaseId> => {
      const id = await askedCase(store, name, { grantedAt })
      if (decision !== undefined) {
        const stored = { realm: demo, case: id, at, policyDigest: 'a'.repeat(64), facts: freshFacts(), decision }
        await once(store, (tx) => tx.decisions.insert(stored))
      }
      return id
    }
    const approve = (id: CaseId, name: string, differs: Parameters<typeof freshApproval>[1] = {}) =>
      once(store, (tx) => tx.approvals.insert(freshApproval(id, { approval: asId(name), ...differs })))

    test('R58: a decision comes with whom it is about, who took it, and the chain of its case’s terms', async () => {
      const id = await asked('chained', escalated)
      await approve(id, 'a-1', { identity: 'E1', at: at + 7 })
      assert.deepEqual(await read(), [
        {
          approval: 'a-1',
          case: id,
          subject: 'user-chained',
          person: 'ann',
          name: 'ann',
          identity: 'E1',
          verdict: 'approve',
          at: at + 7,
          askedAt: at,
          chain: {
            profile: 'standard',
            demands: [
              { group: '/analysts', count: 1 },
              { group: '/leads', count: 2 },
            ],
            evidenceReview: true,
          },
          spoken: undefined,
          isUnratified: false,
          isDecoy: false,
        },
      ])
      assert.deepEqual(await read({}, other), [])
    })

    test('S07: a decision about somebody who is made up says so', async () => {
      const made = { ...escalated, terms: { approvals: demands, evidenceReview: true, decoy: '/decoys' } }
      await approve(await asked('made-up', made as unknown as Decision), 'd-1', { at: at + 90_000 })
      assert.deepEqual(
        (await read({ since: at + 90_000, until: at + 90_001 })).map(({ approval, isDecoy }) => [approval, isDecoy]),
        [['d-1', true]],
      )
    })

    test('R36 R35: a spoken yes tells what became of it, and a case that was let in and never ratified is told with each', async () => {
      const spoken = async (name: string, state?: 'confirmed' | 'refused' | 'lapsed', grantedAt?: number) => {
        const id = await asked(name, escalated, grantedAt)
        await once(store, (tx) => tx.approvals.insert(spokenApproval(id, { approval: asId(name), at: at + 100 })))
        if (state !== undefined) await once(store, (tx) => tx.approvals.settle(demo, asId(name), state, at + 101))
      }
      const granted = at + 100
      await spoken('s-1', undefined, granted)
      await spoken('s-2', 'confirmed', granted)
      await spoken('s-3', 'refused', granted)
      await spoken('s-4', 'lapsed', granted)
      await spoken('s-31', 'refused')
      await spoken('s-41', 'lapsed')
      for (const [name, state] of [
        ['s-5', 'ratified'],
        ['s-6', 'refused'],
        ['s-7', 'lapsed'],
        ['s-8', undefined],
      ] as const) {
        const id = await asked(name, escalated, granted)
        await approve(id, name, { at: at + 100 })
        await once(store, (tx) => tx.ratifications.insert(demo, id, '/leads', at + 500))
        const by = state === 'lapsed' ? undefined : asId<UserId>('bob')
        if (state !== undefined)
          await once(store, (tx) => tx.ratifications.settle(demo, id, { state, by, at: at + 101 }))
      }
      const told = (await read({ since: at + 100, until: at + 101 })).map(
        ({ approval, spoken: how, isUnratified }) => `${approval} ${how} ${isUnratified}`,
      )
      assert.deepEqual(told.toReversed(), [
        's-1 pending false',
        's-2 confirmed false',
        's-3 fell true',
        's-31 fell false',
        's-4 fell true',
        's-41 fell false',
        's-5 undefined false',
        's-6 undefined true',
        's-7 undefined true',
        's-8 undefined false',
      ])
    })

    test('R58: the newest come first, of a span that holds its beginning and not its end, and no more than asked for', async () => {
      const id = await asked('span', escalated)
      for (const [index, time] of [200, 201, 201, 203].entries()) {
        await approve(id, `t-${index}`, {
          id: asId(`person-${index}`),
          at: at + time,
          verdict: 'deny',
          method: undefined,
          seen: undefined,
        })
      }
      const names = async (span: Parameters<typeof read>[0]) => (await read(span)).map(({ approval }) => approval)
      assert.deepEqual(await names({ since: at + 200, until: at + 203 }), ['t-2', 't-1', 't-0'])
      assert.deepEqual(await names({ since: at + 200, until: at + 204, most: 2 }), ['t-3', 't-2'])
    })

    test('S07 C04: own decisions come oldest first, of more than asked for the newest, with whose account it is', async () => {
      const own = await asked('own', escalated)
      for (const [index, time] of [2_403, 2_401, 2_402].entries()) {
        await approve(own, `o-${index}`, {
          id: asId(`own-${index}`),
          name: `o-${index}`,
          identity: `E${index}`,
          at: at + time,
        })
      }
      await once(store, (tx) =>
        tx.approvals.insert(spokenApproval(own, { approval: asId('o-4'), id: asId('own-4'), at: at + 2_402 })),
      )
      const decided = async (span: { since?: number; until?: number; most?: number }) =>
        (
          await once(store, (tx) =>
            tx.approvals.decidedIn(demo, { since: at + 2_400, until: at + 2_500, most: 100, ...span }),
          )
        ).map(({ name, identity }) => `${name} ${identity}`)
      assert.deepEqual(await decided({}), ['o-1 E1', 'o-2 E2', 'o-0 E0'])
      assert.deepEqual(await decided({ most: 2 }), ['o-2 E2', 'o-0 E0'])
      assert.deepEqual(await decided({ since: at + 2_402, until: at + 2_403 }), ['o-2 E2'])
    })

    test('a case whose decision is not kept is told all the same, with a chain of nobody', async () => {
      const id = await asked('undecided')
      await approve(id, 'u-1', { at: at + 300 })
      const [told] = await read({ since: at + 300 })
      assert.deepEqual(told?.chain, { profile: 'standard', demands: [], evidenceReview: false })
    })
  })
}
