import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { DEMO_FLOWS } from '../../keycloak-config/realm/realm.ts'
import { createEventLog, type EventLog } from '../../keycloak-config/server/event-log.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import type { EnrolledCodes } from '../support/enrolled-codes.ts'
import { type FallbackRealm, openFallbackRealm, type TestUser } from '../support/fallback-realm.ts'
import { watchLogins } from '../support/nobody-in.ts'
import { textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

const withinAMinute = { withinMs: 60_000, everyMs: 250 }

/** On a real Keycloak: somebody whose passkey failed has it work elsewhere, while the fallback is still open. */
describe('a fallback that a passkey has made needless', () => {
  let realm: FallbackRealm
  let log: EventLog
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak())
    log = createEventLog(realm.admin, realm.realm)
  })
  after(() => realm.remove())

  const failInOneBrowser = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    return tab
  }
  const succeedInAnother = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.usePasskey(user.passkey)
    return tab
  }
  const askingPeople = async ({ id }: TestUser): Promise<void> => {
    const { admin, realm: name } = realm
    const [found] = await admin.groups.find({ realm: name, search: 'needs-approval', exact: true })
    await admin.users.addToGroup({ realm: name, id, groupId: found?.id ?? '' })
  }
  /** The user's cases as Keycloak's own log tells of them, the oldest first. */
  const casesOf = async ({ id }: TestUser): Promise<string[]> => {
    const events = await realm.admin.realms.findAdminEvents({
      realm: realm.realm,
      resourcePath: 'fallback-cases/*',
      max: 500,
    })
    const opened = events
      .map(({ representation }) => JSON.parse(representation ?? '{}') as Record<string, string>)
      .filter(({ event, user }) => event === 'CASE_OPENED' && user === id)
    return opened.toSorted((a, b) => String(a['at']).localeCompare(String(b['at']))).map((told) => String(told['case']))
  }
  const caseOf = (user: TestUser, count = 1): Promise<string> =>
    waitUntil('the case stands in the event log', async () => {
      const cases = await casesOf(user)
      return cases.length >= count && cases.at(-1)
    })
  const reasonOfEnd = async (id: string): Promise<unknown> => {
    const events = await log.waitForOverrideEvent(id, 'CASE_SUPERSEDED', withinAMinute)
    const told = JSON.parse(events.at(-1)?.representation ?? '{}') as Record<string, unknown>
    assert.equal(told['actor'], 'system')
    return told['reason']
  }
  /** What the LOGIN events of a user say of a passkey, the oldest first. */
  const passkeysOf = async ({ id }: TestUser, count: number): Promise<(string | undefined)[]> => {
    const logins = await waitUntil('the logins stand in the event log', async () => {
      const found = await realm.admin.realms.findEvents({ realm: realm.realm, type: ['LOGIN'], user: id })
      return found.length >= count && found
    })
    return logins
      .toSorted((a, b) => Number(a.time) - Number(b.time))
      .map(({ details }) => details?.['fallback_passkey'])
  }
  const assertNobodyComesIn = async (tab: Tab, user: PasskeyUser & { codes: EnrolledCodes }): Promise<void> => {
    const logins = await watchLogins(realm, user)
    const code = await user.codes.fresh()
    await tab.post({ code })
    await tab.reload()
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /somewhere else, or are signed in there already/)
    await tab.post({ code })
    assert.equal(tab.stage, 'message')
    await logins.assertNone()
  }

  test('E3: a case that waits for people, or for a code, ends within a minute of a login by the passkey, and lets nobody in', async () => {
    const ada = await createEnrolledUser(realm, 'ada')
    const bea = await createEnrolledUser(realm, 'bea')
    await askingPeople(ada)
    const waiting = await failInOneBrowser(ada)
    assert.equal(waiting.stage, 'wait')
    const asking = await failInOneBrowser(bea)
    assert.equal(asking.stage, 'code')
    for (const user of [ada, bea]) await (await succeedInAnother(user)).arrive()
    for (const user of [ada, bea]) assert.equal(await reasonOfEnd(await caseOf(user)), 'biometric_succeeded')
    await assertNobodyComesIn(waiting, ada)
    await assertNobodyComesIn(asking, bea)
  })

  test('E3 I12: neither single sign-on nor a login by the fallback ends a case, and none of them tells of a passkey', async () => {
    const cid = await createEnrolledUser(realm, 'cid')
    const earlier = await failInOneBrowser(cid)
    await earlier.enterCode(await cid.codes.fresh())
    await earlier.arrive()
    const open = await failInOneBrowser(cid)
    const stands = await caseOf(cid, 2)
    assert.equal(await openTab(realm.application, earlier.browser).open(), 'arrived', 'single sign-on')
    assert.deepEqual(await passkeysOf(cid, 3), ['passed', undefined, undefined])
    // A look begins with the oldest case: one that took back the next person's has looked at this one as well.
    const dan = await createEnrolledUser(realm, 'dan')
    await failInOneBrowser(dan)
    await (await succeedInAnother(dan)).arrive()
    await reasonOfEnd(await caseOf(dan))
    const events = (await log.overrideEvents(stands)).map(({ event }) => event)
    assert.deepEqual(events, ['CASE_OPENED'])
    await open.enterCode(await cid.codes.fresh())
    await open.arrive()
  })

  test('E3: the passkey is told of in either layout, and also where the login goes on after it with an action', async () => {
    const eva = await createEnrolledUser(realm, 'eva')
    const { admin, realm: name } = realm
    await admin.users.update({ realm: name, id: eva.id }, { requiredActions: ['UPDATE_PASSWORD'] })
    const tab = await succeedInAnother(eva)
    assert.equal(tab.page.arrivedAt, undefined)
    await tab.post({ 'password-new': `${eva.password}-2`, 'password-confirm': `${eva.password}-2` })
    await tab.arrive()
    assert.deepEqual(await passkeysOf(eva, 2), ['passed', 'passed'])

    await admin.realms.update({ realm: name }, { browserFlow: DEMO_FLOWS.passwordless })
    const passwordless = openTab(realm.application)
    await passwordless.open()
    await passwordless.enterUsername(eva)
    await passwordless.usePasskey(eva.passkey)
    await passwordless.arrive()
    assert.deepEqual(await passkeysOf(eva, 3), ['passed', 'passed', 'passed'])
  })
})
