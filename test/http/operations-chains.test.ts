import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { z } from 'zod'
import { mostDecisions } from '../../bridge/app/operations/read-chains.ts'
import { longestSpanMs } from '../../bridge/app/operations/statistics-span.ts'
import type { chains } from '../../bridge/http/contract/operations/chains.ts'
import { createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { analysts, leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

type Told = z.output<typeof chains>
const minute = 60_000

describe('the approval chains of a realm, over the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  /** When the last decision before the fast ones was taken. */
  let calm: number

  /** A case about somebody of its own, which these people approve after so long. */
  const approvedBy = async (sub: string, people: readonly string[], afterMs: number) => {
    bridge.people.put('demo', sub, { roles: usualRoles })
    const login = await bridge.waiting({ sub, sid: `session-${sub}`, tab: `tab-${sub}` })
    await bridge.giveText(login.id)
    for (const person of people) {
      bridge.advance(afterMs)
      assert.equal((await bridge.decide(person, login)).code, 'ok')
    }
    return login
  }
  before(async () => {
    store = await openTestStore()
    bridge = await createPeopleBridge({ store, policy: peoplePolicy() })
    await approvedBy('user-0', ['second-lead', 'analyst'], 2 * minute)
    for (let number = 1; number < 6; number += 1) await approvedBy(`user-${number}`, ['lead', 'analyst'], 2 * minute)
    calm = bridge.clock()
  })
  after(() => store.close())

  const read = async (query = '', user = 'auditor') => bridge.get(user, `/v1/statistics/chains${query}`)
  const told = async (query = ''): Promise<Told> => {
    const { code, body } = await read(query)
    assert.equal(code, 'ok', JSON.stringify(body))
    return body as Told
  }
  const iso = (at: number) => encodeURIComponent(new Date(at).toISOString())

  test('C05 R58: the same pair approves five of the last six cases, and the report has a row of it', async () => {
    bridge.advance(1)
    const { chains: list, approvers, decisions, cut } = await told()
    assert.deepEqual([decisions, cut, list.length], [12, false, 1])
    const [chain] = list
    assert.deepEqual(
      [chain?.profile, chain?.demands, chain?.evidenceReview],
      [
        'standard',
        [
          { group: analysts, count: 1 },
          { group: leads, count: 1 },
        ],
        false,
      ],
    )
    assert.ok(chain?.told.standing === 'known')
    const analyst = { id: 'analyst', name: 'name-of-analyst' }
    assert.deepEqual(chain.busiest, { person: analyst, cases: 6, of: 6 })
    const [pair] = chain.told.findings
    assert.deepEqual(pair, {
      finding: 'same_pair',
      count: 5,
      of: 6,
      points: 30,
      fix: 'rotate_approvers',
      people: [analyst, { id: 'lead', name: 'name-of-lead' }],
    })
    assert.deepEqual(
      chain.told.findings.map(({ finding }) => finding),
      ['same_pair', 'one_person_decides'],
    )
    assert.deepEqual(chain.told.figures.medianSeconds, 120)
    assert.deepEqual(
      approvers.map(({ person, told: { standing } }) => [person.id, standing]),
      [
        ['analyst', 'known'],
        ['lead', 'known'],
        ['second-lead', 'too_few'],
      ],
    )
    assert.deepEqual(approvers[2]?.told, { standing: 'too_few', decisions: 1 })
  })

  test('S07 R58: an approver at a second a decision is flagged', async () => {
    bridge.advance(60 * minute)
    for (let number = 0; number < 5; number += 1) await approvedBy(`fast-${number}`, ['second-lead'], 1_000)
    bridge.advance(1)
    const { approvers } = await told(`?since=${iso(calm + 1)}`)
    const [fast] = approvers
    assert.deepEqual(fast?.person.id, 'second-lead')
    assert.ok(fast?.told.standing === 'known')
    assert.deepEqual(
      fast.told.findings.map(({ finding, count, of, fix }) => [finding, count, of, fix]),
      [['rubber_stamped', 5, 5, 'train_approvers']],
    )
  })

  test('R58: outside of the hours of the policy is told by its time zone', async () => {
    const { hours } = peoplePolicy()
    const never = await createPeopleBridge({ store, policy: peoplePolicy({}, { hours: { ...hours, days: [] } }) })
    never.advance(bridge.clock() - never.clock())
    const query = `?until=${iso(calm + 1)}`
    const path = `/v1/statistics/chains${query}`
    const token = await never.token('auditor')
    const [chain] = ((await never.send(token, 'get', path)).body as Told).chains
    assert.ok(chain?.told.standing === 'known')
    assert.equal(chain.told.figures.outsideHoursPercent, 100)
    assert.ok(chain.told.findings.some(({ finding }) => finding === 'outside_hours'))
  })

  test('R58: a span is a year at most and not empty', async () => {
    const now = bridge.clock()
    for (const [since, until, code] of [
      [now - longestSpanMs, now, 'ok'],
      [now - longestSpanMs - 1, now, 'time_malformed'],
      [now, now, 'time_malformed'],
      [now + 1, now, 'time_malformed'],
    ] as const) {
      assert.equal((await read(`?since=${iso(since)}&until=${iso(until)}`)).code, code)
    }
    const empty = await told(`?until=${iso(now - longestSpanMs)}`)
    assert.deepEqual([empty.decisions, empty.chains, empty.approvers], [0, [], []])
    assert.equal(Date.parse(empty.until) - Date.parse(empty.since), 90 * 86_400_000)
    assert.equal((await read('?since=lately')).code, 'input_malformed')
    assert.equal((await read('?person=lead')).code, 'input_malformed')
  })

  test('R3 R58: whoever is no auditor is told nothing of it', async () => {
    for (const user of ['lead', 'reviewer', 'agent', 'stranger']) {
      const { status, code, body } = await read('', user)
      assert.deepEqual([status, code, 'chains' in body], [403, 'act_not_allowed', false], user)
    }
  })

  test(`R58: of more than ${mostDecisions} decisions the newest are read, and that is said`, async () => {
    const [one] = await store.unitOfWork((tx) =>
      tx.approvals.chainsDecidedIn(bridge.realm.name, { since: 0, until: bridge.clock() + 1, most: 1 }),
    )
    assert.ok(one !== undefined)
    const from = bridge.clock()
    await store.unitOfWork(async (tx) => {
      const [kept] = await tx.approvals.ofCase(bridge.realm.name, one.case)
      assert.ok(kept !== undefined)
      for (let number = 0; number < mostDecisions + 1; number += 1) {
        const approval = `many-${String(number).padStart(5, '0')}` as typeof kept.approval
        await tx.approvals.insert({ ...kept, approval, verdict: 'deny', at: from + number })
      }
    })
    bridge.advance(mostDecisions + 1)
    const all = await told(`?since=${iso(from + 1)}`)
    assert.deepEqual([all.decisions, all.cut, Date.parse(all.readFrom)], [mostDecisions, false, from + 1])
    const some = await told(`?since=${iso(from)}`)
    assert.deepEqual([some.decisions, some.cut, Date.parse(some.readFrom)], [mostDecisions, true, from + 1])
    const counted = async (since: number) => {
      const { body } = await bridge.get('auditor', `/v1/statistics?since=${iso(since)}`)
      const denied = (body['approvers'] as { denied: number }[]).reduce((sum, one) => sum + one.denied, 0)
      return [denied, body['cut']]
    }
    assert.deepEqual(await counted(from + 1), [mostDecisions, false])
    assert.deepEqual(await counted(from), [mostDecisions, true])
  })
})
