import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { timeStepAt } from '../../keycloak-config/browser/code-app.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { createBarrier } from '../support/barrier.ts'
import { codeOf, untilStepLasts } from '../support/code-times.ts'
import type { EnrolledCodes } from '../support/enrolled-codes.ts'
import { untilCounted } from '../support/failure-counts.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { createPlainBrowser } from '../support/plain-browser.ts'
import { isLetIn, textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

type EnrolledUser = PasskeyUser & { codes: EnrolledCodes }

/** Pairs of browsers of each race. */
const PAIRS = 4

describe('used codes', () => {
  let realm: FallbackRealm
  /** Enrolled long before the tests that need several good codes of one app. */
  let early: EnrolledUser[]
  let enrolledIn: number
  before(async () => {
    // High enough to let a second use be told from a lock.
    const change = (rep: object) => ({ ...rep, failureFactor: 30 })
    realm = await openFallbackRealm(await sharedKeycloak(), { change })
    early = [await createEnrolledUser(realm, 'late-typist'), await createEnrolledUser(realm, 'early-typist')]
    // Whoever enrols in the last seconds of a time step uses up the code of that very step.
    enrolledIn = timeStepAt(Date.now() + 8_000)
  })
  after(() => realm.remove())

  const enterPassword = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    return tab
  }
  const failPasskey = async (user: PasskeyUser): Promise<Tab> => {
    const tab = await enterPassword(user)
    await tab.failPasskey()
    return tab
  }
  const isRefused = (tab: Tab): boolean => textOf(tab.page, 'input-error-code') === 'Invalid authenticator code.'
  /** Logins by a fallback, as the event log tells them. */
  const fallbackLogins = async ({ id }: PasskeyUser): Promise<number> => {
    const events = await realm.admin.realms.findEvents({ realm: realm.realm, type: ['LOGIN'], user: id })
    return events.filter(({ details }) => details?.['fallback_case'] !== undefined).length
  }

  test('I2 B09: the form with the right code, sent again, lets nobody in again', async () => {
    const user = await createEnrolledUser(realm, 'impatient')
    const tab = await failPasskey(user)
    const code = await user.codes.fresh()
    const { action } = tab
    const copied = createPlainBrowser(realm.application.redirectUri)
    for (const [name, value] of tab.browser.cookies) copied.cookies.set(name, value)
    await tab.enterCode(code)
    assert.equal(isLetIn(tab.page), true)
    const { claims } = await tab.arrive()
    for (const [browser, who] of [
      [tab.browser, 'the same browser'],
      [copied, 'a browser with its cookies as they were before'],
      [copied, 'the same, once more'],
      [createPlainBrowser(realm.application.redirectUri), 'a browser without cookies'],
    ] as const) {
      assert.equal(isLetIn(await browser.post(action, { code })), false, who)
    }
    assert.equal(await fallbackLogins(user), 1)
    const sessions = await realm.admin.users.listSessions({ realm: realm.realm, id: user.id })
    assert.ok(
      sessions.some(({ id }) => id === claims['sid']),
      'the one login is not harmed',
    )
  })

  test('I2 B09 B13: the form with the right code, sent eight times at once, lets in once', async () => {
    const user = await createEnrolledUser(realm, 'double-clicker')
    const tab = await failPasskey(user)
    const { browser, action } = tab
    const code = await user.codes.fresh()
    const pages = await Promise.all(Array.from({ length: 8 }, () => browser.post(action, { code })))
    assert.equal(pages.filter(isLetIn).length, 1)
    assert.equal(await fallbackLogins(user), 1)
  })

  test('I2 B13 B15: a code that let in one browser is a wrong code in every other, and counted', async () => {
    const user = await createEnrolledUser(realm, 'two-windows')
    await untilStepLasts(5_000)
    const [first, code] = [await failPasskey(user), await user.codes.fresh()]
    await first.enterCode(code)
    assert.equal(isLetIn(first.page), true)
    for (const count of [1, 2]) {
      const other = await failPasskey(user)
      await other.enterCode(code)
      assert.equal(isRefused(other), true)
      await untilCounted(realm, user, count)
    }
  })

  for (const isProtected of [true, false]) {
    const where = isProtected ? 'as shipped' : 'where Keycloak does not hold back parallel logins of one user'
    const users = async (name: string): Promise<EnrolledUser[]> => {
      await realm.admin.realms.update({ realm: realm.realm }, { bruteForceProtected: isProtected })
      const names = Array.from({ length: PAIRS }, (_, at) => `${name}-${isProtected}-${at}`)
      return Promise.all(names.map((each) => createEnrolledUser(realm, each)))
    }
    /** Lets both go at once; then, if both were turned away, the second once more: the code must still be good. */
    const race = async (
      user: EnrolledUser,
      tabs: readonly [Tab, Tab],
      code: string,
      runs: readonly (() => Promise<unknown>)[],
    ) => {
      const barrier = createBarrier(runs.length)
      await Promise.all(runs.map((run) => barrier().then(run)))
      if (isProtected && !tabs.some(({ page }) => isLetIn(page))) await tabs[1].enterCode(code)
      assert.equal(tabs.filter(({ page }) => isLetIn(page)).length, 1)
      assert.equal(await fallbackLogins(user), 1)
    }
    test(`I2 B13 E2: one code from two browsers at a barrier lets in once, ${where}`, async () => {
      for (const user of await users('pair')) {
        const tabs = [await failPasskey(user), await failPasskey(user)] as const
        const code = await user.codes.fresh()
        await race(
          user,
          tabs,
          code,
          tabs.map((tab) => () => tab.enterCode(code)),
        )
      }
    })

    test(`I2 B13 E2: one code in a login, and in another that supersedes it at that moment, lets in once, ${where}`, async () => {
      for (const user of await users('rival')) {
        const tabs = [await failPasskey(user), await enterPassword(user)] as const
        const code = await user.codes.fresh()
        await race(user, tabs, code, [
          () => tabs[0].enterCode(code),
          async () => {
            if ((await tabs[1].failPasskey()) === 'code') await tabs[1].enterCode(code)
          },
        ])
      }
    })
  }

  test('I9 B15 B16: of the codes in the app only the present and the one before are good, in their order and once', async () => {
    const [late, punctual] = early as [EnrolledUser, EnrolledUser]
    await waitUntil('two new codes are good', () => timeStepAt(Date.now()) > enrolledIn, { withinMs: 40_000 })
    await untilStepLasts(10_000)
    const codes = ({ codes: { app } }: EnrolledUser) => ({
      older: codeOf(app, -2),
      before: codeOf(app, -1),
      present: codeOf(app, 0),
      next: codeOf(app, 1),
    })
    const refuses = async (user: EnrolledUser, ...wrong: readonly string[]): Promise<Tab> => {
      const tab = await failPasskey(user)
      for (const code of wrong) {
        await tab.enterCode(code)
        assert.equal(isRefused(tab), true)
      }
      return tab
    }
    const accepts = async (tab: Tab, code: string) => {
      await tab.enterCode(code)
      assert.equal(isLetIn(tab.page), true)
    }
    const slow = codes(late)
    await accepts(await refuses(late, slow.next, slow.older), slow.before)
    await accepts(await refuses(late, slow.before, slow.older, slow.next), slow.present)
    await refuses(late, slow.before, slow.present)

    const quick = codes(punctual)
    await accepts(await refuses(punctual), quick.present)
    await refuses(punctual, quick.before, quick.present, quick.next)
  })
})
