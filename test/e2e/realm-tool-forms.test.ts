import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { JWTPayload } from 'jose'
import type { EnrolledCodes } from '../support/enrolled-codes.ts'
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
import { withFlow, withPasskeysInForms } from '../support/realm-layouts.ts'
import { formsFlow, passwordlessFlow } from '../support/realm-states.ts'
import { createPasskeyUser, enrolCodes, openTab, type PasskeyUser } from '../support/tab.ts'

const amrOf = (claims: JWTPayload): string[] => (claims['amr'] as string[]).toSorted()

/** What the newest LOGIN event of a user says of a passkey. */
const passkeyToldOf = async ({ realm: { admin, realm } }: Existing, { id }: PasskeyUser) => {
  const [login] = await admin.realms.findEvents({ realm, type: 'LOGIN', user: id, max: 1 })
  return login?.details?.['fallback_passkey']
}

/** Somebody with a password and a passkey for the form, and no second factor. */
const createFormUser = async ({ realm }: Existing, username: string): Promise<PasskeyUser> => {
  const user = await createPasskeyUser(realm, username)
  const { admin, realm: name } = realm
  const credentials = await admin.users.getCredentials({ realm: name, id: user.id })
  const credentialId = credentials.find(({ type }) => type === 'webauthn')?.id ?? ''
  await admin.users.deleteCredential({ realm: name, id: user.id, credentialId })
  return user
}

const createEnrolledFormUser = async (
  existing: Existing,
  username: string,
): Promise<PasskeyUser & { codes: EnrolledCodes }> => {
  const user = await createFormUser(existing, username)
  const tab = openTab(existing.realm.application)
  await tab.open({ action: 'fallback-bridge-enrol' })
  assert.equal(await tab.usePasskey(user.passkey, user), 'enrol')
  return { ...user, codes: await enrolCodes(tab) }
}

