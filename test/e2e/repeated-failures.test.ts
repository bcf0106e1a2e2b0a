import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type CaseDesk, caseDesk } from '../support/case-desk.ts'
import { type FallbackRealm, openFallbackRealm, type TestUser } from '../support/fallback-realm.ts'
import { byPasskey } from '../support/person-token.ts'
import { createPlainBrowser } from '../support/plain-browser.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { softwarePasskeyModel } from '../support/software-passkey.ts'
import { createPasskeyUser, openTab, type PasskeyUser } from '../support/tab.ts'

const phone =
  'Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.43 Mobile Safari/537.36'
/** A look a minute, and the event's way into Keycloak's log. */
const soonMs = 90_000

/** On a real Keycloak and a real bridge: a check that fails again and again opens a case that somebody looks at. */
describe('failures that repeat', () => {
  let realm: FallbackRealm
  let desk: CaseDesk
  let bea: PasskeyUser
  before(async () => {
    const change = (rep: object) => ({ ...rep, oauth2DevicePollingInterval: 1 })
    realm = await openFallbackRealm(await sharedKeycloak(), { change })
    bea = await createPasskeyUser(realm, 'bea')
    const auditor = await createPasskeyUser(realm, 'auditor')
    await giveRole(auditor, 'fallback-auditor')
    desk = caseDesk(realm, byPasskey(auditor))
  })
  after(() => realm.remove())

  const giveRole = async ({ id }: TestUser, name: string): Promise<void> => {
    const { admin } = realm
    const role = await admin.roles.findOneByName({ realm: realm.realm, name })
    const roles = [{ id: role?.id ?? '', name }]
    await admin.users.addRealmRoleMappings({ realm: realm.realm, id, roles })
  }

  const found = (): Promise<Record<string, unknown>> =>
    waitUntil(
      'the pattern stands in the event log',
      async () => {
        const events = await realm.admin.realms.findAdminEvents({
          realm: realm.realm,
          resourcePath: 'fallback-cases/*',
          max: 500,
        })
        const told = events.map(({ representation }) => JSON.parse(representation ?? '{}') as Record<string, unknown>)
        return told.find(({ event }) => event === 'PATTERN_FOUND')
      },
      { withinMs: soonMs, everyMs: 500 },
    )

  test('R5 R53: five failed logins of one person open a case by themselves, which an auditor finds, reads and takes away', async () => {
    for (let login = 0; login < 5; login += 1) {
      const tab = openTab(realm.application, createPlainBrowser(realm.application.redirectUri, { 'User-Agent': phone }))
      await tab.open()
      await tab.enterPassword(bea)
      await tab.failPasskey()
    }
    const event = await found()
    assert.deepEqual(
      [event['user'], event['dimension'], event['value'], event['failures'], event['actor']],
      [bea.id, 'user', bea.id, 5, 'system'],
    )

    assert.equal((await desk.signedIn('sign-in')).code, 0)
    const queue = await desk.run('reviews', '--kind', 'pattern')
    assert.match(queue.out, new RegExp(String(event['case'])))
    const shown = await desk.run('show', String(event['case']))
    assert.equal(shown.code, 0, shown.err)
    assert.match(shown.out, /Pattern: +5 failed logins of one person/)
    assert.match(shown.out, /Person: +bea$/m)
    assert.match(shown.out, /cancelled_or_timed_out: 5/)

    const file = join(desk.folder, 'pattern.fallback-case')
    const exported = await desk.run('export', String(event['case']), '--out', file)
    assert.equal(exported.code, 0, exported.err)
    const verified = await desk.run('verify', file, '--thumbprint', realm.keys.answerKeyThumbprint)
    assert.doesNotMatch(verified.out + verified.err, /TAMPERED/)
    assert.ok(readFileSync(file, 'utf8').startsWith('ey'))
  })

  test('R5 R54 R55: Keycloak’s reading of the browser and the model of the passkey are counted, of too few people without a figure', async () => {
    const by = async (dimension: string) => (await desk.run('failures', '--by', dimension)).out
    assert.match(await by('user'), new RegExp(`${bea.id} +5 +1`))
    assert.match(await by('device_model'), /Pixel 7 +too few/)
    assert.match(await by('software_version'), /Chrome Mobile 141 on Android 14 +too few/)
    assert.match(await by('authenticator_model'), new RegExp(`${softwarePasskeyModel} +too few`))
    assert.match(await by('time_band'), /\d\d:00-\d\d:00 +too few/)
  })
})
