import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import { planRealm } from '../../bridge/domain/realm/plan-realm.ts'
import { type Existing, openExisting } from '../support/existing-realm.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, openTab } from '../support/tab.ts'

/** Servers before 26.6 know no limit of secondary failures, and read no realm that names one. */
const readableByOld = (demo: RealmRepresentation): RealmRepresentation => {
  const { maxSecondaryAuthFailures: _, ...rest } = demo as RealmRepresentation & { maxSecondaryAuthFailures?: number }
  return rest
}

describe('a Keycloak that is too old', () => {
  let realm: FallbackRealm
  let existing: Existing

  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak(), { change: readableByOld })
    existing = await openExisting(readableByOld)
  })
  after(async () => {
    await realm.remove()
    await existing.realm.remove()
  })

  test('A10: the jar says at its start that it refuses to work', async () => {
    const { logFile = '' } = await sharedKeycloak()
    assert.match(await readFile(logFile, 'utf8'), /refuses to work on Keycloak/)
  })

  test('A10: the bridge refuses the realm, and names the reason', async () => {
    const page = await (await fetch(`${realm.bridge?.managementUrl}/facts`)).json()
    const { realms } = page as { realms: { state: string; findings: { code: string }[] }[] }
    assert.equal(realms[0]?.state, 'refused')
    assert.deepEqual(realms[0]?.findings.map(({ code }) => code).slice(0, 1), ['server_too_old'])
  })

  test('A10: the realm tool changes nothing in it', async () => {
    const { admin, wish } = existing
    const plan = planRealm(await admin.read({ clientId: wish.clientId, pilotGroup: undefined }), wish)
    assert.ok('refusals' in plan)
    assert.ok(plan.refusals.some(({ code }) => code === 'server_too_old'))
  })

  test('I5: somebody whose passkey failed is told that there is no other way now, and is not let in', async () => {
    const ada = await createPasskeyUser(realm, 'ada')
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(ada)
    assert.equal(await tab.failPasskey(), 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text') ?? '', /not available/)
  })
})
