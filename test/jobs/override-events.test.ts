import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { createDeliverEvent } from '../../bridge/app/deliver-event.ts'
import type { FallbackCase } from '../../bridge/domain/case.ts'
import { BridgeError } from '../../bridge/domain/errors.ts'
import { createJobBridge, type JobBridge, readBackDelayMs } from '../support/job-bridge.ts'

describe('override events on their way to Keycloak', () => {
  let bridge: JobBridge
  beforeEach(async () => {
    bridge = await createJobBridge()
  })
  afterEach(() => bridge.close())

  /** A case's life in four events: opened, granted, used, ended. */
  const live = async (user: string): Promise<FallbackCase> => {
    const granted = await bridge.grant(await bridge.open(user))
    return bridge.unitOfWork(async (tx) => {
      const used = await bridge.recordChange(tx, granted, 'use', { actor: 'system', facts: {} })
      return bridge.recordChange(tx, used, 'end', { actor: 'system', facts: {} })
    })
  }
  const eventsPerLife = ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED', 'SESSION_ENDED']

  const unconfirmed = async () => {
    const { due, written, parked } = await bridge.summary()
    return { due, written, parked }
  }
  const none = { due: 0, written: 0, parked: 0 }
  const allConfirmed = () =>
    bridge.until(
      'all events are confirmed',
      async () => {
        const { due, written } = await unconfirmed()
        return due + written === 0
      },
      1_000,
    )
  const namesOf = (lived: FallbackCase) =>
    bridge.fake.events.filter(({ body }) => body['caseId'] === lived.id).map(({ body }) => body['event'])

  test('I7: an event is closed by the read-back after the delay, and not before', async () => {
    await bridge.open('ada')
    await bridge.until('it is written', async () => (await unconfirmed()).written === 1, 0)
    bridge.time.advance(readBackDelayMs - 1)
    bridge.wake()
    await bridge.until('nothing was read back', () => bridge.fake.requests.length >= 2, 0)
    assert.deepEqual(await unconfirmed(), { ...none, written: 1 })
    await allConfirmed()
    assert.deepEqual(await unconfirmed(), none)
    assert.equal(bridge.fake.requests.filter((line) => line.includes('/admin-events')).length, 1)
  })

  test('A05 I7: the answer to every third write is lost, and each of 200 events still stands once', async () => {
    bridge.fake.faults.dropEveryReply = 3
    const lives = 50
    for (let user = 0; user < lives; user += 1) await live(`user-${user}`)
    await allConfirmed()
    const paths = bridge.fake.events.map((event) => event.resourcePath)
    assert.equal(paths.length, lives * eventsPerLife.length)
    assert.equal(new Set(paths).size, paths.length)
    assert.deepEqual(await unconfirmed(), none)
  })

  test('A04: after ten minutes without Keycloak nothing is lost, and each case’s events come in their order', async () => {
    bridge.fake.faults.isDown = true
    const lives: FallbackCase[] = []
    for (let user = 0; user < 10; user += 1) lives.push(await live(`user-${user}`))
    const backAt = bridge.time.clock() + 600_000
    await bridge.until('ten minutes passed', () => bridge.time.clock() >= backAt, 2_000)
    assert.equal((await unconfirmed()).due, 40)
    bridge.fake.faults.isDown = false
    await allConfirmed()
    for (const lived of lives) assert.deepEqual(namesOf(lived), eventsPerLife)
    assert.equal(bridge.fake.events.length, 40)
  })

  test('A06: an event that Keycloak lost after it took it is sent again, and told', async () => {
    const opened = await bridge.open('ada')
    await bridge.until('it is written', async () => (await unconfirmed()).written === 1, 0)
    bridge.fake.events.length = 0
    await allConfirmed()
    assert.deepEqual(namesOf(opened), ['CASE_OPENED'])
    const told = bridge.log.lines.filter(({ message }) => message === 'override event lost by Keycloak, sent again')
    assert.deepEqual(
      told.map(({ fields }) => fields.case),
      [opened.id],
    )
  })

  test('A07: an event that Keycloak refuses for good is parked with an alarm, and the others flow', async () => {
    bridge.fake.faults.refusedUsers = ['user-deleted']
    const refused = await live('user-deleted')
    const lived = await live('user-kept')
    await allConfirmed()
    assert.deepEqual(await unconfirmed(), { ...none, parked: 4 })
    assert.deepEqual([namesOf(refused), namesOf(lived)], [[], eventsPerLife])
    const alarms = bridge.log.lines.filter(
      ({ level, message }) => level === 'error' && message === 'override event parked',
    )
    assert.equal(alarms.length, 4)
    assert.deepEqual(new Set(alarms.map(({ fields }) => fields.case)), new Set([refused.id]))
  })

  test('A10: while the realm saves no admin events they wait, and none is parked', async () => {
    bridge.fake.faults.refusal = { status: 409, body: { code: 'events_disabled' } }
    await live('user-1')
    const later = bridge.time.clock() + 300_000
    await bridge.until('five minutes passed', () => bridge.time.clock() >= later, 1_000)
    assert.deepEqual(await unconfirmed(), { ...none, due: 4 })
    bridge.fake.faults.refusal = undefined
    await allConfirmed()
    assert.deepEqual(await unconfirmed(), none)
  })

  test('A11: with tokens of ten seconds, idle and busy by turns, no delivery fails', async () => {
    bridge.fake.faults.tokenLifetimeSeconds = 10
    for (let round = 0; round < 5; round += 1) {
      await live(`user-${round}`)
      await allConfirmed()
      bridge.time.advance(120_000)
    }
    assert.deepEqual(bridge.log.lines, [])
    assert.equal(bridge.fake.events.length, 20)
  })

  test('I6: what was due when the bridge stopped is delivered by the next start', async () => {
    await bridge.stopJobs()
    const lived = await live('user-1')
    assert.equal(bridge.fake.events.length, 0)
    bridge.startJobs()
    await allConfirmed()
    assert.deepEqual(namesOf(lived), eventsPerLife)
  })

  test('I7: two replicas that deliver one event at the same time write it once and read it back once', async () => {
    await bridge.stopJobs()
    await bridge.open('ada')
    await bridge.unitOfWork(async (tx) => {
      const due = await tx.jobs.lease(bridge.time.clock(), 'test', 0, 10)
      const deliver = due.find((job) => job.kind === 'deliver_event')
      assert.ok(deliver)
      await tx.jobs.add({ ...deliver, lane: 'the other replica' })
    })
    bridge.startJobs()
    await allConfirmed()
    await bridge.until('both are done', async () => {
      const next = await bridge.unitOfWork((tx) => tx.jobs.nextDue())
      return next === undefined || next > bridge.time.clock() + readBackDelayMs
    })
    assert.equal(bridge.fake.events.length, 1)
    assert.equal(bridge.fake.requests.filter((line) => line.includes('/admin-events')).length, 1)
  })

  test('I7: a refusal that comes late does not park what another replica has written', async () => {
    await bridge.stopJobs()
    await bridge.open('ada')
    const [job] = await bridge.unitOfWork((tx) => tx.jobs.lease(bridge.time.clock(), 'test', 0, 1))
    assert.equal(job?.kind, 'deliver_event')
    const { unitOfWork, log } = bridge
    const { clock } = bridge.time
    const late = createDeliverEvent({
      unitOfWork,
      clock,
      log,
      readBackDelayMs,
      keycloak: {
        writeEvent: async ({ realm, id }) => {
          await unitOfWork((tx) => tx.outbox.mark(realm, id, 'written', clock()))
          throw new BridgeError('keycloak_refused')
        },
      },
    })
    assert.deepEqual(await late(job), { outcome: 'done' })
    assert.deepEqual(await unconfirmed(), { ...none, written: 1 })
  })

  test('I7: a job that runs again after its success writes nothing twice and opens nothing again', async () => {
    const opened = await bridge.open('ada')
    await allConfirmed()
    const [event] = bridge.fake.events
    const about = String(event?.body['eventId'])
    const again = { realm: opened.realm, about, dueAt: bridge.time.clock() }
    await bridge.unitOfWork(async (tx) => {
      await tx.jobs.add({ ...again, kind: 'deliver_event', lane: 'again-1' })
      await tx.jobs.add({ ...again, kind: 'read_back_event', lane: 'again-2' })
    })
    await bridge.until('both ran', async () => {
      const next = await bridge.unitOfWork((tx) => tx.jobs.nextDue())
      return next === undefined || next > bridge.time.clock()
    })
    assert.equal(bridge.fake.events.length, 1)
    assert.deepEqual(await unconfirmed(), none)
  })
})
