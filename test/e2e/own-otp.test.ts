import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import { decodeJwt } from 'jose'
import type { Application } from '../../keycloak-config/browser/authorization-request.ts'
import type { CodeApp } from '../../keycloak-config/browser/code-app.ts'
import { createEventLog } from '../../keycloak-config/server/event-log.ts'
import { addApplication } from '../support/applications.ts'
import { sharedBrowser } from '../support/browser.ts'
import { codeOf, untilStepLasts, wrongCode } from '../support/code-times.ts'
import { failureCounts, untilCounted } from '../support/failure-counts.ts'
import type { FallbackRealm } from '../support/fallback-realm.ts'
import { breakOff, pass } from '../support/fault-proxy.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { isLetIn, textOf } from '../support/plain-pages.ts'
import { openProxiedRealm, type ProxiedRealm } from '../support/proxied-realm.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'
import { enrol, failPasskey as failPasskeyInBrowser } from '../support/visitor.ts'

const OTP_FLOW = 'password and own otp'

/** Adds a flow of password and Keycloak's own OTP form, without any fallback. */
const withOtpForm = (realm: RealmRepresentation): RealmRepresentation => ({
  ...realm,
  failureFactor: 30,
  authenticationFlows: [
    ...(realm.authenticationFlows ?? []),
    {
      alias: OTP_FLOW,
      providerId: 'basic-flow',
      topLevel: true,
      builtIn: false,
      authenticationExecutions: [
        { authenticator: 'auth-username-password-form', requirement: 'REQUIRED', priority: 10 },
        { authenticator: 'auth-otp-form', requirement: 'REQUIRED', priority: 20 },
      ],
    },
  ],
})

