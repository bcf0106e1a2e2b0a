import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createEventLog, type EventLog } from '../../keycloak-config/server/event-log.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import {
  type Behaviour,
  breakOff,
  type FaultProxy,
  loseAnswer,
  type ProxiedRequest,
  pass,
  startFaultProxy,
} from '../support/fault-proxy.ts'
import { type OwnKeycloak, startAgain, startTestKeycloak } from '../support/keycloak.ts'
import { readStored } from '../support/stored-rows.ts'
import { createEnrolledUser, openTab } from '../support/tab.ts'

type EventRow = { name: string; state: string }

const isEventWrite = ({ method, path }: ProxiedRequest): boolean =>
  method === 'POST' && path.endsWith('/fallback-bridge/events')
const eventOf = ({ body }: ProxiedRequest): { eventId: string; event: string } => JSON.parse(body)
const wholeLife = ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED']

/** Keycloak takes its time to start, and jobs that failed meanwhile have grown patient. */
const afterARestart = { withinMs: 110_000, everyMs: 250 }

describe('override events on their way to a Keycloak that fails', () => {
  let keycloak: OwnKeycloak
  let removeKeycloak: () => Promise<void>
  /** Between the bridge and Keycloak's token and admin endpoints. */
  let proxy: FaultProxy
  let realm: FallbackRealm
  let log: EventLog
  before(async () => {
    ;({ keycloak, remove: removeKeycloak } = await startTestKeycloak())
    proxy = await startFaultProxy(() => keycloak.baseUrl)
    const env = { FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE: keycloak.baseUrl }
    realm = await openFallbackRealm(keycloak, { bridge: { keycloakUrl: proxy.url, env } })
    log = createEventLog(realm.admin, realm.realm)
    // The first calls of a Keycloak that has just started can take longer than the jar waits for the bridge.
    let tries = 0
    await waitUntil('a first enrolment', () => {
      tries += 1
      return createEnrolledUser(realm, `first-${tries}`).then(Boolean, () => false)
    })
  })
  after(async () => {
    try {
      await realm.remove()
    } finally {
      await proxy.close()
      await removeKeycloak()
    }
  })

  /** A whole fallback login of a new user; gives its case. */
  const logIn = async (username: string): Promise<string> => {
    const user = await createEnrolledUser(realm, username)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    await tab.enterCode(await user.codes.fresh())
    return String((await tab.arrive()).claims['fallback_case'])
  }
  const rowsOf = (caseId: string): EventRow[] =>
    readStored<EventRow>(realm, 'select name, state from override_event where case_id = ? order by at', caseId)
  const untilConfirmed = (caseId: string, names: readonly string[]): Promise<unknown> =>
    waitUntil(
      `Keycloak's log holds ${names.join(', ')} for good`,
      () => names.every((name) => rowsOf(caseId).some((row) => row.name === name && row.state === 'confirmed')),
      afterARestart,
    )
  const eventsOf = async (caseId: string): Promise<string[]> =>
    (await log.overrideEvents(caseId)).map(({ event }) => event).toSorted()

  test('I7 A05: when replies are lost after Keycloak took the events, each stands there exactly once', async () => {
    const seen = new Set<string>()
    let others = 0
    const losing: Behaviour = (exchange) => {
      if (!isEventWrite(exchange.request)) {
        others += 1
        return others % 3 === 0 ? loseAnswer(exchange) : pass(exchange)
      }
      const { eventId } = eventOf(exchange.request)
      if (seen.has(eventId)) return pass(exchange)
      seen.add(eventId)
      return loseAnswer(exchange)
    }
    proxy.clear()
    proxy.behave(losing)
    const cases = await Promise.all(['one', 'two', 'three', 'four', 'five'].map(logIn))
    await Promise.all(cases.map((caseId) => untilConfirmed(caseId, wholeLife)))
    for (const caseId of cases) assert.deepEqual(await eventsOf(caseId), wholeLife)

    // Keycloak did take each of them the first time, and the second time said that it stands there already.
    const answers = proxy.recorded.filter(({ request }) => isEventWrite(request)).map(({ answer }) => answer?.status)
    assert.equal(answers.filter((status) => status === 201).length, cases.length * wholeLife.length)
    assert.equal(answers.filter((status) => status === 200).length, cases.length * wholeLife.length)
    proxy.behave(pass)
  })

  test('I6 I7 A04: when Keycloak is down as the events fall due, each is delivered once after it is back', async () => {
    proxy.behave((exchange) => (isEventWrite(exchange.request) ? breakOff(exchange) : pass(exchange)))
    const caseId = await logIn('patient')
    assert.deepEqual(await eventsOf(caseId), [])
    await keycloak.server.stop()
    proxy.clear()
    proxy.behave(pass)
    await waitUntil('the bridge has tried in vain', () => proxy.recorded.some(({ request }) => isEventWrite(request)))
    assert.ok(rowsOf(caseId).some(({ name, state }) => name === 'GRANT_ISSUED' && state === 'due'))
    // An outage of Keycloak does not make the bridge unready: it is told of.
    const readiness = await fetch(`${realm.bridge?.managementUrl}/health/ready`)
    assert.equal(readiness.status, 200)

    await startAgain(keycloak)
    await untilConfirmed(caseId, wholeLife)
    assert.deepEqual(await eventsOf(caseId), wholeLife)
  })

  test('I7 A06: when Keycloak is killed right after it took an event, the event stands there in the end, once', async (t) => {
    const { promise: loggedIn, resolve: letGo } = Promise.withResolvers<void>()
    const { promise: killed, resolve: tellKilled } = Promise.withResolvers<void>()
    proxy.behave(async (exchange) => {
      if (!isEventWrite(exchange.request) || eventOf(exchange.request).event !== 'GRANT_ISSUED') return pass(exchange)
      await loggedIn
      const answer = await exchange.forward()
      await keycloak.server.kill()
      assert.equal(answer.status, 201)
      await pass({ ...exchange, forward: async () => answer })
      tellKilled()
    })
    const caseId = await logIn('unlucky')
    letGo()
    await killed
    proxy.clear()
    proxy.behave(pass)
    await waitUntil('the bridge takes it for written', () =>
      rowsOf(caseId).some(({ name, state }) => name === 'GRANT_ISSUED' && state === 'written'),
    )
    await startAgain(keycloak)
    // What became of the session is another matter: Keycloak may have lost that too.
    const lasting = ['CASE_OPENED', 'GRANT_ISSUED']
    await untilConfirmed(caseId, lasting)
    const events = (await eventsOf(caseId)).filter((name) => lasting.includes(name))
    assert.deepEqual(events, lasting)
    const sentAgain = proxy.recorded.some(
      ({ request }) => isEventWrite(request) && eventOf(request).event === 'GRANT_ISSUED',
    )
    t.diagnostic(sentAgain ? 'Keycloak had lost the event, the bridge sent it again' : 'Keycloak had kept the event')
  })
})
