import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { ada, because, createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { leads, peoplePolicy, watch } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const minute = 60_000

describe('what happens besides and after a decision, over the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  const start = async (differs: Parameters<typeof peoplePolicy>[0]) => {
    const policy = peoplePolicy({ approvals: [{ group: leads, count: 1 }], ...differs })
    bridge = await createPeopleBridge({ store, policy })
  }
  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.close())

  const waitingWithEvidence = async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    return login
  }
  type Login = Awaited<ReturnType<typeof waitingWithEvidence>>
  const speak = async (login: Login, differs: object = {}, user = 'agent') => {
    const { verdict: _, ...shown } = await bridge.approval(login, { method: 'call_back_on_record' })
    const body = { ...shown, approver: 'lead', ...differs }
    return bridge.post(user, `/v1/cases/${login.id}/verbal-approvals`, body)
  }
  const confirm = (login: Login, verdict: string, user = 'lead') =>
    bridge.post(user, `/v1/cases/${login.id}/confirmations`, { verdict, reason: because })
  const approved = async () => {
    const login = await waitingWithEvidence()
    assert.equal((await bridge.decide('lead', login)).status, 200)
    return login
  }
  const granted = async () => {
    const login = await approved()
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
    return login
  }
  const stateOf = async ({ id }: { id: string }) => (await bridge.story(id)).case.state
  const approvalStates = async ({ id }: { id: string }) => (await bridge.story(id)).approvals.map(({ state }) => state)

  describe('a spoken approval', () => {
    beforeEach(() => start({ verbal: { withinSeconds: 600 } }))

    test('R36: lets the login go on as pending, and is counted once the named person has confirmed', async () => {
      const login = await waitingWithEvidence()
      const spoken = await speak(login)
      assert.deepEqual([spoken.status, spoken.body['state']], [200, 'awaiting_factor'])
      assert.equal(Date.parse(String(spoken.body['confirmBy'])), bridge.clock() + 10 * minute)
      assert.deepEqual(await approvalStates(login), ['pending'])
      assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
      assert.equal((await bridge.get('auditor', '/v1/statistics')).body['verbalPending'], 1)
      assert.equal((await confirm(login, 'confirm', 'second-lead')).code, 'not_named')
      assert.equal((await confirm(login, 'confirm')).body['state'], 'granted')
      assert.deepEqual(await approvalStates(login), ['confirmed'])
      bridge.advance(10 * minute)
      await bridge.runUnratify(login.id)
      assert.equal(await stateOf(login), 'granted')
    })

    test('R36: a no of the named person takes the session back at once', async () => {
      const login = await waitingWithEvidence()
      assert.equal((await speak(login)).status, 200)
      await bridge.enterCode(login)
      assert.deepEqual((await confirm(login, 'refuse')).body['state'], 'unratified')
      assert.deepEqual(await approvalStates(login), ['refused'])
      assert.equal((await confirm(login, 'confirm')).code, 'not_named')
    })

    test('R36: without a word in time the session is taken back, and a late yes is none', async () => {
      const login = await waitingWithEvidence()
      assert.equal((await speak(login)).status, 200)
      await bridge.enterCode(login)
      bridge.advance(10 * minute)
      const late = await confirm(login, 'confirm')
      assert.deepEqual([late.code, late.body['about']], ['case_over', ['lapsed']])
      await bridge.runUnratify(login.id)
      assert.equal(await stateOf(login), 'unratified')
      assert.deepEqual(await approvalStates(login), ['lapsed'])
      const { body } = await bridge.get('auditor', '/v1/statistics')
      assert.deepEqual([body['verbalPending'], body['unratified']], [0, 1])
    })

    test('S01 C09: names somebody who may approve, needs the number, and nobody names themselves', async () => {
      const login = await waitingWithEvidence()
      assert.equal((await speak(login, { approver: 'stranger' })).code, 'approver_unfit')
      assert.equal((await speak(login, { approver: 'no-such-person' })).code, 'approver_unfit')
      bridge.people.put('demo', 'second-lead', { enabled: false })
      assert.equal((await speak(login, { approver: 'second-lead' })).code, 'approver_unfit')
      assert.equal((await speak(login, { match: login.match === '000' ? '001' : '000' })).code, 'match_wrong')
      bridge.people.put('demo', 'agent', { roles: ['may-open-for-another', 'may-approve'], groups: [leads] })
      assert.equal((await speak(login, { approver: 'agent' })).code, 'kept_apart')
      bridge.people.put('demo', ada, { roles: [...usualRoles, 'may-approve'], groups: [leads] })
      assert.equal((await speak(login, { approver: ada })).code, 'kept_apart')
      assert.deepEqual(await approvalStates(login), [])
    })

    test('is refused where the policy takes none', async () => {
      await store.close()
      store = await openTestStore()
      await start({})
      const told = await speak(await waitingWithEvidence())
      assert.deepEqual([told.status, told.code], [403, 'verbal_not_allowed'])
    })
  })

  describe('a broken glass', () => {
    beforeEach(() => start({ ratification: { group: watch, withinSeconds: 1_800 } }))
    const ratify = (login: Login, verdict: string, user = 'officer') =>
      bridge.post(user, `/v1/cases/${login.id}/ratifications`, { verdict, reason: because })

    test('R35: is ratified by somebody of the group who had no part in it', async () => {
      const login = await granted()
      assert.equal((await ratify(login, 'ratify', 'second-lead')).code, 'not_named')
      bridge.people.put('demo', 'lead', { groups: [leads, watch] })
      assert.deepEqual((await ratify(login, 'ratify', 'lead')).body['about'], ['approver'])
      assert.equal((await ratify(login, 'ratify')).body['state'], 'granted')
      bridge.advance(30 * minute)
      await bridge.runUnratify(login.id)
      assert.equal(await stateOf(login), 'granted')
      assert.equal((await ratify(login, 'refuse')).code, 'case_over')
    })

    test('R35: is taken back where they say no, and where nobody says anything in time', async () => {
      const login = await granted()
      assert.equal((await ratify(login, 'refuse')).body['state'], 'unratified')
      bridge.advance(60 * minute)
      const second = await (async () => {
        const other = await bridge.waiting({ sid: 'session-2', tab: 'tab-2' })
        await bridge.giveText(other.id)
        await bridge.decide('second-lead', other)
        assert.equal((await bridge.enterCode(other)).answer['kind'], 'granted')
        return other
      })()
      bridge.advance(30 * minute)
      assert.equal((await ratify(second, 'ratify')).code, 'case_over')
      await bridge.runUnratify(second.id)
      assert.equal(await stateOf(second), 'unratified')
    })
  })

  describe('taking back', () => {
    beforeEach(() => start({}))

    test('R52: whoever may revoke, and the subject, take a session back; a reason is needed', async () => {
      const login = await granted()
      await bridge.use(login.id)
      const revoke = (user: string, reason = because) =>
        bridge.post(user, `/v1/cases/${login.id}/revocations`, { reason })
      assert.equal((await revoke('second-lead')).code, 'act_not_allowed')
      assert.equal((await revoke('lead', 'no')).code, 'reason_malformed')
      assert.equal((await revoke('lead')).body['state'], 'revoked')
      assert.deepEqual((await revoke('lead')).body['about'], ['revoked'])
      const { answer } = await bridge.steps.ask({ ...login.login, sid: 'session-2', tab: 'tab-2' })
      const own = await bridge.post(ada, `/v1/cases/${answer['case']}/revocations`, { reason: because })
      assert.equal(own.body['state'], 'revoked')
      const { history } = await bridge.story(login.id)
      assert.doesNotMatch(
        JSON.stringify(history),
        new RegExp(because),
        'a reason is in the history by its digest alone',
      )
    })

    test('E10: “this was not me” of the subject takes the session back and calls a review; nobody else says it', async () => {
      const login = await granted()
      await bridge.use(login.id)
      const dispute = (user: string) => bridge.post(user, `/v1/cases/${login.id}/disputes`)
      assert.equal((await dispute('lead')).code, 'act_not_allowed')
      assert.equal((await dispute('stranger')).code, 'case_unknown')
      assert.deepEqual((await dispute(ada)).body, { state: 'revoked' })
      assert.deepEqual((await dispute(ada)).body, { state: 'revoked' })
      const reviews = (await bridge.get('reviewer', '/v1/reviews')).body['reviews'] as {
        kind: string
        severity: number
      }[]
      assert.deepEqual([reviews[0]?.kind, reviews[0]?.severity], ['disputed', 1])
    })

    test('R10: a case answers to the owner and the deputy of its profile, or of the policy that has the profile no more', async () => {
      const named = (owner: string) => ({ owner, deputy: `${owner}-deputy` })
      const policy = peoplePolicy(named('standard-owner'), named('whole'))
      const owned = await createPeopleBridge({ store, policy })
      const { id } = await owned.waiting()
      const ownersTo = async (user: string, by = owned) => {
        const { case: shown } = (await by.story(id, user)) as unknown as { case: Record<string, unknown> }
        const { cases } = (await by.get(user, '/v1/cases')).body as { cases: { id: string; owner: string | null }[] }
        return [shown['owner'], shown['deputy'], cases.find((one) => one.id === id)?.owner]
      }
      const ofProfile = ['standard-owner', 'standard-owner-deputy', 'standard-owner']
      for (const user of ['lead', 'auditor']) assert.deepEqual(await ownersTo(user), ofProfile)
      assert.deepEqual(await ownersTo(ada), [null, null, null], 'the subject is told nobody by name')
      const profiles = policy.profiles.filter(({ name }) => name !== 'standard')
      const later = await createPeopleBridge({ store, policy: { ...policy, profiles } })
      assert.deepEqual(await ownersTo('auditor', later), ['whole', 'whole-deputy', 'whole'])
    })

    test('the subject sees the own case, and not who gave which reason', async () => {
      const login = await approved()
      const own = await bridge.story(login.id, ada)
      assert.deepEqual([own.approvals, own.evidence.items, own.reviews], [[], [], []])
      assert.doesNotMatch(JSON.stringify(own), new RegExp(because))
      assert.equal((await bridge.get(ada, `/v1/cases/${login.id}/evidence`)).code, 'act_not_allowed')
    })
  })

  describe('past overrides and reviews', () => {
    beforeEach(() => start({}))
    const past = {
      user: ada,
      client: 'app',
      what: 'The desk reset the passkey by hand.',
      approvedBy: 'the shift lead',
      reason: because,
    }
    const declare = (differs: object = {}, user = 'declarer') =>
      bridge.post(user, '/v1/past-overrides', {
        ...past,
        occurredAt: new Date(bridge.clock() - 3_600_000).toISOString(),
        ...differs,
      })
    const found = {
      cause: 'process_failure',
      confidence: 'high',
      action: 'Train the night shift.',
      actionOwner: 'shift-lead',
      note: '',
    }
    const day = (ms: number) => new Date(bridge.clock() + ms).toISOString().slice(0, 10)
    const review = (id: string, which: string, differs: object = {}, user = 'reviewer') =>
      bridge.post(user, `/v1/cases/${id}/reviews`, {
        review: which,
        ...found,
        actionDue: day(86_400_000),
        ...differs,
      })

    test('R12: an override of before is told with both its times, and waits for a review from then on', async () => {
      const { body } = await declare()
      const id = String(body['case'])
      const { declared, reviews, case: current } = await bridge.story(id)
      assert.deepEqual(declared, {
        occurredAt: new Date(bridge.clock() - 3_600_000).toISOString(),
        recordedAt: new Date(bridge.clock()).toISOString(),
        what: past.what,
        reason: because,
        approvedBy: 'the shift lead',
      })
      assert.equal(current.state, 'review_due')
      assert.deepEqual(
        reviews.map(({ kind, done }) => [kind, done]),
        [['declared', null]],
      )
    })

    test('R12: nothing is dated ahead or too far back, and nobody is declared who is not there', async () => {
      const at = (ms: number) => ({ occurredAt: new Date(bridge.clock() + ms).toISOString() })
      assert.equal((await declare(at(1))).code, 'time_malformed')
      assert.equal((await declare(at(-91 * 86_400_000))).code, 'time_malformed')
      assert.equal((await declare({ user: 'no-such-person' })).code, 'subject_unknown')
      assert.equal((await declare({ what: 'this' })).code, 'reason_malformed')
      assert.equal((await declare({}, 'lead')).code, 'act_not_allowed')
      assert.equal((await declare({ occurredAt: 'yesterday' })).code, 'input_malformed')
      assert.equal((await declare({ recordedAt: '2020-01-01T00:00:00Z' })).code, 'input_malformed')
    })

    test('R12 C04: nobody declares an override of themselves, with whichever account', async () => {
      bridge.people.put('demo', ada, { identity: 'E7' })
      bridge.people.put('demo', 'ada-declares', { roles: ['may-declare'], identity: 'E7' })
      for (const [user, by] of [
        ['declarer', 'declarer'],
        [ada, 'ada-declares'],
      ] as const) {
        const { status, code, body } = await declare({ user }, by)
        assert.deepEqual([status, code, body['about']], [403, 'kept_apart', ['subject']])
      }
    })

    test('R25: a review names cause, confidence, action, owner and date, once, by somebody with no other part', async () => {
      const id = String((await declare()).body['case'])
      const [waiting] = (await bridge.story(id)).reviews
      const which = waiting?.id ?? ''
      bridge.people.put('demo', 'declarer', { roles: ['may-declare', 'may-review'] })
      assert.deepEqual((await review(id, which, {}, 'declarer')).body['about'], ['opener'])
      assert.deepEqual((await review(id, which, { action: 'x' })).body['about'], ['action'])
      assert.deepEqual((await review(id, which, { actionDue: day(-3 * 86_400_000) })).body['about'], ['actionDue'])
      assert.equal((await review(id, which, { cause: 'bad_luck' })).code, 'input_malformed')
      assert.equal((await review(id, 'no-such-review')).code, 'review_unknown')
      assert.equal((await review(id, which)).body['state'], 'closed')
      assert.equal((await review(id, which, {}, 'second-reviewer')).code, 'review_done')
      const [done] = (await bridge.story(id)).reviews
      assert.deepEqual(done?.done, {
        ...found,
        by: { id: 'reviewer', name: 'name-of-reviewer' },
        at: new Date(bridge.clock()).toISOString(),
        actionDue: day(86_400_000),
      })
    })

    test('the queue has the gravest first, by kind and in pages', async () => {
      for (let count = 0; count < 3; count += 1) {
        await declare()
        bridge.advance(1_000)
      }
      const login = await granted()
      await bridge.use(login.id)
      await bridge.post(ada, `/v1/cases/${login.id}/disputes`)
      const queue = async (query: string) => (await bridge.get('reviewer', `/v1/reviews${query}`)).body as Queue
      const all = await queue('')
      assert.deepEqual(
        all.reviews.map(({ kind }) => kind),
        ['disputed', 'declared', 'declared', 'declared'],
      )
      assert.equal(all.next, null)
      const first = await queue('?limit=3')
      const second = await queue(`?limit=3&after=${first.next}`)
      assert.deepEqual([...first.reviews, ...second.reviews], all.reviews)
      assert.equal((await queue('?kind=declared')).reviews.length, 3)
      assert.equal((await queue('?kind=declared&kind=disputed')).reviews.length, 4)
    })
  })

  describe('lists and numbers', () => {
    beforeEach(() => start({}))

    test('pages stay as they are while new cases come, and hold each case once', async () => {
      const cases: string[] = []
      const open = async (sub: string) => {
        bridge.people.put('demo', sub, { roles: usualRoles })
        cases.push((await bridge.waiting({ sub })).id)
      }
      for (let count = 0; count < 5; count += 1) await open(`user-${count}`)
      const page = async (query: string) => (await bridge.get('auditor', `/v1/cases?${query}`)).body as Listed
      const seen: string[] = []
      let after = ''
      for (let turn = 0; turn < 3; turn += 1) {
        const { cases: lines, next } = await page(`limit=2${after}`)
        seen.push(...lines.map(({ id }) => id))
        await open(`late-${turn}`)
        if (next === null) break
        after = `&after=${next}`
      }
      assert.deepEqual(seen, cases.slice(0, 5).toReversed())
    })

    test('lists are filtered by state, wait, profile, user and time', async () => {
      const login = await waitingWithEvidence()
      await bridge.decide('lead', login)
      bridge.people.put('demo', 'user-bob', { roles: usualRoles })
      const other = await bridge.waiting({ sub: 'user-bob' })
      const ids = async (query: string) =>
        ((await bridge.get('auditor', `/v1/cases?${query}`)).body as Listed).cases.map(({ id }) => id)
      assert.deepEqual(await ids(''), [other.id, login.id])
      assert.deepEqual(await ids('waiting=true'), [other.id])
      assert.deepEqual(await ids('state=awaiting_factor'), [login.id])
      assert.deepEqual(await ids('state=awaiting_factor&waiting=true'), [])
      assert.deepEqual(await ids('state=awaiting_factor&state=awaiting_approval'), [other.id, login.id])
      assert.deepEqual(await ids('profile=privileged'), [])
      assert.deepEqual(await ids('user=user-bob'), [other.id])
      const now = new Date(bridge.clock()).toISOString()
      assert.deepEqual(await ids(`since=${now}`), [other.id])
      assert.deepEqual(await ids(`until=${now}`), [login.id])
    })

    test('R58: the numbers of a span of time, and of approvers for auditors alone', async () => {
      await approved()
      bridge.advance(1_000)
      const { body } = await bridge.get('auditor', '/v1/statistics')
      assert.deepEqual(body['cases'], [{ state: 'awaiting_factor', profile: 'standard', count: 1 }])
      const [figures] = body['approvers'] as Record<string, unknown>[]
      assert.deepEqual([figures?.['person'], figures?.['approved']], [{ id: 'lead', name: 'name-of-lead' }, 1])
      assert.deepEqual((await bridge.get('lead', '/v1/statistics')).body['approvers'], [])
      const before = await bridge.get('auditor', '/v1/statistics?until=2026-01-01T00:00:00Z')
      assert.deepEqual([before.body['cases'], before.body['since']], [[], '2025-12-02T00:00:00.000Z'])
    })
  })
})

type Queue = { reviews: { id: string; kind: string }[]; next: string | null }
type Listed = { cases: { id: string }[]; next: string | null }
