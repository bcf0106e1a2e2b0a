import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { because, createPeopleBridge, type PeopleBridge, type Story, usualRoles } from '../support/people-bridge.ts'
import { analysts, leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const decoys = '/decoys'

/** Somebody who is made up asks, so that it can be seen who says yes without having made sure (S07). */
describe('requests of decoys', () => {
  let store: TestStore
  let bridge: PeopleBridge
  beforeEach(async () => {
    store = await openTestStore()
    await under()
  })
  afterEach(() => store.close())

  const under = async (differs: Parameters<typeof peoplePolicy>[0] = {}) => {
    bridge = await createPeopleBridge({ store, policy: peoplePolicy(differs, { decoys: { group: decoys } }) })
  }
  /** Mia is made up; asks people, with what they want to know. */
  const mia = async (differs: object = {}) => {
    const groups = ['/sales', decoys]
    bridge.people.put('demo', 'user-mia', { roles: usualRoles, groups })
    const login = await bridge.waiting({ sub: 'user-mia', subject: { roles: usualRoles, groups }, ...differs })
    await bridge.giveText(login.id)
    return login
  }
  const chains = async () => {
    bridge.advance(1)
    return (await bridge.get('auditor', '/v1/statistics/chains')).body
  }
  const sayYes = async (login: Awaited<ReturnType<typeof mia>>) => {
    assert.equal((await bridge.decide('lead', login)).body['state'], 'awaiting_approval')
    return bridge.decide('analyst', login)
  }

  test('S07: nobody who may decide can tell a decoy from anybody else, and auditors can', async () => {
    const login = await mia()
    for (const user of ['lead', 'verifier', 'reviewer', 'agent']) {
      const { body } = await bridge.get(user, `/v1/cases/${login.id}`)
      assert.doesNotMatch(JSON.stringify(body), /decoys/, user)
      assert.equal(body['isDecoy'] ?? null, null, user)
    }
    const { request } = await bridge.story(login.id, 'lead')
    assert.deepEqual((request as unknown as { facts: { groups: string[] } }).facts.groups, ['/sales'])
    assert.doesNotMatch(JSON.stringify((await bridge.get('lead', '/v1/cases')).body), /decoy/i)
    assert.equal((await bridge.story(login.id))['isDecoy'], true)
    bridge.people.put('demo', 'both', { roles: ['fallback-auditor', 'may-approve'], groups: [leads] })
    assert.equal((await bridge.story(login.id, 'both'))['isDecoy'], null, 'an auditor who may decide is not told')
    await bridge.decide('lead', login, { verdict: 'deny' })
    assert.equal((await bridge.story(login.id, 'both'))['isDecoy'], true, 'now there is nothing to decide')
    const other = await bridge.waiting()
    assert.equal((await bridge.story(other.id))['isDecoy'], false)
  })

  test('S07: whatever people say nobody is let in, and the yeses are told to auditors', async () => {
    const login = await mia()
    const second = await sayYes(login)
    assert.deepEqual([second.status, second.body['state']], [200, 'denied'])
    assert.deepEqual(
      [(await bridge.poll(login)).answer['reason'], (await bridge.enterCode(login)).answer['reason']],
      ['decoy', 'decoy'],
    )
    const { history, case: current } = await bridge.story(login.id)
    assert.deepEqual([current.state, (current as unknown as { grantedAt: null }).grantedAt], ['denied', null])
    assert.deepEqual(
      history.slice(-1).map(({ event, facts }) => [event, facts['reason'], facts['approvals']]),
      [
        [
          'deny',
          'decoy',
          [
            { group: leads, given: 1 },
            { group: analysts, given: 1 },
          ],
        ],
      ],
    )
    const yes = (id: string) => ({ person: { id, name: `name-of-${id}` }, approved: 1, decisions: 1 })
    assert.deepEqual((await chains())['decoys'], [yes('analyst'), yes('lead')])
  })

  test('S07: a no to a decoy is a no like any other, and is counted for who said it', async () => {
    const login = await mia()
    assert.equal((await bridge.decide('lead', login, { verdict: 'deny' })).body['state'], 'denied')
    assert.equal((await bridge.poll(login)).answer['reason'], 'decoy')
    const person = { id: 'lead', name: 'name-of-lead' }
    assert.deepEqual((await chains())['decoys'], [{ person, approved: 0, decisions: 1 }])
    assert.equal((await bridge.steps.ask({ ...login.login, sid: 'again' })).answer['reason'], 'cool_down')
  })

  test('S07 R41: where the evidence is reviewed, that is waited for too, and then nobody is let in', async () => {
    await under({ minimumBand: 'review' })
    const login = await mia()
    assert.equal((await sayYes(login)).body['state'], 'awaiting_evidence_review')
    const { evidence, case: current } = await bridge.story(login.id, 'verifier')
    for (const { id } of evidence.items) await bridge.get('verifier', `/v1/cases/${login.id}/evidence/${id}`)
    const reviewed = await bridge.post('verifier', `/v1/cases/${login.id}/evidence-reviews`, {
      verdict: 'accept',
      version: current.version,
      evidenceDigest: evidence.evidenceDigest,
      reason: because,
    })
    assert.deepEqual([reviewed.code, reviewed.body['state']], ['ok', 'denied'])
    assert.equal((await bridge.enterCode(login)).answer['reason'], 'decoy')
  })

  test('S07 R36: a spoken yes lets a decoy in no more, and may lapse', async () => {
    await under({ approvals: [{ group: leads, count: 1 }], verbal: { withinSeconds: 300 } })
    const login = await mia()
    const { match, verdict: _, ...body } = await bridge.approval(login)
    const spoken = await bridge.post('agent', `/v1/cases/${login.id}/verbal-approvals`, {
      ...body,
      match,
      approver: 'lead',
    })
    assert.deepEqual([spoken.code, spoken.body['state']], ['ok', 'denied'])
    assert.equal((await bridge.enterCode(login)).answer['reason'], 'decoy')
    bridge.advance(300_001)
    assert.equal((await bridge.runUnratify(login.id)).outcome, 'done')
    const story: Story = await bridge.story(login.id)
    assert.deepEqual([story.case.state, story.approvals.map(({ state }) => state)], ['denied', ['lapsed']])
    assert.deepEqual((await chains())['decoys'], [])
  })

  test('S07 R5: what decoys fail at is no failure that counts', async () => {
    await mia()
    await bridge.waiting()
    bridge.advance(1)
    const { body } = await bridge.get('auditor', '/v1/statistics/failures?by=user')
    assert.deepEqual(
      (body['values'] as { value: string }[]).map(({ value }) => value),
      ['user-ada'],
    )
  })
})
