import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type CredentialRepresentation from '@keycloak/keycloak-admin-client/lib/defs/credentialRepresentation.js'
import { renderSVG } from 'uqr'
import type { Application } from '../../keycloak-config/browser/authorization-request.ts'
import { type CodeApp, createCodeApp } from '../../keycloak-config/browser/code-app.ts'
import { addApplication } from '../support/applications.ts'
import { sharedBrowser } from '../support/browser.ts'
import { codeOf, untilStepLasts, wrongCode } from '../support/code-times.ts'
import { failureCounts, untilCounted } from '../support/failure-counts.ts'
import { type FallbackRealm, openFallbackRealm, type TestUser } from '../support/fallback-realm.ts'
import { isLetIn, textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'
import { openVisitor } from '../support/visitor.ts'

const ACTION = 'fallback-bridge-enrol'
const TYPE = 'fallback-bridge-totp'

describe('setting up a fallback code', () => {
  let realm: FallbackRealm
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak())
  })
  after(() => realm.remove())

  const keyOf = (tab: Tab): string => textOf(tab.page, 'fallback-bridge-key').replaceAll(' ', '')
  const credentialsOf = async ({ id }: TestUser): Promise<CredentialRepresentation[]> =>
    (await realm.admin.users.getCredentials({ realm: realm.realm, id })).filter(({ type }) => type === TYPE)
  /** Signs in with the passkey, as far as the page that the wishes lead to. */
  const usePasskey = async (user: PasskeyUser, action?: string, application = realm.application): Promise<Tab> => {
    const tab = openTab(application)
    await tab.open(action === undefined ? {} : { action })
    await tab.enterPassword(user)
    await tab.usePasskey(user.passkey)
    return tab
  }
  const failPasskey = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    return tab
  }
  /** Sets up a code by application-initiated action, confirmed by the code of the step before this one. */
  const enrol = async (user: PasskeyUser): Promise<CodeApp> => {
    await untilStepLasts(8_000)
    const tab = await usePasskey(user, ACTION)
    const app = createCodeApp(keyOf(tab))
    await tab.post({ code: codeOf(app, -1) })
    assert.equal(isLetIn(tab.page), true)
    return app
  }

  test('R7 I2: a person is made to set one up at the first login, scans or types the key, and its first code does not log in', async () => {
    const user = await realm.createUser('newcomer')
    await realm.admin.users.update({ realm: realm.realm, id: user.id }, { requiredActions: [ACTION] })
    const { page, pages, open, arrive, device, forget, close } = await openVisitor(
      await sharedBrowser(),
      realm.application,
    )
    await open()
    await pages.enterPassword(user.username, user.password)
    await pages.registerPasskey()
    const key = await pages.readEnrolmentKey()
    assert.match(key, /^[A-Z2-7]{4}( [A-Z2-7]{4}){7}$/)
    const qr = page.locator('#fallback-bridge-qr')
    const picture = (await qr.getAttribute('src')) ?? ''
    assert.match(picture, /^data:image\/svg\+xml;base64,/)
    const width = await qr.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
    assert.ok(width > 0, 'the browser shows the picture')
    const uri = (await page.locator('#fallback-bridge-uri').getAttribute('href')) ?? ''
    const shown = new URL(uri)
    assert.deepEqual(
      [shown.protocol, shown.searchParams.get('secret'), shown.searchParams.get('issuer')],
      ['otpauth:', key.replaceAll(' ', ''), 'Fallback demo'],
    )
    assert.match(decodeURIComponent(shown.pathname), /:newcomer$/)
    const svg = Buffer.from(picture.split(',')[1] ?? '', 'base64').toString()
    assert.equal(svg, renderSVG(uri, { border: 2 }), 'the picture says what the link says')

    const app = createCodeApp(key)
    await pages.confirmEnrolment(wrongCode(app))
    assert.equal(await pages.readEnrolmentKey(), key)
    assert.match((await page.locator('#input-error-code').textContent()) ?? '', /That code is not right/)
    await page.reload()
    assert.equal(await pages.readEnrolmentKey(), key, 'a reload shows the same key')
    assert.equal((await credentialsOf(user)).length, 0)
    await untilStepLasts(10_000)
    const firstCode = codeOf(app, -1)
    await pages.confirmEnrolment(firstCode)
    await arrive()
    assert.equal((await credentialsOf(user)).length, 1)

    await forget()
    await device.setUserVerified(false)
    await open()
    await pages.enterPassword(user.username, user.password)
    await pages.usePasskey()
    await pages.enterCode(firstCode)
    assert.match((await page.locator('#input-error-code').textContent()) ?? '', /Invalid authenticator code/)
    await pages.enterCode(codeOf(app, 0))
    assert.equal((await arrive()).claims['acr'], 'fallback')
    await close()
  })

  test('D01 I11: Keycloak keeps an opaque handle and no secret, for administrators and in the account API', async () => {
    const user = await createPasskeyUser(realm, 'keeper')
    const tab = await usePasskey(user, ACTION)
    const key = keyOf(tab)
    await tab.post({ code: codeOf(createCodeApp(key), 0) })
    assert.equal(new URL(tab.page.arrivedAt ?? '').searchParams.get('kc_action_status'), 'success')
    const [stored, ...more] = await credentialsOf(user)
    assert.equal(more.length, 0)
    const data = JSON.parse(stored?.credentialData ?? '{}') as Record<string, unknown>
    assert.deepEqual(Object.keys(data), ['handle'])
    assert.match(String(data['handle']), /^[A-Za-z0-9_-]{22,64}$/)
    assert.equal(stored?.secretData, undefined)

    const account = await usePasskey(user, undefined, await accountApplication())
    const { accessToken } = await account.arrive()
    const answer = await askAccount(accessToken, 'GET', 'credentials')
    const text = await answer.text()
    const listed = JSON.parse(text) as { type: string; createAction?: string; removeable: boolean }[]
    const { createAction, removeable } = listed.find(({ type }) => type === TYPE) ?? assert.fail('it is listed')
    assert.deepEqual({ createAction, removeable }, { createAction: ACTION, removeable: true })
    assert.equal(text.includes(key), false)
    assert.equal(
      JSON.stringify(await realm.admin.users.getCredentials({ realm: realm.realm, id: user.id })).includes(key),
      false,
    )
  })

  test('plugin lesson 2: one login has one key until it is confirmed; ten wrong codes end that key, and no lock follows', async () => {
    const user = await createPasskeyUser(realm, 'clumsy')
    const tab = await usePasskey(user, ACTION)
    const { url } = tab.page
    const key = keyOf(tab)
    const app = createCodeApp(key)
    const elsewhere = await usePasskey(user, ACTION)
    assert.notEqual(keyOf(elsewhere), key, 'another login has a key of its own')
    await tab.post({ code: codeOf(createCodeApp(keyOf(elsewhere)), 0) })
    assert.equal(keyOf(tab), key)
    await tab.get(url)
    assert.equal(keyOf(tab), key)
    await tab.post({ code: '' })
    assert.deepEqual([keyOf(tab), textOf(tab.page, 'input-error-code')], [key, 'Please type the code first.'])
    for (let tries = 2; tries <= 10; tries += 1) {
      await tab.post({ code: tries % 2 === 0 ? wrongCode(app) : ` ${codeOf(app, 0)}` })
      assert.equal(keyOf(tab), key)
    }
    await tab.post({ code: codeOf(app, 0) })
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /cannot be set up/)
    assert.equal((await credentialsOf(user)).length, 0)
    assert.equal((await failureCounts(realm, user)).failures, 0)
    await enrol(user)
    assert.equal((await credentialsOf(user)).length, 1, 'a new login starts over')
  })

  test('a person who changes her mind leaves nothing behind', async () => {
    const user = await createPasskeyUser(realm, 'hesitant')
    const tab = await usePasskey(user, ACTION)
    assert.equal(tab.stage, 'enrol')
    await tab.post({ 'cancel-aia': 'true' })
    assert.equal(new URL(tab.page.arrivedAt ?? '').searchParams.get('kc_action_status'), 'cancelled')
    assert.equal((await credentialsOf(user)).length, 0)
    assert.match(textOf((await failPasskey(user)).page, 'fallback-bridge-text'), /no other way of signing in set up/)
  })

  test('R7 B14: a new code takes the place of the older one, whose codes are wrong from then on', async () => {
    const user = await createPasskeyUser(realm, 'mover')
    const older = await enrol(user)
    const newer = await enrol(user)
    assert.equal((await credentialsOf(user)).length, 1)
    const tab = await failPasskey(user)
    await untilStepLasts(5_000)
    await tab.enterCode(codeOf(older, 0))
    assert.equal(textOf(tab.page, 'input-error-code'), 'Invalid authenticator code.')
    await untilCounted(realm, user, 1)
    await tab.enterCode(codeOf(newer, 0))
    assert.equal(isLetIn(tab.page), true)
  })

  test('authentik #2330: a factor that an administrator deletes in Keycloak is of no use, also to a login under way', async () => {
    const user = await createEnrolledUser(realm, 'revoked')
    const tab = await failPasskey(user)
    const code = await user.codes.fresh()
    const [stored] = await credentialsOf(user)
    await realm.admin.users.deleteCredential({ realm: realm.realm, id: user.id, credentialId: String(stored?.id) })
    await tab.enterCode(code)
    assert.equal(isLetIn(tab.page), false)
    const later = await failPasskey(user)
    assert.match(textOf(later.page, 'fallback-bridge-text'), /no other way of signing in set up/)
    await later.post({ code })
    assert.equal(isLetIn(later.page), false)
  })

  test('I1 B06: the handle of somebody else’s factor, moved into an account, is of no use there', async () => {
    const [owner, thief] = [await createEnrolledUser(realm, 'owner'), await createPasskeyUser(realm, 'thief')]
    const [stored] = await credentialsOf(owner)
    const { type, credentialData } = stored ?? {}
    const credentials = [{ type, credentialData, secretData: '{}' } as CredentialRepresentation]
    await realm.admin.users.update({ realm: realm.realm, id: thief.id }, { credentials })
    assert.equal((await credentialsOf(thief)).length, 1)
    const tab = await failPasskey(thief)
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /no other way of signing in set up/)
    await tab.post({ code: await owner.codes.fresh() })
    assert.equal(isLetIn(tab.page), false)
  })

  test('I12 B20: in a fallback session no code is set up and none is removed; what is due stays due', async () => {
    const user = await createEnrolledUser(realm, 'weak')
    const before = await credentialsOf(user)
    const makeDue = (requiredActions: string[]) =>
      realm.admin.users.update({ realm: realm.realm, id: user.id }, { requiredActions })
    await makeDue([ACTION])
    const application = await accountApplication()
    const tab = openTab(application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    await tab.enterCode(await user.codes.fresh())
    assert.equal(isLetIn(tab.page), true, 'what is due does not keep anybody out')
    const { accessToken, claims } = await tab.arrive()
    assert.equal(claims['acr'], 'fallback')

    const { requiredActions } = (await realm.admin.users.findOne({ realm: realm.realm, id: user.id })) ?? {}
    assert.deepEqual(requiredActions, [ACTION], 'it stays due')
    await makeDue([])
    const again = openTab(application, tab.browser)
    assert.ok(!['enrol', 'arrived'].includes(await again.open({ action: ACTION })), again.stage)
    await again.post({ code: '000000' })
    assert.ok(!['enrol', 'arrived'].includes(again.stage), again.stage)
    const removal = await askAccount(accessToken, 'DELETE', `credentials/${before[0]?.id}`)
    assert.ok(removal.status >= 400, `removing answers ${removal.status}`)
    assert.deepEqual(await credentialsOf(user), before)

    await makeDue([ACTION])
    const strong = await usePasskey(user)
    assert.equal(strong.stage, 'enrol', 'the next login with the passkey asks for it')
  })

  /** An application whose tokens the account API takes. */
  async function accountApplication(): Promise<Application> {
    const clientId = 'account-app'
    const find = async () => (await realm.admin.clients.find({ realm: realm.realm, clientId }))[0]
    if ((await find()) === undefined) {
      await addApplication(realm, clientId)
      const id = (await find())?.id ?? ''
      await realm.admin.clients.update({ realm: realm.realm, id }, { fullScopeAllowed: true })
    }
    return { ...realm.application, clientId }
  }

  function askAccount(token: string, method: string, path: string): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
    return fetch(`${realm.issuer}/account/${path}`, { method, headers })
  }
})
