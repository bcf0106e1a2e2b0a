import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type EventRepresentation from '@keycloak/keycloak-admin-client/lib/defs/eventRepresentation.js'
import type { JWTPayload } from 'jose'
import { redeemCode, startAuthorization } from '../../keycloak-config/browser/authorization-request.ts'
import { createSignInPages } from '../../keycloak-config/browser/sign-in-pages.ts'
import { createEventLog, type EventLog } from '../../keycloak-config/server/event-log.ts'
import { assertAccessible } from '../support/accessibility.ts'
import { addApplication } from '../support/applications.ts'
import { sharedBrowser } from '../support/browser.ts'
import type { EnrolledCodes } from '../support/enrolled-codes.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, NOT_ALLOWED, openTab, type PasskeyUser } from '../support/tab.ts'
import { type Enrolled, enrol, failPasskey, openVisitor, type Visitor } from '../support/visitor.ts'
import { passkeyAmr, secretInText } from '../support/what-must-not-show.ts'

const amrOf = (claims: JWTPayload): string[] => (claims['amr'] as string[]).toSorted()
const keysOf = (value: object | undefined): string[] => Object.keys(value ?? {}).toSorted()
let realm: FallbackRealm
let ada: Enrolled

before(async () => {
  realm = await openFallbackRealm(await sharedKeycloak())
})
after(() => realm.remove())

