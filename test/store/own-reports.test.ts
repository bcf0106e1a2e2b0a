import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { lines } from '../support/asking-policy.ts'
import { createNewcomers, denied, refusal } from '../support/newcomers.ts'
import { outcomeOf, type PeopleBridge } from '../support/people-installation.ts'

/** Where the policy lets approvers decide for their own reports alone. */
describe('a manager and the own reports', () => {
  let people: Awaited<ReturnType<typeof createNewcomers>>
  let bridge: PeopleBridge
  before(async () => {
    people = await createNewcomers()
    bridge = people.bridge
  })
  after(() => people.close())
  const asked: typeof people.asked = (profile, differs) => people.asked(profile, differs)
  const lead: typeof people.lead = (differs) => people.lead(differs)

  const ownReports = {
    authority: lines.map((line) => (line.role === 'approver' ? { ...line, ownReports: true as const } : line)),
  }

  test('R41: a manager decides for the own reports, and for others there is no such case', async () => {
    const { login, id } = await asked({}, ownReports)
    const [manager, other] = [lead(), lead()]
    assert.deepEqual(refusal(await bridge.approve(id, manager)), ['case_unknown'], 'no manager is known')
    bridge.person(login.user, { manager })
    assert.deepEqual(refusal(await bridge.approve(id, other)), ['case_unknown'])
    assert.equal(outcomeOf(await bridge.approve(id, manager)), 'awaiting_factor')
    assert.equal((await bridge.submit(login)).kind, 'granted')
  })

  test('R41 E6: a manager who is the manager no more when the code is given lets nobody in', async () => {
    for (const now of [lead(), undefined]) {
      const { login, id } = await asked({}, ownReports)
      const manager = lead()
      bridge.person(login.user, { manager })
      assert.equal(outcomeOf(await bridge.approve(id, manager)), 'awaiting_factor')
      bridge.person(login.user, { manager: now })
      assert.deepEqual(await bridge.submit(login), denied(id, 'approval_void'))
    }
  })

  test('R36: who is said to have approved must be one who could: the manager, and nobody else’s', async () => {
    const { login, id } = await asked({ verbal: { withinSeconds: 600 } }, ownReports)
    const [manager, other] = [lead(), lead()]
    bridge.person(login.user, { manager })
    const desk = lead({ roles: ['desk'], groups: [] })
    const seen = await bridge.approval(id)
    const record = (approver: string) =>
      bridge.operations.recordVerbalApproval(bridge.actor(desk), { ...seen, approver })
    assert.deepEqual(refusal(await record(other)), ['approver_unfit'])
    assert.equal(outcomeOf(await record(manager)), 'awaiting_factor')
  })

  test('R41: a list shows a manager the cases of the own reports alone, and asks once for a page', async () => {
    const first = await asked({}, ownReports)
    const others = [await asked({}, ownReports), await asked({}, ownReports)]
    const manager = lead({ groups: [] })
    for (const { login } of [first, ...others.slice(1)]) bridge.person(login.user, { manager })
    const before = bridge.finds()
    const all = { states: undefined, profile: undefined, user: undefined, since: undefined, until: undefined }
    const listed = await bridge.operations.listCases(bridge.actor(manager), { ...all, after: undefined, limit: 100 })
    assert.ok(listed.outcome === 'done')
    assert.deepEqual(new Set(listed.cases.map(({ id }) => id)), new Set([first.id, others[1]?.id]))
    assert.equal(bridge.finds() - before, 1)
    const unled = await bridge.operations.listCases(bridge.actor(lead({ roles: ['reviewer'] })), {
      ...all,
      after: undefined,
      limit: 1,
    })
    assert.ok(unled.outcome === 'done' && unled.cases.length === 1)
    assert.equal(bridge.finds() - before, 1, 'whom it makes no difference for is asked nothing')
  })
})
