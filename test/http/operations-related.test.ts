import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { AuthorityLine } from '../../bridge/domain/policy/policy.ts'
import { ada, because, createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { authorityOfActs, leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** Lines of one act that hold for some people alone; all other lines stay as they are. */
const limited = (act: string, differs: Partial<AuthorityLine>) =>
  authorityOfActs().map((line) => (line.role === `may-${act}` ? { ...line, ...differs } : line))

describe('authority that depends on who somebody is to the subject, over the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  const start = async (authority: readonly AuthorityLine[]) => {
    const policy = peoplePolicy({ approvals: [{ group: leads, count: 1 }] }, { authority })
    bridge = await createPeopleBridge({ store, policy })
    for (const id of ['boss', 'other-boss']) bridge.people.put('demo', id, { roles: ['may-approve'], groups: [leads] })
  }
  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.close())

  const waiting = async (differs: Record<string, unknown> = {}) => {
    const login = await bridge.waiting(differs)
    await bridge.giveText(login.id)
    return login
  }
  const idsFor = async (user: string, path = '/v1/cases') => {
    const { cases } = (await bridge.get(user, path)).body as { cases: { id: string }[] }
    return cases.map(({ id }) => id)
  }
  const denial = ({ answer }: Awaited<ReturnType<PeopleBridge['enterCode']>>) => [answer['kind'], answer['reason']]

  describe('own reports', () => {
    beforeEach(() => start(limited('approve', { ownReports: true })))

    test('R41: the subject’s manager sees the case and decides; for another’s manager there is none', async () => {
      bridge.people.put('demo', ada, { manager: 'Name-Of-Boss' })
      const login = await waiting()
      const hidden = await bridge.get('other-boss', `/v1/cases/${login.id}`)
      assert.deepEqual([hidden.status, hidden.code], [404, 'case_unknown'])
      assert.deepEqual([await idsFor('boss'), await idsFor('other-boss')], [[login.id], []])
      const refused = await bridge.decide('other-boss', login)
      assert.deepEqual([refused.status, refused.code], [404, 'case_unknown'])
      assert.deepEqual((await bridge.story(login.id, 'boss'))['mayDo'], ['approve'])
      assert.equal((await bridge.decide('boss', login)).body['state'], 'awaiting_factor')
      assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
    })

    test('R41: who sees the case by another line still decides for the own reports alone', async () => {
      const login = await waiting()
      const refused = await bridge.decide('lead', login)
      assert.deepEqual([refused.status, refused.code], [403, 'act_not_allowed'])
      assert.deepEqual((await bridge.story(login.id, 'lead'))['mayDo'], ['revoke'])
    })

    test('R41 E6: a manager who is no more the subject’s when the code is typed is no approver any more', async () => {
      for (const manager of ['other-boss', undefined]) {
        bridge.people.put('demo', ada, { manager: 'boss' })
        const login = await waiting()
        await bridge.decide('boss', login)
        bridge.people.put('demo', ada, { manager })
        assert.deepEqual(denial(await bridge.enterCode(login)), ['denied', 'approval_void'])
        const { history } = await bridge.story(login.id)
        assert.equal(history.at(-1)?.facts['reason'], 'approver_may_not_any_more')
        assert.deepEqual(await idsFor('boss'), [], 'and sees the case no more')
      }
    })

    test('R41: pages of a list hold each case of the own reports once, and the subject’s own case', async () => {
      const own: string[] = []
      for (let count = 0; count < 5; count += 1) {
        const sub = `user-${count}`
        bridge.people.put('demo', sub, { roles: usualRoles, ...(count % 2 === 0 ? { manager: 'boss' } : {}) })
        const { id } = await waiting({ sub })
        if (count % 2 === 0) own.push(id)
      }
      bridge.people.put('demo', 'boss', { roles: ['may-approve', ...usualRoles] })
      own.push((await bridge.waiting({ sub: 'boss' })).id)
      const seen: string[] = []
      let after = ''
      for (;;) {
        const { body } = await bridge.get('boss', `/v1/cases?limit=2${after}`)
        const page = body as { cases: { id: string; owner: string | null }[]; next: string | null }
        assert.ok(page.cases.length <= 2)
        for (const { id, owner } of page.cases) assert.equal(owner !== null, id !== own.at(-1), 'R10')
        seen.push(...page.cases.map(({ id }) => id))
        if (page.next === null) break
        after = `&after=${page.next}`
      }
      assert.deepEqual(seen, own.toReversed())
    })
  })

  test('R41: the queue of reviews shows a manager those of the own reports', async () => {
    await start(limited('review', { ownReports: true }))
    bridge.people.put('demo', 'user-bob', { roles: usualRoles, manager: 'reviewer' })
    for (const user of [ada, 'user-bob']) {
      const occurredAt = new Date(bridge.clock() - 3_600_000).toISOString()
      const past = { user, client: 'app', what: 'The desk reset the passkey.', approvedBy: 'somebody', occurredAt }
      assert.equal((await bridge.post('declarer', '/v1/past-overrides', { ...past, reason: because })).code, 'ok')
    }
    const queueOf = async (by: string) =>
      ((await bridge.get(by, '/v1/reviews')).body as { reviews: unknown[]; next: string | null }).reviews.length
    assert.deepEqual([await queueOf('reviewer'), await queueOf('second-reviewer'), await queueOf('auditor')], [1, 0, 2])
  })

  test('R12 R41: whoever may declare for own reports alone declares for nobody else', async () => {
    await start(limited('declare', { ownReports: true }))
    const occurredAt = new Date(bridge.clock() - 3_600_000).toISOString()
    const past = { client: 'app', what: 'The desk reset the passkey.', approvedBy: 'somebody', occurredAt }
    const declare = async () =>
      (await bridge.post('declarer', '/v1/past-overrides', { ...past, user: ada, reason: because })).code
    assert.equal(await declare(), 'act_not_allowed')
    bridge.people.put('demo', ada, { manager: 'declarer' })
    assert.equal(await declare(), 'ok')
  })

  test('R19: a business approver decides in the own cost centre, and elsewhere there is no case', async () => {
    await start(limited('approve', { sharedGroupBelow: '/cost-centres' }))
    const groups = ['/cost-centres/4711/night']
    bridge.people.put('demo', ada, { groups })
    bridge.people.put('demo', 'boss', { groups: [leads, '/cost-centres/4711'] })
    bridge.people.put('demo', 'other-boss', { groups: [leads, '/cost-centres/4712'] })
    const login = await waiting({ subject: { roles: usualRoles, groups } })
    assert.deepEqual([await idsFor('boss'), await idsFor('other-boss')], [[login.id], []])
    assert.equal((await bridge.decide('other-boss', login)).code, 'case_unknown')
    assert.equal((await bridge.decide('boss', login)).body['state'], 'awaiting_factor')
    bridge.people.put('demo', 'boss', { groups: [leads, '/cost-centres/4712'] })
    assert.deepEqual(denial(await bridge.enterCode(login)), ['denied', 'approval_void'], 'E6: moved meanwhile')
  })

  test('R19: an analyst does not approve for the own team, and does whatever else the role may', async () => {
    await start(limited('approve', { notSharedGroupBelow: '/teams' }))
    const groups = ['/teams/red']
    bridge.people.put('demo', ada, { groups })
    bridge.people.put('demo', 'lead', { groups: [leads, '/teams/red'] })
    bridge.people.put('demo', 'boss', { groups: [leads, '/teams/blue'] })
    const login = await waiting({ subject: { roles: usualRoles, groups } })
    assert.equal((await bridge.decide('lead', login)).code, 'act_not_allowed')
    assert.deepEqual((await bridge.story(login.id, 'lead'))['mayDo'], ['revoke'])
    assert.equal((await bridge.decide('boss', login)).body['state'], 'awaiting_factor')
    bridge.people.put('demo', 'boss', { groups: [leads, '/teams/red'] })
    assert.deepEqual(denial(await bridge.enterCode(login)), ['denied', 'approval_void'], 'E6: joined meanwhile')
  })
})
