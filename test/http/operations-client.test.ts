import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Listener, listen } from '../../bridge/http/listen.ts'
import { createCallAsPerson } from '../../bridge/operations-client/call-as-person.ts'
import { createOperations } from '../../bridge/operations-client/create-operations.ts'
import { createSendToOperations, type Sent } from '../../bridge/operations-client/send-to-operations.ts'
import { ada, atTheGate, because, createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { leads, peoplePolicy } from '../support/people-policy.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

describe('the command line’s client and the operations API, over a real connection', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let listener: Listener
  before(async () => {
    store = await openTestStore()
    const policy = peoplePolicy({ approvals: [{ group: leads, count: 1 }], verbal: { withinSeconds: 600 } })
    bridge = await createPeopleBridge({ store, policy, acceptedAcr: ['passkey'] })
    listener = await listen(bridge.app, { host: '127.0.0.1', port: 0, tls: undefined })
  })
  after(async () => {
    await listener.close()
    await store.close()
  })

  const clientOf = (user: string, token = () => bridge.token(user)) => {
    const send = createSendToOperations({ url: `http://127.0.0.1:${listener.port}`, timeoutMs: 5_000 })
    return createOperations(
      createCallAsPerson<never>(send, { first: async () => ({ token: await token() }), again: async () => 'cannot' }),
    )
  }
  const valueIn = async <Value>(coming: Promise<Sent<Value> | { outcome: 'not_signed_in' }>): Promise<Value> => {
    const sent = await coming
    assert.ok(sent.outcome === 'done', JSON.stringify(sent))
    return sent.value
  }

  test('each of its calls is understood, and each answer is one that it understands', async () => {
    const lead = clientOf('lead')
    const agent = clientOf('agent')
    const login = await bridge.waiting()
    const { cases } = await valueIn(lead.listCases({ waiting: 'true', state: ['awaiting_approval', 'granted'] }))
    assert.deepEqual(
      cases.map(({ id, openedAt }) => [id, openedAt]),
      [[login.id, bridge.clock()]],
    )
    const given = await valueIn(agent.addEvidence(login.id, 'what-happened', { text: 'The reader is broken.' }))
    const { items } = await valueIn(lead.listEvidence(login.id))
    assert.deepEqual(
      items.map(({ id }) => id),
      [given.evidence],
    )
    assert.deepEqual((await valueIn(lead.openEvidence(login.id, given.evidence))).sha256, items[0]?.sha256)
    const shown = await valueIn(lead.showCase(login.id))
    const asked = {
      version: shown.case.version,
      factsDigest: shown.request?.factsDigest ?? '',
      match: login.match,
      method: 'call_back_on_record',
      reason: because,
    }
    const spoken = await valueIn(agent.recordVerbally(login.id, { ...asked, approver: 'lead' }))
    assert.equal(spoken.confirmBy, bridge.clock() + 600_000)
    assert.equal((await valueIn(lead.confirm(login.id, 'confirm', because))).state, 'awaiting_factor')
    assert.equal((await valueIn(lead.revoke(login.id, because))).state, 'revoked')
    assert.equal((await valueIn(clientOf(ada).dispute(login.id))).state, 'revoked')
    const reviewer = clientOf('reviewer')
    const declared = await valueIn(
      clientOf('declarer').declare({
        user: ada,
        client: 'app',
        occurredAt: new Date(bridge.clock() - 60_000).toISOString(),
        what: 'The desk reset the passkey.',
        reason: because,
      }),
    )
    const { reviews } = await valueIn(reviewer.listReviews({ kind: ['declared'] }))
    assert.equal(reviews[0]?.case, declared.case)
    const finding = {
      review: reviews[0]?.id ?? '',
      cause: 'process_failure',
      confidence: 'low',
      action: 'Train the desk.',
      actionOwner: 'lead',
      actionDue: new Date(bridge.clock()).toISOString().slice(0, 10),
      note: '',
    }
    assert.equal((await valueIn(reviewer.review(declared.case, finding))).state, 'closed')
    assert.equal((await valueIn(clientOf('auditor').statistics({}))).verbalPending, 0)
    const until = new Date(bridge.clock() + 1).toISOString()
    assert.equal((await valueIn(clientOf('auditor').chains({ until }))).decisions, 1)
    for (const id of [login.id, declared.case]) await valueIn(clientOf('auditor').showCase(id))
  })

  test('its yes and its no are taken as they are sent', async () => {
    for (const sub of ['user-bob', 'user-eve']) bridge.people.put('demo', sub, { roles: usualRoles })
    const lead = clientOf('lead')
    for (const [sub, state] of [
      ['user-bob', 'awaiting_factor'],
      ['user-eve', 'denied'],
    ] as const) {
      const login = await bridge.waiting({ sub })
      await bridge.giveText(login.id)
      const { case: current, request } = await valueIn(lead.showCase(login.id))
      const shown = { version: current.version, factsDigest: request?.factsDigest ?? '' }
      const decided =
        state === 'denied'
          ? lead.deny(login.id, { ...shown, reason: because })
          : lead.approve(login.id, {
              ...shown,
              match: login.match,
              method: 'in_person',
              seen: atTheGate,
              reason: because,
            })
      assert.equal((await valueIn(decided)).state, state)
    }
  })

  test('C10: it reads what a fresh sign-in must reach, and which refusal it met', async () => {
    const old = clientOf('lead', () => bridge.token('lead', { auth_time: Math.floor(bridge.clock() / 1000) - 3_600 }))
    assert.deepEqual(await old.revoke('fb-1', because), {
      outcome: 'step_up_needed',
      challenge: { acr: ['passkey'], maxAgeSeconds: 900 },
    })
    assert.equal((await clientOf('lead', async () => 'a.b.c').statistics({})).outcome, 'token_refused')
    const refused = await clientOf('lead').showCase('fb-1')
    assert.ok(refused.outcome === 'refused')
    assert.deepEqual([refused.status, refused.code], [404, 'case_unknown'])
  })
})
