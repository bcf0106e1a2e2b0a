import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Application } from '../../keycloak-config/browser/authorization-request.ts'
import { DEMO_FLOWS } from '../../keycloak-config/realm/realm.ts'
import { addApplication } from '../support/applications.ts'
import { BARE_STEP, NO_FIRST_FACTOR, withBadFlows } from '../support/bad-flows.ts'
import { askingFields, type Door, doorOf, doorsOf, withParameters } from '../support/doors.ts'
import type { EnrolledCodes } from '../support/enrolled-codes.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { assertOutside, countCaseSteps, watchLogins } from '../support/nobody-in.ts'
import { textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import {
  createEnrolledUser,
  createPasskeyUser,
  type Fields,
  openTab,
  type PasskeyUser,
  type Tab,
} from '../support/tab.ts'
import { tryAllDoors } from '../support/try-all-doors.ts'

describe('the fallback is entered after a recorded failure and a first factor, and in no other way', () => {
  let realm: FallbackRealm
  let alice: PasskeyUser & { codes: EnrolledCodes }
  let bob: PasskeyUser
  let passwordless: Application
  let bare: Application
  let doors: Door[]
  let passwordlessDoors: Door[]
  /** A code of Alice's that is good now, and stays unused: it must open nothing before its time. */
  const goodCode = (): string => alice.codes.app.codeAt(Date.now())

  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak(), { change: withBadFlows })
    alice = await createEnrolledUser(realm, 'alice')
    bob = await createPasskeyUser(realm, 'bob')
    passwordless = await addApplication(realm, 'passwordless-app', DEMO_FLOWS.passwordless)
    doors = await doorsOf(realm, DEMO_FLOWS.twoFactor)
    passwordlessDoors = await doorsOf(realm, DEMO_FLOWS.passwordless)
    bare = await addApplication(realm, 'bare-app', BARE_STEP)
  })
  after(() => realm.remove())

  /** Runs attacks of these users and fails if one of them got in, or if the bridge heard of a case at all. */
  const nobodyGetsIn = async (users: readonly PasskeyUser[], attack: () => Promise<void>): Promise<void> => {
    const logins = await watchLogins(realm, ...users)
    const steps = await countCaseSteps(realm)
    await attack()
    await logins.assertNone()
    assert.equal(await countCaseSteps(realm), steps, 'the bridge was asked about a case')
  }

  /** Goes back to the page of the login as it stands, or through the whole login again where it is lost. */
  const backTo = (tab: Tab, stage: Tab['stage'], again: () => Promise<unknown>) => async (): Promise<void> => {
    if ((await tab.reload()) !== stage) await again()
    assert.equal(tab.stage, stage)
  }

  /** The ways to the fallback step by its own id, tried on the page that is shown, with a code that is good. */
  const tryFallbackStep = async (tab: Tab, step: Door): Promise<void> => {
    const here = tab.stage
    for (const fields of askingFields(goodCode())) {
      await tab.post(fields, withParameters(tab.action, { execution: step.id }))
      assertOutside(tab, `execution=fallback step with ${Object.keys(fields)}`)
      await tab.reload()
    }
    for (const fields of [{ tryAnotherWay: 'on' }, { authenticationExecution: step.id, code: goodCode() }]) {
      await tab.post(fields)
      assertOutside(tab, `${Object.keys(fields)}`)
      if (tab.stage !== 'select') await tab.reload()
    }
    assert.ok([here, 'select', 'username'].includes(tab.stage), tab.stage)
  }

  test('I1 B02 B03 B23: no step of the flow, posted to as the first action, leads to the fallback or is seen by the bridge', async () => {
    await nobodyGetsIn([alice], async () => {
      const tab = openTab(realm.application)
      await tab.open()
      const fields = () => askingFields(goodCode()).flatMap((asked) => [asked, { ...asked, username: alice.username }])
      const stand = backTo(tab, 'username', () => tab.open())
      await tryAllDoors(tab, stand, { own: 'auth-username-password-form', doors, fields, goodCode })
    })
  })

  test('I1 B02: no step of the flow, posted to as a later action, leads to the fallback without a failure', async () => {
    await nobodyGetsIn([alice], async () => {
      const tab = openTab(realm.application)
      const again = async () => {
        await tab.open()
        await tab.enterPassword(alice)
      }
      await again()
      const fields = () => askingFields(goodCode())
      const stand = backTo(tab, 'passkey', again)
      await tryAllDoors(tab, stand, { own: 'fallback-bridge-watch-2fa', doors, fields, goodCode })
    })
  })

  test('I1 B02: no other entrance of Keycloak takes the fallback step: registration, reset, required action, brokers', async () => {
    await nobodyGetsIn([alice], async () => {
      const tab = openTab(realm.application)
      await tab.open()
      await tab.enterPassword(alice)
      const step = doorOf(doors, 'fallback-bridge-step')
      const entrances = [
        'registration',
        'reset-credentials',
        'required-action',
        'first-broker-login',
        'post-broker-login',
      ]
      for (const entrance of entrances) {
        for (const execution of [step.id, 'fallback-bridge-enrol', 'CONFIGURE_TOTP']) {
          if ((await tab.reload()) !== 'passkey') {
            await tab.open()
            await tab.enterPassword(alice)
          }
          const place = withParameters(tab.action, { execution }).replace('/authenticate?', `/${entrance}?`)
          await tab.post({ code: goodCode() }, place)
          assertOutside(tab, `POST ${entrance} execution=${execution}`)
          await tab.get(withParameters(place, { session_code: undefined }))
          assertOutside(tab, `GET ${entrance} execution=${execution}`)
        }
      }
    })
  })

  test('I1 B02: whatever level a request asks for, the passkey comes first', async () => {
    await nobodyGetsIn([alice], async () => {
      for (const acrValues of ['fallback', '1', '0', '-1', 'passkey', '3', 'unheard-of', 'fallback passkey']) {
        const tab = openTab(realm.application)
        await tab.open({ acrValues })
        assert.equal(await tab.enterPassword(alice), 'passkey', acrValues)
        const withoutPassword = openTab(passwordless)
        await withoutPassword.open({ acrValues })
        assert.equal(await withoutPassword.enterUsername(alice), 'passkey', acrValues)
      }
    })
  })

  test('I1 B02 B04: a restart of the login takes the failure with it', async () => {
    const logins = await watchLogins(realm, alice)
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(alice)
    assert.equal(await tab.failPasskey(), 'code')
    await tab.enterCode('no code')
    assert.match(tab.page.html, /4 attempts left/)
    const oldCodeForm = tab.action

    assert.equal(await tab.restart(), 'username')
    await tab.post({ code: goodCode() }, oldCodeForm)
    assertOutside(tab, 'the code form of before the restart')
    await tab.reload()
    await tryFallbackStep(tab, doorOf(doors, 'fallback-bridge-step'))
    await tab.open()
    assert.equal(await tab.enterPassword(alice), 'passkey')
    await tab.post({ code: goodCode() }, oldCodeForm)
    assertOutside(tab, 'the code form of before the restart')
    await tab.reload()
    await tryFallbackStep(tab, doorOf(doors, 'fallback-bridge-step'))
    await logins.assertNone()
  })

  test('I1 B04 B23: after a restart of the same login and a new failure, the wrong codes of before still count', async () => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(alice)
    await tab.failPasskey()
    await tab.enterCode('no code')
    await tab.enterCode('no code')
    assert.match(tab.page.html, /3 attempts left/)
    await tab.restart()
    await tab.enterPassword(alice)
    assert.equal(await tab.failPasskey(), 'code')
    assert.match(tab.page.html, /3 attempts left/)
  })

  test('I1 B05: a failure in one tab opens nothing in another', async () => {
    const first = openTab(realm.application)
    await first.open()
    await first.enterPassword(alice)
    assert.equal(await first.failPasskey(), 'code')
    const logins = await watchLogins(realm, alice)
    const second = openTab(realm.application, first.browser)
    await second.open()
    assert.equal(await second.enterPassword(alice), 'passkey')
    await tryFallbackStep(second, doorOf(doors, 'fallback-bridge-step'))
    await logins.assertNone()
    // The tab with the failure is where it was.
    assert.equal(await first.reload(), 'code')
  })

  test('I1 B06: a failure of one user opens nothing for another who signs in after a restart', async () => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(alice)
    assert.equal(await tab.failPasskey(), 'code')
    const codeForm = tab.action
    await nobodyGetsIn([alice, bob], async () => {
      await tab.restart()
      assert.equal(await tab.enterPassword(bob), 'passkey')
      await tab.post({ code: goodCode() }, codeForm)
      assertOutside(tab, "the code form of Alice's login")
      await tab.reload()
      await tryFallbackStep(tab, doorOf(doors, 'fallback-bridge-step'))
    })
  })

  test('I1 B03: in the passwordless layout no door opens between the username and the password', async () => {
    await nobodyGetsIn([alice], async () => {
      const tab = openTab(passwordless)
      const fields = () => askingFields(goodCode())
      const reachPasskey = async () => {
        await tab.open()
        await tab.enterUsername(alice)
      }
      const reachPassword = async () => {
        await reachPasskey()
        await tab.failPasskey()
      }
      const tried = passwordlessDoors
      await tab.open()
      await tryAllDoors(
        tab,
        backTo(tab, 'username', () => tab.open()),
        { own: 'auth-username-form', doors: tried, fields, goodCode },
      )
      await reachPasskey()
      const own = 'fallback-bridge-watch-passkey'
      await tryAllDoors(tab, backTo(tab, 'passkey', reachPasskey), { own, doors: tried, fields, goodCode })
      await reachPassword()
      await tryAllDoors(tab, backTo(tab, 'password', reachPassword), {
        own: 'auth-password-form',
        doors: tried,
        fields,
        goodCode,
      })
    })
  })

  test('I1 B02 I5: in a flow that lacks the condition, the step itself asks for the failure', async () => {
    await nobodyGetsIn([alice], async () => {
      const tab = openTab(bare)
      await tab.open()
      assert.equal(await tab.enterPassword(alice), 'message')
      assert.match(
        textOf(tab.page, 'fallback-bridge-text'),
        /^Please use your passkey\. Another way opens only when that does not work/,
      )
      for (const fields of [
        { code: goodCode() },
        { path: 'password-bridge-totp' },
        { choose: 'on' },
        { retry: 'on' },
      ]) {
        await tab.post(fields)
        assert.equal(tab.stage, 'message')
      }
    })
    assert.deepEqual(await reasonsOf(alice, 'bare-app'), ['failure_missing'])
  })

  test('I1 B03 I5: in a flow that lacks a first factor, the step itself asks for it', async () => {
    const application = await addApplication(realm, 'no-first-factor-app', NO_FIRST_FACTOR)
    await nobodyGetsIn([alice], async () => {
      const tab = openTab(application)
      await tab.open()
      assert.equal(await tab.enterUsername(alice), 'passkey')
      assert.equal(await tab.failPasskey(), 'message')
      assert.match(textOf(tab.page, 'fallback-bridge-text'), /^Please start again and sign in with your password first/)
      for (const fields of [
        { code: goodCode() },
        { path: 'password-bridge-totp' },
        { choose: 'on' },
        { retry: 'on' },
      ]) {
        await tab.post({ ...fields, password: alice.password })
        assert.equal(tab.stage, 'message')
      }
    })
    assert.deepEqual(await reasonsOf(alice, 'no-first-factor-app'), ['first_factor_missing'])
  })

  test('I12: in a login for a change of the account, a failure on record opens no door', async () => {
    const step = doorOf(doors, 'fallback-bridge-step')
    await nobodyGetsIn([alice], async () => {
      const tab = openTab(realm.application)
      const attacks: Fields[][] = [
        [{ leave: 'on' }],
        [{ authenticationExecution: step.id }],
        [{ tryAnotherWay: 'on' }, { authenticationExecution: step.id }],
        [{ leave: 'on' }, { tryAnotherWay: 'on' }, { authenticationExecution: step.id, code: goodCode() }],
      ]
      for (const attack of attacks) {
        await tab.open({ action: 'fallback-bridge-enrol' })
        await tab.enterPassword(alice)
        await tab.failPasskey()
        assert.equal(textOf(tab.page, 'fallback-bridge-text'), 'Please try again. This needs your passkey.')
        for (const fields of attack) {
          await tab.post(fields)
          assertOutside(tab, JSON.stringify(fields))
        }
        await tab.reload()
        await tab.post({ code: goodCode() }, withParameters(tab.action, { execution: step.id }))
        assertOutside(tab, 'execution=fallback step')
      }
      // Where a flow lets such a login come to the step all the same, the step says no.
      const inBareFlow = openTab(bare)
      await inBareFlow.open({ action: 'fallback-bridge-enrol' })
      await inBareFlow.enterPassword(alice)
      assert.match(textOf(inBareFlow.page, 'fallback-bridge-text'), /^This needs your passkey\. Another way/)
    })
  })

  test('I1 B02: whatever somebody with the password posts in whatever order, without a failure nobody gets in', async () => {
    const everything = [...doors, ...passwordlessDoors]
    const password = { username: alice.username, password: alice.password }
    const watch = doorOf(doors, 'fallback-bridge-watch-2fa').id
    const post = fc.record({
      door: fc.option(fc.constantFrom(...everything), { nil: undefined }),
      chosen: fc.option(fc.constantFrom(...everything), { nil: undefined }),
      fields: fc.nat(askingFields('').length),
    })
    const move = fc.oneof(
      { weight: 6, arbitrary: post },
      { weight: 2, arbitrary: fc.constant('password' as const) },
      { weight: 1, arbitrary: fc.constantFrom('reload' as const, 'restart' as const, 'open' as const, 'tab' as const) },
    )
    await nobodyGetsIn([alice], async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(move, { minLength: 4, maxLength: 12 }), async (moves) => {
          let tab = openTab(realm.application)
          await tab.open()
          for (const next of moves) {
            if (next === 'tab') {
              tab = openTab(realm.application, tab.browser)
              await tab.open()
            } else if (next === 'password') {
              if (tab.stage === 'username') await tab.enterPassword(alice)
            } else if (typeof next === 'string') {
              await tab[next]()
            } else {
              const chosen = next.chosen === undefined ? {} : { authenticationExecution: next.chosen.id }
              const fields: Fields = askingFields(goodCode())[next.fields] ?? password
              const action = actionOn(tab)
              const to = next.door === undefined ? action : withParameters(action, { execution: next.door.id })
              const isForgedFailure =
                new URL(to).searchParams.get('execution') === watch &&
                next.chosen === undefined &&
                fields['tryAnotherWay'] === undefined
              if (!isForgedFailure) await tab.post({ ...fields, ...chosen }, to)
            }
            assertOutside(tab, JSON.stringify(next))
          }
        }),
        { numRuns: Number(process.env['ENTRY_GUARD_RUNS'] ?? 20) },
      )
    })
  })

  test('I1: by the failure and the password, the same codes open the same step', async () => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(alice)
    assert.equal(await tab.failPasskey(), 'code')
    assert.equal(await tab.enterCode(await alice.codes.fresh()), 'arrived')
    assert.equal((await tab.arrive()).claims['acr'], 'fallback')
  })

  /** Where the page's form goes; a page without one is left for the login as it stands. */
  const actionOn = (tab: Tab): string => {
    try {
      return tab.action
    } catch {
      return `${realm.issuer}/login-actions/authenticate?execution=none`
    }
  }

  /** Why the step has turned this user away at this application, by the event log. */
  const reasonsOf = async ({ id }: PasskeyUser, client: string): Promise<string[]> => {
    const events = await realm.admin.realms.findEvents({
      realm: realm.realm,
      type: ['LOGIN_ERROR'],
      user: id,
      client,
    })
    const denied = events.filter(({ error }) => error === 'fallback_denied')
    return [...new Set(denied.map(({ details }) => String(details?.['reason'])))]
  }
})
