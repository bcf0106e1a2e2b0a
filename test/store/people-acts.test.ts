import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { RecordVerbalAsk } from '../../bridge/app/approval/record-verbal-approval.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { evidenceDigestText } from '../../bridge/domain/evidence.ts'
import { asId, type CaseId } from '../../bridge/domain/ids.ts'
import type { Profile } from '../../bridge/domain/policy/policy.ts'
import type { StepAnswer } from '../../bridge/domain/step-answer.ts'
import { peoplePolicy } from '../support/asking-policy.ts'
import { createPeopleBridge, demo, type Login, outcomeOf, type PeopleBridge } from '../support/people-installation.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const reason = 'called back on the number on record'
const evidence = { reason: [{ id: 'reason', kind: 'text', required: true, why: 'What happened.' }] } as const

/** Every rule of who may act on a case and when; each has a twin without it in test/twins. */
describe('acts of people', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let count = 0
  before(async () => {
    store = await openTestStore()
    bridge = createPeopleBridge({ replicas: [store] })
  })
  after(() => store.close())

  const under = (profile: Partial<Profile> = {}) => {
    bridge.current.policy = peoplePolicy(profile, { evidence })
  }
  /** A new subject whose request waits, under this policy. */
  const asked = async (profile: Partial<Profile> = {}): Promise<{ login: Login; id: CaseId }> => {
    under(profile)
    count += 1
    const login = await bridge.subject(`subject-${count}`)
    return { login, id: await bridge.ask(login) }
  }
  const lead = (differs: Parameters<PeopleBridge['person']>[1] = {}): string => {
    count += 1
    return bridge.person(`lead-${count}`, differs).name
  }
  const stateOf = async (id: CaseId) => (await bridge.caseOf(id)).state
  const refusal = (result: { outcome: 'done' } | { outcome: 'refused'; code: string; about?: readonly string[] }) =>
    result.outcome === 'refused' ? [result.code, ...(result.about ?? [])] : result.outcome

  test('R16: an approval lets the case go on, and a right code then lets the person in', async () => {
    const { login, id } = await asked()
    assert.equal((await bridge.submit(login)).kind, 'wait', 'the code alone does nothing')
    assert.equal(outcomeOf(await bridge.approve(id, lead())), 'awaiting_factor')
    assert.equal((await bridge.poll(login)).kind, 'code')
    assert.equal((await bridge.submit(login)).kind, 'granted')
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

  test('S01: a way of making sure that the policy does not take is refused', async () => {
    const { id } = await asked({ methods: ['video_and_id'] })
    assert.deepEqual(refusal(await bridge.approve(id, lead())), ['method_not_allowed', 'video_and_id'])
    assert.equal(outcomeOf(await bridge.approve(id, lead(), { method: 'video_and_id' })), 'awaiting_factor')
  })

  test('S05: a reason that says nothing is refused', async () => {
    const { id } = await asked()
    for (const text of ['', '         ', 'too short', 'x'.repeat(501), 'with a \u0000 in it']) {
      assert.deepEqual(refusal(await bridge.approve(id, lead(), { reason: text })), ['reason_malformed'])
    }
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

  /** A case under review of evidence, with one item by `giver`. */
  const underReview = async () => {
    const { login, id } = await asked({ minimumBand: 'review', evidence: 'reason' })
    const giver = lead()
    await bridge.operations.addEvidence(bridge.actor(giver), { case: id, item: 'reason', text: 'A wet sensor.' })
    assert.equal(outcomeOf(await bridge.approve(id, giver)), 'awaiting_evidence_review')
    const items = await bridge.once((tx) => tx.evidence.ofCase(demo, id))
    const { version } = await bridge.caseOf(id)
    const ask = {
      case: id,
      verdict: 'accept' as const,
      version,
      evidenceDigest: sha256(evidenceDigestText(items)),
      reason,
    }
    const open = (name: string) =>
      bridge.operations.openEvidence(bridge.actor(name), { case: id, evidence: items[0]?.id ?? asId('') })
    return { login, id, giver, ask, open }
  }
  const evidenceReviewer = () => lead({ roles: ['evidence-reviewer'], groups: [] })

  test('R41: evidence that the reviewer has not opened is not accepted', async () => {
    const { ask, open } = await underReview()
    const by = evidenceReviewer()
    const unopened = await bridge.operations.reviewEvidence(bridge.actor(by), ask)
    assert.equal(unopened.outcome === 'refused' && unopened.code, 'evidence_unopened')
    await open(by)
    assert.equal(outcomeOf(await bridge.operations.reviewEvidence(bridge.actor(by), ask)), 'awaiting_factor')
  })

  test('R41 I4: whoever approved or gave the evidence does not review it, nor does a second account of theirs', async () => {
    const { giver, ask, open } = await underReview()
    bridge.person(giver, { roles: ['approver', 'evidence-reviewer'], identity: 'E20' })
    await open(giver)
    assert.equal(refusal(await bridge.operations.reviewEvidence(bridge.actor(giver), ask))[0], 'kept_apart')
    const twin = lead({ roles: ['evidence-reviewer'], identity: 'E20' })
    await open(twin)
    assert.equal(refusal(await bridge.operations.reviewEvidence(bridge.actor(twin), ask))[0], 'kept_apart')
  })

  test('R41: a reviewer decides on exactly the evidence that was there when it was opened', async () => {
    const { id, giver, ask, open } = await underReview()
    const by = evidenceReviewer()
    await open(by)
    await bridge.operations.addEvidence(bridge.actor(giver), { case: id, item: 'reason', text: 'Something else.' })
    const { version } = await bridge.caseOf(id)
    assert.deepEqual(refusal(await bridge.operations.reviewEvidence(bridge.actor(by), ask)), ['case_stale'])
    const late = await bridge.operations.reviewEvidence(bridge.actor(by), { ...ask, version })
    assert.deepEqual(refusal(late), ['evidence_changed'])
  })

  test('R41 E6: a reviewer who may not review any more when the code is given lets nobody in', async () => {
    const { login, id, ask, open } = await underReview()
    const by = evidenceReviewer()
    await open(by)
    await bridge.operations.reviewEvidence(bridge.actor(by), ask)
    bridge.person(by, { roles: [] })
    assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'))
  })

  const desk = () => lead({ roles: ['desk'], groups: [] })
  const recordVerbal = async (id: CaseId, by: string, named: string, differs: Partial<RecordVerbalAsk> = {}) => {
    const { verdict: _verdict, ...ask } = await bridge.approval(id)
    return bridge.operations.recordVerbalApproval(bridge.actor(by), { ...ask, approver: asId(named), ...differs })
  }
  const confirm = (id: CaseId, by: string, verdict: 'confirm' | 'refuse' = 'confirm') =>
    bridge.operations.confirmVerbalApproval(bridge.actor(by), { case: id, verdict, reason })

  test('R36: a spoken approval lets the case go on, and holds once the one who is named has confirmed', async () => {
    const { login, id } = await asked({ verbal: { withinSeconds: 300 } })
    const named = lead()
    assert.equal(outcomeOf(await recordVerbal(id, desk(), named)), 'awaiting_factor')
    assert.equal((await bridge.submit(login)).kind, 'granted')
    bridge.time.advance(299_999)
    assert.equal(outcomeOf(await confirm(id, named)), 'granted')
    bridge.time.advance(1)
    await bridge.runJobs()
    assert.notEqual(await stateOf(id), 'unratified')
  })

  test('R36: from its time on nothing is confirmed any more', async () => {
    const { login, id } = await asked({ verbal: { withinSeconds: 300 } })
    const named = lead()
    await recordVerbal(id, desk(), named)
    await bridge.submit(login)
    bridge.enter(login, id)
    await bridge.runJobs()
    bridge.time.advance(300_000)
    assert.deepEqual(refusal(await confirm(id, named)), ['case_over', 'lapsed'])
    await bridge.runJobs()
    assert.equal(await stateOf(id), 'unratified')
  })

  test('R36: a spoken approval whose time is over lets nobody in, before any job has run', async () => {
    const { login, id } = await asked({ verbal: { withinSeconds: 60 } })
    await recordVerbal(id, desk(), lead())
    bridge.time.advance(60_000)
    assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'))
  })

  test('R36: a no of the one who is named takes the session back', async () => {
    const { login, id } = await asked({ verbal: { withinSeconds: 300 } })
    const named = lead()
    await recordVerbal(id, desk(), named)
    await bridge.submit(login)
    bridge.enter(login, id)
    await bridge.runJobs()
    assert.equal(await stateOf(id), 'in_use')
    assert.equal(outcomeOf(await confirm(id, named, 'refuse')), 'unratified')
    bridge.time.advance(1)
    await bridge.runJobs()
    assert.equal(bridge.sessions.has(login.session), false)
  })

  test('R36 I4: whoever writes it down is not the one who is named, and nobody else confirms it', async () => {
    const { id } = await asked({ verbal: { withinSeconds: 300 } })
    const both = lead({ roles: ['desk', 'approver'] })
    assert.deepEqual(refusal(await recordVerbal(id, both, both)), ['kept_apart', 'recorder'])
    const named = lead()
    await recordVerbal(id, both, named)
    assert.deepEqual(refusal(await confirm(id, lead())), ['not_named'])
    assert.deepEqual(refusal(await bridge.approve(id, both)), ['case_over', 'awaiting_factor'])
  })

  test('R36: nothing spoken is taken where the policy takes none, nor of somebody who could not approve', async () => {
    const { id } = await asked()
    assert.deepEqual(refusal(await recordVerbal(id, desk(), lead())), ['verbal_not_allowed'])
    const other = await asked({ verbal: { withinSeconds: 300 } })
    for (const differs of [{ roles: [] }, { enabled: false }, { isServiceAccount: true }]) {
      assert.deepEqual(refusal(await recordVerbal(other.id, desk(), lead(differs))), ['approver_unfit'])
    }
    assert.deepEqual(refusal(await recordVerbal(other.id, desk(), 'nobody')), ['approver_unfit'])
    assert.deepEqual(refusal(await recordVerbal(other.id, desk(), lead({ groups: [] }))), ['approval_not_needed'])
  })

  const ratified = { ratification: { group: '/leads', withinSeconds: 600 } }
  const ratify = (id: CaseId, by: string, verdict: 'ratify' | 'refuse' = 'ratify') =>
    bridge.operations.ratifyGrant(bridge.actor(by), { case: id, verdict, reason })

  test('R35: what nobody ratifies in time is taken back, and the session with it', async () => {
    const { login, id } = await asked(ratified)
    await bridge.approve(id, lead())
    await bridge.submit(login)
    bridge.enter(login, id)
    await bridge.runJobs()
    bridge.time.advance(600_000)
    assert.deepEqual(refusal(await ratify(id, lead())), ['case_over', 'pending'])
    await bridge.runJobs()
    assert.equal(await stateOf(id), 'unratified')
    assert.equal(bridge.sessions.has(login.session), false)
    const reviews = await bridge.once((tx) => tx.reviews.ofCase(demo, id))
    assert.ok(reviews.some(({ reason: why }) => why === 'unratified'))
  })

  test('R35 I4: whoever approved does not ratify, and whoever is not of the group neither', async () => {
    const { login, id } = await asked(ratified)
    const by = lead()
    await bridge.approve(id, by)
    await bridge.submit(login)
    assert.deepEqual(refusal(await ratify(id, by)), ['kept_apart', 'approver'])
    assert.deepEqual(refusal(await ratify(id, lead({ groups: [] }))), ['not_named'])
    bridge.time.advance(599_999)
    assert.equal(outcomeOf(await ratify(id, lead())), 'granted')
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

const denied = (id: CaseId, why: string) => ({ kind: 'denied', case: id, reason: why, wrongCode: false })
