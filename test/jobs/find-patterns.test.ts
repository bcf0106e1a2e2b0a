import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { composePatterns } from '../../bridge/compose-recording.ts'
import { caseStates } from '../../bridge/domain/case.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import type { FailurePlaces } from '../../bridge/domain/pattern/dimension.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { demoPolicy, withPolicy } from '../support/builders.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { recordingPorts } from '../support/recording-ports.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

const demo: RealmName = asId('demo')
const other: RealmName = asId('other')
const start = 1_800_000_000_000
const day = 86_400_000

const page = {
  states: caseStates,
  profile: undefined,
  user: undefined,
  since: undefined,
  until: undefined,
  after: undefined,
  count: 100,
}

describe('failures that repeat', () => {
  let store: TestStore
  let now: number
  let policy: Policy
  let log: ReturnType<typeof createRecordingLog>
  beforeEach(async () => {
    store = await openTestStore()
    now = start
    policy = { ...demoPolicy(), patterns: { time_band: { failures: 10_000, people: 5, withinSeconds: 3_600 } } }
    log = createRecordingLog()
  })
  afterEach(() => store.close())

  const look = (realm = demo) =>
    composePatterns({
      ...recordingPorts(() => now),
      unitOfWork: store.unitOfWork,
      log,
      findPolicy: withPolicy(policy),
    })(realm)
  const fail = (name: string, count: number, differs: { at?: number; places?: Partial<FailurePlaces> } = {}) =>
    store.unitOfWork(async (tx) => {
      const { at = now - 1_000, places = {} } = differs
      for (let number = 0; number < count; number += 1) {
        await tx.failures.record(
          {
            realm: demo,
            user: asId(name),
            session: `session-of-${name}-${number}`,
            failedAt: at + number,
            seenAt: at,
            class: number === 0 ? 'other' : 'cancelled_or_timed_out',
            places: { time_band: '08:00-12:00', ...places },
          },
          100,
        )
      }
    })
  const cases = (realm = demo) => store.unitOfWork((tx) => tx.cases.page(realm, page))
  const people = ['ada', 'bob', 'cid', 'dan', 'eve']
  const failAtOffice = async (each: number, at?: number) => {
    for (const name of people) {
      await fail(`${name}-${at ?? now}`, each, { places: { site: 'office' }, ...(at === undefined ? {} : { at }) })
    }
  }
  const finish = () =>
    store.unitOfWork(async (tx) => {
      for (const review of await tx.reviews.due(demo, { after: undefined, count: 10, reasons: ['pattern'] })) {
        await tx.reviews.finish(demo, review.id, {
          cause: 'sensor',
          confidence: 'high',
          action: 'Replace the reader',
          actionOwner: 'facilities',
          actionDue: now,
          note: '',
          by: asId('reviewer'),
          byName: 'reviewer',
          at: now,
        })
      }
    })

  test('R5: five failed logins of one person within a week are a case that waits for its review', async () => {
    await fail('ada', 5)
    await look()
    const [only, ...more] = await cases()
    assert.deepEqual(
      [only?.state, only?.user, only?.failureClass, more.length],
      ['review_due', 'ada', 'cancelled_or_timed_out', 0],
    )
    const id = only?.id ?? asId('none')
    const pattern = await store.unitOfWork((tx) => tx.patterns.find(demo, id))
    assert.deepEqual(pattern, {
      realm: demo,
      case: id,
      dimension: 'user',
      value: 'ada',
      since: now - 7 * day,
      until: now,
      failures: 5,
      people: 1,
      before: undefined,
      classes: { cancelled_or_timed_out: 4, other: 1 },
    })
    const reviews = await store.unitOfWork((tx) => tx.reviews.ofCase(demo, id))
    assert.deepEqual(
      reviews.map(({ reason, dueAt, done }) => [reason, dueAt, done]),
      [['pattern', now + day, undefined]],
    )
    const [opening] = await store.unitOfWork((tx) => tx.history.list(demo, id))
    assert.deepEqual([opening?.event, opening?.actor], ['find_pattern', 'system'])
    assert.deepEqual([opening?.facts['dimension'], opening?.facts['failures']], ['user', 5])
    assert.deepEqual(
      log.lines.map(({ message, fields }) => [message, fields?.kind]),
      [['failures repeat', 'user']],
    )
  })

  test('R5: four are none, nor are five of which one is older than the span', async () => {
    await fail('ada', 4)
    await fail('ada', 1, { at: now - 7 * day - 1 })
    await look()
    assert.deepEqual(await cases(), [])
  })

  test('R5: the policy’s own threshold counts', async () => {
    policy = { ...policy, patterns: { ...policy.patterns, user: { failures: 2, withinSeconds: 3_600 } } }
    await fail('ada', 2)
    await fail('bob', 2, { at: now - 3_600_001 })
    await look()
    assert.deepEqual(
      (await cases()).map(({ user }) => user),
      ['ada'],
    )
  })

  test('R5: while a pattern waits it is not found again; once it was looked at only what failed since counts', async () => {
    await fail('ada', 5)
    await look()
    await fail('ada', 5, { at: now + 1 })
    now += 60_000
    await look()
    assert.equal((await cases()).length, 1)
    await finish()
    await look()
    assert.equal((await cases()).length, 2, 'five failed since')
    await finish()
    now += 60_000
    await look()
    assert.equal((await cases()).length, 2, 'nothing failed since')
  })

  test('R5: a site where twice as many fail as in the week before is a case of nobody', async () => {
    await failAtOffice(1, now - 20 * day)
    await failAtOffice(1, now - 10 * day)
    await failAtOffice(2)
    await look()
    const [only, ...more] = await cases()
    assert.deepEqual([only?.user, more.length], ['nobody', 0])
    const pattern = await store.unitOfWork((tx) => tx.patterns.find(demo, only?.id ?? asId('none')))
    assert.deepEqual(
      [pattern?.dimension, pattern?.value, pattern?.failures, pattern?.people, pattern?.before],
      ['site', 'office', 10, 5, 5],
    )
  })

  test('R5: a site where not twice as many fail is none, nor is one before there is a week to compare with', async () => {
    await failAtOffice(2)
    await look()
    assert.deepEqual(await cases(), [])
    now += 14 * day
    await failAtOffice(2, now - 10 * day)
    await failAtOffice(3)
    await look()
    assert.deepEqual(await cases(), [])
  })

  test('R5: a site of a realm in which nothing failed for longer than failures are kept is found, or ever before', async () => {
    await failAtOffice(2)
    await look()
    assert.deepEqual(await cases(), [])
    await store.unitOfWork((tx) =>
      tx.policyHistory.append({
        realm: demo,
        at: now - 14 * day,
        event: 'activated',
        digest: undefined,
        actor: 'system',
        facts: {},
      }),
    )
    await look()
    const [only, ...more] = await cases()
    const pattern = await store.unitOfWork((tx) => tx.patterns.find(demo, only?.id ?? asId('none')))
    assert.deepEqual([pattern?.value, pattern?.failures, more.length], ['office', 10, 0])
  })

  test('E7: what fewer than five people failed in the span before is compared with, and kept nowhere', async () => {
    await failAtOffice(1, now - 20 * day)
    for (const name of people.slice(0, 4)) await fail(name, 2, { at: now - 10 * day, places: { site: 'office' } })
    await failAtOffice(3)
    await look()
    assert.deepEqual(await cases(), [], 'fifteen are not twice eight')
    await fail('fay', 1, { places: { site: 'office' } })
    await look()
    const [only] = await cases()
    const id = only?.id ?? asId('none')
    const pattern = await store.unitOfWork((tx) => tx.patterns.find(demo, id))
    assert.deepEqual([pattern?.failures, pattern?.people, pattern?.before], [16, 6, undefined])
    const [opening] = await store.unitOfWork((tx) => tx.history.list(demo, id))
    assert.equal(opening?.facts['before'], null)
  })

  test('E7: a device model of four people is no pattern, however often it fails', async () => {
    policy = { ...policy, patterns: { ...policy.patterns, user: { failures: 1_000, withinSeconds: 3_600 } } }
    await fail('somebody', 1, { at: now - 20 * day })
    for (const name of people.slice(0, 4)) await fail(name, 20, { places: { device_model: 'Pixel 7' } })
    await look()
    assert.deepEqual(await cases(), [])
    await fail('eve', 1, { places: { device_model: 'Pixel 7' } })
    await look()
    assert.equal((await cases()).length, 1)
  })

  test('R5 K12: whoever fails is found behind two hundred who fail more, also while the patterns of these wait', async () => {
    policy = { ...policy, patterns: { ...policy.patterns, user: { failures: 2, withinSeconds: 3_600 } } }
    for (let number = 0; number < 201; number += 1) await fail(`loud-${String(number).padStart(3, '0')}`, 3)
    await fail('quiet', 2)
    const found = async () =>
      store.unitOfWork(async (tx) => [
        ...(await tx.reviews.due(demo, { after: undefined, count: 500, reasons: ['pattern'] })),
      ])
    await look()
    assert.equal((await found()).length, 202)
    await fail('zoe', 2)
    await look()
    assert.equal((await found()).length, 203)
  })

  test('R5 E7: two accounts that invent a hundred device models hide no other model', async () => {
    policy = { ...policy, patterns: { ...policy.patterns, user: { failures: 10_000, withinSeconds: 3_600 } } }
    await fail('somebody', 1, { at: now - 20 * day })
    for (let number = 0; number < 120; number += 1) {
      // A hundred failures a day count of each, oldest first.
      const at = now - (6 - Math.floor(number / 20)) * day + number
      const places = { device_model: `Invented ${number}` }
      for (const name of ['mal', 'meg']) await fail(name, 5, { at, places })
    }
    for (const name of people) await fail(name, 2, { places: { device_model: 'Pixel 7' } })
    await look()
    const [only, ...more] = await cases()
    const pattern = await store.unitOfWork((tx) => tx.patterns.find(demo, only?.id ?? asId('none')))
    assert.deepEqual([pattern?.value, more.length], ['Pixel 7', 0])
  })

  test('R5: two replicas that look at once open one case', async () => {
    await fail('ada', 5)
    await Promise.all([look(), look(), look()])
    assert.equal((await cases()).length, 1)
  })

  test('R5: on PostgreSQL neither: those of one value take turns, so that no look fails', async () => {
    await store.close()
    store = await openTestStore('postgres')
    for (let round = 0; round < 10; round += 1) {
      await fail(`user-${round}`, 5)
      await Promise.all(Array.from({ length: 8 }, () => look()))
      assert.equal((await cases()).length, round + 1)
    }
  })

  test('B07: failures of one realm are no pattern of another', async () => {
    await fail('ada', 5)
    await look(other)
    assert.deepEqual([await cases(), await cases(other)], [[], []])
  })

  test('R5: each dimension finds its own pattern', async () => {
    policy = {
      ...policy,
      patterns: {
        user: { failures: 1_000, withinSeconds: 3_600 },
        device_model: { failures: 5, people: 5, withinSeconds: 3_600 },
        authenticator_model: { failures: 5, people: 5, withinSeconds: 3_600 },
        site: { failures: 5, people: 5, withinSeconds: 3_600 },
        software_version: { failures: 5, people: 5, withinSeconds: 3_600 },
        time_band: { failures: 5, people: 5, withinSeconds: 3_600 },
      },
    }
    const places = { device_model: 'Pixel 7', authenticator_model: 'm', site: 'office', software_version: 'Chrome 141' }
    for (const name of people) await fail(name, 1, { places })
    await look()
    const found = await store.unitOfWork(async (tx) => {
      const all = []
      for (const { id } of await tx.cases.page(demo, page)) all.push((await tx.patterns.find(demo, id))?.dimension)
      return all.sort()
    })
    assert.deepEqual(found, ['authenticator_model', 'device_model', 'site', 'software_version', 'time_band'])
  })
})
