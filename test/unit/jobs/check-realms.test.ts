import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import type { RealmStatus } from '../../../bridge/app/ports.ts'
import type { Finding } from '../../../bridge/app/realm-watch.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import { asId, type RealmName } from '../../../bridge/domain/ids.ts'
import { createCheckRealms } from '../../../bridge/jobs/check-realms.ts'
import { createManualTime, type ManualTime } from '../../support/manual-time.ts'
import { createRecordingLog } from '../../support/recording-log.ts'
import { until } from '../../support/until.ts'

const demo: RealmName = asId('demo')
const other: RealmName = asId('other')

const statusOf = (realm: RealmName): RealmStatus => ({
  server: '26.7.5',
  provider: '0.1.0',
  protocol: 1,
  issuer: `https://sso.test/realms/${realm}`,
  eventsEnabled: true,
  adminEventsEnabled: true,
  adminEventsDetailsEnabled: true,
  bruteForceProtected: true,
  webAuthnUserVerification: 'required',
  webAuthnPasswordlessUserVerification: 'required',
  templatesMissing: [],
  languagesMissing: [],
  surplusRights: [],
})

describe('the watch over the realms', () => {
  let time: ManualTime
  let log: ReturnType<typeof createRecordingLog>
  let answers: Record<string, (() => Promise<RealmStatus>) | undefined>
  let looks: number
  let upkeep: readonly Finding[]

  beforeEach(() => {
    time = createManualTime()
    log = createRecordingLog()
    answers = {}
    looks = 0
    upkeep = []
  })

  const watchOf = () =>
    createCheckRealms({
      keycloak: {
        status: (realm) => {
          looks += 1
          return answers[realm]?.() ?? Promise.resolve(statusOf(realm))
        },
      },
      checkUpkeep: async () => upkeep,
      realms: [demo, other].map((name) => ({
        name,
        expected: { protocol: 1, version: '0.1.0', issuer: `https://sso.test/realms/${name}` },
      })),
      clock: time.clock,
      timer: time.timer,
      log,
      everyMs: 60_000,
    })
  const slept = () => until('the watch sleeps', () => time.planned().length === 1)
  const messages = () =>
    log.lines.map(({ message, fields }) => `${fields.realm} ${message} ${fields.code ?? ''}`.trim())

  test('before the first look nothing is known; after it, each realm has a report', async () => {
    const watch = watchOf()
    assert.equal(watch.current().get(demo)?.state, 'unknown')
    watch.start()
    await slept()
    assert.deepEqual(watch.current().get(demo), {
      state: 'ready',
      findings: [],
      checkedAt: time.clock(),
      versions: { server: '26.7.5', provider: '0.1.0', protocol: 1 },
    })
    assert.deepEqual(time.planned(), [60_000])
    await watch.stop()
    assert.deepEqual(time.planned(), [])
  })

  test('A10: events switched off at run time are told at the next look, once', async () => {
    const watch = watchOf()
    watch.start()
    await slept()
    answers[demo] = async () => ({ ...statusOf(demo), adminEventsEnabled: false })
    for (let minute = 0; minute < 3; minute += 1) {
      time.advance(60_000)
      await slept()
    }
    assert.equal(watch.current().get(demo)?.state, 'warned')
    assert.equal(watch.current().get(other)?.state, 'ready')
    assert.deepEqual(messages(), ['demo realm is ready', 'other realm is ready', 'demo realm finding admin_events_off'])
    answers[demo] = undefined
    time.advance(60_000)
    await slept()
    assert.equal(messages().at(-1), 'demo realm is ready')
    await watch.stop()
  })

  test('R10 R13: what the policy’s upkeep finds is told and kept like the realm’s own findings', async () => {
    upkeep = [{ severity: 'warn', code: 'path_review_due', text: 'To be reviewed.' }]
    const watch = watchOf()
    watch.start()
    await slept()
    const { state, findings } = watch.current().get(demo) ?? {}
    assert.deepEqual([state, findings], ['warned', upkeep])
    assert.deepEqual(messages(), ['demo realm finding path_review_due', 'other realm finding path_review_due'])
    await watch.stop()
  })

  test('R10: a finding that is about more than before is told again', async () => {
    const about = (groups: string) =>
      [{ severity: 'warn', code: 'approvers_missing', text: `Nobody in ${groups}.` }] as const
    upkeep = [...about('/leads')]
    const watch = watchOf()
    watch.start()
    await slept()
    upkeep = [...about('/leads, /managers')]
    for (let minute = 0; minute < 2; minute += 1) {
      time.advance(60_000)
      await slept()
    }
    assert.equal(messages().filter((line) => line === 'demo realm finding approvers_missing').length, 2)
    await watch.stop()
  })

  test('a Keycloak too old is told as an error, and its realm as refused', async () => {
    answers[demo] = async () => ({ ...statusOf(demo), server: '26.7.4' })
    const watch = watchOf()
    watch.start()
    await slept()
    assert.equal(watch.current().get(demo)?.state, 'refused')
    assert.ok(log.lines.some(({ level, fields }) => level === 'error' && fields.code === 'server_too_old'))
    await watch.stop()
  })

  test('a realm that cannot be asked is unreachable, with the reason, and asked again soon', async () => {
    answers[other] = async () => {
      throw new BridgeError('keycloak_unreachable', { cause: { code: 'http_403_forbidden' } })
    }
    const watch = watchOf()
    watch.start()
    await slept()
    assert.deepEqual(watch.current().get(other), {
      state: 'unreachable',
      findings: [],
      problem: 'http_403_forbidden',
      checkedAt: time.clock(),
    })
    assert.deepEqual(time.planned(), [5_000])
    answers[other] = undefined
    time.advance(5_000)
    await until('it looked again', () => looks === 4)
    await slept()
    assert.equal(watch.current().get(other)?.state, 'ready')
    await watch.stop()
  })
})
