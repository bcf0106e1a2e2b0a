import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { createExportingBridge, declareOverride, liveCase } from '../support/lived-case.ts'
import { ada, because, createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { authorityOfActs, leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

type Entry = { seq: number; event: string; withheld: boolean; actor: string | null; facts: object; hash: string }

describe('what a case’s story withholds', () => {
  let store: TestStore
  let bridge: PeopleBridge
  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.close())

  const textFor = async (user: string, id: string): Promise<string> => {
    const { code, body } = await bridge.get(user, `/v1/cases/${id}`)
    assert.equal(code, 'ok', user)
    return JSON.stringify(body)
  }
  const historyFor = async (user: string, id: string) =>
    (await bridge.story(id, user)).history as unknown as readonly Entry[]

  describe('from who may take the blind second look', () => {
    let id: string
    const firstFound = {
      cause: 'suspected_attack',
      confidence: 'high',
      action: 'Search the lockers.',
      actionOwner: 'guard-captain',
      note: 'Two badges were missing.',
    }
    const inAMonth = () => new Date(bridge.clock() + 30 * 86_400_000).toISOString().slice(0, 10)
    const review = (which: string, user: string, differs: object = {}) =>
      bridge.post(user, `/v1/cases/${id}/reviews`, {
        review: which,
        ...firstFound,
        actionDue: inAMonth(),
        ...differs,
      })
    beforeEach(async () => {
      bridge = await createPeopleBridge({ store })
      id = await declareOverride(bridge)
      const blind = { realm: bridge.realm.name, case: asId<never>(id), id: asId<never>('blind-1') }
      const { clock } = bridge
      await store.unitOfWork((tx) =>
        tx.reviews.open({ ...blind, reason: 'blind', openedAt: clock(), dueAt: clock() + 1 }),
      )
      const [first] = (await bridge.story(id)).reviews.filter(({ kind }) => kind === 'declared')
      assert.equal((await review(first?.id ?? '', 'reviewer')).code, 'ok')
    })

    test('R25: their whole story holds nothing of what the first one found, nor who that was', async () => {
      const whole = await textFor('auditor', id)
      const day = inAMonth()
      const traces = [...Object.values(firstFound), 'user:reviewer', 'name-of-reviewer', day, String(Date.parse(day))]
      traces.push(sha256(`${firstFound.action}\n${firstFound.note}`))
      for (const trace of traces) assert.ok(whole.includes(trace), `an auditor reads ${trace}`)
      const text = await textFor('second-reviewer', id)
      for (const trace of traces) assert.ok(!text.includes(trace), `the second one reads ${trace}`)
    })

    test('R25: what is withheld still stands in its place in the chain, and says that it is withheld', async () => {
      const whole = await historyFor('auditor', id)
      assert.ok(whole.every(({ withheld }) => !withheld))
      const told = await historyFor('second-reviewer', id)
      assert.deepEqual(
        told,
        whole.map((entry) =>
          entry.event === 'review' ? { ...entry, withheld: true, actor: null, facts: {} } : { ...entry },
        ),
      )
      assert.equal(told.filter(({ withheld }) => withheld).length, 1)
    })

    test('R25: where the blind look was taken first, who takes the other is told nothing of it either', async () => {
      const other = { realm: bridge.realm.name, case: asId<never>(id), id: asId<never>('sampled-1') }
      const { clock } = bridge
      await store.unitOfWork((tx) =>
        tx.reviews.open({ ...other, reason: 'sampled', openedAt: clock(), dueAt: clock() + 1 }),
      )
      assert.equal((await review('blind-1', 'second-reviewer', { action: 'Look again.' })).code, 'ok')
      bridge.people.put('demo', 'third-reviewer', { roles: ['may-review', 'fallback-auditor'] })
      assert.doesNotMatch(await textFor('third-reviewer', id), /Look again|second-reviewer/)
      assert.equal((await bridge.get('third-reviewer', `/v1/cases/${id}/export`)).code, 'act_not_allowed')
      assert.equal((await review('sampled-1', 'third-reviewer')).code, 'ok')
      assert.match(await textFor('third-reviewer', id), /Look again/)
    })

    test('R25: the first one reads the own finding, and once the second has looked both read all', async () => {
      assert.ok((await textFor('reviewer', id)).includes(firstFound.action))
      assert.equal((await review('blind-1', 'second-reviewer', { cause: 'sensor' })).code, 'ok')
      for (const user of ['reviewer', 'second-reviewer', 'auditor']) {
        const text = await textFor(user, id)
        for (const trace of [firstFound.action, 'user:reviewer', '"sensor"', 'user:second-reviewer']) {
          assert.ok(text.includes(trace), `${user} reads ${trace}`)
        }
      }
    })
  })

  describe('from its subject', () => {
    const others = ['lead', 'agent', 'analyst', 'verifier', 'officer', 'reviewer', 'auditor', 'declarer']
    const said = [
      'suspected_attack',
      'Set the passkey up anew.',
      'Seen with the person.',
      'call_back_on_record',
      'in_person',
      'Gate 3',
      'staff_badge',
      'what-happened',
      because,
      sha256(because),
    ]
    const namesIn = (text: string): readonly string[] =>
      others.filter((one) => new RegExp(`"(user:|name-of-)?${one}"`).test(text))
    const insider = { roles: [...usualRoles, ...authorityOfActs().map(({ role }) => role), 'fallback-auditor'] }
    /** Everybody who is the subject as one natural person, with whatever roles. */
    const asSubject: Readonly<Record<string, () => string>> = {
      'without a role': () => ada,
      'who holds every act and audits': () => {
        bridge.people.put('demo', ada, { ...insider, groups: [leads] })
        return ada
      },
      'by another account of theirs that may do all of it': () => {
        bridge.people.put('demo', ada, { identity: 'E7' })
        bridge.people.put('demo', 'ada-admin', { ...insider, identity: 'E7' })
        return 'ada-admin'
      },
    }

    for (const [who, subject] of Object.entries(asSubject)) {
      test(`R37 C04: the subject ${who} reads nothing of who said what about them`, async () => {
        bridge = await createExportingBridge(store)
        const { id } = await liveCase(bridge)
        const whole = await textFor('second-reviewer', id)
        for (const trace of said) assert.ok(whole.includes(trace), `others read ${trace}`)
        assert.ok(namesIn(whole).length > 4, 'others read who it was')
        const user = subject()
        const text = await textFor(user, id)
        for (const trace of said) assert.ok(!text.includes(trace), `the subject reads ${trace}`)
        assert.deepEqual(namesIn(text), [])
        const told = await historyFor(user, id)
        assert.ok(told.every(({ withheld, facts }) => withheld && Object.keys(facts).length === 0))
        assert.deepEqual([...new Set(told.map(({ actor }) => actor))].toSorted(), [null, 'system', `user:${ada}`])
        const chain = ({ seq, event, hash }: Entry) => ({ seq, event, hash })
        assert.deepEqual(told.map(chain), (await historyFor('auditor', id)).map(chain))
      })
    }

    test('R37 C04: of the own case nobody lists or opens the evidence, nor takes an export, whatever they may', async () => {
      bridge = await createExportingBridge(store)
      const { id } = await liveCase(bridge)
      const [item] = (await bridge.story(id)).evidence.items
      const evidence = `/v1/cases/${id}/evidence`
      for (const [who, subject] of Object.entries(asSubject).filter(([name]) => name !== 'without a role')) {
        const user = subject()
        for (const path of [evidence, `${evidence}/${item?.id}`, `/v1/cases/${id}/export`]) {
          const { status, code, body } = await bridge.get(user, path)
          assert.deepEqual([status, code, body['about']], [403, 'kept_apart', ['subject']], `${who}: ${path}`)
        }
      }
      for (const path of [evidence, `${evidence}/${item?.id}`, `/v1/cases/${id}/export`]) {
        assert.equal((await bridge.get('auditor', path)).code, 'ok', 'another auditor reads it')
      }
    })

    test('R12: who is declared to have been let in, and reviews, reads not what was declared of them', async () => {
      bridge = await createPeopleBridge({ store, policy: peoplePolicy() })
      const id = await declareOverride(bridge)
      bridge.people.put('demo', ada, { roles: [...usualRoles, 'may-review', 'fallback-auditor'] })
      const text = await textFor(ada, id)
      assert.doesNotMatch(text, /by hand|declarer|outOfBand|accountDigest/)
      assert.ok((await textFor('reviewer', id)).includes('The desk reset the passkey by hand.'))
    })

    test('S07: an auditor who is one natural person with a decoy is told no more than the decoy', async () => {
      bridge = await createPeopleBridge({
        store,
        policy: peoplePolicy({}, { decoys: { group: '/decoys' } }),
      })
      const groups = ['/decoys']
      bridge.people.put('demo', 'user-mia', { roles: usualRoles, groups, identity: 'E9' })
      const { id } = await bridge.waiting({ sub: 'user-mia', subject: { roles: usualRoles, groups } })
      assert.equal((await bridge.story(id))['isDecoy'], true)
      bridge.people.put('demo', 'auditor', { identity: 'E9' })
      assert.equal((await bridge.story(id))['isDecoy'], null)
    })
  })
})
