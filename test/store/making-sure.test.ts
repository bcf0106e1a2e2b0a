import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createNewcomers, refusal } from '../support/newcomers.ts'
import { atTheGate, demo, outcomeOf, type PeopleBridge } from '../support/people-installation.ts'

/** What an approver says of how they made sure who asks; each check has a twin without it in test/twins. */
describe('how approvers make sure', () => {
  let people: Awaited<ReturnType<typeof createNewcomers>>
  let bridge: PeopleBridge
  before(async () => {
    people = await createNewcomers()
    bridge = people.bridge
  })
  after(() => people.close())
  const asked: typeof people.asked = (profile) => people.asked(profile)
  const lead: typeof people.lead = (differs) => people.lead(differs)

  test('S01: a way of making sure that the policy does not take is refused', async () => {
    const { id } = await asked({ methods: ['video_and_id'] })
    assert.deepEqual(refusal(await bridge.approve(id, lead())), ['method_not_allowed', 'video_and_id'])
    assert.equal(outcomeOf(await bridge.approve(id, lead(), { method: 'video_and_id' })), 'awaiting_factor')
  })

  test('S01: where policy wants each in another way, a way that was taken is refused, and what is left is named', async () => {
    const two = { approvals: [{ group: '/leads', count: 2 }] }
    const { id } = await asked({ ...two, methods: ['in_person', 'video_and_id'], distinctMethods: true })
    assert.equal(outcomeOf(await bridge.approve(id, lead())), 'awaiting_approval')
    assert.deepEqual(refusal(await bridge.approve(id, lead())), ['method_not_allowed', 'video_and_id'])
    assert.equal(outcomeOf(await bridge.approve(id, lead(), { method: 'video_and_id' })), 'awaiting_factor')
    const other = await asked(two)
    await bridge.approve(other.id, lead())
    assert.equal(outcomeOf(await bridge.approve(other.id, lead())), 'awaiting_factor', 'without it, the same way twice')
  })

  test('S01: a way stays taken though whoever took it may not approve any more', async () => {
    const { id } = await asked({ approvals: [{ group: '/leads', count: 2 }], distinctMethods: true })
    const gone = lead()
    await bridge.approve(id, gone)
    bridge.person(gone, { enabled: false })
    assert.deepEqual(refusal(await bridge.approve(id, lead()))[0], 'method_not_allowed')
    assert.equal(outcomeOf(await bridge.approve(id, lead(), { method: 'video_and_id' })), 'awaiting_approval')
    assert.equal(outcomeOf(await bridge.approve(id, lead(), { method: 'manager_confirms' })), 'awaiting_factor')
  })

  test('R23: of an approval in person, place and document stand in the row and in the history; of another, neither', async () => {
    const { id } = await asked({ approvals: [{ group: '/leads', count: 2 }] })
    await bridge.approve(id, lead())
    await bridge.approve(id, lead(), { method: 'manager_confirms' })
    const approvals = await bridge.once((tx) => tx.approvals.ofCase(demo, id))
    assert.deepEqual(
      new Map(approvals.map(({ method, seen }) => [method, seen])),
      new Map([
        ['in_person', atTheGate],
        ['manager_confirms', undefined],
      ]),
    )
    const approved = (await bridge.once((tx) => tx.history.list(demo, id))).filter(({ event }) => event === 'approve')
    assert.deepEqual(
      approved.map(({ facts }) => [facts['method'], facts['place'], facts['document']]),
      [
        ['in_person', 'Gate 3', 'staff_badge'],
        ['manager_confirms', undefined, undefined],
      ],
    )
  })
})
