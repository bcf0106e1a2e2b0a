import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { composeBypasses } from '../../bridge/compose-recording.ts'
import { caseStates } from '../../bridge/domain/case.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import type { AdminAct } from '../../bridge/domain/review/bypass.ts'
import { demoPolicy, withPolicy } from '../support/builders.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { recordingPorts } from '../support/recording-ports.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const demo: RealmName = asId('demo')
const start = 1_800_000_000_000

describe('overrides outside of the process', () => {
  let store: TestStore
  let now: number
  let acts: AdminAct[]
  let asked: number[]
  beforeEach(async () => {
    store = await openTestStore()
    now = start
    acts = []
    asked = []
  })
  afterEach(() => store.close())

  const watch = () =>
    composeBypasses({
      ...recordingPorts(() => now),
      unitOfWork: store.unitOfWork,
      log: createRecordingLog(),
      findPolicy: withPolicy(demoPolicy()),
      readAdminActs: async (_realm, since) => {
        asked.push(since)
        return acts.filter(({ at }) => at >= since)
      },
    })
  const cases = () =>
    store.unitOfWork((tx) =>
      tx.cases.page(demo, {
        states: caseStates,
        profile: undefined,
        user: undefined,
        since: undefined,
        until: undefined,
        after: undefined,
        count: 100,
      }),
    )
  const removal = (at: number, user = 'user-ada'): AdminAct => ({
    operation: 'DELETE',
    path: `users/${user}/credentials/c1`,
    actor: 'admin-1',
    client: 'console',
    at,
    failed: false,
  })

  test('R8: a credential that an administrator removes is a case that waits for its review, once', async () => {
    const look = watch()
    await look(demo)
    now += 20_000
    acts.push(removal(now - 5_000))
    await look(demo)
    now += 20_000
    await look(demo)
    const [only, ...more] = await cases()
    assert.deepEqual([only?.state, only?.user, more.length], ['review_due', 'user-ada', 0])
    const reviews = await store.unitOfWork((tx) => tx.reviews.ofCase(demo, only?.id ?? asId('none')))
    assert.deepEqual(
      reviews.map(({ reason, done }) => [reason, done]),
      [['out_of_band', undefined]],
    )
    const [opening] = await store.unitOfWork((tx) => tx.history.list(demo, only?.id ?? asId('none')))
    assert.deepEqual(
      [
        opening?.event,
        opening?.actor,
        opening?.facts['kind'],
        opening?.facts['occurredAt'],
        opening?.facts['recordedAt'],
      ],
      ['declare', 'user:admin-1', 'credential_removed', start + 15_000, start + 20_000],
    )
  })

  test('R8: what happened before the first look is not judged; what Keycloak commits late is seen by the next', async () => {
    acts.push(removal(start - 1_000_000))
    const look = watch()
    await look(demo)
    assert.deepEqual(asked, [])
    now += 20_000
    await look(demo)
    assert.equal((await cases()).length, 0)
    acts.push(removal(start + 10_000, 'user-bob'))
    now += 20_000
    await look(demo)
    assert.deepEqual(
      (await cases()).map(({ user }) => user),
      ['user-bob'],
    )
  })

  test('R8: two replicas that see the same act make one case', async () => {
    await watch()(demo)
    now += 20_000
    acts.push(removal(now - 1_000))
    await Promise.all([watch()(demo), watch()(demo)])
    assert.equal((await cases()).length, 1)
  })
})
