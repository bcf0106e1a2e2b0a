import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { asId, type CaseId } from '../../bridge/domain/ids.ts'
import type { StepAnswer } from '../../bridge/domain/step-answer.ts'
import { createNewcomers, denied, refusal } from '../support/newcomers.ts'
import { demo, outcomeOf, type PeopleBridge } from '../support/people-installation.ts'

const reason = 'called back on the number on record'

/** Every rule of who may act on a case and when; each has a twin without it in test/twins. */
describe('acts of people', () => {
  let people: Awaited<ReturnType<typeof createNewcomers>>
  let bridge: PeopleBridge
  before(async () => {
    people = await createNewcomers()
    bridge = people.bridge
  })
  after(() => people.close())
  const under: typeof people.under = (profile) => people.under(profile)
  const asked: typeof people.asked = (profile) => people.asked(profile)
  const lead: typeof people.lead = (differs) => people.lead(differs)
  const stateOf = async (id: CaseId) => (await bridge.caseOf(id)).state

  test('R16: an approval lets the case go on, and a right code then lets the person in', async () => {
    const { login, id } = await asked()
    assert.equal((await bridge.submit(login)).kind, 'wait', 'the code alone does nothing')
    assert.equal(outcomeOf(await bridge.approve(id, lead())), 'awaiting_factor')
    assert.equal((await bridge.poll(login)).kind, 'code')
    assert.equal((await bridge.submit(login)).kind, 'granted')
  })

  test('R16: who waits reads the group’s name, or what the policy says in its place', async () => {
    const labels = async (approvals: Parameters<typeof asked>[0]) => {
      const page = await bridge.poll((await asked(approvals)).login)
      return page.kind === 'wait' ? page.asked.map(({ label }) => label) : undefined
    }
    assert.deepEqual(await labels({ approvals: [{ group: '/it/leads', count: 1 }] }), ['leads'])
    const shownAs = 'Frau Müller (Tel. 4711)'
    assert.deepEqual(await labels({ approvals: [{ group: '/it/leads', count: 1, shownAs }] }), [shownAs])
  })

  test('I4: nobody approves their own, whatever they may', async () => {
    const { login, id } = await asked()
    bridge.person(login.user, { roles: ['approver'], groups: ['/leads'] })
    assert.deepEqual(refusal(await bridge.approve(id, login.user)), ['kept_apart', 'subject'])
  })

  test('C04: nobody approves their own through a second account of the same employee', async () => {
    const { login, id } = await asked()
    bridge.person(login.user, { identity: 'E7' })
    assert.deepEqual(refusal(await bridge.approve(id, lead({ identity: 'E7' }))), ['kept_apart', 'subject'])
  })

  test('C04: an identity that Keycloak tells only after the approval still keeps a person from their own', async () => {
    const { login, id } = await asked()
    const second = lead()
    await bridge.approve(id, second)
    bridge.person(login.user, { identity: 'E8' })
    bridge.person(second, { identity: 'E8' })
    assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'))
  })

  test('C08: two accounts of one employee count once', async () => {
    const { id } = await asked({ approvals: [{ group: '/leads', count: 2 }] })
    assert.equal(outcomeOf(await bridge.approve(id, lead({ identity: 'E1' }))), 'awaiting_approval')
    assert.deepEqual(refusal(await bridge.approve(id, lead({ identity: 'E1' }))), ['kept_apart', 'approver'])
  })

  test('R41: two groups are both asked for, and one person fills one place', async () => {
    const { id } = await asked({ approvals: ['/leads', '/analysts'].map((group) => ({ group, count: 1 })) })
    assert.equal(outcomeOf(await bridge.approve(id, lead({ groups: ['/leads', '/analysts'] }))), 'awaiting_approval')
    assert.equal(outcomeOf(await bridge.approve(id, lead({ groups: ['/analysts/night'] }))), 'awaiting_factor')
  })

  test('R16: whoever is in none of the groups is not needed, and without the role not allowed', async () => {
    const { id } = await asked()
    assert.deepEqual(refusal(await bridge.approve(id, lead({ groups: ['/lead'] }))), ['approval_not_needed'])
    assert.deepEqual(refusal(await bridge.approve(id, lead({ roles: ['reviewer'] }))), ['act_not_allowed'])
    assert.deepEqual(refusal(await bridge.approve(id, lead({ roles: [] }))), ['case_unknown'])
  })

  test('C09: five wrong numbers void the request, whoever gives them, and the right one does not help any more', async () => {
    const { login, id } = await asked()
    const { match } = await bridge.requestOf(id)
    const wrong = match === '000' ? '001' : '000'
    for (let tries = 0; tries < 5; tries += 1) {
      assert.deepEqual(refusal(await bridge.approve(id, lead(), { match: wrong })), ['match_wrong'])
    }
    assert.equal(await stateOf(id), 'cancelled')
    assert.deepEqual(refusal(await bridge.approve(id, lead())), ['case_over', 'cancelled'])
    assert.deepEqual(await bridge.poll(login), denied(id, 'approval_void'))
  })

  test('R25: whoever said no does not review the case afterwards', async () => {
    const { id } = await asked()
    const denier = lead()
    await bridge.deny(id, denier)
    const parts = await bridge.unitOfWork((tx) => tx.participants.ofCase(demo, id))
    assert.ok(parts.some((one) => one.part === 'denier' && one.id === denier))
  })

  test('R16: a disabled, a shared and a service account do not act', async () => {
    const { id } = await asked()
    const unfit = [{ enabled: false }, { isServiceAccount: true }, { roles: ['approver', 'fallback-shared-account'] }]
    for (const differs of unfit) assert.deepEqual(refusal(await bridge.approve(id, lead(differs))), ['account_unfit'])
  })

  test('C07 E6: an approver who may not approve any more when the code is given lets nobody in', async () => {
    const losses = [
      { enabled: false },
      { roles: [] },
      { groups: [] },
      { roles: ['approver', 'fallback-shared-account'] },
    ]
    for (const loss of losses) {
      const { login, id } = await asked()
      const by = lead()
      await bridge.approve(id, by)
      bridge.person(by, loss)
      assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'), JSON.stringify(loss))
      assert.equal(await stateOf(id), 'cancelled')
    }
  })

  test('C07: an approver whose account is gone when the code is given lets nobody in', async () => {
    const { login, id } = await asked()
    const by = lead()
    await bridge.approve(id, by)
    bridge.directory.delete(`${demo}\n${by}`)
    assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'))
  })

  test('E4: a subject whose account was disabled or whose groups changed meanwhile is not let in', async () => {
    for (const change of [{ enabled: false }, { groups: ['/admins'] }, { roles: ['chief'] }]) {
      const { login, id } = await asked()
      await bridge.approve(id, lead())
      bridge.person(login.user, change)
      assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'), JSON.stringify(change))
    }
  })

  test('C06: an approval of other facts than those that are shown is refused', async () => {
    const { id } = await asked()
    const ask = { factsDigest: 'f'.repeat(64) }
    assert.deepEqual(refusal(await bridge.approve(id, lead(), ask)), ['facts_changed'])
  })

  test('C06 R30: facts that change after the approval void it', async () => {
    const { login, id } = await asked()
    await bridge.approve(id, lead())
    assert.deepEqual(await bridge.submit({ ...login, ip: '10.0.0.2' }), denied(id, 'approval_void'))
    assert.equal(await stateOf(id), 'cancelled')
  })

  test('C09: an approval without the number of the waiting person’s page is refused', async () => {
    const { id } = await asked()
    const { match } = await bridge.requestOf(id)
    const wrong = match === '000' ? '001' : '000'
    assert.deepEqual(refusal(await bridge.approve(id, lead(), { match: wrong })), ['match_wrong'])
  })

  test('C10: an approval of a version that is no longer the case’s is refused', async () => {
    const { id } = await asked()
    const { version } = await bridge.caseOf(id)
    assert.deepEqual(refusal(await bridge.approve(id, lead(), { version: version - 1 })), ['case_stale'])
  })

  test('S05: a reason that says nothing is refused', async () => {
    const { id } = await asked()
    for (const text of ['', '         ', 'too short', 'x'.repeat(501), 'with a \u0000 in it']) {
      assert.deepEqual(refusal(await bridge.approve(id, lead(), { reason: text })), ['reason_malformed'])
    }
  })

  const reviewsOf = async (id: CaseId) =>
    (await bridge.once((tx) => tx.reviews.ofCase(demo, id))).map(({ reason: why, openedAt, dueAt }) => [
      why,
      dueAt - openedAt,
    ])
  const dayMs = 86_400_000

  test('C08 R41: a no against a yes is a disagreement: nobody is let in, and it is looked at within a day', async () => {
    const profile = {
      approvals: [{ group: '/leads', count: 2 }],
      review: { samplePercent: 0, withinSeconds: 7 * 86_400 },
    }
    const { login, id } = await asked(profile)
    await bridge.approve(id, lead())
    assert.equal(outcomeOf(await bridge.deny(id, lead())), 'denied')
    assert.deepEqual(await bridge.poll(login), denied(id, 'approval_denied'))
    assert.deepEqual(await reviewsOf(id), [['disagreement', dayMs]])
  })

  test('C08 R41: a no of the first who decides, and of whoever said yes before, is no disagreement', async () => {
    const first = await asked()
    await bridge.deny(first.id, lead())
    assert.deepEqual(await reviewsOf(first.id), [])
    const second = await asked({ approvals: [{ group: '/leads', count: 2 }] })
    const by = lead({ identity: 'E60' })
    await bridge.approve(second.id, by)
    await bridge.deny(second.id, lead({ identity: 'E60' }))
    assert.deepEqual(await reviewsOf(second.id), [])
  })

  test('C08 R41: a no that takes a session back is looked at once, as a disagreement', async () => {
    const { login, id } = await asked({ review: { samplePercent: 0, withinSeconds: 86_400 } })
    await bridge.approve(id, lead())
    await bridge.submit(login)
    assert.equal(outcomeOf(await bridge.deny(id, lead())), 'revoked')
    assert.deepEqual(
      (await reviewsOf(id)).map(([why]) => why),
      ['disagreement'],
    )
  })

  test('C06: after its time a request cannot be approved, and tells the person so', async () => {
    const { login, id } = await asked({ approvalSeconds: 60 })
    bridge.time.advance(60_000)
    assert.deepEqual(refusal(await bridge.approve(id, lead())), ['case_over', 'expired'])
    assert.deepEqual(await bridge.poll(login), denied(id, 'approval_expired'))
  })

  test('R4: what is missing of the evidence is named, and nothing is approved without it', async () => {
    const { id } = await asked({ evidence: 'reason' })
    const by = lead()
    assert.deepEqual(refusal(await bridge.approve(id, by)), ['evidence_missing', 'reason'])
    const given = await bridge.operations.addEvidence(bridge.actor(by), {
      case: id,
      item: 'reason',
      text: 'A wet sensor.',
    })
    assert.deepEqual('missing' in given ? [given.missing, given.isLate] : given, [[], false])
    assert.equal(outcomeOf(await bridge.approve(id, by)), 'awaiting_factor')
  })

  test('R11: evidence that comes after the person was let in is late for ever', async () => {
    const { login, id } = await asked({ evidence: 'reason' })
    const by = lead()
    const give = (text: string) => bridge.operations.addEvidence(bridge.actor(by), { case: id, item: 'reason', text })
    await give('A wet sensor.')
    await bridge.approve(id, by)
    const early = await give('Very wet.')
    await bridge.submit(login)
    const late = await give('Dry again.')
    assert.deepEqual(
      [early, late].map((given) => 'isLate' in given && given.isLate),
      [false, true],
    )
    const items = await bridge.once((tx) => tx.evidence.ofCase(demo, id))
    assert.deepEqual(items.map(({ isLate }) => isLate).sort(), [false, false, true])
  })

  test('S02: after a no nobody is asked for half an hour', async () => {
    const { login, id } = await asked()
    const deniedAt = bridge.clock()
    await bridge.deny(id, lead())
    const again = { ...login, session: `${login.session}-again` }
    const retryAt = deniedAt + 1_800_000
    assert.deepEqual(await bridge.begin(again), { kind: 'denied', reason: 'cool_down', wrongCode: false, retryAt })
    bridge.time.advance(1_799_999)
    assert.equal((await bridge.begin(again)).kind, 'denied')
    bridge.time.advance(1)
    assert.equal((await bridge.begin(again)).kind, 'wait')
  })

  test('S02: fifty starts ask people three times, and then not before a day is over', async () => {
    under()
    const login = await bridge.subject('impatient')
    const answers: StepAnswer[] = []
    for (let start = 0; start < 50; start += 1) {
      answers.push(await bridge.begin({ ...login, session: `s-${start}`, client: `app-${start % 2}` }))
    }
    const asked = new Set(answers.flatMap((answer) => (answer.kind === 'wait' ? [answer.case] : [])))
    assert.equal(asked.size, 3)
    const last = answers.at(-1)
    assert.equal(last?.kind === 'denied' && last.reason, 'approval_requests_used_up')
    bridge.time.advance(86_400_001)
    assert.equal((await bridge.begin({ ...login, session: 'the next day' })).kind, 'wait')
  })

  test('S07 R34: nobody decides more than twenty times in an hour', async () => {
    const by = lead()
    for (let times = 0; times < 20; times += 1) {
      const { id } = await asked()
      assert.equal(outcomeOf(await bridge.approve(id, by)), 'awaiting_factor')
    }
    const { id } = await asked({ verbal: { withinSeconds: 300 } })
    assert.deepEqual(refusal(await bridge.approve(id, by)), ['agent_cap_reached'])
    bridge.time.advance(3_600_001)
    const later = await asked()
    assert.equal(outcomeOf(await bridge.approve(later.id, by)), 'awaiting_factor')
  })

  test('S07 C04: two accounts of one person share what one person may decide in an hour', async () => {
    const accounts = [lead({ identity: 'E70' }), lead({ identity: 'E70' })]
    for (let times = 0; times < 20; times += 1) {
      const { id } = await asked()
      assert.equal(outcomeOf(await bridge.approve(id, accounts[times % 2] ?? '')), 'awaiting_factor')
    }
    const { id } = await asked({ verbal: { withinSeconds: 300 } })
    for (const account of accounts) assert.deepEqual(refusal(await bridge.approve(id, account)), ['agent_cap_reached'])
    const { verdict: _verdict, ...ask } = await bridge.approval(id)
    const recorder = lead({ roles: ['desk'], groups: [], identity: 'E70' })
    const written = await bridge.operations.recordVerbalApproval(bridge.actor(recorder), { ...ask, approver: lead() })
    assert.deepEqual(refusal(written), ['agent_cap_reached'])
    assert.equal(outcomeOf(await bridge.approve(id, lead())), 'awaiting_factor')
  })

  test('S07 R36: whoever is named for spoken approvals has no more of them, whoever writes them down', async () => {
    const named = lead()
    const write = async () => {
      const { id } = await asked({ verbal: { withinSeconds: 300 } })
      const { verdict: _verdict, ...ask } = await bridge.approval(id)
      const recorder = bridge.actor(lead({ roles: ['desk'], groups: [] }))
      return { id, outcome: await bridge.operations.recordVerbalApproval(recorder, { ...ask, approver: named }) }
    }
    for (let times = 0; times < 20; times += 1) assert.equal((await write()).outcome.outcome, 'done')
    const { id, outcome } = await write()
    assert.deepEqual(refusal(outcome), ['agent_cap_reached'])
    assert.deepEqual(refusal(await bridge.approve(id, named)), ['agent_cap_reached'])
    assert.equal(outcomeOf(await bridge.approve(id, lead())), 'awaiting_factor')
  })

  test('R12 I4: nobody declares an override of their own, nor through a second account', async () => {
    under()
    const by = lead({ roles: ['declarer'], identity: 'E30' })
    const twin = await bridge.subject('declared-twin')
    bridge.person(twin.user, { identity: 'E30' })
    const declare = (user: string) =>
      bridge.operations.declareOverride(bridge.actor(by), {
        user: asId(user),
        client: 'app',
        occurredAt: bridge.clock() - 1,
        what: 'the passkey was removed by hand',
        approvedBy: undefined,
        reason,
      })
    assert.deepEqual(refusal(await declare(by)), ['kept_apart', 'subject'])
    assert.deepEqual(refusal(await declare(twin.user)), ['kept_apart', 'subject'])
    const other = await bridge.subject('declared-other')
    const declared = await declare(other.user)
    assert.equal(declared.outcome, 'done')
    if (declared.outcome !== 'done') return
    const [review] = await bridge.once((tx) => tx.reviews.ofCase(demo, declared.case))
    assert.equal(review?.reason, 'declared')
    bridge.person(by, { roles: ['declarer', 'reviewer'] })
    const finding = {
      cause: 'sensor',
      confidence: 'low',
      action: 'dry it',
      actionOwner: 'x',
      actionDue: bridge.clock(),
      note: '',
    } as const
    const look = (name: string) =>
      bridge.operations.recordReview(bridge.actor(name), {
        case: declared.case,
        review: review?.id ?? asId(''),
        finding,
      })
    assert.deepEqual(refusal(await look(by)), ['kept_apart', 'opener'])
    assert.equal(outcomeOf(await look(lead({ roles: ['reviewer'] }))), 'closed')
  })

  test('E10: "this was not me" opens an incident whatever became of the case, once', async () => {
    const { login: first, id: refused } = await asked()
    await bridge.deny(refused, lead())
    const { login: second, id: expired } = await asked()
    await bridge.approve(expired, lead())
    await bridge.submit(second)
    bridge.time.advance(121_000)
    await bridge.runJobs()
    assert.deepEqual([await stateOf(refused), await stateOf(expired)], ['denied', 'expired'])
    for (const [login, id] of [
      [first, refused],
      [second, expired],
    ] as const) {
      const before = await stateOf(id)
      for (const _time of [1, 2]) {
        await bridge.operations.disputeCase.bySubject(bridge.actor(login.user), { case: id })
      }
      assert.equal(await stateOf(id), before)
      const reviews = await bridge.once((tx) => tx.reviews.ofCase(demo, id))
      assert.deepEqual(
        reviews.map(({ reason: why }) => why),
        ['disputed'],
      )
    }
  })
})
