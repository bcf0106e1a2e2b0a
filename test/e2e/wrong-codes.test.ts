import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { RunningBridge } from '../../keycloak-config/demo/start-bridge.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { stepsAnswered } from '../support/bridge-metrics.ts'
import { codeOf, wrongCode } from '../support/code-times.ts'
import { failureCounts, untilCounted } from '../support/failure-counts.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { isLetIn, textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

const TOO_MANY = /too many wrong codes/
const BLOCKED = /blocked for your account/

describe('wrong codes', () => {
  let realm: FallbackRealm
  before(async () => {
    // High enough to let the bridge's own limits be seen.
    const change = (rep: object) => ({ ...rep, failureFactor: 30 })
    realm = await openFallbackRealm(await sharedKeycloak(), { change })
  })
  after(() => realm.remove())

  const bridge = (): RunningBridge => realm.bridge ?? assert.fail('the bridge runs')
  /** Password, then a passkey check that fails. */
  const failPasskey = async (user: PasskeyUser): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    return tab
  }
  const sessionsOf = async ({ id }: PasskeyUser): Promise<number> =>
    (await realm.admin.users.listSessions({ realm: realm.realm, id })).length

  test('B10 B11 I3: five wrong codes end the case, ten lock the fallback, and the right code does not help any more', async () => {
    const user = await createEnrolledUser(realm, 'guesser')
    const sessions = await sessionsOf(user)
    const tab = await failPasskey(user)
    for (const left of ['4 attempts left.', '3 attempts left.', '2 attempts left.', 'One attempt left.']) {
      await tab.enterCode(wrongCode(user.codes.app))
      assert.deepEqual([tab.stage, textOf(tab.page, 'fallback-bridge-attempts')], ['code', left])
      assert.equal(textOf(tab.page, 'input-error-code'), 'Invalid authenticator code.')
    }
    await untilCounted(realm, user, 4)
    const codeForm = tab.action
    await tab.enterCode(wrongCode(user.codes.app))
    assert.equal(tab.stage, 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text'), TOO_MANY)
    await untilCounted(realm, user, 5)

    const right = await user.codes.fresh()
    for (const place of [undefined, codeForm, undefined]) {
      await tab.post({ code: right }, place)
      assert.equal(isLetIn(tab.page), false)
    }
    await tab.reload()
    assert.match(textOf(tab.page, 'fallback-bridge-text'), TOO_MANY)
    await untilCounted(realm, user, 5)

    const second = await failPasskey(user)
    for (let tries = 0; tries < 5; tries += 1) await second.enterCode(wrongCode(user.codes.app))
    assert.match(textOf(second.page, 'fallback-bridge-text'), TOO_MANY)
    const third = await failPasskey(user)
    assert.match(textOf(third.page, 'fallback-bridge-text'), BLOCKED)
    assert.equal(textOf(third.page, 'fallback-bridge-retry-at'), 'You can try again in about 30 minutes.')
    await third.post({ code: codeOf(user.codes.app, 0) })
    assert.match(textOf(third.page, 'fallback-bridge-text'), /cannot be continued/)
    assert.equal(await sessionsOf(user), sessions)
    await untilCounted(realm, user, 10)

    const passkey = openTab(realm.application)
    await passkey.open()
    await passkey.enterPassword(user)
    await passkey.usePasskey(user.passkey)
    assert.equal(isLetIn(passkey.page), true, 'B23: the passkey stays open')
  })

  test('B12 I3: of wrong codes sent by the dozen at once five are judged and counted, and no more', async () => {
    const user = await createEnrolledUser(realm, 'hurried')
    const tab = await failPasskey(user)
    for (let rounds = 0; tab.stage === 'code' && rounds < 10; rounds += 1) {
      const { browser, action } = tab
      const code = wrongCode(user.codes.app)
      const pages = await Promise.all(Array.from({ length: 12 }, () => browser.post(action, { code })))
      assert.equal(pages.some(isLetIn), false)
      await tab.reload()
    }
    assert.match(textOf(tab.page, 'fallback-bridge-text'), TOO_MANY)
    await untilCounted(realm, user, 5)
  })

  test('B23: nothing but a wrong code is counted by Keycloak', async () => {
    const user = await createEnrolledUser(realm, 'undecided')
    await addKeycloakOtp(realm, user)
    const tab = await failPasskey(user)
    const shows = async (stage: Tab['stage'], act: Promise<unknown>) => {
      await act
      assert.equal(tab.stage, stage)
    }
    await shows('code', tab.post({ code: '' }))
    assert.equal(textOf(tab.page, 'input-error-code'), 'Please type the code first.')
    await shows('code', tab.post({ code: '  ' }))
    await shows('code', tab.post({}))
    await shows('code', tab.post({ retry: 'on' }))
    await shows('code', tab.reload())
    await shows('choose', tab.post({ choose: 'on' }))
    await shows('choose', tab.post({ path: 'no-such-path' }))
    await shows('code', tab.post({ path: 'password-keycloak-otp' }))
    await shows('code', tab.post({ path: 'password-bridge-totp' }))
    assert.equal(textOf(tab.page, 'fallback-bridge-attempts'), '5 attempts left.')

    const elsewhere = await failPasskey(user)
    await shows('message', tab.enterCode(wrongCode(user.codes.app)))
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /somewhere else/, 'superseded')
    await elsewhere.post({ cancel: 'on' })
    assert.notEqual(elsewhere.stage, 'code')

    const stranger = await createPasskeyUser(realm, 'stranger')
    const denied = await failPasskey(stranger)
    assert.match(textOf(denied.page, 'fallback-bridge-text'), /no other way of signing in set up/)
    await denied.post({ code: wrongCode(user.codes.app) })
    assert.equal(denied.stage, 'message')

    const last = await failPasskey(user)
    await bridge().stop()
    await last.enterCode(wrongCode(user.codes.app))
    assert.match(textOf(last.page, 'fallback-bridge-text'), /not available right now/)
    await realm.startBridge()
    await last.post({ retry: 'on' })
    assert.equal(last.stage, 'code')
    assert.deepEqual(
      [await failureCounts(realm, user), await failureCounts(realm, stranger)],
      [nothingCounted, nothingCounted],
    )

    await last.enterCode(wrongCode(user.codes.app))
    await untilCounted(realm, user, 1)
    await last.enterCode(await user.codes.fresh())
    assert.equal(isLetIn(last.page), true)
    await untilCounted(realm, user, 0)
  })

  test('B10: while Keycloak itself has locked the account, the right code is refused and the bridge is not asked', async () => {
    const user = await createEnrolledUser(realm, 'locked')
    await realm.admin.realms.update({ realm: realm.realm }, { failureFactor: 3 })
    const tab = await failPasskey(user)
    for (let tries = 0; tries < 3; tries += 1) await tab.enterCode(wrongCode(user.codes.app))
    await waitUntil('Keycloak has locked the account', async () => (await failureCounts(realm, user)).isLocked)
    await untilCounted(realm, user, 3)

    const right = await user.codes.fresh()
    const asked = [await stepsAnswered(bridge(), 'submit'), await stepsAnswered(bridge(), 'begin')]
    for (let tries = 0; tries < 3; tries += 1) {
      await tab.post({ code: right })
      assert.equal(tab.stage, 'code')
      assert.notEqual(textOf(tab.page, 'input-error-code'), '')
    }
    const another = openTab(realm.application)
    await another.open()
    await another.enterPassword(user)
    assert.equal(another.stage, 'username', 'a new login gets no further than the password')
    assert.deepEqual([await stepsAnswered(bridge(), 'submit'), await stepsAnswered(bridge(), 'begin')], asked)
    const { secondary } = await failureCounts(realm, user)
    assert.equal(secondary, 3, 'a code that nobody judged is not counted')

    await realm.admin.realms.update({ realm: realm.realm }, { failureFactor: 30 })
    await realm.admin.attackDetection.del({ realm: realm.realm, id: user.id })
    await tab.enterCode(right)
    assert.equal(isLetIn(tab.page), true, 'the code was not used up meanwhile')
    await untilCounted(realm, user, 0)
  })

  const shift = (zero: string) => (code: string) =>
    [...code].map((digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit))).join('')
  const malformed: readonly (readonly [string, (code: string, wrong: string) => string | string[]])[] = [
    ['a space before', (code) => ` ${code}`],
    ['a space after', (code) => `${code} `],
    ['a space inside', (code) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ['a line end', (code) => `${code}\r\n`],
    ['full-width digits', shift('０')],
    ['Arabic digits', shift('٠')],
    ['an invisible character', (code) => `${code}\u200b`],
    ['a zero byte', (code) => `${code}\u0000`],
    ['the field twice', (code) => [code, code]],
    ['the field twice, once right', (code, wrong) => [wrong, code]],
    ['the field twice, once empty', (code) => ['', code]],
    ['seven digits', (code) => `${code}0`],
    ['a zero in front', (code) => `0${code}`],
    ['five digits', (code) => code.slice(0, 5)],
    ['a sign', (code) => `+${code}`],
    ['four thousand characters', (code) => code.padEnd(4000, code)],
  ]
  // Four at a time: the fifth wrong code would end the case.
  for (const from of [0, 4, 8, 12]) {
    const four = malformed.slice(from, from + 4)
    test(`B17: a right code with ${four.map(([name]) => name).join(', with ')} is refused and counted once`, async () => {
      const user = await createEnrolledUser(realm, `malformed-${from}`)
      const tab = await failPasskey(user)
      const right = await user.codes.fresh()
      for (const [at, [name, write]] of four.entries()) {
        await tab.enterCode(write(right, wrongCode(user.codes.app)))
        assert.equal(tab.stage, 'code', name)
        assert.equal(textOf(tab.page, 'input-error-code'), 'Invalid authenticator code.', name)
        assert.match(textOf(tab.page, 'fallback-bridge-attempts'), at === 3 ? /^One/ : new RegExp(`^${4 - at} `), name)
      }
      await untilCounted(realm, user, 4)
      await tab.enterCode(right)
      assert.equal(isLetIn(tab.page), true, 'none of them has used the code up')
    })
  }

  test('B02 B17: a right code that does not come alone in the form is no code', async () => {
    const user = await createEnrolledUser(realm, 'sideways')
    const tab = await failPasskey(user)
    const code = await user.codes.fresh()
    for (const [fields, place] of [
      [{ code, path: 'password-bridge-totp' }, tab.action],
      [{ code, choose: 'on' }, tab.action],
      [{ 'code[]': code, Code: code, otp: code }, tab.action],
      [{}, `${tab.action}&code=${code}`],
    ] as const) {
      await tab.post(fields, place)
      assert.deepEqual([tab.stage, textOf(tab.page, 'fallback-bridge-attempts')], ['code', '5 attempts left.'])
    }
    assert.deepEqual(await failureCounts(realm, user), nothingCounted)
  })
})

const nothingCounted = { failures: 0, secondary: 0, isLocked: false }
