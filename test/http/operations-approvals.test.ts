import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ada, atTheGate, because, createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

describe('decisions over the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  beforeEach(async () => {
    store = await openTestStore()
    bridge = await createPeopleBridge({ store })
  })
  afterEach(() => store.close())

  test('R16 R41: two people of two groups say yes, the login goes on, and the right code lets the person in', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const first = await bridge.decide('lead', login)
    assert.deepEqual(
      [first.status, first.body['state'], first.body['approvals']],
      [
        200,
        'awaiting_approval',
        [
          { group: '/service-desk-leads', count: 1, given: 1 },
          { group: '/security-analysts', count: 1, given: 0 },
        ],
      ],
    )
    assert.equal((await bridge.poll(login)).answer['kind'], 'wait')
    assert.equal((await bridge.decide('second-lead', login)).code, 'approval_not_needed')
    bridge.advance(1_000)
    const second = await bridge.decide('analyst', login)
    assert.equal(second.body['state'], 'awaiting_factor')
    assert.equal((await bridge.poll(login)).answer['kind'], 'code')
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
    const { approvals } = await bridge.story(login.id)
    assert.deepEqual(
      approvals.map(({ person, state }) => [person.id, person.name, state]),
      [
        ['lead', 'name-of-lead', 'counted'],
        ['analyst', 'name-of-analyst', 'counted'],
      ],
    )
  })

  test('S05: the story tells of each decision who, how, why, and how and when they had signed in', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    await bridge.decide('lead', login)
    const [approval] = (await bridge.story(login.id)).approvals
    const { at, authTime, ...said } = approval as unknown as Record<string, string>
    assert.deepEqual(said, {
      person: { id: 'lead', name: 'name-of-lead' },
      verdict: 'approve',
      state: 'counted',
      method: 'in_person',
      seen: { place: 'Gate 3', document: 'staff_badge' },
      reason: because,
      acr: 'passkey',
      recordedBy: null,
      confirmBy: null,
    })
    assert.equal(Date.parse(String(at)), bridge.clock())
    assert.equal(Date.parse(String(authTime)), Math.floor(bridge.clock() / 1000) * 1000 - 60_000)
  })

  test('R23: an approval in person tells where that was and which document was seen, no more and no less', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const before = await bridge.story(login.id)
    const missing = await bridge.decide('lead', login, { seen: undefined })
    assert.deepEqual([missing.status, missing.code, missing.body['about']], [400, 'input_malformed', ['seen']])
    const wrong: (readonly [object, string])[] = [
      ...[
        undefined,
        '',
        'x',
        '  ',
        ' Gate 3',
        'Gate 3 ',
        'x'.repeat(101),
        'a\nb',
        'a\u202eb',
        'a\u2028b',
        '\ud800\ud800',
        3,
      ].map((place) => [{ seen: { ...atTheGate, place } }, 'seen.place'] as const),
      ...[undefined, '', 'AB123456', 'visa', null].map(
        (document) => [{ seen: { ...atTheGate, document } }, 'seen.document'] as const,
      ),
      [{ seen: { ...atTheGate, number: 'AB123456' } }, 'seen.unknown_field'],
      [{ method: 'video_and_id', seen: atTheGate }, 'unknown_field'],
      [{ verdict: 'deny', seen: atTheGate }, 'unknown_field'],
    ]
    for (const [differs, about] of wrong) {
      const refused = await bridge.decide('lead', login, differs)
      assert.deepEqual([refused.code, refused.body['about']], ['input_malformed', [about]], JSON.stringify(differs))
    }
    assert.deepEqual(await bridge.story(login.id), before)
    assert.equal((await bridge.decide('lead', login)).status, 200)
    const { approvals, history } = await bridge.story(login.id)
    assert.deepEqual((approvals[0] as unknown as { seen: unknown }).seen, atTheGate)
    const facts = history.find(({ event }) => event === 'approve')?.facts
    assert.deepEqual([facts?.['place'], facts?.['document']], [atTheGate.place, atTheGate.document])
    assert.equal((await bridge.decide('analyst', login, { method: 'video_and_id' })).status, 200)
    const second = (await bridge.story(login.id)).approvals.find(({ person }) => person.id === 'analyst')
    assert.equal((second as unknown as { seen: unknown }).seen, null)
  })

  test('C09: the number of the waiting page is in no answer, nor are the approvers’ tokens and the login’s own ids', async () => {
    const login = await bridge.waiting({ sid: 'secret-sid', tab: 'secret-tab' })
    await bridge.giveText(login.id)
    const jti = 'the-token-of-the-lead'
    const body = await bridge.approval(login)
    await bridge.send(await bridge.token('lead', { jti }), 'post', `/v1/cases/${login.id}/decisions`, body)
    for (const path of ['/v1/cases', `/v1/cases/${login.id}`, `/v1/cases/${login.id}/evidence`]) {
      for (const user of ['lead', 'auditor', ada]) {
        const text = JSON.stringify((await bridge.get(user, path)).body)
        assert.doesNotMatch(text, new RegExp(`"${login.match}"|"match"|${jti}|secret-sid|secret-tab`), path)
      }
    }
  })

  test('C09 C06: the wrong number, an older version and other facts are refused, and nothing changes', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const other = login.match === '000' ? '001' : '000'
    const before = await bridge.story(login.id)
    assert.equal((await bridge.decide('lead', login, { match: other })).code, 'match_wrong')
    assert.equal((await bridge.decide('lead', login, { version: before.case.version - 1 })).code, 'case_stale')
    assert.equal((await bridge.decide('lead', login, { factsDigest: '0'.repeat(64) })).code, 'facts_changed')
    assert.deepEqual(await bridge.story(login.id), before)
  })

  test('C06: a request whose facts have changed is void, and no approval of it helps any more', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const stale = await bridge.approval(login)
    const again = await bridge.steps.ask({ ...login.login, device: { state: 'new' }, sid: 'session-2', tab: 'tab-2' })
    assert.notEqual(again.answer['case'], login.id)
    const refused = await bridge.post('lead', `/v1/cases/${login.id}/decisions`, stale)
    assert.deepEqual([refused.status, refused.code], [409, 'case_over'])
  })

  test('S01: a way of making sure that the policy does not take is refused, and the ways it takes are named', async () => {
    await store.close()
    store = await openTestStore()
    bridge = await createPeopleBridge({ store, policy: peoplePolicy({ methods: ['video_and_id'] }) })
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const refused = await bridge.decide('lead', login)
    assert.deepEqual(
      [refused.status, refused.code, refused.body['about']],
      [400, 'method_not_allowed', ['video_and_id']],
    )
    const unknown = await bridge.decide('lead', login, { method: 'knows_the_birthday' })
    assert.deepEqual([unknown.code, unknown.body['about']], ['input_malformed', ['method']])
    assert.equal((await bridge.decide('lead', login, { method: 'video_and_id' })).status, 200)
  })

  test('S01: the second approver sees how the first made sure, and has the other ways to choose from', async () => {
    await store.close()
    store = await openTestStore()
    bridge = await createPeopleBridge({ store, policy: peoplePolicy({ distinctMethods: true }) })
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const seenBy = async (user: string) => {
      const { request, approvals } = await bridge.story(login.id, user)
      const { methods, distinctMethods } = request as unknown as { methods: string[]; distinctMethods: boolean }
      return { methods, distinctMethods, taken: approvals.map((one) => Object(one).method) }
    }
    assert.equal((await seenBy('lead')).methods.length, 4)
    assert.equal((await bridge.decide('lead', login)).status, 200)
    const left = ['call_back_on_record', 'video_and_id', 'manager_confirms']
    assert.deepEqual(await seenBy('analyst'), { methods: left, distinctMethods: true, taken: ['in_person'] })
    const refused = await bridge.decide('analyst', login)
    assert.deepEqual([refused.status, refused.code, refused.body['about']], [400, 'method_not_allowed', left])
    assert.equal((await bridge.decide('analyst', login, { method: 'video_and_id' })).body['state'], 'awaiting_factor')
  })

  test('S02: who was told no today and asks again does not pass for somebody who asks for the first time', async () => {
    const shown = async (id: string) => {
      const { body } = await bridge.get('lead', '/v1/cases?waiting=true')
      const lines = body['cases'] as unknown as { id: string; deniedInLastDay: number | null }[]
      const { request } = await bridge.story(id, 'lead')
      return [lines.map((line) => line.deniedInLastDay), Object(request).lastDay]
    }
    const first = await bridge.waiting()
    assert.deepEqual(await shown(first.id), [[0], { asked: 1, denied: 0 }])
    await bridge.decide('lead', first, { verdict: 'deny', method: undefined, seen: undefined })
    bridge.advance(1_800_000)
    const second = await bridge.waiting({ sid: 'session-2', tab: 'tab-2' })
    assert.deepEqual(await shown(second.id), [[1], { asked: 2, denied: 1 }])
    const { body } = await bridge.get('lead', '/v1/cases?state=denied')
    assert.deepEqual(
      (body['cases'] as unknown as { deniedInLastDay: null }[]).map((line) => line.deniedInLastDay),
      [null],
      'a case about which nobody is asked tells nothing of it',
    )
  })

  test('E6 C08: a no ends the case, whatever was said before, in whatever version it was seen', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const shown = await bridge.approval(login)
    await bridge.decide('lead', login)
    const { verdict: _, match: _match, method: _method, seen: _seen, ...stale } = shown
    const denied = await bridge.post('analyst', `/v1/cases/${login.id}/decisions`, { ...stale, verdict: 'deny' })
    assert.deepEqual([denied.status, denied.body['state']], [200, 'denied'])
    assert.equal((await bridge.poll(login)).answer['reason'], 'approval_denied')
    assert.equal((await bridge.decide('second-lead', login)).code, 'case_over')
  })

  test('E6: a no after the grant takes the session back', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    await bridge.decide('lead', login)
    await bridge.decide('analyst', login)
    await bridge.enterCode(login)
    const denied = await bridge.decide('second-lead', login, { verdict: 'deny' })
    assert.deepEqual([denied.status, denied.body['state']], [200, 'revoked'])
  })

  test('C07: an approver who lost the role, or was disabled, before the code is typed is no approver any more', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    await bridge.decide('lead', login)
    await bridge.decide('analyst', login)
    bridge.people.put('demo', 'lead', { enabled: false })
    const { answer } = await bridge.enterCode(login)
    assert.deepEqual([answer['kind'], answer['reason']], ['denied', 'approval_void'])
    const { history } = await bridge.story(login.id)
    assert.equal(history.at(-1)?.facts['reason'], 'approver_may_not_any_more')
  })

  test('C03: nobody decides about themselves, whatever roles they have', async () => {
    bridge.people.put('demo', ada, { roles: ['may-approve'], groups: ['/service-desk-leads'] })
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const refused = await bridge.decide(ada, login)
    assert.deepEqual([refused.status, refused.code, refused.body['about']], [403, 'kept_apart', ['subject']])
  })

  test('C04: a second account with the same employee id is the same person', async () => {
    bridge.people.put('demo', ada, { identity: 'E7' })
    bridge.people.put('demo', 'ada-admin', {
      roles: ['may-approve'],
      groups: ['/service-desk-leads'],
      identity: 'E7',
    })
    bridge.people.put('demo', 'lead', { identity: 'E8' })
    bridge.people.put('demo', 'lead-admin', {
      roles: ['may-approve'],
      groups: ['/security-analysts'],
      identity: 'E8',
    })
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    assert.deepEqual((await bridge.decide('ada-admin', login)).body['about'], ['subject'])
    assert.equal((await bridge.decide('lead', login)).status, 200)
    assert.deepEqual((await bridge.decide('lead-admin', login)).body['about'], ['approver'])
  })

  test('R34 S07: after twenty decisions in an hour somebody else must decide', async () => {
    for (let count = 0; count < 20; count += 1) {
      const sub = `user-${count}`
      bridge.people.put('demo', sub, { roles: usualRoles })
      const login = await bridge.waiting({ sub })
      await bridge.giveText(login.id)
      assert.equal((await bridge.decide('lead', login)).status, 200)
    }
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const refused = await bridge.decide('lead', login)
    assert.deepEqual([refused.status, refused.code], [429, 'agent_cap_reached'])
    assert.equal((await bridge.decide('second-lead', login)).status, 200)
    bridge.advance(3_600_000)
    const later = await bridge.waiting({ sub: 'user-0', sid: 'session-2' })
    await bridge.giveText(later.id)
    assert.equal((await bridge.decide('lead', later)).status, 200)
  })

  test('R34 S07 C04: two accounts of one employee have one share of decisions', async () => {
    bridge.people.put('demo', 'lead', { identity: 'E9' })
    bridge.people.put('demo', 'second-lead', { identity: 'E9' })
    for (let count = 0; count < 20; count += 1) {
      const sub = `user-${count}`
      bridge.people.put('demo', sub, { roles: usualRoles })
      const login = await bridge.waiting({ sub })
      await bridge.giveText(login.id)
      assert.equal((await bridge.decide(count % 2 === 0 ? 'lead' : 'second-lead', login)).status, 200)
    }
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    assert.equal((await bridge.decide('lead', login)).code, 'agent_cap_reached')
    assert.equal((await bridge.decide('second-lead', login)).code, 'agent_cap_reached')
    assert.equal((await bridge.decide('analyst', login)).status, 200)
  })

  test('R41: a no against a yes stands in the queue of reviews, for somebody who took no part', async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    await bridge.decide('lead', login)
    const denied = await bridge.decide('analyst', login, { verdict: 'deny' })
    assert.deepEqual([denied.status, denied.body['state']], [200, 'denied'])
    const { case: current, reviews } = await bridge.story(login.id)
    assert.deepEqual([denied.body['version'], reviews.map(({ kind }) => kind)], [current.version, ['disagreement']])
    const queue = (await bridge.get('reviewer', '/v1/reviews')).body['reviews'] as { case: string; kind: string }[]
    assert.deepEqual(
      queue.map(({ case: about, kind }) => [about, kind]),
      [[login.id, 'disagreement']],
    )
  })

  test('R4: without the required evidence nobody approves, and what is missing is named', async () => {
    const login = await bridge.waiting()
    const refused = await bridge.decide('lead', login)
    assert.deepEqual(
      [refused.status, refused.code, refused.body['about']],
      [409, 'evidence_missing', ['what-happened']],
    )
  })

  test('a reason that says nothing is refused', async () => {
    const login = await bridge.waiting()
    for (const reason of ['ok', ' '.repeat(20), 'x'.repeat(501), 'line one\nline two']) {
      assert.equal((await bridge.decide('lead', login, { reason })).code, 'reason_malformed')
    }
  })
})
