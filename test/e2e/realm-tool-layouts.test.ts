import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { removeFallback } from '../../bridge/app/realm/remove-fallback.ts'
import { addApplication } from '../support/applications.ts'
import {
  apply,
  assertCanBeTakenBack,
  assertNoWayAround,
  type Existing,
  install,
  openExisting,
} from '../support/existing-realm.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { textOf } from '../support/plain-pages.ts'
import { withFlow } from '../support/realm-layouts.ts'
import { deepFlow, everySecondFactor, portalFlow } from '../support/realm-states.ts'
import { addRecoveryCodes } from '../support/recovery-codes.ts'
import { createEnrolledUser, createPasskeyUser, openTab } from '../support/tab.ts'

describe('Keycloak’s own layout with one-time codes and recovery codes beside the passkey', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    existing = await openExisting((realm) => withFlow(realm, everySecondFactor()))
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  test('I1 I12 R14: passkey and fallback get in, each with its own level', async () => {
    const ada = await createEnrolledUser(existing.realm, 'ada')
    const byPasskey = openTab(existing.realm.application)
    await byPasskey.open()
    await byPasskey.enterPassword(ada)
    await byPasskey.usePasskey(ada.passkey)
    assert.equal((await byPasskey.arrive()).claims['acr'], 'passkey')
    const byCode = openTab(existing.realm.application)
    await byCode.open()
    await byCode.enterPassword(ada)
    assert.equal(await byCode.failPasskey(), 'code', textOf(byCode.page, 'fallback-bridge-text'))
    await byCode.enterCode(await ada.codes.fresh())
    assert.equal((await byCode.arrive()).claims['acr'], 'fallback')
  })

  test('R20: a recovery code or a one-time code of Keycloak’s own is taken after a failure as before, at the usual level, and each once', async () => {
    const { realm } = existing
    const rosa = await createPasskeyUser(realm, 'rosa')
    const [first = ''] = await addRecoveryCodes(realm, rosa)
    const otto = await createPasskeyUser(realm, 'otto')
    const app = await addKeycloakOtp(realm, otto)
    for (const [user, answer] of [
      [rosa, () => ({ recoveryCodeInput: first })],
      [otto, () => ({ otp: app.codeAt(Date.now()) })],
    ] as const) {
      const tab = openTab(realm.application)
      await tab.open()
      assert.equal(await tab.enterPassword(user), 'passkey')
      await tab.failPasskey()
      await tab.post(answer())
      const { claims } = await tab.arrive()
      assert.equal(claims['acr'], 'standard', user.username)
      assert.equal(claims['fallback_case'], undefined)
    }
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', async () => {
    const mary = await createPasskeyUser(existing.realm, 'mary')
    await assertNoWayAround(existing, 'all factors with fallback', 'fallback-bridge-watch-2fa', async (tab) => {
      await tab.open()
      await tab.enterPassword(mary)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('applications with login flows of their own', () => {
  let existing: Existing
  let exported: unknown

  before(async () => {
    const plain = { ...portalFlow(), alias: 'plain', children: portalFlow().children.slice(0, 1) }
    existing = await openExisting((realm) => withFlow(realm, deepFlow(), portalFlow(), plain))
    await addApplication(existing.realm, 'portal-app', 'portal')
    await addApplication(existing.realm, 'plain-app', 'plain')
    exported = await existing.exportNow()
    await install(existing)
  })
  after(() => existing.realm.remove())

  const flowOf = async (clientId: string): Promise<string | undefined> => {
    const { admin, realm } = existing.realm
    const [client] = await admin.clients.find({ realm, clientId })
    const id = client?.authenticationFlowBindingOverrides?.['browser']
    return (await admin.authenticationManagement.getFlows({ realm })).find((flow) => flow.id === id)?.alias
  }

  test('R1 R13: one with a passkey in its flow gets a copy of that, one without keeps its own', async () => {
    assert.equal(await flowOf('portal-app'), 'portal with fallback')
    assert.equal(await flowOf('plain-app'), 'plain')
  })

  test('I1 R14: the fallback works in both flows', async () => {
    const { realm } = existing
    const ada = await createPasskeyUser(realm, 'ada')
    const otp = await addKeycloakOtp(realm, ada)
    for (const [at, clientId] of [realm.application.clientId, 'portal-app'].entries()) {
      const tab = openTab({ ...realm.application, clientId })
      await tab.open()
      await tab.enterPassword(ada)
      assert.equal(await tab.failPasskey(), 'code', `${clientId} ${textOf(tab.page, 'fallback-bridge-text')}`)
      await tab.enterCode(otp.codeAt(Date.now() + at * 30_000))
      assert.equal((await tab.arrive()).claims['acr'], 'fallback', clientId)
    }
  })

  test('I1 B02 B03: without a failure no step of the application’s flow leads to the fallback', async () => {
    const mary = await createPasskeyUser(existing.realm, 'mary')
    const { realm } = existing
    const ofPortal = { ...existing, realm: { ...realm, application: { ...realm.application, clientId: 'portal-app' } } }
    await assertNoWayAround(ofPortal, 'portal with fallback', 'fallback-bridge-watch-2fa', async (tab) => {
      await tab.open()
      await tab.enterPassword(mary)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives every application its own flow back', async () => {
    await assertCanBeTakenBack(existing, exported, 2)
    assert.equal(await flowOf('portal-app'), 'portal')
    assert.equal(await flowOf('plain-app'), 'plain')
  })
})

describe('two realms of one server, set up at the same time', () => {
  let first: Existing
  let second: Existing
  let exported: readonly unknown[]

  before(async () => {
    ;[first, second] = await Promise.all([
      openExisting((realm) => withFlow(realm, deepFlow())),
      openExisting((realm) => withFlow(realm, deepFlow())),
    ])
    exported = [await first.exportNow(), await second.exportNow()]
    await Promise.all([install(first), install(second)])
  })
  after(async () => {
    await first.realm.remove()
    await second.realm.remove()
  })

  const fallBack = async ({ realm }: Existing, username: string): Promise<unknown> => {
    const user = await createPasskeyUser(realm, username)
    const otp = await addKeycloakOtp(realm, user)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    assert.equal(await tab.failPasskey(), 'code', textOf(tab.page, 'fallback-bridge-text'))
    await tab.enterCode(otp.codeAt(Date.now()))
    return (await tab.arrive()).claims['acr']
  }

  test('R1 K13: the fallback works in both, and the removal of one leaves the other as it is', async () => {
    assert.deepEqual([await fallBack(first, 'ada'), await fallBack(second, 'ada')], ['fallback', 'fallback'])
    const { clientId } = first.wish
    const removed = await removeFallback({ admin: first.admin, clientId, progress: () => undefined })
    assert.equal(removed.outcome, 'removed')
    assert.deepEqual(await first.exportNow(), exported[0])
    assert.equal((await apply(second)).outcome, 'unchanged')
    assert.equal(await fallBack(second, 'mary'), 'fallback')
    await assertCanBeTakenBack(second, exported[1])
  })
})
