import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FailureStore } from '../../bridge/app/pattern/pattern-ports.ts'
import type { UnitOfWork } from '../../bridge/app/ports.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import { createSweepRows } from '../../bridge/jobs/sweep-rows.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { openTestStore } from '../support/test-store.ts'

const demo: RealmName = asId('demo')
const now = 1_800_000_000_000
const day = 86_400_000

test('K12: failures go after 90 days, request ids when they are over, and nothing sooner', async () => {
  const store = await openTestStore()
  const { unitOfWork } = store
  await unitOfWork(async (tx) => {
    for (const [name, seenAt] of Object.entries({ old: now - 90 * day - 1, young: now - 90 * day })) {
      const places = { time_band: '08:00-12:00' }
      await tx.failures.record(
        { realm: demo, user: asId(name), session: 's', failedAt: seenAt, seenAt, class: 'other', places },
        100,
      )
      await tx.requests.claim(demo, `request-of-${name}`, seenAt)
    }
    await tx.requests.claim(demo, 'request-of-now', now)
  })
  const log = createRecordingLog()
  const sweep = createSweepRows({ unitOfWork, clock: () => now, timer: () => () => {}, log })
  sweep.start()
  await sweep.stop()
  const left = await unitOfWork((tx) => tx.failures.countBy(demo, 'user', { since: 0, until: now, most: 10 }))
  assert.deepEqual(
    left.map(({ value }) => value),
    ['young'],
  )
  assert.equal(await unitOfWork((tx) => tx.requests.claim(demo, 'request-of-now', now)), false)
  assert.equal(await unitOfWork((tx) => tx.requests.claim(demo, 'request-of-old', now)), true)
  assert.deepEqual(log.lines, [])
  await store.close()
})

test('K12: however many failures are too old, no transaction is long, and one look deletes them all', async () => {
  const store = await openTestStore()
  await store.unitOfWork(async (tx) => {
    for (let number = 0; number < 2_500; number += 1) {
      const places = { time_band: '08:00-12:00' }
      const seenAt = now - 91 * day + number
      const realm: RealmName = asId(number < 1_500 ? 'demo' : 'other')
      await tx.failures.record(
        { realm, user: asId(`user-${number}`), session: 's', failedAt: seenAt, seenAt, class: 'other', places },
        100,
      )
    }
  })
  const deleted: number[] = []
  const unitOfWork: UnitOfWork = (work) =>
    store.unitOfWork(async (tx) => {
      const sweep: FailureStore['sweep'] = async (before, most) => {
        const rows = await tx.failures.sweep(before, most)
        deleted.push(rows)
        return rows
      }
      return work({ ...tx, failures: { ...tx.failures, sweep } })
    })
  const sweep = createSweepRows({ unitOfWork, clock: () => now, timer: () => () => {}, log: createRecordingLog() })
  sweep.start()
  await sweep.stop()
  assert.deepEqual(deleted, [1_000, 1_000, 500])
  await store.close()
})
