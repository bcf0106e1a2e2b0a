import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { composePatterns } from '../../bridge/compose-recording.ts'
import type { AuthorityLine, Policy } from '../../bridge/domain/policy/policy.ts'
import { withPolicy } from '../support/builders.ts'
import { because, createPeopleBridge, type PeopleBridge, usualRoles } from '../support/people-bridge.ts'
import { authorityOfActs, peoplePolicy } from '../support/people-policy.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { recordingPorts } from '../support/recording-ports.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** Of everybody who may see or review something, only who is limited so. */
const limited = (differs: Partial<AuthorityLine>) =>
  authorityOfActs().map((line) => (line.role === 'may-review' ? { ...line, ...differs } : line))

/** Whom a case is about that no rule has judged, by the roles and groups that Keycloak tells now. */
const subjects: Readonly<Record<string, { roles: readonly string[]; groups: readonly string[]; manager?: string }>> = {
  'user-plain': { roles: usualRoles, groups: ['/plant-a/gate', '/teams/blue'] },
  'user-admin': { roles: [...usualRoles, 'admin'], groups: ['/plant-b', '/teams/red'] },
  'user-report': { roles: usualRoles, groups: ['/teams/red'], manager: 'reviewer' },
  reviewer: { roles: [...usualRoles, 'may-review'], groups: ['/teams/red'] },
}

describe('lists of cases that no rule has judged, over the operations API', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let policy: Policy
  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.close())

  /** A bridge with a case of each subject, of somebody who is gone, and of a site where checks fail. */
  const start = async (differs: Partial<AuthorityLine>) => {
    policy = {
      ...peoplePolicy({}, { authority: limited(differs) }),
      zones: { office: ['10.0.0.0/8'] },
      patterns: { site: { failures: 5, people: 5, withinSeconds: 3_600 } },
    }
    bridge = await createPeopleBridge({ store, policy })
    for (const [id, facts] of Object.entries(subjects)) bridge.people.put('demo', id, facts)
    bridge.people.put('demo', 'user-gone', { roles: usualRoles })
    for (const user of [...Object.keys(subjects), 'user-gone']) {
      const occurredAt = new Date(bridge.clock() - 3_600_000).toISOString()
      const past = { user, client: 'app', what: 'The desk reset the passkey.', occurredAt, reason: because }
      assert.equal((await bridge.post('declarer', '/v1/past-overrides', past)).code, 'ok')
    }
    bridge.people.remove('demo', 'user-gone')
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await bridge.steps.ask({ sub: `user-${name}`, sid: `session-of-${name}`, ip: '10.1.2.3' })
    }
    bridge.advance(1_000)
    const find = composePatterns({
      ...recordingPorts(bridge.clock),
      unitOfWork: store.unitOfWork,
      log: createRecordingLog(),
      findPolicy: withPolicy(policy),
    })
    await find(bridge.realm.name)
  }

  type Line = { id: string; case: string; user: string; tier: string }
  const listOf = async (user: string, path: string, name: string) =>
    ((await bridge.get(user, path)).body as Record<string, readonly Line[]>)[name] ?? []
  const casesOf = (user: string) => listOf(user, '/v1/cases?state=review_due', 'cases')
  const queueOf = (user: string) => listOf(user, '/v1/reviews?kind=declared&kind=pattern', 'reviews')
  /** Whose cases stand in somebody's queue. */
  const queuedFor = async (user: string) => {
    const known = new Map((await casesOf('auditor')).map(({ id, user: subject }) => [id, subject]))
    return (await queueOf(user)).map((one) => known.get(one.case)).toSorted()
  }

  const lines: Readonly<Record<string, readonly [Partial<AuthorityLine>, readonly string[]]>> = {
    'ordinary people alone': [{ tiers: ['standard'] }, ['user-plain', 'user-report']],
    'privileged people alone': [{ tiers: ['privileged'] }, ['nobody', 'user-admin', 'user-gone']],
    'people of a group': [{ subjects: ['/plant-a'] }, ['nobody', 'user-plain']],
    'own reports': [{ ownReports: true }, ['nobody', 'user-report']],
    'people of the own team': [{ sharedGroupBelow: '/teams' }, ['nobody', 'user-admin', 'user-report']],
    'people of other teams': [{ notSharedGroupBelow: '/teams' }, ['nobody', 'user-plain']],
    everybody: [{}, ['nobody', 'user-admin', 'user-gone', 'user-plain', 'user-report']],
  }
  for (const [whom, [differs, expected]] of Object.entries(lines)) {
    test(`R25 R5: who reviews ${whom} finds in the queue exactly what they may review, and a place is nobody’s own`, async () => {
      await start(differs)
      assert.deepEqual(await queuedFor('reviewer'), expected)
      const queue = await queueOf('reviewer')
      const told = await casesOf('reviewer')
      for (const { id, user, tier } of await casesOf('auditor')) {
        const { code, body } = await bridge.get('reviewer', `/v1/cases/${id}`)
        const story = body as { mayDo?: string[]; case?: { tier: string } }
        const isOwn = user === 'reviewer'
        const inQueue = queue.some((one) => one.case === id)
        assert.equal(inQueue, story.mayDo?.includes('review') === true && !isOwn, `the queue, of ${user}`)
        assert.equal(
          told.some((one) => one.id === id),
          code === 'ok',
          `the list, of ${user}`,
        )
        if (code === 'ok') assert.equal(tier, story.case?.tier, `the tier, of ${user}`)
      }
      for (const one of queue) {
        const finding = {
          review: one.id,
          cause: 'sensor',
          confidence: 'high',
          action: 'Replace it.',
          actionOwner: 'desk',
          actionDue: new Date(bridge.clock() + 86_400_000).toISOString().slice(0, 10),
        }
        assert.equal((await bridge.post('reviewer', `/v1/cases/${one.case}/reviews`, finding)).code, 'ok')
      }
      assert.deepEqual(await queueOf('reviewer'), [])
    })
  }

  test('R25: Keycloak is asked once for a list, and not for whoever can see none of it', async () => {
    await start({ tiers: ['standard'] })
    const askedFor = async (user: string, path: string) => {
      const before = bridge.people.asked()
      await bridge.get(user, path)
      return bridge.people.asked() - before - 1
    }
    for (const path of ['/v1/reviews', '/v1/cases']) {
      assert.equal(await askedFor('second-reviewer', path), 1, path)
      assert.equal(await askedFor('stranger', path), 0, path)
    }
    assert.equal(await askedFor('lead', '/v1/reviews'), 0)
  })

  test('R37 C04: nobody finds the reviews of own cases in the queue, with whichever account, nor who answers for them', async () => {
    await start({})
    bridge.people.put('demo', 'user-plain', { identity: 'E7' })
    bridge.people.put('demo', 'plain-reviews', { roles: ['may-review'], identity: 'E7' })
    bridge.people.put('demo', 'plain-audits', { roles: ['fallback-auditor'], identity: 'E7' })
    for (const user of ['plain-reviews', 'plain-audits']) {
      assert.ok(!(await queuedFor(user)).includes('user-plain'), user)
      assert.ok((await queuedFor(user)).includes('user-admin'), user)
    }
    const [own] = (await casesOf('reviewer')).filter(({ user }) => user === 'reviewer')
    assert.equal((own as unknown as { owner: string | null }).owner, null)
    assert.ok((await queuedFor('second-reviewer')).includes('reviewer'))
  })
})