describe('a realm as Keycloak makes it, whose form of name and password takes passkeys', () => {
  let existing: Existing
  let exported: unknown
  let ada: PasskeyUser & { codes: EnrolledCodes }

  before(async () => {
    existing = await openExisting(withPasskeysInForms)
    exported = await existing.exportNow()
    await install(existing)
    ada = await createEnrolledFormUser(existing, 'ada')
  })
  after(() => existing.realm.remove())

  test('I12 R14: a passkey in the form, and a password by who has not tried one, get in as before, each by its level and method', async () => {
    const byPasskey = openTab(existing.realm.application)
    assert.equal(await byPasskey.open(), 'username')
    await byPasskey.usePasskey(ada.passkey, ada)
    const passkey = (await byPasskey.arrive()).claims
    assert.equal(passkey['acr'], 'passkey')
    assert.deepEqual(amrOf(passkey), ['hwk'])
    assert.equal(await passkeyToldOf(existing, ada), 'passed', 'E3')

    const byPassword = openTab(existing.realm.application)
    await byPassword.open()
    await byPassword.enterPassword(ada)
    const standard = (await byPassword.arrive()).claims
    assert.equal(standard['acr'], 'standard')
    assert.deepEqual(amrOf(standard), ['pwd'])
    assert.equal(await passkeyToldOf(existing, ada), undefined, 'E3')
  })

  test('I1 R14 R53: after a failure in the form the password leads to the fallback, at the lower level, and the failure is in the log', async () => {
    const { admin, realm } = existing.realm
    const tab = openTab(existing.realm.application)
    await tab.open()
    assert.equal(await tab.failPasskey(), 'username', 'the form is shown again')
    assert.match(tab.page.html, /Failed to authenticate by the Passkey/)
    assert.equal(await tab.enterPassword(ada), 'code', textOf(tab.page, 'fallback-bridge-text'))
    await tab.enterCode(await ada.codes.fresh())
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'fallback')
    assert.equal(await passkeyToldOf(existing, ada), undefined, 'I12 E3')
    assert.deepEqual(amrOf(claims), ['otp', 'pwd'])
    assert.match(String(claims['fallback_case']), /^fb-/)
    const failures = await admin.realms.findEvents({ realm, type: 'LOGIN_ERROR' as never })
    assert.ok(failures.some(({ details }) => details?.['fallback_failure_class'] === 'cancelled_or_timed_out'))
    const [login] = await admin.realms.findEvents({ realm, type: 'LOGIN' as never, user: ada.id })
    assert.equal(login?.details?.['fallback_failure_class'], 'cancelled_or_timed_out')
  })

  test('E3: who fails in the form and then succeeds with the passkey comes in by it', async () => {
    const tab = openTab(existing.realm.application)
    await tab.open()
    await tab.failPasskey()
    await tab.usePasskey(ada.passkey, ada)
    assert.equal((await tab.arrive()).claims['acr'], 'passkey')
  })

  test('I1 B02: an answer that Keycloak finds wrong is a failure like any other', async () => {
    const tab = openTab(existing.realm.application)
    await tab.open()
    await tab.usePasskey((await createFormUser(existing, 'forger')).passkey, ada)
    assert.equal(await tab.enterPassword(ada), 'code')
  })

  test('I1 B02 B06: a failure of nobody opens nothing for who has no passkey, and stays with who went on by it', async () => {
    const eve = await existing.realm.createUser('eve')
    const tab = openTab(existing.realm.application)
    await tab.open()
    await tab.failPasskey()
    await tab.enterPassword(eve)
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'standard')
    assert.equal(claims['fallback_case'], undefined)
  })

  test('R20: who has an OTP of Keycloak’s own is asked for that after a failure in the form, and needs no fallback', async () => {
    const grace = await createFormUser(existing, 'grace')
    const app = await addKeycloakOtp(existing.realm, grace)
    const tab = openTab(existing.realm.application)
    await tab.open()
    await tab.failPasskey()
    await tab.enterPassword(grace)
    assert.match(tab.page.html, /name="otp"/)
    await tab.post({ otp: app.codeAt(Date.now()) })
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'standard')
    assert.equal(claims['fallback_case'], undefined)
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback, nor does a failure without the password', async () => {
    const flow = 'browser with fallback'
    const own = 'fallback-bridge-watch-user-password'
    await assertNoWayAround(existing, flow, own, (tab) => tab.open())
    await assertNoWayAround(existing, flow, own, async (tab) => {
      await tab.open()
      await tab.failPasskey()
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('a company’s flow of a name, then a password, both of which take passkeys', () => {
  let existing: Existing
  let exported: unknown
  let ada: PasskeyUser

  before(async () => {
    existing = await openExisting((realm) => withPasskeysInForms(withFlow(realm, formsFlow())))
    exported = await existing.exportNow()
    await install(existing)
    ada = await createFormUser(existing, 'ada')
  })
  after(() => existing.realm.remove())

  test('I1 R14: a failure in either form leads behind the password to the fallback', async () => {
    const app = await addKeycloakOtp(existing.realm, ada)
    const byName = openTab(existing.realm.application)
    assert.equal(await byName.open(), 'username')
    assert.equal(await byName.failPasskey(), 'username')
    assert.equal(await byName.enterUsername(ada), 'password')
    assert.equal(await byName.enterPassword(ada), 'code', textOf(byName.page, 'fallback-bridge-text'))
    await byName.enterCode(app.codeAt(Date.now()))
    assert.equal((await byName.arrive()).claims['acr'], 'fallback')

    const byPassword = openTab(existing.realm.application)
    await byPassword.open()
    await byPassword.enterUsername(ada)
    assert.equal(await byPassword.failPasskey(), 'password')
    assert.equal(await byPassword.enterPassword(ada), 'code')
  })

  test('I12 R14: a passkey in either form gets in alone', async () => {
    const byName = openTab(existing.realm.application)
    await byName.open()
    await byName.usePasskey(ada.passkey, ada)
    assert.equal((await byName.arrive()).claims['acr'], 'passkey')
    assert.equal(await passkeyToldOf(existing, ada), 'passed', 'E3')

    const byPassword = openTab(existing.realm.application)
    await byPassword.open()
    await byPassword.enterUsername(ada)
    await byPassword.usePasskey(ada.passkey)
    const { claims } = await byPassword.arrive()
    assert.equal(claims['acr'], 'passkey')
    assert.equal(await passkeyToldOf(existing, ada), 'passed', 'E3')
    assert.deepEqual(amrOf(claims), ['hwk'])
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', async () => {
    const flow = 'name then password with fallback'
    await assertNoWayAround(existing, flow, 'fallback-bridge-watch-username', (tab) => tab.open())
    await assertNoWayAround(existing, flow, 'fallback-bridge-watch-password', async (tab) => {
      await tab.open()
      await tab.enterUsername(ada)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})

describe('a name, then the passkey, else password and code, where the forms take passkeys too', () => {
  let existing: Existing
  let exported: unknown
  let ada: PasskeyUser

  before(async () => {
    existing = await openExisting((realm) => withPasskeysInForms(withFlow(realm, passwordlessFlow())))
    exported = await existing.exportNow()
    await install(existing)
    ada = await createFormUser(existing, 'ada')
  })
  after(() => existing.realm.remove())

  test('I1 B05 R14: after a failure of the step or of the form the password itself is asked for, and no passkey in its place', async () => {
    const app = await addKeycloakOtp(existing.realm, ada)
    await preferPasskey(existing.realm, ada)
    const tab = openTab(existing.realm.application)
    await tab.open()
    await tab.enterUsername(ada)
    assert.equal(await tab.failPasskey(), 'password')
    assert.doesNotMatch(tab.page.html, /id="webauth"/)
    const answer = ada.passkey.answer('AAAA', new URL(tab.page.url).origin)
    assert.equal(await tab.post(answer), 'password')
    assert.equal(await tab.enterPassword(ada), 'code')
    await tab.enterCode(app.codeAt(Date.now()))
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'fallback')
    assert.deepEqual(amrOf(claims), ['otp', 'pwd'])
  })

  test('I12 R14: a passkey in its step gets in alone; after one in the form of names Keycloak asks for it again, as before', async () => {
    const byForm = openTab(existing.realm.application)
    await byForm.open()
    assert.equal(await byForm.usePasskey(ada.passkey, ada), 'passkey')
    await byForm.usePasskey(ada.passkey)
    assert.equal((await byForm.arrive()).claims['acr'], 'passkey')
    const byStep = openTab(existing.realm.application)
    await byStep.open()
    await byStep.enterUsername(ada)
    await byStep.usePasskey(ada.passkey)
    const { claims } = await byStep.arrive()
    assert.equal(claims['acr'], 'passkey')
    assert.deepEqual(amrOf(claims), ['hwk'])
  })

  test('I1 B02 B03: without a failure no step of the new flow leads to the fallback', async () => {
    const mary = await createFormUser(existing, 'mary')
    const flow = 'passkey first with fallback'
    await assertNoWayAround(existing, flow, 'fallback-bridge-watch-username', (tab) => tab.open())
    await assertNoWayAround(existing, flow, 'fallback-bridge-watch-passkey', async (tab) => {
      await tab.open()
      await tab.enterUsername(mary)
    })
  })

  test('R13 R8: a second apply changes nothing, and remove gives back the very export from before', () =>
    assertCanBeTakenBack(existing, exported))
})
