import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import { bypassesEveryMs, createWatchRealms } from '../../../bridge/jobs/watch-realms.ts'
import { createRecordingLog } from '../../support/recording-log.ts'

test('R8: each realm is looked at again and again, also after a look that failed, which is told', async () => {
  const realms: RealmName[] = [asId('broken'), asId('demo')]
  const looked: string[] = []
  const pauses: number[] = []
  let next = () => {}
  const log = createRecordingLog()
  const watch = createWatchRealms({
    realms,
    look: async (realm) => {
      looked.push(realm)
      if (realm === 'broken') throw new Error('away')
    },
    everyMs: bypassesEveryMs,
    timer: (afterMs, run) => {
      pauses.push(afterMs)
      next = run
      return () => {}
    },
    log,
    trouble: 'it could not be looked at',
  })
  watch.start()
  await new Promise(setImmediate)
  next()
  await watch.stop()
  assert.deepEqual(looked, ['broken', 'demo', 'broken', 'demo'])
  assert.ok(pauses.every((pause) => pause * 3 <= 60_000))
  assert.deepEqual(
    log.lines.map(({ level, message, fields }) => [level, message, fields.realm, fields.error]),
    Array.from({ length: 2 }, () => ['warn', 'it could not be looked at', 'broken', 'Error']),
  )
})
