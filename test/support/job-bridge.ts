import { composeJobs } from '../../bridge/compose-jobs.ts'
import { composeRecording } from '../../bridge/compose-recording.ts'
import type { FallbackCase } from '../../bridge/domain/case.ts'
import type { HistoryFacts } from '../../bridge/domain/history.ts'
import { asId, type RealmName } from '../../bridge/domain/ids.ts'
import type { Decision } from '../../bridge/domain/policy/decision.ts'
import type { Facts } from '../../bridge/domain/policy/facts.ts'
import { createKeycloak } from '../../bridge/keycloak/create-keycloak.ts'
import { binding } from './builders.ts'
import { startFakeKeycloak } from './fake-keycloak.ts'
import { createManualTime } from './manual-time.ts'
import { createRecordingLog } from './recording-log.ts'
import { recordingPorts } from './recording-ports.ts'
import { openTestStore } from './test-store.ts'
import { until } from './until.ts'

export const demo: RealmName = asId('demo')
export const readBackDelayMs = 60_000
const challengeMs = 300_000
const grantMs = 120_000
export const sessionMs = 3_600_000

/** Facts of an ordinary login. */
const ordinaryFacts = (at: number): Facts => ({
  at,
  realm: demo,
  client: 'app',
  available: [{ check: 'bridge-totp', createdAt: at - 1 }],
  account: { lockedUntil: null, failuresSinceSuccess: 0, casesInLastDay: 0, grantsInLastWeek: 0 },
  requiredLevel: 0,
  requestedLevel: 0,
  owners: {},
})

/** What a policy decides about it that looks at none of these cases afterwards. */
const decision: Decision = {
  engine: 1,
  outcome: 'grant_alternate',
  terms: {
    paths: [{ id: asId('password-bridge-totp'), check: 'bridge-totp', level: 1, acr: 'fallback', amr: ['pwd', 'otp'] }],
    limits: {
      attempts: 5,
      challengeSeconds: challengeMs / 1000,
      consecutiveFailures: 10,
      lockSeconds: 1800,
      failuresUntilRebind: 100,
      casesPerDay: 10,
      grantsPerWeek: 50,
      grantSeconds: grantMs / 1000,
      sessionSeconds: sessionMs / 1000,
    },
    approvals: [],
    evidenceReview: false,
    evidence: null,
    review: { samplePercent: 0, withinSeconds: 86_400 },
  },
  assessment: {
    rule: 'everybody else',
    profile: 'standard',
    tier: 'standard',
    score: { total: 0, contributions: [] },
    band: 'self-service',
    remarks: [],
  },
}

/** What runs behind the logins, whole: jobs, a real database, a fake Keycloak over HTTP, and time as the test sets it. */
export const createJobBridge = async () => {
  const store = await openTestStore()
  const { unitOfWork } = store
  const fake = await startFakeKeycloak()
  const time = createManualTime()
  const { clock } = time
  const log = createRecordingLog()
  const recording = recordingPorts(clock)
  const { ids } = recording
  const { recordChange, recordOpening } = composeRecording(recording)
  const credential = { secret: { reveal: () => 'a-secret-of-the-client' } }
  const keycloak = createKeycloak({
    url: fake.url,
    issuerBase: fake.url,
    realms: [demo],
    clientId: 'fallback-bridge',
    credential,
    identityAttribute: 'employeeId',
    clock,
    timeoutMs: 5_000,
  })

  let starts = 0
  const startJobs = () => {
    starts += 1
    const jobs = composeJobs({
      ...recording,
      unitOfWork,
      keycloak,
      people: keycloak.people,
      notices: {
        textOf: () => ({ subject: '', text: '' }),
        sendMail: undefined,
        sendWebhook: undefined,
        securityMail: [],
      },
      timer: time.timer,
      random: () => 0.5,
      log,
      metrics: { jobRun: () => {} },
      owner: `start-${starts}`,
      readBackDelayMs,
    })
    jobs.start()
    return jobs
  }
  let jobs = startJobs()

  const open = (user: string, openedWith: HistoryFacts = {}): Promise<FallbackCase> =>
    unitOfWork(async (tx) => {
      const at = clock()
      const opened = await recordOpening(
        tx,
        {
          ...binding({ user: asId(user), session: `session-of-${user}` }),
          id: ids.case(),
          state: 'opened',
          version: 1,
          profile: 'standard',
          policyDigest: 'd'.repeat(64),
          path: undefined,
          offered: [asId('password-bridge-totp')],
          failureClass: 'cancelled_or_timed_out',
          attempts: 0,
          pendingAttempt: undefined,
          openedAt: at,
          expiresAt: at + challengeMs,
          grantedAt: undefined,
          endsAt: undefined,
        },
        { actor: `user:${user}`, facts: openedWith },
      )
      const policyDigest = opened.policyDigest
      await tx.decisions.insert({ realm: demo, case: opened.id, at, policyDigest, facts: ordinaryFacts(at), decision })
      const dueAt = opened.expiresAt
      await tx.jobs.add({ kind: 'expire_case', realm: demo, lane: `expire:${opened.id}`, about: opened.id, dueAt })
      return recordChange(tx, opened, 'offer', {
        actor: 'system',
        facts: {},
        set: { path: asId('password-bridge-totp') },
      })
    })

  /** Grants a case as a right code does, its two jobs included. */
  const grant = (opened: FallbackCase): Promise<FallbackCase> =>
    unitOfWork(async (tx) => {
      const at = clock()
      const endsAt = at + sessionMs
      const { id } = opened
      const granted = await recordChange(tx, opened, 'grant', {
        actor: `user:${opened.user}`,
        facts: { endsAt },
        set: { grantedAt: at, expiresAt: at + grantMs, endsAt },
      })
      await tx.jobs.add({ kind: 'confirm_session', realm: demo, lane: `session:${id}`, about: id, dueAt: at })
      await tx.jobs.add({ kind: 'end_session', realm: demo, lane: `end:${id}`, about: id, dueAt: endsAt })
      return granted
    })

  const find = async (about: FallbackCase): Promise<FallbackCase> => {
    const found = await unitOfWork((tx) => tx.cases.find(demo, about.id))
    if (found === undefined) throw new Error('no such case')
    return found
  }

  return {
    unitOfWork,
    fake,
    keycloak,
    time,
    log,
    recordChange,
    open,
    grant,
    find,
    wake: () => jobs.wake(),
    /** Ends the jobs as a stop of the process does, and starts them as a new one. */
    stopJobs: () => jobs.stop(),
    startJobs: () => {
      jobs = startJobs()
    },
    summary: () => unitOfWork((tx) => tx.outbox.summary()),
    /** Waits, while time goes on by `step` milliseconds a look. */
    until: (what: string, condition: () => boolean | Promise<boolean>, step = 250) =>
      until(what, async () => {
        jobs.wake()
        if (await condition()) return true
        time.advance(step)
        return false
      }),
    close: async () => {
      await jobs.stop()
      await fake.close()
      await store.close()
    },
  }
}

export type JobBridge = Awaited<ReturnType<typeof createJobBridge>>