describe('the main story, in a real Keycloak with a real browser', () => {
  let log: EventLog
  let passkeyLogin: JWTPayload
  let fallbackLogin: JWTPayload

  before(async () => {
    log = createEventLog(realm.admin, realm.realm)
    ada = await enrol(realm, await sharedBrowser(), 'ada')
    await ada.visitor.open()
    await ada.visitor.pages.enterPassword(ada.user.username, ada.user.password)
    await ada.visitor.pages.usePasskey()
    passkeyLogin = (await ada.visitor.arrive()).claims
    await ada.visitor.forget()
    await failPasskey(ada)
    await ada.visitor.pages.enterCode('000000')
    await ada.visitor.pages.waitForCodePage()
    await ada.visitor.pages.enterCode(await ada.codes.fresh())
    fallbackLogin = (await ada.visitor.arrive()).claims
  })

  const eventsOf = async (type: 'LOGIN' | 'LOGIN_ERROR'): Promise<EventRepresentation[]> => {
    const events = await realm.admin.realms.findEvents({ realm: realm.realm, type: [type], user: ada.user.id })
    return events.filter(({ details }) => details?.['code_id'] === fallbackLogin['sid'])
  }

  test('I12 R14: the fallback gives a lower acr than the passkey, and an amr without the passkey or anything biometric', async () => {
    const found = await realm.admin.realms.findOne({ realm: realm.realm })
    const levels = JSON.parse(found?.attributes?.['acr.loa.map'] ?? '{}') as Record<string, number>
    assert.equal(passkeyLogin['acr'], 'passkey')
    assert.equal(fallbackLogin['acr'], 'fallback')
    assert.ok(Number(levels['fallback']) < Number(levels['passkey']))
    assert.deepEqual(amrOf(passkeyLogin), ['hwk', 'pwd'])
    assert.deepEqual(amrOf(fallbackLogin), ['otp', 'pwd'])
    assert.deepEqual(
      amrOf(fallbackLogin).filter((value) => passkeyAmr.includes(value)),
      [],
    )
  })

  test('R18: the application learns the case and the end of the session; a passkey login has neither', () => {
    assert.match(String(fallbackLogin['fallback_case']), /^fb-[0-9a-f-]{36}$/)
    assert.ok(Number(fallbackLogin['fallback_ends_at']) > Number(fallbackLogin['iat']))
    assert.equal(passkeyLogin['fallback_case'], undefined)
    assert.equal(passkeyLogin['fallback_ends_at'], undefined)
  })

  test('R64: the LOGIN event tells of case, path, profile, failure class and acr', async () => {
    const login = await log.waitForLogin(ada.user.id, String(fallbackLogin['fallback_case']))
    const marks = Object.entries(login.details ?? {}).filter(([name]) => name.startsWith('fallback_'))
    assert.deepEqual(Object.fromEntries(marks), {
      fallback_case: fallbackLogin['fallback_case'],
      fallback_path: 'password-bridge-totp',
      fallback_profile: 'standard',
      fallback_failure_class: 'cancelled_or_timed_out',
      fallback_acr: 'fallback',
    })
    assert.equal(login.sessionId, fallbackLogin['sid'])
  })

  test('R18: the failed passkey and the wrong code each stand in the log as one LOGIN_ERROR', async () => {
    const errors = (await eventsOf('LOGIN_ERROR')).toSorted((a, b) => Number(a.time) - Number(b.time))
    assert.deepEqual(
      errors.map(({ error }) => error),
      ['not_allowed', 'invalid_user_credentials'],
    )
    const [failure, wrongCode] = errors
    assert.equal(failure?.details?.['web_authn_authentication_error'], 'webauthn-error-api-get')
    assert.equal(failure?.details?.['fallback_failure_class'], 'cancelled_or_timed_out')
    assert.equal(failure?.details?.['fallback_failure_count'], '1')
    assert.equal(wrongCode?.details?.['fallback_case'], fallbackLogin['fallback_case'])
  })

  test('R64 I7: the case opened, the grant and its use stand among the admin events, each once and readable', async () => {
    const caseId = String(fallbackLogin['fallback_case'])
    const events = await log.waitForOverrideEvent(caseId, 'GRANT_USED')
    assert.deepEqual(
      events.map(({ event }) => event),
      ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED'],
    )
    for (const { event, details, representation, resourcePath } of events) {
      const told = JSON.parse(representation) as Record<string, unknown>
      assert.equal(resourcePath, `fallback-cases/${caseId}/${details['event_id']}`)
      assert.equal(told['event'], event)
      assert.equal(told['case'], caseId)
      assert.equal(told['user'], ada.user.id)
      assert.equal(told['client'], realm.application.clientId)
      assert.equal(told['session'], fallbackLogin['sid'])
      assert.equal(told['failureClass'], 'cancelled_or_timed_out')
      assert.equal(new Date(String(told['at'])).toISOString(), told['at'])
    }
    const granted = JSON.parse(events[1]?.representation ?? '{}') as Record<string, unknown>
    assert.equal(granted['path'], 'password-bridge-totp')
    assert.equal(granted['check'], 'bridge-totp')
    assert.equal(granted['attempts'], 2)
    assert.equal(Math.floor(Number(granted['endsAt']) / 1_000), fallbackLogin['fallback_ends_at'])
  })

  test('A12: override events hold the fields of the allow-list and no others', async () => {
    const events = await log.waitForOverrideEvent(String(fallbackLogin['fallback_case']), 'GRANT_USED')
    const everywhere = [
      'event',
      'state',
      'profile',
      'failure_class',
      'client_id',
      'actor',
      'event_id',
      'fallback_case',
      'user_id',
      'at',
    ]
    const always = [
      'case',
      'event',
      'state',
      'at',
      'user',
      'client',
      'session',
      'profile',
      'failureClass',
      'policyDigest',
      'actor',
      'history',
    ]
    const failure = ['failureAt', 'failureCount', 'failureDetail', 'credentialType', 'firstFactor']
    const decision = ['engine', 'outcome', 'rule', 'score', 'band', 'factsDigest', 'decisionDigest']
    const own: Record<string, string[]> = {
      CASE_OPENED: [...failure, ...decision],
      GRANT_ISSUED: ['path', 'check', 'acr', 'amr', 'endsAt', 'attempts'],
      GRANT_USED: ['path'],
    }
    for (const { event, details, representation } of events) {
      const path = event === 'CASE_OPENED' ? ['decision'] : ['path']
      assert.deepEqual(keysOf(details), [...everywhere, ...path].toSorted(), event)
      assert.deepEqual(keysOf(JSON.parse(representation)), [...always, ...(own[event] ?? [])].toSorted(), event)
    }
  })

  test('A12 I11: no event of the realm holds a code, a key, or the name or address of the person in an override', async () => {
    await log.waitForOverrideEvent(String(fallbackLogin['fallback_case']), 'GRANT_USED')
    const events = await realm.admin.realms.findEvents({ realm: realm.realm, max: 500 })
    const overrides = await realm.admin.realms.findAdminEvents({
      realm: realm.realm,
      resourcePath: 'fallback-cases/*',
      max: 500,
    })
    assert.ok(events.length > 5 && overrides.length >= 3)
    assert.doesNotMatch(JSON.stringify([events, overrides.map((each) => [each, each.representation])]), secretInText)
    for (const personal of [ada.user.username, `${ada.user.username}@example.org`, '127.0.0.1', 'Mozilla']) {
      const told = overrides.map((each) => [each.representation, (each as { details?: object }).details])
      assert.ok(!JSON.stringify(told).includes(`"${personal}`), personal)
    }
  })

  test('I12 R14: single sign-on elsewhere stays a fallback; who needs the passkey level asks for the passkey', async () => {
    const second = await addApplication(realm, 'second-app')
    const { visitor, user } = ada
    const request = startAuthorization(second)
    await visitor.page.goto(request.url)
    const onward = await redeemCode(second, request, await visitor.comeBack())
    assert.equal(onward.claims['acr'], 'fallback')
    assert.equal(onward.claims['fallback_case'], fallbackLogin['fallback_case'])
    assert.equal(onward.claims['fallback_ends_at'], fallbackLogin['fallback_ends_at'])

    const silent = startAuthorization(second, { acrValues: 'passkey', prompt: 'none' })
    await visitor.page.goto(silent.url)
    await assert.rejects(redeemCode(second, silent, await visitor.comeBack()), /Keycloak refused: login_required/)

    const raised = startAuthorization(second, { acrValues: 'passkey' })
    await visitor.page.goto(raised.url)
    await visitor.pages.enterPasswordOnly(user.password)
    await visitor.pages.usePasskey()
    assert.equal(await visitor.pages.readMessage(), 'Please try again. This needs your passkey.')
    assert.equal(await visitor.page.locator('#fallback-bridge-leave').count(), 0)
    await assertAccessible(visitor.page)

    await visitor.device.setUserVerified(true)
    await visitor.page.locator('#kc-try-again').click()
    await visitor.pages.usePasskey()
    const { claims } = await redeemCode(second, raised, await visitor.comeBack())
    assert.equal(claims['acr'], 'passkey')
    assert.ok(amrOf(claims).includes('hwk'))
  })

  test('I12 R14: a fallback in a session of the passkey takes its level away, until the passkey is used again', async () => {
    const mary = await createPasskeyUser(realm, 'mary')
    const app = await addKeycloakOtp(realm, mary)
    const first = openTab(realm.application)
    await first.open()
    await first.enterPassword(mary)
    await first.usePasskey(mary.passkey)
    assert.equal((await first.arrive()).claims['acr'], 'passkey')

    const anew = openTab(realm.application, first.browser)
    await anew.open({ prompt: 'login' })
    await anew.enterPassword(mary)
    await anew.failPasskey()
    assert.equal(await anew.enterCode(app.codeAt(Date.now())), 'arrived')
    const { claims } = await anew.arrive()
    assert.equal(claims['acr'], 'fallback')
    assert.deepEqual(amrOf(claims), ['otp', 'pwd'])

    const elsewhere = openTab(realm.application, first.browser)
    assert.equal(await elsewhere.open(), 'arrived')
    const onward = (await elsewhere.arrive()).claims
    assert.equal(onward['acr'], 'fallback')
    assert.deepEqual(amrOf(onward), ['otp', 'pwd'])
    assert.equal(await elsewhere.open({ acrValues: 'passkey' }), 'password')
  })

  test('I12 R14: an application that insists on the passkey level is not reached by a fallback', async () => {
    const nina = await createPasskeyUser(realm, 'nina')
    await addKeycloakOtp(realm, nina)
    const tab = openTab(realm.application)
    const claims = { id_token: { acr: { essential: true, values: ['passkey'] } } }
    const request = startAuthorization(realm.application)
    await tab.get(`${request.url}&${new URLSearchParams({ claims: JSON.stringify(claims) })}`)
    await tab.enterPassword(nina)
    assert.equal(await tab.failPasskey(), 'message')
    assert.match(tab.page.html, /This application needs your passkey/)
    assert.deepEqual(await realm.admin.users.listSessions({ realm: realm.realm, id: nina.id }), [])
  })
})

