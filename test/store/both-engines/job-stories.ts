import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Job } from '../../../bridge/app/ports.ts'
import { fulfilled, type OpenStore, type TestEngine } from '../../support/each-engine.ts'
import { at, demo, once, other } from './fixtures.ts'

const minute = 60_000

export const jobStories = (engine: TestEngine): void => {
  describe('the jobs', () => {
    let store: OpenStore
    before(async () => {
      store = await engine.openStore()
    })
    after(() => store.close())

    const add = (about: string, differs: Partial<Job> = {}) =>
      once(store, (tx) =>
        tx.jobs.add({ kind: 'deliver_event', realm: demo, lane: `lane-${about}`, about, dueAt: at, ...differs }),
      )
    const lease = (owner: string, now = at, count = 10) =>
      once(store, (tx) => tx.jobs.lease(now, owner, now + minute, count))
    const done = (job: Job | undefined, owner: string) =>
      once(store, (tx) => tx.jobs.done(job?.id ?? assert.fail('no job'), owner))
    const retry = (job: Job | undefined, owner: string, dueAt: number) =>
      once(store, (tx) => tx.jobs.retry(job?.id ?? assert.fail('no job'), owner, dueAt))
    const nextDue = () => once(store, (tx) => tx.jobs.nextDue())
    const abouts = (jobs: readonly Job[]) => jobs.map((job) => job.about)

    /** Ends every job, so that the next test begins with none. */
    const finish = async () => {
      for (let jobs = await lease('end', at + 1e9); jobs.length > 0; jobs = await lease('end', at + 1e9)) {
        for (const job of jobs) await done(job, 'end')
      }
      assert.equal(await nextDue(), undefined)
    }

    test('I6: a due job is leased as it was added, once, and is gone when it is done', async () => {
      await add('one', { kind: 'end_session' })
      const [job, ...others] = await lease('a')
      const { id, ...rest } = job ?? assert.fail()
      assert.deepEqual(rest, {
        kind: 'end_session',
        realm: demo,
        lane: 'lane-one',
        about: 'one',
        dueAt: at,
        attempts: 1,
      })
      assert.deepEqual([typeof id, others.length], ['string', 0])
      assert.deepEqual(await lease('b'), [])
      await done(job, 'a')
      assert.deepEqual(await lease('b', at + 2 * minute), [])
    })

    test('a job that is not due yet waits, and due ones come in the order they fell due', async () => {
      await add('later', { dueAt: at + 1 })
      await add('second', { dueAt: at })
      await add('first', { dueAt: at - 1 })
      assert.deepEqual(abouts(await lease('a', at)), ['first', 'second'])
      assert.deepEqual(abouts(await lease('a', at + 1)), ['later'])
      await finish()
    })

    test('I7: in a lane only the oldest job runs, though one behind it fell due before', async () => {
      await add('head', { lane: 'shared', dueAt: at })
      await add('behind', { lane: 'shared', dueAt: at - minute })
      assert.deepEqual(await lease('a', at - 1), [])
      const [head] = await lease('a')
      assert.equal(head?.about, 'head')
      assert.deepEqual(await lease('b'), [])
      await retry(head, 'a', at + minute)
      assert.deepEqual(await lease('b'), [])
      const [again] = await lease('b', at + minute)
      assert.deepEqual([again?.about, again?.attempts], ['head', 2])
      await done(again, 'b')
      assert.deepEqual(abouts(await lease('b', at + minute)), ['behind'])
      await finish()
    })

    test('lanes of one name in two realms are two lanes', async () => {
      await add('here', { lane: 'same' })
      await add('there', { lane: 'same', realm: other })
      assert.deepEqual(
        (await lease('a')).map((job) => job.realm),
        [demo, other],
      )
      await finish()
    })

    test('I6: a lease that ran out can be taken by another; the first owner then neither ends nor delays it', async () => {
      await add('slow')
      const [lost] = await lease('crashed')
      assert.deepEqual(await lease('b', at + minute - 1), [])
      const [taken] = await lease('b', at + minute)
      assert.deepEqual([taken?.id, taken?.attempts], [lost?.id, 2])
      await done(lost, 'crashed')
      await retry(lost, 'crashed', at - minute)
      assert.equal(await nextDue(), at + 2 * minute)
      assert.deepEqual(await lease('c', at + minute), [])
      await done(taken, 'b')
      assert.equal(await nextDue(), undefined)
    })

    test('I6: fifty workers at a barrier share fifty jobs, and none is taken twice', async () => {
      for (let index = 0; index < 50; index += 1) await add(`shared-${index}`)
      const results = await engine.race(store, 50, (tx, index) => tx.jobs.lease(at, `w-${index}`, at + minute, 3))
      const first = fulfilled(results).flat()
      assert.equal(fulfilled(results).length, 50)
      const rest = await lease('last', at, 100)
      assert.equal(new Set(abouts([...first, ...rest])).size, first.length + rest.length)
      assert.equal(first.length + rest.length, 50)
      await finish()
    })

    test('I7: fifty workers at a barrier never run two jobs of one lane', async () => {
      for (let index = 0; index < 5; index += 1) await add(`queued-${index}`, { lane: 'single' })
      const order: string[] = []
      for (let round = 0; round < 5; round += 1) {
        const results = await engine.race(store, 50, (tx, index) => tx.jobs.lease(at, `w-${index}`, at + minute, 5))
        const winners = fulfilled(results).flatMap((jobs, index) => jobs.map((job) => ({ job, owner: `w-${index}` })))
        assert.equal(winners.length, 1)
        order.push(...winners.map(({ job }) => job.about))
        for (const { job, owner } of winners) await done(job, owner)
      }
      assert.deepEqual(order, ['queued-0', 'queued-1', 'queued-2', 'queued-3', 'queued-4'])
      await finish()
    })

    test('the next due time is that of the heads of the lanes; a leased job’s is the end of its lease', async () => {
      assert.equal(await nextDue(), undefined)
      await add('head', { lane: 'shared', dueAt: at + 50 })
      await add('behind', { lane: 'shared', dueAt: at + 1 })
      assert.equal(await nextDue(), at + 50)
      await add('alone', { dueAt: at + 20 })
      assert.equal(await nextDue(), at + 20)
      await lease('a', at + 20)
      assert.equal(await nextDue(), at + 50)
      await lease('a', at + 50)
      assert.equal(await nextDue(), at + 20 + minute)
      await finish()
    })

    test('I6: a job exists if and only if the change that caused it was committed', async () => {
      const fails = once(store, async (tx) => {
        await tx.jobs.add({ kind: 'expire_case', realm: demo, lane: 'l', about: 'never', dueAt: at })
        throw new Error('undone')
      })
      await assert.rejects(fails, /undone/)
      assert.equal(await nextDue(), undefined)
    })
  })
}
