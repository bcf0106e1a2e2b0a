import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import request from 'supertest'
import type { BridgeFacts } from '../../bridge/app/describe-bridge.ts'
import type { RealmReport } from '../../bridge/app/realm-watch.ts'
import { BridgeError } from '../../bridge/domain/errors.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import { createManagementServer, type ManagementDeps } from '../../bridge/http/management.ts'
import { createRecordingLog } from '../support/recording-log.ts'

const at = 1_800_000_000_000

const facts: BridgeFacts = {
  version: '0.1.0',
  protocol: 1,
  bridgeId: 'fallback-bridge',
  answerKey: 'a'.repeat(43),
  clientKey: null,
  database: { engine: 'sqlite', weak: [] },
  realms: [],
}

const appOf = (differs: Partial<ManagementDeps> = {}, realms: Record<string, RealmReport> = {}) =>
  createManagementServer({
    isStarted: () => true,
    isDraining: () => false,
    probeDatabase: async () => {},
    realmWatch: {
      current: () => new Map(Object.entries(realms).map(([name, report]) => [asId<RealmName>(name), report])),
    },
    describeBridge: async () => facts,
    renderMetrics: async () => ({ contentType: 'text/plain; version=0.0.4', text: 'up 1\n' }),
    log: createRecordingLog(),
    ...differs,
  })

const readinessOf = async (app: ReturnType<typeof appOf>) => {
  const { status, body } = await request(app).get('/health/ready')
  const checks: { name: string; state: string; text: string }[] = body.checks
  return {
    status,
    word: body.status,
    failed: checks.filter(({ state }) => state === 'failed').map(({ name }) => name),
    textOf: (name: string) => checks.find((check) => check.name === name),
  }
}

describe('the management port', () => {
  test('complaint 12: the bridge says how it is set up, and its keys by their thumbprints alone', async () => {
    const { status, body } = await request(appOf()).get('/facts')
    assert.deepEqual([status, body], [200, facts])
  })

  test('the process is alive whatever else is wrong', async () => {
    const app = appOf({
      isStarted: () => false,
      isDraining: () => true,
      probeDatabase: () => Promise.reject(new Error()),
    })
    assert.equal((await request(app).get('/health/live')).status, 200)
  })

  test('started is told once migrations are done and the listeners are open', async () => {
    assert.equal((await request(appOf({ isStarted: () => false })).get('/health/started')).status, 503)
    assert.equal((await request(appOf()).get('/health/started')).status, 200)
  })

  test('all being well, the bridge is ready', async () => {
    const { status, word, failed } = await readinessOf(appOf())
    assert.deepEqual([status, word, failed], [200, 'ready', []])
  })

  test('I5: each thing a step cannot do without makes the bridge not ready, and is named', async () => {
    const wrong: readonly [Partial<ManagementDeps>, string][] = [
      [{ isStarted: () => false }, 'start'],
      [{ isDraining: () => true }, 'drain'],
      [{ probeDatabase: () => Promise.reject(new BridgeError('unavailable')) }, 'database'],
      [{ probeDatabase: () => new Promise(() => {}), probeTimeoutMs: 5 }, 'database'],
    ]
    for (const [differs, name] of wrong) {
      const { status, word, failed } = await readinessOf(appOf(differs))
      assert.deepEqual([status, word, failed], [503, 'not_ready', [name]])
    }
  })

  test('A10: what is wrong with a realm is told in words, and takes the bridge away from no other realm', async () => {
    const findings = [
      { severity: 'refuse' as const, code: 'server_too_old' as const, text: 'Keycloak is too old.' },
      { severity: 'warn' as const, code: 'events_off' as const, text: 'Events are off.' },
    ]
    const app = appOf(
      {},
      {
        good: { state: 'ready', findings: [], checkedAt: at },
        old: { state: 'refused', findings, checkedAt: at },
        away: { state: 'unreachable', findings: [], problem: 'http_403', checkedAt: at },
        fresh: { state: 'unknown', findings: [], checkedAt: undefined },
      },
    )
    const { status, textOf } = await readinessOf(app)
    assert.equal(status, 200)
    assert.deepEqual(textOf('realm old'), {
      name: 'realm old',
      state: 'refused',
      text: 'Keycloak is too old. Events are off.',
    })
    assert.match(textOf('realm away')?.text ?? '', /could not be asked about the realm \(http_403\)/)
    assert.deepEqual([textOf('realm good')?.state, textOf('realm fresh')?.state], ['ready', 'unknown'])
  })

  test('metrics are served as Prometheus reads them', async () => {
    const response = await request(appOf()).get('/metrics')
    assert.equal(response.text, 'up 1\n')
    assert.match(response.headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/)
  })

  test('I11: a fault inside shows a code, and neither page nor log its message', async () => {
    const log = createRecordingLog()
    const app = appOf({ log, renderMetrics: () => Promise.reject(new RangeError('canary')) })
    const response = await request(app).get('/metrics')
    assert.equal(response.status, 500)
    assert.equal(response.body.code, 'internal')
    assert.doesNotMatch(response.text, /canary/)
    assert.deepEqual(
      log.lines.map(({ fields }) => fields),
      [{ error: 'RangeError' }],
    )
  })

  test('nothing else is here', async () => {
    assert.equal((await request(appOf()).get('/v1/step')).status, 404)
    assert.equal((await request(appOf()).post('/health/live')).status, 404)
  })
})
