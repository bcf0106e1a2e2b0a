import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Application } from '../../keycloak-config/browser/authorization-request.ts'
import { DEMO_FLOWS } from '../../keycloak-config/realm/realm.ts'
import { addApplication } from '../support/applications.ts'
import { withParameters } from '../support/doors.ts'
import type { EnrolledCodes } from '../support/enrolled-codes.ts'
import type { FallbackRealm } from '../support/fallback-realm.ts'
import { watchLogins } from '../support/nobody-in.ts'
import type { PlainBrowser } from '../support/plain-browser.ts'
import { isLetIn, textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'
import { openTwoRealms } from '../support/two-realms.ts'

type EnrolledUser = PasskeyUser & { codes: EnrolledCodes }

/** What names a login in the URL of a form. */
const PARAMETERS = ['session_code', 'execution', 'client_id', 'tab_id', 'client_data'] as const

/** Those without which a URL does not name the login; `client_data` only tells where to go back to when all is lost. */
const NAMING = ['session_code', 'execution', 'client_id', 'tab_id'] as const

describe('a case belongs to one user, realm, tab, client and step', () => {
  let realm: FallbackRealm
  let otherRealm: FallbackRealm
  let removeRealms: () => Promise<void>
  let passwordless: Application

  before(async () => {
    const realms = await openTwoRealms(await sharedKeycloak())
    realm = realms.first
    otherRealm = realms.second
    removeRealms = realms.remove
    passwordless = await addApplication(realm, 'passwordless-app', DEMO_FLOWS.passwordless)
  })
  after(() => removeRealms())

  /** A tab in which this user's passkey check has failed. */
  const failedTab = async (
    user: PasskeyUser,
    application = realm.application,
    browser?: PlainBrowser,
  ): Promise<Tab> => {
    const tab = openTab(application, browser)
    await tab.open()
    await tab.enterPassword(user)
    assert.equal(await tab.failPasskey(), 'code')
    return tab
  }

  const rightCode = (user: EnrolledUser): string => user.codes.app.codeAt(Date.now())

  /** She is still where she was, and her code still unused: nothing of all that was tried reached her case. */
  const assertUntouched = async (tab: Tab, user: EnrolledUser): Promise<void> => {
    assert.equal(await tab.reload(), 'code')
    assert.match(tab.page.html, /5 attempts left/)
    assert.equal(await tab.enterCode(await user.codes.fresh()), 'arrived')
    assert.equal((await tab.arrive()).claims['sub'], user.id)
  }

  /**
   * Posts the victim's right code to every mixture of the parameters of her login and of another one, in both realms'
   * places and from each browser. What names one of the two logins as it is, is left out: it belongs to that login.
   */
  const tryAllMixtures = async (
    hers: Tab,
    other: Tab,
    code: () => string,
    parameters: readonly string[] = PARAMETERS,
  ): Promise<number> => {
    let tried = 0
    await hers.reload()
    await other.reload()
    for (let mixture = 1; mixture < 2 ** parameters.length; mixture += 1) {
      const taken = parameters.filter((_, bit) => (mixture & (1 << bit)) !== 0)
      for (const [place, from] of [
        [hers, other],
        [other, hers],
      ] as const) {
        for (const { browser } of hers.browser === other.browser ? [hers] : [hers, other]) {
          const source = new URL(from.action).searchParams
          const changes = Object.fromEntries(taken.map((name) => [name, source.get(name) ?? undefined]))
          const to = withParameters(place.action, changes)
          if (browser === hers.browser && names(to, hers.action)) continue
          if (browser === other.browser && names(to, other.action)) continue
          tried += 1
          const page = await browser.post(to, { code: code() })
          const what = `${taken} of ${from === other ? 'the other login' : 'hers'} in the place of ${place === hers ? 'hers' : 'the other'}`
          assert.ok(!isLetIn(page) && new URL(page.url).origin === new URL(realm.issuer).origin, what)
          // A session code is for one use; the next attempt shall fail for a better reason.
          await [hers, other].find((tab) => tabOf(tab.action) === tabOf(to))?.reload()
        }
      }
    }
    return tried
  }

  const tabOf = (url: string): string | null => new URL(url).searchParams.get('tab_id')

  const names = (url: string, login: string): boolean => {
    const [one, two] = [new URL(url), new URL(login)]
    return (
      one.pathname === two.pathname && NAMING.every((name) => one.searchParams.get(name) === two.searchParams.get(name))
    )
  }

  test("I1 B05: no mixture of two tabs' parameters takes the code of one into the other", async () => {
    const alice = await createEnrolledUser(realm, 'alice-tabs')
    const first = await failedTab(alice)
    const second = openTab(realm.application, first.browser)
    await second.open()
    assert.equal(await second.enterPassword(alice), 'passkey')
    const logins = await watchLogins(realm, alice)
    assert.ok((await tryAllMixtures(first, second, () => rightCode(alice))) > 30)
    await logins.assertNone()
    assert.equal(await second.reload(), 'passkey')
    await assertUntouched(first, alice)
  })

  test("I1 B02 B05: no mixture with another client's login and another flow's step, which lacks the first factor", async () => {
    const alice = await createEnrolledUser(realm, 'alice-clients')
    const first = await failedTab(alice)
    const second = openTab(passwordless, first.browser)
    await second.open()
    await second.enterUsername(alice)
    assert.equal(await second.failPasskey(), 'password')
    const logins = await watchLogins(realm, alice)
    assert.ok((await tryAllMixtures(first, second, () => rightCode(alice))) > 30)
    await logins.assertNone()
    assert.equal(await second.reload(), 'password')
    await assertUntouched(first, alice)
  })

  test("I1 B06: no mixture of two users' logins, in either browser, takes the code of one into the login of the other", async () => {
    const alice = await createEnrolledUser(realm, 'alice-users')
    const bob = await createEnrolledUser(realm, 'bob-users')
    const [hers, his] = [await failedTab(alice), await failedTab(bob)]
    const logins = await watchLogins(realm, alice, bob)
    assert.ok((await tryAllMixtures(hers, his, () => rightCode(alice), NAMING)) > 40)
    await logins.assertNone()
    await assertUntouched(hers, alice)
    await assertUntouched(his, bob)
  })

  test('I1 B06: no mixture of the logins of two users in two tabs of one browser does', async () => {
    const alice = await createEnrolledUser(realm, 'alice-browser')
    const bob = await createEnrolledUser(realm, 'bob-browser')
    const hers = await failedTab(alice)
    const his = await failedTab(bob, realm.application, hers.browser)
    const logins = await watchLogins(realm, alice, bob)
    assert.ok((await tryAllMixtures(hers, his, () => rightCode(alice))) > 30)
    await logins.assertNone()
    await assertUntouched(hers, alice)
  })

  test("I1 B06 C15: the right code of one user is a wrong code in another's login, and is not used up by it", async () => {
    const alice = await createEnrolledUser(realm, 'alice-codes')
    const bob = await createEnrolledUser(realm, 'bob-codes')
    const his = await failedTab(bob)
    const hers = await failedTab(alice)
    const logins = await watchLogins(realm, alice, bob)
    assert.equal(await his.enterCode(rightCode(alice)), 'code')
    assert.equal(textOf(his.page, 'input-error-code'), 'Invalid authenticator code.')
    assert.match(his.page.html, /4 attempts left/)
    await logins.assertNone()
    await assertUntouched(hers, alice)
  })

  test("I1 B07: no mixture of two realms' logins of users of the same name takes the code of one into the other", async () => {
    const alice = await createEnrolledUser(realm, 'alice')
    const namesake = await createEnrolledUser(otherRealm, 'alice')
    const hers = await failedTab(alice)
    const other = await failedTab(namesake, otherRealm.application)
    const logins = [await watchLogins(realm, alice), await watchLogins(otherRealm, namesake)]
    assert.ok((await tryAllMixtures(hers, other, () => rightCode(alice))) > 60)
    for (const each of logins) await each.assertNone()
    await assertUntouched(hers, alice)
    await assertUntouched(other, namesake)
  })

  test('I1 B07: a user who moved to another realm with id, name and credentials takes no factor along', async () => {
    const alice = await createEnrolledUser(realm, 'alice-moved')
    const here = await realm.admin.users.getCredentials({ realm: realm.realm, id: alice.id })
    const factor = here.find(({ type }) => type === 'fallback-bridge-totp')
    const representation = {
      id: alice.id,
      username: alice.username,
      enabled: true,
      credentials: [
        { type: 'password', value: alice.password },
        alice.passkey.credential,
        { type: 'fallback-bridge-totp', credentialData: factor?.credentialData ?? '', secretData: '{}' },
      ],
    }
    const move = () =>
      otherRealm.admin.realms.partialImport({
        realm: otherRealm.realm,
        rep: { ifResourceExists: 'FAIL', users: [representation] },
      })
    // One Keycloak never has the same user id in two realms at a time.
    await assert.rejects(move(), /Duplicate resource/)
    await realm.admin.users.del({ realm: realm.realm, id: alice.id })
    await move()
    const [moved] = await otherRealm.admin.users.find({
      realm: otherRealm.realm,
      username: alice.username,
      exact: true,
    })
    assert.equal(moved?.id, alice.id)
    const logins = await watchLogins(otherRealm, alice)
    const tab = openTab(otherRealm.application)
    await tab.open()
    await tab.enterPassword(alice)
    assert.equal(await tab.failPasskey(), 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /^There is no other way of signing in set up/)
    await tab.post({ code: rightCode(alice) })
    assert.equal(tab.stage, 'message')
    await logins.assertNone()
  })

  test("I1 B05: a second login's case takes the place of the first, whose form then takes no code", async () => {
    const alice = await createEnrolledUser(realm, 'alice-superseded')
    const first = await failedTab(alice)
    const second = await failedTab(alice)
    const logins = await watchLogins(realm, alice)
    assert.equal(await first.enterCode(rightCode(alice)), 'message')
    assert.match(textOf(first.page, 'fallback-bridge-text'), /^You started signing in again somewhere else/)
    await logins.assertNone()
    await assertUntouched(second, alice)
    // Now that she is in, the first login still leads nowhere.
    const later = await watchLogins(realm, alice)
    await first.reload()
    await first.post({ code: rightCode(alice) })
    assert.ok(!isLetIn(first.page))
    await later.assertNone()
  })

  test("B08: a link to somebody's login shows it in no other browser, and a victim who follows it signs nobody in", async () => {
    const alice = await createEnrolledUser(realm, 'alice-link')
    const hers = await failedTab(alice)
    const link = withParameters(hers.action, { session_code: undefined })
    const stranger = openTab(realm.application)
    assert.notEqual(await stranger.get(link), 'code')
    assert.notEqual(await stranger.get(hers.action), 'code')
    await assertUntouched(hers, alice)

    const attacker = openTab(realm.application)
    await attacker.open()
    const victim = openTab(realm.application)
    const logins = await watchLogins(realm, alice)
    await victim.post({ username: alice.username, password: alice.password }, attacker.action)
    assert.notEqual(victim.stage, 'passkey')
    assert.equal(await attacker.reload(), 'username')
    await logins.assertNone()
  })
})
