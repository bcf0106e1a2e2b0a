import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, openTab } from '../support/tab.ts'

describe('a subject who changes', () => {
  let realm: FallbackRealm
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak())
  })
  after(() => realm.remove())

  test('E4: on a real Keycloak, who is disabled while a case is open has it revoked within a minute', async () => {
    const { admin, realm: name } = realm
    const user = await createEnrolledUser(realm, 'leaver')
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    assert.equal(await tab.failPasskey(), 'code')
    await admin.users.update({ realm: name, id: user.id }, { enabled: false })
    const revoked = await waitUntil(
      'the revocation stands in the event log',
      async () => {
        const events = await admin.realms.findAdminEvents({ realm: name, resourcePath: 'fallback-cases/*', max: 100 })
        const told = events.map(({ representation }) => JSON.parse(representation ?? '{}') as Record<string, unknown>)
        return told.find(({ event, user: about }) => event === 'CASE_REVOKED' && about === user.id)
      },
      { withinMs: 60_000, everyMs: 500 },
    )
    assert.deepEqual([revoked['reason'], revoked['actor']], ['subject_disabled', 'system'])
  })
})
