import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createEventLog, type EventLog } from '../../keycloak-config/server/event-log.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { failureCounts } from '../support/failure-counts.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { readStored } from '../support/stored-rows.ts'
import { createEnrolledUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

const dieAtGrant = new URL('../support/die-at-grant.ts', import.meta.url).href

describe('kill -9 of the bridge between verification and answer, in a real login', () => {
  let realm: FallbackRealm
  let log: EventLog
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak(), { withoutBridge: true })
    log = createEventLog(realm.admin, realm.realm)
  })
  after(() => realm.remove())

  /** Starts a bridge that dies at its first grant, on this side of the commit. */
  const startDoomedBridge = async (side: 'before-commit' | 'after-commit'): Promise<void> => {
    await realm.bridge?.stop()
    const env = { ...realm.bridgeOptions.env, NODE_OPTIONS: `--import ${dieAtGrant}`, DIE_AT_GRANT: side }
    await realm.startBridge({ env })
  }
  const failPasskey = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    assert.equal(await tab.failPasskey(), 'code')
    return tab
  }
  const assertUnavailable = (tab: Tab): void => {
    assert.equal(tab.stage, 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /not available right now/)
  }
  /** Waits until no job runs that the dying process would take with it: its lease would have to run out first. */
  const untilJobsRest = ({ id }: PasskeyUser): Promise<unknown> =>
    waitUntil('the opening of the case is confirmed', () =>
      readStored<{ state: string }>(realm, 'select state from override_event where user_id = ?', id).every(
        ({ state }) => state === 'confirmed',
      ),
    )
  const casesOf = ({ id }: PasskeyUser): { id: string; state: string }[] =>
    readStored(realm, 'select id, state from fallback_case where user_id = ? order by opened_at', id)
  const fallbackLoginsOf = async ({ id }: PasskeyUser): Promise<number> => {
    const events = await realm.admin.realms.findEvents({ realm: realm.realm, type: ['LOGIN'], user: id })
    return events.filter(({ details }) => details?.['fallback_case'] !== undefined).length
  }

  test('I6 K16: killed before the commit, nothing of the right code is left, and it is good again', async () => {
    await startDoomedBridge('before-commit')
    const user = await createEnrolledUser(realm, 'before')
    const tab = await failPasskey(user)
    await untilJobsRest(user)
    const code = await user.codes.fresh()
    await tab.enterCode(code)
    assertUnavailable(tab)
    await realm.bridge?.exited
    const [opened] = casesOf(user)
    assert.equal(opened?.state, 'awaiting_factor')
    assert.deepEqual(readStored(realm, `select id from override_event where name = 'GRANT_ISSUED'`), [])

    await realm.startBridge()
    assert.equal(await tab.post({ retry: 'on' }), 'code')
    await tab.enterCode(code)
    assert.equal((await tab.arrive()).claims['fallback_case'], opened?.id)
    const events = await log.waitForOverrideEvent(opened?.id ?? '', 'GRANT_USED')
    assert.deepEqual(events.map(({ event }) => event).toSorted(), ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED'])
    assert.equal(await fallbackLoginsOf(user), 1)
    assert.deepEqual(await failureCounts(realm, user), { failures: 0, secondary: 0, isLocked: false })
  })

  test('I2 I6 K16: killed after the commit, the grant stands in the record, and the code never lets in', async () => {
    await startDoomedBridge('after-commit')
    const user = await createEnrolledUser(realm, 'after')
    const tab = await failPasskey(user)
    await untilJobsRest(user)
    const code = await user.codes.fresh()
    await tab.enterCode(code)
    assertUnavailable(tab)
    await realm.bridge?.exited
    const [granted] = casesOf(user)
    assert.equal(granted?.state, 'granted')

    await realm.startBridge()
    assert.equal(await tab.post({ retry: 'on' }), 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /has been completed already/)
    const elsewhere = await failPasskey(user)
    assert.equal(await elsewhere.enterCode(code), 'code')
    const events = await log.waitForOverrideEvent(granted?.id ?? '', 'CASE_SUPERSEDED')
    assert.deepEqual(events.map(({ event }) => event).toSorted(), ['CASE_OPENED', 'CASE_SUPERSEDED', 'GRANT_ISSUED'])
    assert.equal(await fallbackLoginsOf(user), 0)
    assert.equal((await realm.admin.users.listSessions({ realm: realm.realm, id: user.id })).length, 1)
  })
})
