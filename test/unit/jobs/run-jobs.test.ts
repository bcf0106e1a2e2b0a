import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { DoJob } from '../../../bridge/app/job-outcome.ts'
import type { Job } from '../../../bridge/app/ports.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import { pauseAfter } from '../../../bridge/jobs/backoff.ts'
import { createJobRunner, type JobRunner } from '../../../bridge/jobs/run-jobs.ts'
import { createManualTime, type ManualTime } from '../../support/manual-time.ts'
import { createMemoryJobs } from '../../support/memory-job-store.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import { until } from '../../support/until.ts'

describe('the runner of jobs', () => {
  let time: ManualTime
  let store: ReturnType<typeof createMemoryJobs>
  let log: ReturnType<typeof createRecordingLog>
  let counted: string[]
  let seen: Job[]

  beforeEach(() => {
    time = createManualTime()
    store = createMemoryJobs()
    log = createRecordingLog()
    counted = []
    seen = []
  })

  const runnerOf = (run: DoJob, differs: { owner?: string; concurrency?: number } = {}): JobRunner => {
    const work = { run: (job: Job) => run(job).finally(() => seen.push(job)), longestPauseMs: 60_000 }
    return createJobRunner({
      unitOfWork: store.unitOfWork,
      work: {
        deliver_event: work,
        read_back_event: work,
        expire_case: work,
        confirm_session: work,
        end_session: { ...work, longestPauseMs: 2_000 },
        unratify_case: work,
        send_notice: work,
      },
      clock: time.clock,
      timer: time.timer,
      random: () => 0,
      log,
      metrics: { jobRun: (kind, outcome) => counted.push(`${kind} ${outcome}`) },
      owner: 'one',
      concurrency: 4,
      ...differs,
    })
  }

  const add = (about: string, differs: Partial<Omit<Job, 'id' | 'attempts'>> = {}) =>
    store.jobs.add({
      kind: 'deliver_event',
      realm: asId('demo'),
      lane: `lane:${about}`,
      about,
      dueAt: time.clock(),
      ...differs,
    })

  const settled = () => until('the runner sleeps', () => time.planned().length > 0)

  test('what is due is done and gone; what is not waits for its time', async () => {
    await add('now')
    await add('later', { dueAt: time.clock() + 4_000 })
    const runner = runnerOf(async () => ({ outcome: 'done' }))
    runner.start()
    await until('the first is done', () => store.left() === 1)
    await settled()
    assert.deepEqual(time.planned(), [4_000])
    time.advance(4_000)
    await until('the second is done', () => store.left() === 0)
    assert.deepEqual(
      seen.map((job) => job.about),
      ['now', 'later'],
    )
    await runner.stop()
  })

  test('a job written while the runner sleeps starts when it is woken', async () => {
    const runner = runnerOf(async () => ({ outcome: 'done' }))
    runner.start()
    await settled()
    await add('fresh')
    runner.wake()
    await until('it is done', () => store.left() === 0)
    await runner.stop()
  })

  test('A04: a job that fails comes back after growing pauses up to the longest, and is never given up', async () => {
    let failures = 0
    await add('event')
    const runner = runnerOf(async () => {
      if (failures === 12) return { outcome: 'done' }
      failures += 1
      throw new BridgeError('keycloak_unreachable', { cause: { code: 'http_503' } })
    })
    runner.start()
    await until('it is done at last', () => {
      time.advance(500)
      return store.left() === 0
    })
    assert.equal(seen.length, 13)
    assert.deepEqual(counted, [...Array(12).fill('deliver_event retry'), 'deliver_event done'])
    assert.deepEqual(log.lines[0], {
      level: 'warn',
      message: 'job failed, to be tried again',
      fields: { job: 'deliver_event', realm: 'demo', attempts: 1, code: 'keycloak_unreachable', error: 'http_503' },
    })
    await runner.stop()
  })

  test('I11: of an error that is not ours the log tells the class, never the message', async () => {
    await add('event')
    const runner = runnerOf(async () => {
      throw new RangeError('the code 123456 is out of range')
    })
    runner.start()
    await until('it failed', () => log.lines.length > 0)
    assert.deepEqual(log.lines[0]?.fields, {
      job: 'deliver_event',
      realm: 'demo',
      attempts: 1,
      code: 'internal',
      error: 'RangeError',
    })
    assert.equal(log.lines[0]?.level, 'error')
    await runner.stop()
  })

  test('a job that asks for a time comes back then', async () => {
    const at = time.clock() + 3_000
    await add('case', { kind: 'expire_case' })
    const runner = runnerOf(async () => (time.clock() < at ? { outcome: 'again', at } : { outcome: 'done' }))
    runner.start()
    await settled()
    assert.deepEqual(time.planned(), [3_000])
    time.advance(3_000)
    await until('it is done', () => store.left() === 0)
    await runner.stop()
  })

  test('A04: jobs of one lane run one after another in their order; those of others at the same time', async () => {
    const running = new Set<string>()
    let together = 0
    for (const about of ['a1', 'b1', 'a2', 'b2', 'a3']) await add(about, { lane: about.charAt(0) })
    const runner = runnerOf(async ({ lane }) => {
      assert.equal(running.has(lane), false)
      running.add(lane)
      together = Math.max(together, running.size)
      await new Promise((resolve) => setImmediate(resolve))
      running.delete(lane)
      return { outcome: 'done' }
    })
    runner.start()
    await until('all are done', () => store.left() === 0)
    const order = (lane: string) => seen.filter((job) => job.lane === lane).map((job) => job.about)
    assert.deepEqual(
      [order('a'), order('b')],
      [
        ['a1', 'a2', 'a3'],
        ['b1', 'b2'],
      ],
    )
    assert.equal(together, 2)
    await runner.stop()
  })

  test('no more jobs run at the same time than the limit says', async () => {
    let running = 0
    let most = 0
    for (let count = 0; count < 20; count += 1) await add(`event-${count}`)
    const runner = runnerOf(
      async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return { outcome: 'done' }
      },
      { concurrency: 3 },
    )
    runner.start()
    await until('all are done', () => store.left() === 0)
    assert.equal(most, 3)
    await runner.stop()
  })

  test('A07: a parked job is gone and counted as such', async () => {
    await add('poison')
    const runner = runnerOf(async () => ({ outcome: 'parked' }))
    runner.start()
    await until('it is gone', () => store.left() === 0)
    await until('it is counted', () => counted.length === 1)
    assert.deepEqual(counted, ['deliver_event parked'])
    await runner.stop()
  })

  test('I6: the job of a process that died is taken over when its lease has run out', async () => {
    await add('orphan')
    await store.jobs.lease(time.clock(), 'dead', time.clock() + 30_000, 1)
    const runner = runnerOf(async () => ({ outcome: 'done' }))
    runner.start()
    await until('it is done', () => {
      time.advance(1_000)
      return store.left() === 0
    })
    assert.deepEqual(
      seen.map((job) => job.attempts),
      [2],
    )
    await runner.stop()
  })

  test('stop waits for what runs and takes nothing more', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    await add('first', { lane: 'same' })
    await add('second', { lane: 'same' })
    let begun = 0
    const runner = runnerOf(async () => {
      begun += 1
      await promise
      return { outcome: 'done' }
    })
    runner.start()
    await until('the first runs', () => begun === 1)
    const stopped = runner.stop()
    resolve()
    await stopped
    runner.wake()
    assert.deepEqual([begun, store.left(), time.planned()], [1, 1, []])
  })

  test('a database that is away stops nothing for good', async () => {
    await add('event')
    store.failWith(new BridgeError('unavailable'))
    const runner = runnerOf(async () => ({ outcome: 'done' }))
    runner.start()
    await settled()
    assert.equal(log.lines[0]?.message, 'jobs could not be leased')
    store.failWith(undefined)
    time.advance(5_000)
    await until('it is done', () => store.left() === 0)
    await runner.stop()
  })
})

describe('the pause between attempts', () => {
  test('doubles from half a second to the longest, the upper half of it random', () => {
    const least = Array.from({ length: 9 }, (_unused, index) => pauseAfter(index + 1, 60_000, () => 0))
    assert.deepEqual(least, [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    assert.equal(
      pauseAfter(1, 60_000, () => 0.999),
      500,
    )
    assert.equal(
      pauseAfter(1_000_000, 60_000, () => 0.999),
      59_970,
    )
    assert.equal(
      pauseAfter(0, 60_000, () => 0),
      250,
    )
  })
})
