import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createEventLog } from '../../keycloak-config/server/event-log.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { assertAccessible } from '../support/accessibility.ts'
import { sharedBrowser } from '../support/browser.ts'
import { type FallbackRealm, openFallbackRealm, type TestUser } from '../support/fallback-realm.ts'
import { byPasskey, personToken } from '../support/person-token.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, type PasskeyUser, type Tab } from '../support/tab.ts'
import { type Enrolled, enrol, failPasskey } from '../support/visitor.ts'

const reason = 'She showed her badge at the desk.'

/** On a real Keycloak, in a real browser: a person waits, and others decide. */
describe('a login that people decide about', () => {
  let realm: FallbackRealm
  let ada: Enrolled
  let lead: PasskeyUser
  let analyst: PasskeyUser
  let leadToken: string
  before(async () => {
    const change = (rep: object) => ({ ...rep, oauth2DevicePollingInterval: 1 })
    realm = await openFallbackRealm(await sharedKeycloak(), { change })
    ada = await enrolAsking('ada')
    lead = await createPasskeyUser(realm, 'lead')
    analyst = await createPasskeyUser(realm, 'analyst')
    await joinGroup(lead, 'service-desk-leads')
    await joinGroup(analyst, 'security-analysts')
    leadToken = await personToken(realm, byPasskey(lead))
  })
  after(() => realm.remove())

  /** Somebody whose every fallback waits for a lead of the service desk. */
  const enrolAsking = async (name: string): Promise<Enrolled> => {
    const enrolled = await enrol(realm, await sharedBrowser(), name)
    await joinGroup(enrolled.user, 'needs-approval')
    return enrolled
  }
  const joinGroup = async ({ id }: TestUser, group: string): Promise<void> => {
    const { admin, realm: name } = realm
    const [found] = await admin.groups.find({ realm: name, search: group, exact: true })
    await admin.users.addToGroup({ realm: name, id, groupId: found?.id ?? '' })
  }
  /** Takes away what puts a claim into the tokens of the command line, wherever it stands. */
  const forgetMapper = async (claim: string): Promise<void> => {
    const { admin, realm: name } = realm
    const [client] = await admin.clients.find({ realm: name, clientId: 'fallback-bridge-cli' })
    const id = client?.id ?? ''
    for (const { id: mapper = '', config } of client?.protocolMappers ?? []) {
      if (config?.['claim.name'] === claim) await admin.clients.delProtocolMapper({ realm: name, id, mapperId: mapper })
    }
    for (const { id: scope = '', protocolMappers = [] } of await admin.clientScopes.find({ realm: name })) {
      for (const { id: mapper = '', config } of protocolMappers) {
        if (config?.['claim.name'] !== claim) continue
        await admin.clientScopes.delProtocolMapper({ realm: name, id: scope, mapperId: mapper })
      }
    }
  }
  const call = async (token: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${realm.bridge?.operationsUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as Record<string, never> }
  }
  const giveEvidence = async (id: string): Promise<void> => {
    const { status, body } = await call(leadToken, 'POST', `/v1/cases/${id}/evidence`, {
      item: 'reason',
      text: 'Her finger is bandaged.',
    })
    assert.equal(status, 200, JSON.stringify(body))
  }
  const waiting = async (token: string) => {
    const { body } = await call(token, 'GET', '/v1/cases?waiting=true')
    return (body as unknown as { cases: { id: string }[] }).cases
  }
  const decide = async (token: string, id: string, verdict: string, match: string) => {
    const { body: story } = await call(token, 'GET', `/v1/cases/${id}`)
    const shown = story as unknown as { case: { version: number }; request: { factsDigest: string } }
    return call(token, 'POST', `/v1/cases/${id}/decisions`, {
      verdict,
      version: shown.case.version,
      factsDigest: shown.request.factsDigest,
      match,
      ...(verdict === 'approve' ? { method: 'in_person', seen: { place: 'Gate 3', document: 'staff_badge' } } : {}),
      reason,
    })
  }

  test('R16 R41 C09: the page waits with a number, moves by itself when it is approved, and the code lets the person in', async () => {
    await failPasskey(ada)
    const { page, pages } = ada.visitor
    const match = (await page.locator('#fallback-bridge-match span').first().textContent()) ?? ''
    assert.match(match, /^\d{3}$/)
    await assertAccessible(page)
    const [only, ...more] = await waiting(leadToken)
    assert.ok(only)
    assert.equal(more.length, 0)
    const wrong = match === '000' ? '001' : '000'
    assert.equal((await decide(leadToken, only.id, 'approve', wrong)).status, 409)
    const without = await decide(leadToken, only.id, 'approve', match)
    assert.deepEqual([without.status, without.body['about']], [409, ['reason']], 'R4: what is missing is named')
    await giveEvidence(only.id)
    const approved = await decide(leadToken, only.id, 'approve', match)
    assert.equal(approved.status, 200, JSON.stringify(approved.body))
    await pages.waitForCodePage()
    await pages.enterCode(await ada.codes.fresh())
    const { claims } = await ada.visitor.arrive()
    assert.equal(claims['fallback_case'], only.id)
    assert.equal(claims['acr'], 'fallback')

    const log = createEventLog(realm.admin, realm.realm)
    const events = await log.waitForOverrideEvent(only.id, 'GRANT_USED')
    assert.deepEqual(
      events.map(({ event }) => event),
      [
        'CASE_OPENED',
        'APPROVAL_REQUESTED',
        'EVIDENCE_ADDED',
        'APPROVAL_GIVEN',
        'APPROVALS_COMPLETE',
        'GRANT_ISSUED',
        'GRANT_USED',
      ],
    )
    const given = JSON.parse(events[3]?.representation ?? '{}') as Record<string, unknown>
    assert.equal(given['actor'], `user:${lead.id}`)
    assert.ok(!JSON.stringify(events).includes(reason), 'the reason stays in the bridge')
    await ada.visitor.forget()
  })

  test('R52: what was approved can be taken back, and the session ends', async () => {
    const bea = await enrolAsking('bea')
    await failPasskey(bea)
    const match = (await bea.visitor.page.locator('#fallback-bridge-match span').first().textContent()) ?? ''
    const [revocable] = await waiting(leadToken)
    await giveEvidence(revocable?.id ?? '')
    assert.equal((await decide(leadToken, revocable?.id ?? '', 'approve', match)).status, 200)
    await bea.visitor.pages.waitForCodePage()
    await bea.visitor.pages.enterCode(await bea.codes.fresh())
    const { claims } = await bea.visitor.arrive()
    const analystToken = await personToken(realm, byPasskey(analyst))
    const revoked = await call(analystToken, 'POST', `/v1/cases/${revocable?.id}/revocations`, { reason })
    assert.equal(revoked.status, 200, JSON.stringify(revoked.body))
    await waitUntil('the session is gone', async () => {
      const sessions = await realm.admin.users.listSessions({ realm: realm.realm, id: bea.user.id })
      return sessions.every(({ id }) => id !== claims['sid'])
    })
    await bea.visitor.close()
  })

  test('C08 S02: a no ends the wait on the page, and nobody is asked again for a while', async () => {
    const cid = await enrolAsking('cid')
    await failPasskey(cid)
    const { page } = cid.visitor
    await page.locator('#fallback-bridge-match').waitFor()
    const [only] = await waiting(leadToken)
    assert.equal((await decide(leadToken, only?.id ?? '', 'deny', '000')).status, 200)
    await page.locator('#fallback-bridge-wait').waitFor({ state: 'detached' })
    assert.match(await cid.visitor.pages.readMessage(), /declined|said no|refused|not approved|denied/i)
    await cid.visitor.forget()
    await failPasskey(cid)
    assert.match(await cid.visitor.pages.readMessage(), /declined a short time ago/)
    assert.equal(await page.locator('#fallback-bridge-match').count(), 0)
    await cid.visitor.close()
  })

  test('C10 I12: whoever came in by a fallback decides nothing, with the claim that tells it and without', async () => {
    const other = await createEnrolledUser(realm, 'other-lead')
    await joinGroup(other, 'service-desk-leads')
    const code = other.codes.fresh
    const byFallback = async (tab: Tab) => {
      await tab.enterPassword(other)
      await tab.failPasskey()
      assert.equal(await tab.enterCode(await code()), 'other')
    }
    const answerTo = async (token: string) => (await call(token, 'GET', '/v1/cases')).status
    assert.equal(await answerTo(await personToken(realm, byPasskey(other))), 200, 'this is somebody who may decide')
    const told = await personToken(realm, byFallback)
    assert.ok('fallback_case' in claimsOf(told))
    assert.equal(await answerTo(told), 401)
    await forgetMapper('fallback_case')
    await forgetMapper('fallback_ends_at')
    const untold = await personToken(realm, byFallback)
    assert.ok(!('fallback_case' in claimsOf(untold)), 'a realm whose client has no mapper for it')
    assert.equal(await answerTo(untold), 401)
    assert.equal(await answerTo(await personToken(realm, byPasskey(other))), 200)
  })

  test('without a token nobody sees that there are cases, and a stranger sees none', async () => {
    const bare = await fetch(`${realm.bridge?.operationsUrl}/v1/cases`)
    assert.equal(bare.status, 401)
    const stranger = await personToken(realm, byPasskey(await createPasskeyUser(realm, 'stranger')))
    const { status, body } = await call(stranger, 'GET', '/v1/cases')
    assert.ok(status === 403 || (body as unknown as { cases: unknown[] }).cases.length === 0)
  })
})

const claimsOf = (token: string): object => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
