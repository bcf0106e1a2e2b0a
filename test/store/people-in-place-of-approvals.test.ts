import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { evidenceDigestText } from '../../bridge/domain/evidence.ts'
import { asId, type CaseId, type ReviewId } from '../../bridge/domain/ids.ts'
import { createNewcomers, denied, refusal } from '../support/newcomers.ts'
import { type ApprovalDiffers, atTheGate, demo, outcomeOf, type PeopleBridge } from '../support/people-installation.ts'

const reason = 'called back on the number on record'

/** What stands beside an approval, or in its place; each rule has a twin without it in test/twins. */
describe('evidence, spoken approvals and ratification', () => {
  let people: Awaited<ReturnType<typeof createNewcomers>>
  let bridge: PeopleBridge
  before(async () => {
    people = await createNewcomers()
    bridge = people.bridge
  })
  after(() => people.close())
  const asked: typeof people.asked = (profile, differs) => people.asked(profile, differs)
  const lead: typeof people.lead = (differs) => people.lead(differs)
  const stateOf = async (id: CaseId) => (await bridge.caseOf(id)).state

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
  const listed = async (id: CaseId) => {
    const items = await bridge.once((tx) => tx.evidence.ofCase(demo, id))
    return { evidenceDigest: sha256(evidenceDigestText(items)) }
  }
  const story = async (id: CaseId) => ({ history: await bridge.once((tx) => tx.history.list(demo, id)) })
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

  /** Somebody who approved and somebody who may review, of whom one or the other reports to the other. */
  const inLine = [
    [
      'the reviewer reports to the approver',
      (approver: string, by: string) => bridge.person(by, { manager: approver }),
    ],
    [
      'the approver reports to the reviewer',
      (approver: string, by: string) => bridge.person(approver, { manager: by }),
    ],
  ] as const

  test('R41 I4: neither the manager nor a report of whoever approved reviews the evidence, yes or no', async () => {
    for (const [what, report] of inLine) {
      const { giver, ask, open } = await underReview()
      const by = evidenceReviewer()
      await open(by)
      report(giver, by)
      for (const verdict of ['accept', 'refuse'] as const) {
        const refused = await bridge.operations.reviewEvidence(bridge.actor(by), { ...ask, verdict })
        assert.deepEqual(refusal(refused), ['kept_apart', 'reporting_line'], what)
      }
      const other = evidenceReviewer()
      bridge.person(other, { manager: 'somebody else' })
      await open(other)
      assert.equal(outcomeOf(await bridge.operations.reviewEvidence(bridge.actor(other), ask)), 'awaiting_factor')
    }
  })

  test('R41 I4: whose spoken approval was written down has a reporting line too', async () => {
    const { id } = await asked({ minimumBand: 'review', evidence: 'reason', verbal: { withinSeconds: 300 } })
    const recorder = desk()
    await bridge.operations.addEvidence(bridge.actor(recorder), { case: id, item: 'reason', text: 'A wet sensor.' })
    const named = lead()
    assert.equal(outcomeOf(await recordVerbal(id, recorder, named)), 'awaiting_evidence_review')
    const by = evidenceReviewer()
    bridge.person(by, { manager: named })
    const { evidenceDigest } = await listed(id)
    const { version } = await bridge.caseOf(id)
    const ask = { case: id, verdict: 'refuse' as const, version, evidenceDigest, reason }
    assert.deepEqual(refusal(await bridge.operations.reviewEvidence(bridge.actor(by), ask)), [
      'kept_apart',
      'reporting_line',
    ])
  })

  test('R41 E6: a line that Keycloak tells only when the code is given lets nobody in', async () => {
    for (const [what, report] of inLine) {
      const { login, id, giver, ask, open } = await underReview()
      const by = evidenceReviewer()
      await open(by)
      await bridge.operations.reviewEvidence(bridge.actor(by), ask)
      report(giver, by)
      assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'), what)
    }
  })

  /** A case whose evidence was accepted after the one who had approved it lost the role. */
  const reopened = async () => {
    const { login, id, giver, ask, open } = await underReview()
    const reviewer = evidenceReviewer()
    await open(reviewer)
    bridge.person(giver, { roles: [] })
    const accepted = await bridge.operations.reviewEvidence(bridge.actor(reviewer), ask)
    return { login, id, giver, reviewer, accepted }
  }

  test('R41 E6: where whoever approved may not any more when the evidence is accepted, it is asked for anew', async () => {
    const { login, id, accepted } = await reopened()
    assert.equal(outcomeOf(accepted), 'awaiting_approval')
    const page = await bridge.poll(login)
    assert.ok(page.kind === 'wait')
    assert.deepEqual([page.stage, page.asked.map(({ given }) => given)], ['approval', [0]])
    const { history } = await story(id)
    const { evidenceReviewDigest, openingsDigest, ...facts } = history.at(-1)?.facts ?? {}
    assert.deepEqual(facts, {
      reason: 'approver_may_not_any_more',
      approvals: [{ group: '/leads', count: 1, given: 0 }],
    })
    assert.match(String(evidenceReviewDigest), /^[0-9a-f]{64}$/, 'S05: the review that was accepted is bound')
    assert.match(String(openingsDigest), /^[0-9a-f]{64}$/, 'and so is what was opened for it')
    assert.equal(outcomeOf(await bridge.approve(id, lead())), 'awaiting_factor', 'the review of the evidence stands')
    assert.equal((await bridge.submit(login)).kind, 'granted')
  })

  test('R41 E6: whoever lost the role does not approve again with it, nor does the reviewer of the evidence', async () => {
    const { id, giver, reviewer } = await reopened()
    bridge.person(reviewer, { roles: ['approver', 'evidence-reviewer'], groups: ['/leads'] })
    assert.deepEqual(refusal(await bridge.approve(id, reviewer)), ['kept_apart', 'evidence_reviewer'])
    assert.deepEqual(refusal(await bridge.approve(id, giver)), ['case_unknown'])
  })

  test('R41 I4: nobody approves in the line of whoever reviewed the evidence before', async () => {
    const { id, reviewer } = await reopened()
    for (const by of [lead({ manager: reviewer }), lead()]) {
      bridge.person(reviewer, { manager: by })
      assert.deepEqual(refusal(await bridge.approve(id, by)), ['kept_apart', 'reporting_line'])
    }
    bridge.person(reviewer, { manager: undefined })
    assert.equal(outcomeOf(await bridge.approve(id, lead())), 'awaiting_factor')
  })

  test('R41: nothing is added to evidence that was accepted, until the person was let in', async () => {
    const { login, id } = await reopened()
    const by = lead()
    const give = () =>
      bridge.operations.addEvidence(bridge.actor(by), { case: id, item: 'reason', text: 'Something else.' })
    assert.deepEqual(refusal(await give()), ['evidence_malformed', 'already_reviewed'])
    await bridge.approve(id, by)
    assert.deepEqual(refusal(await give()), ['evidence_malformed', 'already_reviewed'])
    await bridge.submit(login)
    const late = await give()
    assert.equal('isLate' in late && late.isLate, true)
  })

  test('R41: evidence that is refused after somebody approved is a disagreement that a third one looks at', async () => {
    const { id, giver, ask } = await underReview()
    const by = evidenceReviewer()
    const refused = await bridge.operations.reviewEvidence(bridge.actor(by), { ...ask, verdict: 'refuse' })
    assert.equal(outcomeOf(refused), 'denied')
    const [review, ...others] = await bridge.once((tx) => tx.reviews.ofCase(demo, id))
    assert.deepEqual([review?.reason, others], ['disagreement', []])
    const finding = {
      cause: 'process_failure' as const,
      confidence: 'high' as const,
      action: 'talk to both',
      actionOwner: 'ada',
      actionDue: bridge.clock(),
      note: '',
    }
    const look = (name: string) => {
      bridge.person(name, { roles: ['reviewer'] })
      const find = { case: id, review: review?.id ?? asId<ReviewId>(''), finding }
      return bridge.operations.recordReview(bridge.actor(name), find)
    }
    assert.deepEqual(refusal(await look(giver)), ['kept_apart', 'approver'])
    assert.deepEqual(refusal(await look(by)), ['kept_apart', 'evidence_reviewer'])
    assert.equal(outcomeOf(await look(lead())), 'denied')
  })

  const desk = () => lead({ roles: ['desk'], groups: [] })
  const recordVerbal = async (id: CaseId, by: string, named: string, differs: ApprovalDiffers = {}) => {
    const { verdict: _verdict, ...ask } = await bridge.approval(id, differs)
    return bridge.operations.recordVerbalApproval(bridge.actor(by), { ...ask, approver: asId(named) })
  }
  const confirm = (id: CaseId, by: string, verdict: 'confirm' | 'refuse' = 'confirm') =>
    bridge.operations.confirmVerbalApproval(bridge.actor(by), { case: id, verdict, reason })

  test('R23: a spoken approval in person says where the approver was with them, and what they saw', async () => {
    const { id } = await asked({ verbal: { withinSeconds: 300 } })
    await recordVerbal(id, desk(), lead())
    const [spoken] = await bridge.once((tx) => tx.approvals.ofCase(demo, id))
    assert.deepEqual([spoken?.state, spoken?.seen], ['pending', atTheGate])
    const history = await bridge.once((tx) => tx.history.list(demo, id))
    const facts = history.find(({ event }) => event === 'approve_verbally')?.facts
    assert.deepEqual([facts?.['place'], facts?.['document']], [atTheGate.place, atTheGate.document])
  })

  test('S01 R36: where policy wants each in another way, a spoken yes takes its way, and none that was taken', async () => {
    const two = { approvals: [{ group: '/leads', count: 2 }], distinctMethods: true as const }
    const { id } = await asked({ ...two, verbal: { withinSeconds: 300 } })
    assert.equal(outcomeOf(await recordVerbal(id, desk(), lead())), 'awaiting_approval')
    const left = ['call_back_on_record', 'video_and_id', 'manager_confirms']
    assert.deepEqual(refusal(await recordVerbal(id, desk(), lead())), ['method_not_allowed', ...left])
    assert.deepEqual(refusal(await bridge.approve(id, lead())), ['method_not_allowed', ...left])
    assert.equal(outcomeOf(await recordVerbal(id, desk(), lead(), { method: 'video_and_id' })), 'awaiting_factor')
  })

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

  test('R35 S04: what nobody ratifies in time is taken back, and the session with it', async () => {
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
})
