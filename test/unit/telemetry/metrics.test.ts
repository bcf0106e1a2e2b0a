import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RealmReport } from '../../../bridge/app/realm-watch.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import { createMetrics, type MetricsDeps } from '../../../bridge/telemetry/metrics.ts'

const now = 1_800_000_000_000
const realms = new Map<RealmName, RealmReport>([[asId('demo'), { state: 'warned', findings: [], checkedAt: now }]])

const metricsOf = (differs: Partial<MetricsDeps> = {}) =>
  createMetrics({
    clock: () => now,
    outboxSummary: async () => ({ due: 2, written: 1, parked: 3, oldestUnconfirmedAt: now - 90_000 }),
    realmWatch: { current: () => realms },
    ...differs,
  })

const linesOf = async (metrics: ReturnType<typeof createMetrics>): Promise<string[]> =>
  (await metrics.render()).text.split('\n')

test('steps, refusals and jobs are counted under their labels', async () => {
  const metrics = metricsOf()
  metrics.stepAnswered('submit', 'denied', 'attempt_limit', 0.004)
  metrics.stepAnswered('begin', 'code', '', 0.001)
  metrics.stepRefused('request_replayed')
  metrics.jobRun('deliver_event', 'retry')
  const lines = await linesOf(metrics)
  for (const line of [
    'fallback_bridge_steps_total{action="submit",kind="denied",reason="attempt_limit"} 1',
    'fallback_bridge_steps_total{action="begin",kind="code",reason=""} 1',
    'fallback_bridge_step_seconds_count{action="submit"} 1',
    'fallback_bridge_steps_refused_total{code="request_replayed"} 1',
    'fallback_bridge_jobs_total{kind="deliver_event",outcome="retry"} 1',
  ]) {
    assert.ok(lines.includes(line), line)
  }
})

test('the outbox and the realms are read when the metrics are', async () => {
  const lines = await linesOf(metricsOf())
  for (const line of [
    'fallback_bridge_outbox_rows{state="due"} 2',
    'fallback_bridge_outbox_rows{state="written"} 1',
    'fallback_bridge_outbox_rows{state="parked"} 3',
    'fallback_bridge_outbox_oldest_unconfirmed_seconds 90',
    'fallback_bridge_realm_state{realm="demo",state="warned"} 1',
    'fallback_bridge_realm_state{realm="demo",state="ready"} 0',
  ]) {
    assert.ok(lines.includes(line), line)
  }
})

test('an empty outbox is 0 seconds old; one that cannot be read is left out, and the rest still told', async () => {
  const empty = metricsOf({
    outboxSummary: async () => ({ due: 0, written: 0, parked: 0, oldestUnconfirmedAt: undefined }),
  })
  assert.ok((await linesOf(empty)).includes('fallback_bridge_outbox_oldest_unconfirmed_seconds 0'))
  let isAway = false
  const metrics = metricsOf({
    outboxSummary: async () => {
      if (isAway) throw new Error('away')
      return { due: 1, written: 0, parked: 0, oldestUnconfirmedAt: now }
    },
  })
  await metrics.render()
  isAway = true
  const lines = await linesOf(metrics)
  assert.deepEqual(
    lines.filter((line) => /^fallback_bridge_outbox/.test(line)),
    [],
  )
  assert.ok(lines.some((line) => line.startsWith('process_cpu_seconds_total')))
})

test('K17: no text from outside makes a series of its own', async () => {
  const metrics = metricsOf()
  for (let count = 0; count < 1000; count += 1) {
    metrics.stepAnswered(`a${count}`, `k${count}`, `r${count}`, 0.001)
    metrics.stepRefused(`c${count}`)
  }
  const lines = await linesOf(metrics)
  assert.deepEqual(
    lines.filter((line) => /^fallback_bridge_steps/.test(line)),
    [
      'fallback_bridge_steps_total{action="other",kind="other",reason="other"} 1000',
      'fallback_bridge_steps_refused_total{code="other"} 1000',
    ],
  )
})
