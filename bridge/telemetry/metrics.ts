import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock, Metrics, OutboxStore } from '../app/ports.ts'
import type { RealmWatch } from '../app/realm-watch.ts'
import { actionLabels, kindLabels, labelOf, operationLabels, reasonLabels, refusalLabels } from './labels.ts'

export type MetricsDeps = {
  clock: Clock
  /** Read when the metrics are; a failure leaves the outbox out of the text. */
  outboxSummary: OutboxStore['summary']
  realmWatch: Pick<RealmWatch, 'current'>
}

/** The counters and what `/metrics` answers. */
export type MetricsRegistry = Metrics & { render: () => Promise<{ contentType: string; text: string }> }

const prefix = 'fallback_bridge_'
const realmStates = ['ready', 'warned', 'refused', 'unreachable', 'unknown'] as const

/**
 * Counters and gauges in a registry of their own. Every label value comes from a list that the code or the settings
 * close; anything else counts as `other`, so that no request makes a series (K17).
 */
export const createMetrics = ({ clock, outboxSummary, realmWatch }: MetricsDeps): MetricsRegistry => {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const steps = new Counter({
    name: `${prefix}steps_total`,
    help: 'Steps answered, by action, kind of answer and reason.',
    labelNames: ['action', 'kind', 'reason'] as const,
    registers,
  })
  const durations = new Histogram({
    name: `${prefix}step_seconds`,
    help: 'How long an answer took, by action.',
    labelNames: ['action'] as const,
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2],
    registers,
  })
  const refused = new Counter({
    name: `${prefix}steps_refused_total`,
    help: 'Requests answered with a problem, by its code.',
    labelNames: ['code'] as const,
    registers,
  })
  const operations = new Counter({
    name: `${prefix}operations_total`,
    help: 'Calls of people answered, by operation and code of the refusal.',
    labelNames: ['operation', 'code'] as const,
    registers,
  })
  const jobs = new Counter({
    name: `${prefix}jobs_total`,
    help: 'Runs of jobs, by kind and outcome.',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  })
  const outboxRows = new Gauge({
    name: `${prefix}outbox_rows`,
    help: 'Override events that are not confirmed, by state.',
    labelNames: ['state'] as const,
    registers,
  })
  const oldest = new Gauge({
    name: `${prefix}outbox_oldest_unconfirmed_seconds`,
    help: 'Age of the oldest override event that was not read back; 0 where there is none.',
    registers,
  })
  const realms = new Gauge({
    name: `${prefix}realm_state`,
    help: '1 for the state each realm is in, 0 for the others.',
    labelNames: ['realm', 'state'] as const,
    registers,
  })

  const readOutbox = async (): Promise<void> => {
    outboxRows.reset()
    oldest.remove()
    try {
      const { due, written, parked, oldestUnconfirmedAt } = await outboxSummary()
      outboxRows.set({ state: 'due' }, due)
      outboxRows.set({ state: 'written' }, written)
      outboxRows.set({ state: 'parked' }, parked)
      oldest.set(oldestUnconfirmedAt === undefined ? 0 : Math.max(0, clock() - oldestUnconfirmedAt) / 1000)
    } catch {
      // Readiness tells that the database is away; the other metrics still count.
    }
  }

  const readRealms = (): void => {
    for (const [realm, { state }] of realmWatch.current()) {
      for (const one of realmStates) realms.set({ realm, state: one }, one === state ? 1 : 0)
    }
  }

  return {
    stepAnswered: (givenAction, givenKind, givenReason, seconds) => {
      const action = labelOf(actionLabels, givenAction)
      const kind = labelOf(kindLabels, givenKind)
      steps.inc({ action, kind, reason: givenReason === '' ? '' : labelOf(reasonLabels, givenReason) })
      durations.observe({ action }, seconds)
    },
    stepRefused: (code) => refused.inc({ code: labelOf(refusalLabels, code) }),
    operationAnswered: (operation, code) =>
      operations.inc({
        operation: labelOf(operationLabels, operation),
        code: code === 'ok' ? code : labelOf(refusalLabels, code),
      }),
    jobRun: (kind, outcome) => jobs.inc({ kind, outcome }),
    render: async () => {
      readRealms()
      await readOutbox()
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}
