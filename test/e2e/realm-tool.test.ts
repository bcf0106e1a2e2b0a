import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JWTPayload } from 'jose'
import {
  assertCanBeTakenBack,
  assertNoWayAround,
  type Existing,
  install,
  openExisting,
  preferPasskey,
} from '../support/existing-realm.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { textOf } from '../support/plain-pages.ts'
import { withFlow } from '../support/realm-layouts.ts'
import { deepFlow, passwordlessFlow } from '../support/realm-states.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser } from '../support/tab.ts'

const amrOf = (claims: JWTPayload): string[] => (claims['amr'] as string[]).toSorted()

describe('a realm as Keycloak makes it, with the WebAuthn step switched on by the tool', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    existing = await openExisting((realm) => realm, { enableWebAuthn: true })
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  test('I1 I12 R14: passkey, fallback, and password alone each get in, each with its own level', async () => {
    const { realm } = existing
    const ada = await createEnrolledUser(realm, 'ada')
    const byPasskey = openTab(realm.application)
    await byPasskey.open()
    await byPasskey.enterPassword(ada)
    await byPasskey.usePasskey(ada.passkey)
    const passkey = (await byPasskey.arrive()).claims
    assert.equal(passkey['acr'], 'passkey')
    assert.deepEqual(amrOf(passkey), ['hwk', 'pwd'])

    const byCode = openTab(realm.application)
    await byCode.open()
    await byCode.enterPassword(ada)
    assert.equal(await byCode.failPasskey(), 'code', textOf(byCode.page, 'fallback-bridge-text'))
    await byCode.enterCode(await ada.codes.fresh())
    const fallback = (await byCode.arrive()).claims
    assert.equal(fallback['acr'], 'fallback')
    assert.deepEqual(amrOf(fallback), ['otp', 'pwd'])
    assert.match(String(fallback['fallback_case']), /^fb-/)
    assert.ok(Number(fallback['fallback_ends_at']) > 0)

    const eve = await realm.createUser('eve')
    const plain = openTab(realm.application)
    await plain.open()
    await plain.enterPassword(eve)
    assert.equal((await plain.arrive()).claims['acr'], 'standard')
  })

  test('R20: who has an OTP of Keycloak’s own beside the passkey is asked for that after a failure, and needs no fallback', async () => {
    const { realm } = existing
    const grace = await createPasskeyUser(realm, 'grace')
    const app = await addKeycloakOtp(realm, grace)
    const tab = openTab(realm.application)
    await tab.open()
    assert.equal(await tab.enterPassword(grace), 'passkey')
    await tab.failPasskey()
    assert.match(tab.page.html, /name="otp"/)
    await tab.post({ otp: app.codeAt(Date.now()) })
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'standard')
    assert.equal(claims['fallback_case'], undefined)
  })

  test('R20: who has an OTP of Keycloak’s own and no passkey signs in as before, at the usual level', async () => {
    const { realm } = existing
    const hana = await realm.createUser('hana')
    const app = await addKeycloakOtp(realm, hana)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(hana)
    await tab.post({ otp: app.codeAt(Date.now()) })
    assert.equal((await tab.arrive()).claims['acr'], 'standard')
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', async () => {
    const mary = await createPasskeyUser(existing.realm, 'mary')
    await assertNoWayAround(existing, 'browser with fallback', 'fallback-bridge-watch-2fa', async (tab) => {
      await tab.open()
      await tab.enterPassword(mary)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('a company’s flow, five levels deep, with steps of its own', () => {
  let existing: Existing
  let exported: unknown
  let ada: PasskeyUser

  before(async () => {
    existing = await openExisting((realm) => withFlow(realm, deepFlow()))
    exported = await existing.exportNow()
    await install(existing)
    ada = await createPasskeyUser(existing.realm, 'ada')
  })
  after(() => existing.realm.remove())

  test('I1 I12 R14: passkey and fallback get in, each with its own level', async () => {
    const { realm } = existing
    const app = await addKeycloakOtp(realm, ada)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(ada)
    assert.equal(await tab.failPasskey(), 'code', textOf(tab.page, 'fallback-bridge-text'))
    await tab.enterCode(app.codeAt(Date.now()))
    assert.equal((await tab.arrive()).claims['acr'], 'fallback')

    const again = openTab(realm.application)
    await again.open()
    await again.enterPassword(ada)
    await again.usePasskey(ada.passkey)
    assert.equal((await again.arrive()).claims['acr'], 'passkey')
  })

  test('R8: somebody without a passkey is led to register one, as before', async () => {
    const eve = await existing.realm.createUser('eve')
    const tab = openTab(existing.realm.application)
    await tab.open()
    assert.equal(await tab.enterPassword(eve), 'register-passkey')
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', () =>
    assertNoWayAround(existing, 'company with fallback', 'fallback-bridge-watch-2fa', async (tab) => {
      await tab.open()
      await tab.enterPassword(ada)
    }))

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('a name, then the passkey, else password and code', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    existing = await openExisting((realm) => withFlow(realm, passwordlessFlow()))
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  test('I1 I12 R14: the passkey alone gets in; after its failure password and code do, at the lower level', async () => {
    const { realm } = existing
    const ada = await createPasskeyUser(realm, 'ada')
    await preferPasskey(realm, ada)
    const byPasskey = openTab(realm.application)
    await byPasskey.open()
    await byPasskey.enterUsername(ada)
    await byPasskey.usePasskey(ada.passkey)
    const { claims } = await byPasskey.arrive()
    assert.equal(claims['acr'], 'passkey')
    assert.deepEqual(amrOf(claims), ['hwk'])

    const app = await addKeycloakOtp(realm, ada)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterUsername(ada)
    assert.equal(await tab.failPasskey(), 'password')
    assert.equal(await tab.enterPassword(ada), 'code')
    await tab.enterCode(app.codeAt(Date.now()))
    assert.equal((await tab.arrive()).claims['acr'], 'fallback')
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', async () => {
    const mary = await createPasskeyUser(existing.realm, 'mary')
    await preferPasskey(existing.realm, mary)
    await assertNoWayAround(existing, 'passkey first with fallback', 'fallback-bridge-watch-passkey', async (tab) => {
      await tab.open()
      await tab.enterUsername(mary)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})