describe('the pages of the fallback', () => {
  let iris: PasskeyUser & { codes: EnrolledCodes }
  let visitor: Visitor

  before(async () => {
    iris = await createEnrolledUser(realm, 'iris')
    await addKeycloakOtp(realm, iris)
  })
  beforeEach(async () => {
    visitor = await openVisitor(await sharedBrowser(), realm.application)
  })
  afterEach(() => visitor.close())

  /** The page's device holds no passkey of the user, so that the browser finds none. */
  const failPasskeyAs = async (user: PasskeyUser): Promise<void> => {
    await visitor.open()
    await visitor.pages.enterPassword(user.username, user.password)
    await visitor.pages.usePasskey()
  }

  test('B25 WCAG 2.2 AA: the code page, its error and the list of ways are accessible, and cannot be framed', async () => {
    const frames: (string | undefined)[] = []
    visitor.page.on('response', (response) => {
      if (response.request().isNavigationRequest()) frames.push(response.headers()['content-security-policy'])
    })
    await failPasskeyAs(iris)
    await visitor.pages.waitForCodePage()
    assert.equal(
      await visitor.page.locator('#fallback-bridge-why').textContent(),
      'The passkey check was cancelled or took too long, so you can use a one-time code this time.',
    )
    await assertAccessible(visitor.page)
    await visitor.pages.enterCode('no code')
    await visitor.page.locator('#input-error-code').waitFor()
    await assertAccessible(visitor.page)
    await visitor.page.locator('#fallback-bridge-choose').click()
    await visitor.page.locator('#fallback-bridge-way-1').waitFor()
    await assertAccessible(visitor.page)
    assert.ok(frames.length >= 5)
    for (const policy of frames) assert.match(policy ?? '', /frame-ancestors 'self'/)
  })

  test('WCAG 2.2 AA: the page that says no is accessible, in each language of the realm', async () => {
    const nobody = await createPasskeyUser(realm, 'nobody')
    await failPasskeyAs(nobody)
    assert.match(await visitor.pages.readMessage(), /^There is no other way of signing in set up/)
    await assertAccessible(visitor.page)
    await visitor.page.locator('#login-select-toggle').selectOption({ index: 1 })
    await visitor.page.waitForURL(/kc_locale=de/)
    assert.match(await visitor.pages.readMessage(), /^Für Ihr Konto ist kein anderer Weg/)
    await assertAccessible(visitor.page)
  })

  test('WCAG 2.2 AA I12: setting up a fallback code is accessible, and a session that began as a fallback asks for the whole login', async () => {
    const { visitor: own, user } = ada
    const { page, pages } = own
    await own.open({ action: 'fallback-bridge-enrol' })
    await page.locator('#password').waitFor()
    await assertAccessible(page)

    await own.forget()
    await own.open({ action: 'fallback-bridge-enrol' })
    await pages.enterPassword(user.username, user.password)
    await pages.usePasskey()
    await pages.readEnrolmentKey()
    await assertAccessible(page)
    await pages.confirmEnrolment('no code')
    await page.locator('#input-error-code').waitFor()
    await assertAccessible(page)
  })

  test('B01: the fallback works without JavaScript, and a failure that only a form posted counts as a cancelled check', async () => {
    const context = await (await sharedBrowser()).newContext({ locale: 'en', javaScriptEnabled: false })
    const page = await context.newPage()
    const pages = createSignInPages(page)
    const request = startAuthorization(realm.application)
    await page.goto(request.url)
    await pages.enterPassword(iris.username, iris.password)
    // The passkey itself takes JavaScript; what its script would send after a failure is sent here from outside.
    const form = page.locator('#webauth')
    await form.waitFor({ state: 'attached' })
    await form.evaluate((element, error) => {
      const sent = element as unknown as { elements: { error: { value: string } }; submit: () => void }
      sent.elements.error.value = error
      sent.submit()
    }, NOT_ALLOWED)
    await pages.waitForCodePage()
    await page.locator('#fallback-bridge-choose').click()
    await page.locator('#fallback-bridge-way-0').click()
    await pages.enterCode(await iris.codes.fresh())
    await page.waitForURL((url) => url.href.startsWith(realm.application.redirectUri))
    const { claims } = await redeemCode(realm.application, request, page.url())
    assert.equal(claims['acr'], 'fallback')
    const log = createEventLog(realm.admin, realm.realm)
    const login = await log.waitForLogin(iris.id, String(claims['fallback_case']))
    assert.equal(login.details?.['fallback_failure_class'], 'cancelled_or_timed_out')
    await context.close()
  })
})

