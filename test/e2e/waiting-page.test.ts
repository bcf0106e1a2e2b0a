import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { startAuthorization } from '../../keycloak-config/browser/authorization-request.ts'
import { createSignInPages } from '../../keycloak-config/browser/sign-in-pages.ts'
import { addVirtualPasskeyDevice } from '../../keycloak-config/browser/virtual-passkey-device.ts'
import { assertAccessible } from '../support/accessibility.ts'
import { sharedBrowser } from '../support/browser.ts'
import { breakOff } from '../support/fault-proxy.ts'
import { openScriptedRealm, type ScriptedRealm } from '../support/scripted-bridge.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, NOT_ALLOWED, type PasskeyUser } from '../support/tab.ts'
import { until } from '../support/until.ts'
import { askForCode, grant, theCase, wait } from '../support/waiting-answers.ts'

const lookType = 'application/vnd.fallback-bridge.wait+json'
const seconds = () => Math.floor(Date.now() / 1_000)
const denied = (reason: string) => ({ kind: 'denied', case: theCase, reason, wrongCode: false })

describe('the page that waits for people', () => {
  let realm: ScriptedRealm
  let user: PasskeyUser
  before(async () => {
    realm = await openScriptedRealm(await sharedKeycloak())
    user = await createPasskeyUser(realm.realm, 'ada')
  })
  after(() => realm.remove())
  beforeEach(() => realm.say(() => wait()))

  const polls = () => realm.asked.filter((action) => action === 'poll').length
  const untilPolled = (times: number): Promise<void> => {
    const from = polls()
    return until(`the page has looked ${times} times`, () => polls() >= from + times)
  }
  /** Does something, and waits until the page has looked and taken in what it heard. */
  const untilLooked = async (page: Page, after: () => Promise<unknown>): Promise<void> => {
    const looked = page.waitForResponse((response) => response.request().headers()['accept'] === lookType)
    await after()
    await (await looked).finished()
    await page.evaluate('0')
  }
  /** Loads the page with a clock that stands still until the test moves it; the next look is set for in a second. */
  const stopClock = async (page: Page): Promise<void> => {
    await page.clock.install()
    await page.reload()
    await untilLooked(page, () => page.clock.pauseAt(new Date(Date.now() + 3_600_000)))
  }
  const state = (page: Page) => page.locator('#fallback-bridge-state')
  const untilSaid = (page: Page, text: RegExp): Promise<void> => state(page).filter({ hasText: text }).waitFor()
  const decide = (answer: Readonly<Record<string, unknown>> = askForCode) =>
    realm.say((action) => (action === 'submit' ? grant() : answer))

  /** Opens a window of its own at the waiting page. */
  const openWindow = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await (await sharedBrowser()).newContext({ locale: 'en', ...options })
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    if (options.javaScriptEnabled !== false) await addVirtualPasskeyDevice(page)
    await signIn(page, options.javaScriptEnabled !== false)
    return page
  }
  const signIn = async (page: Page, hasScript = true): Promise<void> => {
    const pages = createSignInPages(page)
    await page.goto(startAuthorization(realm.realm.application).url)
    if (await page.locator('#username').isEditable()) await pages.enterPassword(user.username, user.password)
    if (hasScript) await pages.usePasskey()
    else await postFailure(page)
    await page.locator('#fallback-bridge-wait').waitFor()
  }
  /** As somebody without script would have to: the check cannot even begin. */
  const postFailure = async (page: Page): Promise<void> => {
    await page.evaluate(`document.forms.webauth.error.value = ${JSON.stringify(NOT_ALLOWED)}`)
    await page.evaluate('document.forms.webauth.submit()')
  }
  const close = (page: Page): Promise<void> => page.context().close()

  test('R8 WCAG 2.2 AA: it says who is asked, the number, and until when, in each language, light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openWindow({ colorScheme })
      assert.match((await page.locator('#fallback-bridge-text').textContent()) ?? '', /somebody has to approve/)
      assert.equal(await page.locator('#fallback-bridge-match [aria-hidden]').textContent(), '042')
      assert.equal(await page.locator('#fallback-bridge-match .fallback-bridge-spoken').textContent(), '0, 4, 2')
      assert.deepEqual(await page.locator('.fallback-bridge-asked li').allTextContents(), [
        'service-desk-leads: 0 of 2 decided',
      ])
      assert.match((await page.locator('#fallback-bridge-ends').textContent()) ?? '', /ends in about 2[89] minutes/)
      await untilSaid(page, /moves on by itself/)
      await assertAccessible(page)
      await page.locator('#login-select-toggle').selectOption({ index: 1 })
      await untilSaid(page, /geht von selbst weiter/)
      assert.match((await page.locator('#fallback-bridge-ends').textContent()) ?? '', /endet in etwa 2[89] Minuten/)
      await assertAccessible(page)
      await close(page)
    }
  })

  test('R8: it looks within a second, and moves to what comes next', async () => {
    const page = await openWindow()
    await stopClock(page)
    decide()
    await page.clock.runFor(1_000)
    await page.locator('#fallback-bridge-code-form').waitFor()
    await page.locator('#code:focus').waitFor()
    assert.equal(await page.locator('.pf-v5-c-alert').count(), 0, 'Keycloak has nothing to complain of')
    await page.clock.resume()
    await createSignInPages(page).enterCode('123456')
    await page.waitForURL((url) => url.href.startsWith(realm.realm.application.redirectUri))
    await close(page)
  })

  test('R8: a partial decision changes the page in place, is said, and leaves the focus where it is', async () => {
    const page = await openWindow()
    const button = page.locator('#fallback-bridge-check')
    await button.focus()
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }))
    realm.say(() => wait({ asked: [{ label: 'service-desk-leads', count: 2, given: 1 }], until: seconds() + 330 }))
    await untilSaid(page, /^service-desk-leads: 1 of 2 decided$/)
    assert.deepEqual(await page.locator('.fallback-bridge-asked li').allTextContents(), [
      'service-desk-leads: 1 of 2 decided',
    ])
    assert.equal(await page.locator('#fallback-bridge-ends').textContent(), 'This request ends in about 5 minutes.')
    assert.equal(await page.locator('#fallback-bridge-ends').getAttribute('aria-live'), 'polite')
    assert.equal(await page.evaluate(() => 'isSamePage' in globalThis), true)
    await page.locator('#fallback-bridge-check:focus').waitFor()

    await button.press('Enter')
    await untilSaid(page, /^There is no decision yet\.$/)
    assert.equal(await page.evaluate(() => 'isSamePage' in globalThis), true)
    await page.locator('#fallback-bridge-check:focus').waitFor()

    realm.say(() => wait({ stage: 'evidence_review', asked: [{ label: 'service-desk-leads', count: 2, given: 2 }] }))
    await page.locator('#fallback-bridge-text', { hasText: 'review the evidence' }).waitFor()
    await assertAccessible(page)
    await close(page)
  })

  test('R8: without script the button asks, says that there is no decision yet, and goes on when there is one', async () => {
    const page = await openWindow({ javaScriptEnabled: false })
    assert.match(await page.locator('#fallback-bridge-wait').innerText(), /choose “Check now”/)
    await page.locator('#fallback-bridge-check').click()
    await untilSaid(page, /^There is no decision yet\.$/)
    decide()
    await page.locator('#fallback-bridge-check').click()
    await page.locator('#fallback-bridge-code-form').waitFor()
    await close(page)
  })

  test('looking uses nothing up: reload, buttons and the way back to the passkey work after it', async () => {
    const page = await openWindow()
    await untilPolled(3)
    await page.reload()
    await untilPolled(3)
    await page.locator('#fallback-bridge-cancel').click()
    await page.locator('#username').waitFor()
    assert.equal(await page.locator('.pf-v5-c-alert').count(), 0)
    assert.equal(realm.asked.at(-1), 'cancel')
    await signIn(page)
    assert.equal(realm.asked.filter((action) => action === 'begin').length > 1, true)
    await close(page)
  })

  test('E10: the back button from the next page leads back to the next page, not to a wait that is over', async () => {
    const page = await openWindow()
    await page.locator('#fallback-bridge-check').waitFor()
    decide()
    await page.locator('#fallback-bridge-code-form').waitFor()
    await page.goBack()
    await page.goForward()
    await page.locator('#fallback-bridge-code-form').waitFor()
    await createSignInPages(page).enterCode('123456')
    await page.waitForURL((url) => url.href.startsWith(realm.realm.application.redirectUri))
    await close(page)
  })

  test('E2: of two tabs, both of one login move; one whose case went on in another login says so', async () => {
    const page = await openWindow()
    const twin = await page.context().newPage()
    await twin.goto(page.url())
    await twin.locator('#fallback-bridge-wait').waitFor()
    await untilPolled(4)
    decide()
    for (const each of [page, twin]) await each.locator('#fallback-bridge-code-form').waitFor()
    await twin.close()

    realm.say(() => wait())
    const other = await page.context().newPage()
    await addVirtualPasskeyDevice(other)
    await signIn(other)
    const tab = new URL(other.url()).searchParams.get('tab_id')
    await signIn(page)
    realm.say((_, { tab: asking }) => (asking === tab ? denied('superseded') : wait()))
    await other.locator('#fallback-bridge-text', { hasText: 'somewhere else' }).waitFor()
    await untilPolled(2)
    assert.equal(await page.locator('#fallback-bridge-wait').count(), 1)
    await close(page)
  })

  test('K05: while the bridge or the network is away it says so and stays, and goes on when they are back', async () => {
    const page = await openWindow()
    realm.behave(breakOff)
    await untilSaid(page, /cannot see whether there is a decision.*keeps trying/)
    await assertAccessible(page)
    realm.say(() => wait())
    await untilSaid(page, /The connection is back/)

    await page.context().setOffline(true)
    await untilSaid(page, /cannot see whether/)
    await page.locator('#fallback-bridge-check').click()
    await untilSaid(page, /cannot see whether/)
    decide()
    await page.context().setOffline(false)
    await page.locator('#fallback-bridge-code-form').waitFor()
    await close(page)
  })

  test('a page that is hidden looks less often, and at once when it is seen again', async () => {
    const page = await openWindow()
    await stopClock(page)
    const show = async (hidden: boolean): Promise<void> => {
      await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} })`)
      await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
    }
    await show(true)
    await untilLooked(page, () => page.clock.runFor(1_000))
    const before = polls()
    await page.clock.runFor(4_000)
    assert.equal(polls(), before)
    await untilLooked(page, () => page.clock.runFor(1_000))
    decide()
    await show(false)
    await page.locator('#fallback-bridge-code-form').waitFor()
    await close(page)
  })

  test('a wait outlasts Keycloak’s time limit for a login, as long as its page is open', async () => {
    const { admin, realm: name } = realm.realm
    await admin.realms.update({ realm: name }, { accessCodeLifespanLogin: 3, accessCodeLifespanUserAction: 3 })
    const page = await openWindow()
    await untilPolled(8)
    assert.equal(await page.locator('#fallback-bridge-wait').count(), 1)
    decide()
    await page.locator('#fallback-bridge-code-form').waitFor()
    await close(page)
    await admin.realms.update({ realm: name }, { accessCodeLifespanLogin: 1_800, accessCodeLifespanUserAction: 300 })
  })
})
