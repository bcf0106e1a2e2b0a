import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { JobKind } from '../../bridge/app/ports.ts'
import type { CaseState, FallbackCase } from '../../bridge/domain/case.ts'
import { createJobBridge, demo, type JobBridge, readBackDelayMs, sessionMs } from '../support/job-bridge.ts'

describe('the session that follows a fallback', () => {
  let bridge: JobBridge
  beforeEach(async () => {
    bridge = await createJobBridge()
  })
  afterEach(() => bridge.close())

  const grant = async (user = 'ada') => bridge.grant(await bridge.open(user))
  const logIn = (granted: FallbackCase) => bridge.fake.sessions.set(granted.session, granted.id)
  const isIn = (state: CaseState, about: FallbackCase, step?: number) =>
    bridge.until(`the case is ${state}`, async () => (await bridge.find(about)).state === state, step)
  const noJobIsLeft = (step?: number) =>
    bridge.until('no job is left', async () => (await bridge.unitOfWork((tx) => tx.jobs.nextDue())) === undefined, step)
  const eventsOf = (about: FallbackCase) =>
    bridge.fake.events.filter(({ body }) => body['caseId'] === about.id).map(({ body }) => body['event'])
  /** Waits until sessions were looked for so many times more. */
  const isLookedFor = (times: number) => {
    const count = () => bridge.fake.requests.filter((line) => /^GET .*\/sessions\//.test(line)).length
    const before = count()
    return bridge.until('the session was looked for', () => count() >= before + times)
  }
  const dropJobs = (kind: JobKind) =>
    bridge.unitOfWork(async (tx) => {
      for (const job of await tx.jobs.lease(Number.MAX_SAFE_INTEGER, 'test', 0, 10)) {
        if (job.kind === kind) await tx.jobs.done(job.id, 'test')
      }
    })
  const deletes = () => bridge.fake.requests.filter((line) => line.startsWith('DELETE')).length

  test('R18: a login that became a session is found, and the grant is used', async () => {
    const granted = await grant()
    await isLookedFor(1)
    assert.equal((await bridge.find(granted)).state, 'granted')
    logIn(granted)
    await isIn('in_use', granted)
    await bridge.until('it is told', () => eventsOf(granted).includes('GRANT_USED'))
    assert.equal(deletes(), 0)
  })

  test('a grant whose login never completes expires at its time', async () => {
    const granted = await grant()
    await isIn('expired', granted, 2_000)
    assert.ok(bridge.time.clock() >= granted.expiresAt)
    await bridge.until('it is told', () => eventsOf(granted).length === 3)
    assert.deepEqual(eventsOf(granted), ['CASE_OPENED', 'GRANT_ISSUED', 'CASE_EXPIRED'])
  })

  test('I10: at its end time the session is ended and told, and the case with it', async () => {
    const granted = await grant()
    logIn(granted)
    await isIn('in_use', granted)
    bridge.time.advance((granted.endsAt ?? 0) - bridge.time.clock() - 1)
    bridge.wake()
    assert.equal(deletes(), 0)
    await isIn('ended', granted)
    assert.equal(bridge.fake.sessions.size, 0)
    await noJobIsLeft(1_000)
    assert.deepEqual(eventsOf(granted), ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED', 'SESSION_ENDED'])
  })

  test('I10 A06: a session that comes back because Keycloak lost its end is ended again', async () => {
    const granted = await grant()
    logIn(granted)
    await isIn('in_use', granted)
    bridge.time.advance(sessionMs)
    await isIn('ended', granted)
    logIn(granted)
    bridge.time.advance(readBackDelayMs)
    await bridge.until('it is gone again', () => bridge.fake.sessions.size === 0)
    await noJobIsLeft(1_000)
    assert.equal(deletes(), 2)
    assert.equal(eventsOf(granted).filter((name) => name === 'SESSION_ENDED').length, 1)
  })

  test('I10: a session that a refresh at the moment of its end has brought back is ended again within seconds', async () => {
    const granted = await grant()
    logIn(granted)
    await isIn('in_use', granted)
    bridge.time.advance(sessionMs)
    await isIn('ended', granted)
    for (let times = 1; times <= 3; times += 1) {
      logIn(granted)
      const backAt = bridge.time.clock()
      await bridge.until('it is gone again', () => bridge.fake.sessions.size === 0)
      assert.ok(bridge.time.clock() - backAt <= 5_000)
    }
    await noJobIsLeft(1_000)
    assert.equal(eventsOf(granted).filter((name) => name === 'SESSION_ENDED').length, 1)
  })

  test('A09: Keycloak and bridge both away across the end time, the session ends when they are back', async () => {
    const granted = await grant()
    logIn(granted)
    await isIn('in_use', granted)
    await bridge.stopJobs()
    bridge.fake.faults.isDown = true
    bridge.time.advance(sessionMs + 1)
    bridge.startJobs()
    await bridge.until('it was tried in vain', () =>
      bridge.log.lines.some(({ fields }) => fields.job === 'end_session'),
    )
    assert.equal((await bridge.find(granted)).state, 'in_use')
    bridge.fake.faults.isDown = false
    const backAt = bridge.time.clock()
    await isIn('ended', granted, 100)
    assert.ok(bridge.time.clock() - backAt <= 30_000)
    assert.equal(bridge.fake.sessions.size, 0)
  })

  test('a bridge that was away from the grant to the end still tells that the grant was used', async () => {
    const granted = await grant()
    await bridge.stopJobs()
    // So that the end alone has to find out.
    await dropJobs('confirm_session')
    logIn(granted)
    bridge.time.advance(sessionMs + 1)
    bridge.startJobs()
    await isIn('ended', granted)
    await noJobIsLeft(1_000)
    assert.equal(bridge.fake.sessions.size, 0)
    assert.deepEqual(eventsOf(granted), ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED', 'SESSION_ENDED'])
  })

  test('a grant that nobody looked after in time expires at the end time at the latest', async () => {
    const granted = await grant()
    await bridge.stopJobs()
    await dropJobs('confirm_session')
    bridge.time.advance(sessionMs + 1)
    bridge.startJobs()
    await isIn('expired', granted)
  })

  test('no session and no case ends before its time, whenever the job runs', async () => {
    const granted = await grant('ada')
    logIn(granted)
    await isIn('in_use', granted)
    const idle = await bridge.open('bob')
    await bridge.unitOfWork(async (tx) => {
      const early = { realm: demo, dueAt: bridge.time.clock() }
      await tx.jobs.add({ ...early, kind: 'end_session', lane: 'early-1', about: granted.id })
      await tx.jobs.add({ ...early, kind: 'expire_case', lane: 'early-2', about: idle.id })
    })
    await bridge.until('both ran', async () => {
      const next = await bridge.unitOfWork((tx) => tx.jobs.nextDue())
      return next === undefined || next > bridge.time.clock() + readBackDelayMs
    })
    assert.equal((await bridge.find(granted)).state, 'in_use')
    assert.equal((await bridge.find(idle)).state, 'awaiting_factor')
    assert.equal(bridge.fake.sessions.size, 1)
  })

  test('a person who logged out before leaves nothing to end, and the case ends all the same', async () => {
    const granted = await grant()
    logIn(granted)
    await isIn('in_use', granted)
    bridge.fake.sessions.clear()
    bridge.time.advance(sessionMs)
    await isIn('ended', granted)
    await noJobIsLeft(1_000)
    assert.equal(deletes(), 0)
  })

  test('E2: a session that comes of a grant already expired or superseded is ended at once', async () => {
    const expired = await grant('ada')
    await isIn('expired', expired, 2_000)
    const superseded = await grant('bob')
    await bridge.unitOfWork((tx) => bridge.recordChange(tx, superseded, 'supersede', { actor: 'system', facts: {} }))
    logIn(expired)
    logIn(superseded)
    const told = () => bridge.log.lines.filter(({ message }) => message === 'session of a case that is over ended')
    await bridge.until('both are ended and told', () => told().length === 2, 1_000)
    assert.equal(bridge.fake.sessions.size, 0)
    assert.equal((await bridge.find(expired)).state, 'expired')
    assert.equal((await bridge.find(superseded)).state, 'superseded')
  })

  test('I10: a session that comes later than anybody looks for it still ends at the end time', async () => {
    const granted = await grant()
    await isIn('expired', granted, 2_000)
    await dropJobs('confirm_session')
    logIn(granted)
    bridge.time.advance((granted.endsAt ?? 0) - bridge.time.clock())
    await bridge.until('it is gone', () => bridge.fake.sessions.size === 0)
  })

  test('a session that a newer case has taken over is not ended with the older one', async () => {
    const older = await grant()
    logIn(older)
    await isIn('in_use', older)
    bridge.time.advance(sessionMs / 2)
    const newer = await grant()
    await isLookedFor(2)
    assert.equal((await bridge.find(newer)).state, 'granted')
    logIn(newer)
    await isIn('in_use', newer)
    await isIn('ended', older, 10_000)
    assert.deepEqual([...bridge.fake.sessions], [[newer.session, newer.id]])
    bridge.time.advance(sessionMs / 2)
    await isIn('ended', newer)
    assert.equal(bridge.fake.sessions.size, 0)
  })

  test('I10: no other session is ended, and no 404 of a missing provider counts as the end', async () => {
    const granted = await grant()
    logIn(granted)
    await isIn('in_use', granted)
    bridge.fake.sessions.set('session-of-somebody', undefined)
    bridge.fake.faults.refusal = { status: 404, body: { error: 'HTTP 404 Not Found' } }
    bridge.time.advance(sessionMs)
    await bridge.until('it was tried', () => bridge.log.lines.some(({ fields }) => fields.error === 'http_404'))
    assert.equal((await bridge.find(granted)).state, 'in_use')
    bridge.fake.faults.refusal = undefined
    await isIn('ended', granted)
    assert.deepEqual([...bridge.fake.sessions.keys()], ['session-of-somebody'])
  })

  test('a case on which nobody proves a factor expires at its time; one that was granted is left alone', async () => {
    const idle = await bridge.open('ada')
    const granted = await grant('bob')
    logIn(granted)
    await isIn('in_use', granted)
    await isIn('expired', idle, 5_000)
    assert.ok(bridge.time.clock() >= idle.expiresAt)
    assert.equal((await bridge.find(granted)).state, 'in_use')
    assert.equal((await bridge.unitOfWork((tx) => tx.cases.findOpen(demo, idle.user))) === undefined, true)
  })
})