describe('the same in the passwordless layout', () => {
  let realm: FallbackRealm
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak(), { flow: 'passwordless' })
  })
  after(() => realm.remove())

  test('I1 I12 R14: after a failed passkey it takes the password and a code, and gives the lower acr', async () => {
    const grace = await createPasskeyUser(realm, 'grace')
    const app = await addKeycloakOtp(realm, grace)
    const visitor = await openVisitor(await sharedBrowser(), realm.application)
    const { page, pages } = visitor
    await visitor.open()
    await pages.enterUsername(grace.username)
    await pages.usePasskey()
    await pages.enterPasswordOnly(grace.password)
    await pages.waitForCodePage()
    assert.equal(await page.locator('#fallback-bridge-why').count(), 1)
    await pages.enterCode(app.codeAt(Date.now()))
    const { claims } = await visitor.arrive()
    assert.equal(claims['acr'], 'fallback')
    assert.deepEqual(amrOf(claims), ['otp', 'pwd'])

    const log = createEventLog(realm.admin, realm.realm)
    const caseId = String(claims['fallback_case'])
    const login = await log.waitForLogin(grace.id, caseId)
    assert.equal(login.details?.['fallback_path'], 'password-keycloak-otp')
    const events = await log.waitForOverrideEvent(caseId, 'GRANT_USED')
    assert.deepEqual(
      events.map(({ event }) => event),
      ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED'],
    )
  })

  test('I12: a passkey that works needs no password, gives the higher acr and opens no case', async () => {
    const henry = await createPasskeyUser(realm, 'henry')
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterUsername(henry)
    await tab.usePasskey(henry.passkey)
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'passkey')
    assert.deepEqual(amrOf(claims), ['hwk'])
    assert.equal(claims['fallback_case'], undefined)
  })
})