describe('the way with Keycloak’s own OTP', () => {
  let proxied: ProxiedRealm
  let realm: FallbackRealm
  let otpApplication: Application
  before(async () => {
    proxied = await openProxiedRealm(await sharedKeycloak(), { change: withOtpForm })
    realm = proxied.realm
    otpApplication = await addApplication(realm, 'otp-app', OTP_FLOW)
  })
  after(() => proxied.remove())

  const createOtpUser = async (username: string): Promise<PasskeyUser & { otp: CodeApp }> => {
    const user = await createPasskeyUser(realm, username)
    return { ...user, otp: await addKeycloakOtp(realm, user) }
  }
  const failPasskey = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    return tab
  }
  /** Password and code on Keycloak's own form. */
  const useOtpForm = async (user: PasskeyUser, otp: string): Promise<Tab> => {
    const tab = openTab(otpApplication)
    await tab.open()
    await tab.enterPassword(user)
    await tab.post({ otp })
    return tab
  }
  const attemptsLeft = (tab: Tab): string => textOf(tab.page, 'fallback-bridge-attempts')

  test('B14 R7: a wrong code is counted once by both, the right one lets in once', async () => {
    const user = await createOtpUser('otp-only')
    const tab = await failPasskey(user)
    assert.match(textOf(tab.page, 'fallback-bridge-hint'), /^Open your authenticator app/)
    assert.equal(attemptsLeft(tab), '5 attempts left.')
    await tab.enterCode(wrongCode(user.otp))
    assert.deepEqual(
      [textOf(tab.page, 'input-error-code'), attemptsLeft(tab)],
      ['Invalid authenticator code.', '4 attempts left.'],
    )
    await untilCounted(realm, user, 1)

    const code = codeOf(user.otp, 0)
    await tab.enterCode(code)
    assert.equal(isLetIn(tab.page), true)
    const { claims } = await tab.arrive()
    assert.deepEqual([claims['acr'], (claims['amr'] as string[]).toSorted()], ['fallback', ['otp', 'pwd']])
    const login = await createEventLog(realm.admin, realm.realm).waitForLogin(user.id, String(claims['fallback_case']))
    assert.equal(login.details?.['fallback_path'], 'password-keycloak-otp')
    await untilCounted(realm, user, 0)

    const again = await failPasskey(user)
    await again.enterCode(code)
    assert.equal(attemptsLeft(again), '4 attempts left.')
    await untilCounted(realm, user, 1)
  })

  test('B14 I2: a code used on Keycloak’s own form is used for the fallback too, and the other way round', async () => {
    await untilStepLasts(5_000)
    const user = await createOtpUser('form-first')
    const code = codeOf(user.otp, 0)
    assert.equal(isLetIn((await useOtpForm(user, code)).page), true)
    const tab = await failPasskey(user)
    await tab.enterCode(code)
    assert.equal(attemptsLeft(tab), '4 attempts left.')

    const other = await createOtpUser('fallback-first')
    const otherCode = codeOf(other.otp, 0)
    const fallback = await failPasskey(other)
    await fallback.enterCode(otherCode)
    assert.equal(isLetIn(fallback.page), true)
    assert.equal(isLetIn((await useOtpForm(other, otherCode)).page), false)
  })

  test('B10 I3: five wrong codes end the case, and then Keycloak does not even look at a code', async () => {
    const user = await createOtpUser('otp-guesser')
    const tab = await failPasskey(user)
    for (let tries = 0; tries < 5; tries += 1) await tab.enterCode(wrongCode(user.otp))
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /too many wrong codes/)
    await untilCounted(realm, user, 5)
    await untilStepLasts(5_000)
    const code = codeOf(user.otp, 0)
    await tab.post({ code })
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /too many wrong codes/)
    await untilCounted(realm, user, 5)
    assert.equal(isLetIn((await useOtpForm(user, code)).page), true, 'the code was not used up')
  })

  test('B17: malformed codes are wrong codes here too, counted once', async () => {
    const user = await createOtpUser('otp-malformed')
    const tab = await failPasskey(user)
    await untilStepLasts(5_000)
    const code = codeOf(user.otp, 0)
    for (const [at, variant] of [` ${code}`, [code, code], `${code}0`, `${code}\u200b`].entries()) {
      await tab.enterCode(variant)
      assert.equal(textOf(tab.page, 'input-error-code'), 'Invalid authenticator code.', JSON.stringify(variant))
      await untilCounted(realm, user, at + 1)
    }
    await tab.enterCode(code)
    assert.equal(isLetIn(tab.page), true, 'none of them has used the code up')
  })

  test('I1 B02: nothing that the form says stands for Keycloak’s check', async () => {
    const user = await createOtpUser('reporter')
    const tab = await failPasskey(user)
    const wrong = wrongCode(user.otp)
    await tab.post({ code: wrong, result: 'passed', attempt: 'x'.repeat(22), passed: 'true' })
    assert.equal(attemptsLeft(tab), '4 attempts left.')
    await tab.post({ result: 'passed', action: 'report' })
    assert.deepEqual([tab.stage, attemptsLeft(tab)], ['code', '4 attempts left.'])
    await tab.post({ path: 'password-bridge-totp' })
    assert.equal(tab.stage, 'choose', 'a way whose factor is not there is not taken')
    await untilCounted(realm, user, 1)
  })

  test('I3 I5: an attempt counts before it is judged: with the report lost nobody is let in, and the code is used', async () => {
    const user = await createOtpUser('unreported')
    const tab = await failPasskey(user)
    const isReport = (body: string): boolean => decodeJwt(body)['action'] === 'report'
    proxied.proxy.behave((exchange) => (isReport(exchange.request.body) ? breakOff : pass)(exchange))
    const code = codeOf(user.otp, 0)
    await tab.enterCode(code)
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /not available right now/)
    assert.equal((await failureCounts(realm, user)).failures, 0, 'an outage is no wrong code')
    proxied.proxy.behave(pass)
    await tab.post({ retry: 'on' })
    assert.deepEqual([tab.stage, attemptsLeft(tab)], ['code', '4 attempts left.'])
    await tab.enterCode(code)
    assert.equal(attemptsLeft(tab), '3 attempts left.')
    await untilCounted(realm, user, 1)
  })

  test('R17 B14: who owns both chooses; a code of one app is wrong in the field of the other', async () => {
    const user = await createEnrolledUser(realm, 'both')
    const otp = await addKeycloakOtp(realm, user)
    const tab = await failPasskey(user)
    assert.match(textOf(tab.page, 'fallback-bridge-hint'), /in which you set up the fallback code/)
    await untilStepLasts(5_000)
    const bridgeCode = await user.codes.fresh()
    await tab.enterCode(codeOf(otp, 0))
    assert.equal(attemptsLeft(tab), '4 attempts left.')
    await tab.post({ path: 'password-keycloak-otp' })
    assert.match(textOf(tab.page, 'fallback-bridge-hint'), /^Open your authenticator app/)
    await tab.enterCode(bridgeCode)
    assert.equal(attemptsLeft(tab), '3 attempts left.', 'another way is no new budget')
    await untilCounted(realm, user, 2)
    await tab.enterCode(codeOf(otp, 0))
    assert.equal(isLetIn(tab.page), true)
    await untilCounted(realm, user, 0)
  })

  test('R17: a person finds the other way by its button, and back again', async () => {
    const ada = await enrol(realm, await sharedBrowser(), 'ada')
    const otp = await addKeycloakOtp(realm, ada.user)
    await failPasskeyInBrowser(ada)
    const { page, pages } = ada.visitor
    await page.getByRole('button', { name: 'Use another way' }).click()
    await page.getByRole('button', { name: 'Code from the app for fallback codes' }).click()
    await pages.waitForCodePage()
    await page.getByRole('button', { name: 'Use another way' }).click()
    await page.getByRole('button', { name: 'Code from your authenticator app' }).click()
    await pages.enterCode(codeOf(otp, 0))
    const { claims } = await ada.visitor.arrive()
    assert.equal(claims['acr'], 'fallback')
  })
})
