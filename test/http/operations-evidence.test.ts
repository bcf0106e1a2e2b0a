import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { because, createPeopleBridge, type PeopleBridge } from '../support/people-bridge.ts'
import { analysts, leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100, 7)])

describe('evidence over the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  beforeEach(async () => {
    store = await openTestStore()
    const policy = peoplePolicy({ minimumBand: 'review', approvals: [{ group: leads, count: 1 }] })
    bridge = await createPeopleBridge({ store, policy })
  })
  afterEach(() => store.close())

  const give = (id: string, item: object, user = 'agent') => bridge.post(user, `/v1/cases/${id}/evidence`, item)
  const open = (id: string, evidence: unknown, user = 'verifier') =>
    bridge.get(user, `/v1/cases/${id}/evidence/${evidence}`)
  const review = async (id: string, differs: object = {}, user = 'verifier') => {
    const { case: current, evidence } = await bridge.story(id)
    const shown = { version: current.version, evidenceDigest: evidence.evidenceDigest }
    return bridge.post(user, `/v1/cases/${id}/evidence-reviews`, {
      verdict: 'accept',
      ...shown,
      reason: because,
      ...differs,
    })
  }
  /** A case with two items whose approval is given. */
  const approved = async () => {
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    const badge = await give(login.id, { item: 'badge', mediaType: 'image/png', content: png.toString('base64') })
    assert.equal((await bridge.decide('lead', login)).body['state'], 'awaiting_evidence_review')
    return { ...login, badge: badge.body['evidence'] }
  }

  test('R4 R41: every item is opened, then accepted by somebody with no other part, and the login goes on', async () => {
    const login = await approved()
    const { items, missing, opened } = (await bridge.get('verifier', `/v1/cases/${login.id}/evidence`)).body as Listed
    assert.deepEqual([items.map(({ item }) => item).toSorted(), missing, opened], [['badge', 'what-happened'], [], []])
    const unopened = await review(login.id)
    assert.deepEqual([unopened.status, unopened.code], [409, 'evidence_unopened'])
    assert.deepEqual((unopened.body['about'] as string[]).toSorted(), items.map(({ id }) => id).toSorted())
    for (const { id } of items) assert.equal((await open(login.id, id)).status, 200)
    assert.equal((await review(login.id)).body['state'], 'awaiting_factor')
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
  })

  test('R41: an item that somebody else opened is not opened, and HEAD opens nothing', async () => {
    const login = await approved()
    const { items } = (await bridge.get('verifier', `/v1/cases/${login.id}/evidence`)).body as Listed
    for (const { id } of items) await open(login.id, id, 'reviewer')
    const { default: request } = await import('supertest')
    const token = await bridge.token('verifier')
    for (const { id } of items) {
      const head = await request(bridge.app)
        .head(`/v1/cases/${login.id}/evidence/${id}`)
        .set('Authorization', `Bearer ${token}`)
      assert.equal(head.status, 405)
    }
    assert.equal((await review(login.id)).code, 'evidence_unopened')
  })

  test('an item comes back as it was given, with its hash', async () => {
    const login = await approved()
    const { body } = await open(login.id, login.badge)
    const sha256 = createHash('sha256').update(png).digest('hex')
    assert.deepEqual(body, {
      item: 'badge',
      kind: 'attachment',
      sha256,
      mediaType: 'image/png',
      content: png.toString('base64'),
    })
  })

  test('C16: evidence is not kept by a browser or a proxy', async () => {
    const login = await approved()
    assert.equal((await open(login.id, login.badge)).headers['cache-control'], 'no-store')
  })

  test('an attachment is what its first bytes say, within bounds, and only for an item that takes one', async () => {
    const { id } = await bridge.waiting()
    const content = png.toString('base64')
    const malformed: readonly [object, string][] = [
      [{ item: 'badge', mediaType: 'application/pdf', content }, 'content'],
      [{ item: 'badge', mediaType: 'image/jpeg', content }, 'content'],
      [{ item: 'badge', mediaType: 'image/png', content: '' }, 'size'],
      [{ item: 'badge', text: 'a picture, in words' }, 'kind'],
      [{ item: 'what-happened', mediaType: 'image/png', content }, 'kind'],
      [{ item: 'no-such-item', text: 'something' }, 'item'],
      [{ item: 'what-happened', text: '  ' }, 'text'],
      [{ item: 'what-happened', text: 'x'.repeat(4_001) }, 'text'],
      [{ item: 'what-happened', text: 'a\u0000b' }, 'text'],
    ]
    for (const [item, about] of malformed) {
      const told = await give(id, item)
      assert.deepEqual([told.status, told.code, told.body['about']], [400, 'evidence_malformed', [about]], about)
    }
    for (const item of [
      { item: 'badge', mediaType: 'image/svg+xml', content },
      { item: 'badge', mediaType: 'image/png', content: 'not base64!' },
      { item: 'badge', mediaType: 'image/png', content, text: 'both' },
      { item: 'badge' },
    ]) {
      assert.equal((await give(id, item)).code, 'input_malformed')
    }
    assert.deepEqual((await bridge.story(id)).evidence.items, [])
  })

  test('K11: the greatest attachment is taken, and a greater one is not', async () => {
    const { id } = await bridge.waiting()
    const attachment = (bytes: number) => ({
      item: 'badge',
      mediaType: 'image/png',
      content: Buffer.concat([png, Buffer.alloc(bytes - png.length)]).toString('base64'),
    })
    assert.equal((await give(id, attachment(524_288))).status, 200)
    const over = await give(id, attachment(524_289))
    assert.equal(over.status, 400)
    const far = await give(id, attachment(540_000))
    assert.deepEqual([far.status, far.code], [413, 'body_too_large'])
  })

  test('R11: what comes after the person was let in is late for ever, and fills no gap before it', async () => {
    const login = await approved()
    for (const { id } of (await bridge.story(login.id)).evidence.items) await open(login.id, id)
    assert.equal((await review(login.id)).status, 200)
    await bridge.enterCode(login)
    const told = await give(login.id, { item: 'ticket', text: 'INC-4711' })
    assert.deepEqual([told.status, told.body['late']], [200, true])
    const { items } = (await bridge.story(login.id)).evidence
    assert.deepEqual(items.map(({ late }) => late).toSorted(), [false, false, true])
  })

  test('C06: evidence that changed since it was shown is not reviewed by what was shown', async () => {
    const login = await approved()
    const { evidence } = await bridge.story(login.id)
    await give(login.id, { item: 'ticket', text: 'INC-4711' })
    const told = await review(login.id, { evidenceDigest: evidence.evidenceDigest })
    assert.deepEqual([told.status, told.code], [409, 'evidence_changed'])
    assert.equal((await review(login.id, { version: 1 })).code, 'case_stale')
  })

  test('R41: whoever approved, or gave evidence, does not review it', async () => {
    bridge.people.put('demo', 'lead', { roles: ['may-approve', 'may-review-evidence'] })
    bridge.people.put('demo', 'agent', { roles: ['may-open-for-another', 'may-review-evidence'] })
    const login = await approved()
    assert.deepEqual((await review(login.id, {}, 'lead')).body['about'], ['approver'])
    assert.deepEqual((await review(login.id, {}, 'agent')).body['about'], ['evidence_giver'])
  })

  test('R41: whoever reports to the approver, or has them report, does not review it', async () => {
    const login = await approved()
    for (const { id } of (await bridge.story(login.id)).evidence.items) await open(login.id, id)
    bridge.people.put('demo', 'verifier', { manager: 'Name-Of-Lead' })
    const refused = await review(login.id)
    assert.deepEqual([refused.status, refused.code, refused.body['about']], [403, 'kept_apart', ['reporting_line']])
    bridge.people.put('demo', 'verifier', { manager: undefined })
    bridge.people.put('demo', 'lead', { manager: 'verifier' })
    assert.deepEqual((await review(login.id)).body['about'], ['reporting_line'])
    bridge.people.put('demo', 'lead', { manager: 'name-of-somebody-else' })
    assert.equal((await review(login.id)).body['state'], 'awaiting_factor')
  })

  test('R41: while Keycloak cannot tell who reports to whom, nobody reviews', async () => {
    const login = await approved()
    const { case: current, evidence } = await bridge.story(login.id)
    const shown = { version: current.version, evidenceDigest: evidence.evidenceDigest }
    bridge.people.fail(true)
    const told = await bridge.post('verifier', `/v1/cases/${login.id}/evidence-reviews`, {
      verdict: 'refuse',
      ...shown,
      reason: because,
    })
    assert.equal(told.code, 'keycloak_unreachable')
    bridge.people.fail(false)
    assert.equal((await bridge.story(login.id)).case.state, 'awaiting_evidence_review')
  })

  test('E6: an approver who lost the role is asked for anew once the evidence was accepted, and the page says so', async () => {
    const login = await approved()
    for (const { id } of (await bridge.story(login.id)).evidence.items) await open(login.id, id)
    bridge.people.put('demo', 'lead', { enabled: false })
    const accepted = await review(login.id)
    assert.deepEqual([accepted.status, accepted.body['state']], [200, 'awaiting_approval'])
    const { answer } = await bridge.poll(login)
    assert.deepEqual(
      [answer['kind'], answer['stage'], answer['asked']],
      ['wait', 'approval', [{ label: 'service-desk-leads', count: 1, given: 0 }]],
    )
    assert.deepEqual(
      (await bridge.story(login.id)).request.demands.map(({ given }) => given),
      [0],
    )
    const late = await give(login.id, { item: 'ticket', text: 'INC-4711' })
    assert.deepEqual([late.code, late.body['about']], ['evidence_malformed', ['already_reviewed']])
    assert.equal((await bridge.decide('second-lead', login)).body['state'], 'awaiting_factor')
    assert.equal((await bridge.enterCode(login)).answer['kind'], 'granted')
  })

  test('E6: of two groups the page says which of them is asked anew, and the other stays answered', async () => {
    await store.close()
    store = await openTestStore()
    const approvals = [leads, analysts].map((group) => ({ group, count: 1 }))
    bridge = await createPeopleBridge({ store, policy: peoplePolicy({ minimumBand: 'review', approvals }) })
    const login = await bridge.waiting()
    await bridge.giveText(login.id)
    await bridge.decide('lead', login)
    assert.equal((await bridge.decide('analyst', login)).body['state'], 'awaiting_evidence_review')
    for (const { id } of (await bridge.story(login.id)).evidence.items) await open(login.id, id)
    bridge.people.put('demo', 'lead', { groups: [] })
    assert.equal((await review(login.id)).body['state'], 'awaiting_approval')
    const { answer } = await bridge.poll(login)
    assert.deepEqual(
      (answer['asked'] as { given: number }[]).map(({ given }) => given),
      [0, 1],
    )
  })

  test('a refusal of the evidence ends the case, opened or not', async () => {
    const login = await approved()
    assert.equal((await review(login.id, { verdict: 'refuse' })).body['state'], 'denied')
    assert.equal((await bridge.poll(login)).answer['kind'], 'denied')
  })
})

type Listed = { items: { id: string; item: string }[]; missing: string[]; opened: string[] }
