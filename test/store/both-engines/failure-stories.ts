import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FailurePattern } from '../../../bridge/app/pattern/pattern-ports.ts'
import { asId, type CaseId, type RealmName } from '../../../bridge/domain/ids.ts'
import type { CountedFailure, Dimension } from '../../../bridge/domain/pattern/dimension.ts'
import type { OpenStore, TestEngine } from '../../support/each-engine.ts'
import { at, execute, freshCase, once, other } from './fixtures.ts'

const hour = 3_600_000

export const failureStories = (engine: TestEngine): void => {
  describe('counted failures and their patterns', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const failure = (realm: RealmName, name: string, differs: Partial<CountedFailure> = {}): CountedFailure => ({
      realm,
      user: asId(name),
      session: `session-of-${name}`,
      failedAt: at,
      seenAt: at,
      class: 'cancelled_or_timed_out',
      places: { time_band: '08:00-12:00', site: 'office' },
      ...differs,
    })
    const record = (one: CountedFailure, mostInDay = 100) => once(store, (tx) => tx.failures.record(one, mostInDay))
    const count = (realm: RealmName, dimension: Dimension, differs: object = {}) =>
      once(store, (tx) =>
        tx.failures.countBy(realm, dimension, {
          since: at - hour,
          until: at + hour,
          most: 100,
          ...differs,
        }),
      )

    test('R5: are counted by each dimension, with their people, in their realm only', async () => {
      const realm: RealmName = asId('counted')
      const places = {
        time_band: '08:00-12:00',
        site: 'office',
        device_model: 'Pixel 7',
        authenticator_model: 'model-1',
        software_version: 'Chrome 141',
      }
      await record(failure(realm, 'ada', { places }))
      await record(failure(realm, 'ada', { places, session: 'another' }))
      await record(failure(realm, 'bob', { places }))
      for (const [dimension, value] of Object.entries(places)) {
        assert.deepEqual(await count(realm, dimension as Dimension), [{ value, failures: 3, people: 2 }], dimension)
      }
      assert.deepEqual(await count(realm, 'user'), [
        { value: 'ada', failures: 2, people: 1 },
        { value: 'bob', failures: 1, people: 1 },
      ])
      assert.deepEqual(await count(other, 'site'), [])
    })

    test('R5: one and the same failure counts once, also where two replicas see it at once', async () => {
      const realm: RealmName = asId('once')
      await Promise.all(Array.from({ length: 10 }, () => record(failure(realm, 'ada'))))
      assert.deepEqual(await count(realm, 'site'), [{ value: 'office', failures: 1, people: 1 }])
    })

    test('R5: a place that is not known is no value', async () => {
      const realm: RealmName = asId('unplaced')
      await record(failure(realm, 'ada', { places: { time_band: '08:00-12:00' } }))
      assert.deepEqual(await count(realm, 'site'), [])
      assert.deepEqual(await count(realm, 'time_band'), [{ value: '08:00-12:00', failures: 1, people: 1 }])
    })

    test('K12: of one person so many a day are kept, and the day after again', async () => {
      const realm: RealmName = asId('capped')
      for (let number = 0; number < 4; number += 1) await record(failure(realm, 'ada', { failedAt: at + number }), 3)
      assert.deepEqual((await count(realm, 'user'))[0]?.failures, 3)
      await record(failure(realm, 'ada', { failedAt: at + 30 * hour, seenAt: at + 30 * hour }), 3)
      assert.deepEqual((await count(realm, 'user', { until: at + 31 * hour }))[0]?.failures, 4)
      await record(failure(realm, 'bob'), 3)
      assert.equal((await count(realm, 'user', { values: ['bob'] })).length, 1)
    })

    test('R5: a span has its first moment and not its last; of named values alone; the most come first', async () => {
      const realm: RealmName = asId('spans')
      for (const [name, many] of Object.entries({ ada: 1, bob: 3, cid: 2 })) {
        for (let number = 0; number < many; number += 1) await record(failure(realm, name, { failedAt: at + number }))
      }
      const names = async (differs: object) => (await count(realm, 'user', differs)).map(({ value }) => value)
      assert.deepEqual(await names({}), ['bob', 'cid', 'ada'])
      assert.deepEqual(await names({ values: ['ada', 'cid', 'dan'] }), ['cid', 'ada'])
      assert.deepEqual(await names({ values: [] }), [])
      assert.deepEqual(await names({ most: 1 }), ['bob'])
      assert.deepEqual(await names({ since: at, until: at + 1 }), ['bob', 'cid', 'ada'])
      assert.deepEqual(await names({ since: at - 1, until: at }), [])
    })

    const over = (realm: RealmName, dimension: Dimension, differs: object = {}) =>
      once(store, (tx) =>
        tx.failures.pageOver(realm, dimension, {
          since: at - hour,
          until: at + hour,
          failures: 1,
          people: 1,
          after: undefined,
          most: 100,
          ...differs,
        }),
      )

    test('R5 E7: values over a threshold come in pages, so many failures of so many people', async () => {
      const realm: RealmName = asId('paged')
      for (const [site, names] of Object.entries({ b: ['ada', 'ada', 'bob'], a: ['ada', 'bob'], C: ['ada', 'ada'] })) {
        for (const [number, name] of names.entries()) {
          const failedAt = at + number
          await record(failure(realm, name, { session: site, failedAt, places: { time_band: '08:00-12:00', site } }))
        }
      }
      await record(failure(realm, 'cid', { places: { time_band: '08:00-12:00' } }))
      const b = { value: 'b', failures: 3, people: 2 }
      assert.deepEqual(await over(realm, 'site', { failures: 3 }), [b])
      assert.deepEqual(
        (await over(realm, 'site', { failures: 2, people: 2 })).map(({ value }) => value),
        ['a', 'b'],
      )
      const paged: string[] = []
      for (let after: string | undefined, turn = 0; turn < 4; turn += 1) {
        const [one] = await over(realm, 'site', { after, most: 1 })
        after = one?.value
        if (after !== undefined) paged.push(after)
      }
      assert.deepEqual(paged.toSorted(), ['C', 'a', 'b'])
      assert.deepEqual(await over(realm, 'site', { since: at + 1 }), [])
      assert.deepEqual(await over(other, 'site'), [])
    })

    test('R5: classes are counted; old failures go', async () => {
      const realm: RealmName = asId('classes')
      await record(failure(realm, 'ada'))
      await record(failure(realm, 'bob', { class: 'verification_failed', seenAt: at + 5 }))
      const span = { since: at, until: at + hour }
      assert.deepEqual(await once(store, (tx) => tx.failures.classesOf(realm, 'site', 'office', span)), {
        cancelled_or_timed_out: 1,
        verification_failed: 1,
      })
      assert.ok((await once(store, (tx) => tx.failures.sweep(at + 1, 1_000))) >= 1)
      assert.deepEqual(await count(realm, 'user'), [{ value: 'bob', failures: 1, people: 1 }])
    })

    test('K12: old failures go the oldest first, realm by realm, as many as asked for', async () => {
      const [first, second]: [RealmName, RealmName] = [asId('swept-1'), asId('swept-2')]
      const old = at - 1_000 * hour
      for (const realm of [first, second]) {
        for (const number of [2, 0, 1]) await record(failure(realm, `user-${number}`, { seenAt: old + number }))
      }
      const sweep = (most: number, before = old + 2) => once(store, (tx) => tx.failures.sweep(before, most))
      const left = async (realm: RealmName) =>
        (await count(realm, 'user', { since: old, until: old + hour })).map(({ value }) => value).toSorted()
      assert.equal(await sweep(1), 1)
      assert.deepEqual(await left(first), ['user-1', 'user-2'])
      assert.equal(await sweep(2), 2)
      assert.deepEqual([await left(first), await left(second)], [['user-2'], ['user-1', 'user-2']])
      assert.equal(await sweep(100), 1)
      assert.deepEqual([await left(first), await left(second)], [['user-2'], ['user-2']])
      assert.equal(await sweep(100), 0)
      await record(failure(first, 'user-3', { seenAt: old + 2 }))
      assert.equal(await sweep(1, old + 3), 2, 'those of one moment go together')
    })

    test('R5: counting begins with the realm’s first policy, also where what it counted is gone, and with the table at the earliest', async () => {
      const realm: RealmName = asId('begun')
      const began = (of = realm) => once(store, (tx) => tx.failures.countedSince(of))
      const activate = (of: RealmName, time: number, event: 'activated' | 'switched_off' = 'activated') =>
        once(store, (tx) =>
          tx.policyHistory.append({ realm: of, at: time, event, digest: undefined, actor: 'system', facts: {} }),
        )
      assert.equal(await began(), undefined)
      await activate(realm, at + 1, 'switched_off')
      assert.equal(await began(), undefined)
      await record(failure(realm, 'ada', { seenAt: at + 9 }))
      assert.equal(await began(), at + 9)
      await activate(realm, at + 5)
      await activate(realm, at + 7)
      assert.equal(await began(), at + 5)
      await once(store, (tx) => tx.failures.sweep(at + 10, 1_000))
      assert.equal(await began(), at + 5)
      const older: RealmName = asId('begun-before')
      await activate(older, at - 100)
      assert.equal(await began(older), at, 'nothing is counted without the table')
      await record(failure(older, 'ada', { seenAt: at - 50 }))
      assert.equal(await began(older), at)
    })

    const found = (realm: RealmName, id: string, differs: Partial<FailurePattern> = {}): FailurePattern => ({
      realm,
      case: asId(id),
      dimension: 'site',
      value: 'office',
      since: at,
      until: at + hour,
      failures: 12,
      people: 6,
      before: undefined,
      classes: { other: 12 },
      ...differs,
    })
    const keep = (pattern: FailurePattern): Promise<void> =>
      once(store, async (tx) => {
        const { realm, case: id } = pattern
        await tx.subjects.lock(realm, asId('nobody'))
        await tx.cases.insert(freshCase({ realm, id, user: asId('nobody'), state: 'review_due' }))
        await tx.patterns.insert(pattern)
        await tx.reviews.open({
          realm,
          id: asId(`review-of-${id}`),
          case: id,
          reason: 'pattern',
          openedAt: at,
          dueAt: at + hour,
        })
      })
    const last = (realm: RealmName, value = 'office') => once(store, (tx) => tx.patterns.findLast(realm, 'site', value))

    test('R5: a pattern is kept with its case, and waits until its review is done', async () => {
      const realm: RealmName = asId('patterns')
      assert.equal(await last(realm), undefined)
      const pattern = found(realm, 'fb-pattern-1', { before: 3 })
      await keep(pattern)
      assert.deepEqual(await once(store, (tx) => tx.patterns.find(realm, pattern.case)), pattern)
      assert.equal(await once(store, (tx) => tx.patterns.find(other, pattern.case)), undefined)
      assert.deepEqual(await last(realm), { until: at + hour, isWaiting: true })
      await record(failure(realm, 'ada', { seenAt: at + hour - 1 }))
      await record(failure(realm, 'bob', { seenAt: at + hour }))
      const values = async (dimension: Dimension) =>
        (await over(realm, dimension, { until: at + 2 * hour })).map(({ value, failures }) => [value, failures])
      assert.deepEqual(await values('site'), [], 'while it waits its value is none')
      assert.deepEqual(await values('time_band'), [['08:00-12:00', 2]])
      await once(store, (tx) =>
        tx.reviews.finish(realm, asId('review-of-fb-pattern-1'), {
          cause: 'sensor',
          confidence: 'high',
          action: 'Clean the reader',
          actionOwner: 'facilities',
          actionDue: at + hour,
          note: '',
          by: asId('eve'),
          byName: 'eve',
          at: at + 1,
        }),
      )
      assert.deepEqual(await last(realm), { until: at + hour, isWaiting: false })
      assert.deepEqual(await values('site'), [['office', 1]], 'then what failed since counts')
      await keep(found(realm, 'fb-pattern-2', { until: at + 2 * hour }))
      assert.deepEqual(await last(realm), { until: at + 2 * hour, isWaiting: true })
      assert.equal(await last(realm, 'plant'), undefined)
    })

    test('I8: a pattern is never changed, and holds what it must', async () => {
      const realm: RealmName = asId('guarded')
      await keep(found(realm, 'fb-pattern-3'))
      for (const statement of [`update failure_pattern set failures = 1`, `delete from failure_pattern`]) {
        await assert.rejects(execute(store, statement), /append-only/)
      }
      const id: CaseId = asId('fb-pattern-4')
      await assert.rejects(keep(found(realm, id, { people: 13 })))
      await assert.rejects(keep(found(realm, id, { until: at })))
    })
  })
}
