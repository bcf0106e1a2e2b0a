import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { failureCounts } from '../support/failure-counts.ts'
import { breakOff, hang } from '../support/fault-proxy.ts'
import { watchLogins } from '../support/nobody-in.ts'
import { textOf } from '../support/plain-pages.ts'
import { openScriptedRealm, type ScriptedRealm } from '../support/scripted-bridge.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'
import { until } from '../support/until.ts'
import { askForCode, grant, theCase, wait } from '../support/waiting-answers.ts'

const seconds = () => Math.floor(Date.now() / 1_000)

const peoplesReasons = {
  approval_denied: /declined/,
  approval_expired: /Nobody has decided/,
  approval_void: /has changed/,
  cool_down: /cannot send another one yet/,
  approval_requests_used_up: /as many requests/,
  revoked: /withdrawn/,
  unratified: /nobody has confirmed/,
}

describe('a step that waits for people', () => {
  let realm: ScriptedRealm
  let user: PasskeyUser
  before(async () => {
    realm = await openScriptedRealm(await sharedKeycloak())
    user = await createPasskeyUser(realm.realm, 'ada')
  })
  after(() => realm.remove())
  beforeEach(() => realm.say(() => wait()))

  const openWait = async (): Promise<Tab> => {
    realm.say(() => wait())
    const tab = openTab(realm.realm.application)
    await tab.open()
    await tab.enterPassword(user)
    assert.equal(await tab.failPasskey(), 'wait')
    return tab
  }
  const newestEvent = async () => {
    const [event] = await realm.realm.admin.realms.findEvents({ realm: realm.realm.realm, user: user.id, max: 1 })
    return event
  }
  const assertUncounted = async () =>
    assert.deepEqual(await failureCounts(realm.realm, user), { failures: 0, secondary: 0, isLocked: false })

  /** The look of the page's script: a GET of the page's address without its one-time code. */
  const look = async (tab: Tab): Promise<{ status: number; type: string; body: string }> => {
    const url = new URL(tab.action)
    url.searchParams.delete('session_code')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: {
        accept: 'application/vnd.fallback-bridge.wait+json',
        cookie: [...tab.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    })
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, type, body: await response.text() }
  }

  test('I1 I5: a grant in reply to a poll lets nobody in, asked by a look, a reload, the button or a code', async () => {
    const logins = await watchLogins(realm.realm, user)
    for (const ask of [
      (tab: Tab) => tab.reload(),
      (tab: Tab) => tab.post({ check: 'on' }),
      (tab: Tab) => tab.post({ retry: 'on' }),
      (tab: Tab) => tab.post({ code: '123456' }),
      (tab: Tab) => tab.post({ path: 'password-bridge-totp' }),
    ]) {
      const tab = await openWait()
      realm.say(() => grant())
      assert.equal((await look(tab)).body, '{"state":"move"}')
      assert.equal(await ask(tab), 'message')
      assert.match(textOf(tab.page, 'fallback-bridge-text'), /cannot see whether there is a decision/)
      const event = await newestEvent()
      assert.deepEqual([event?.error, event?.details?.['reason']], ['fallback_unavailable', 'out_of_place'])
    }
    await assertUncounted()
    await logins.assertNone()
  })

  test('B10: while people decide nothing that is posted reaches the bridge but the question whether they have', async () => {
    const tab = await openWait()
    const from = realm.asked.length
    for (const fields of [
      { code: '123456' },
      { choose: 'on' },
      { path: 'p' },
      { continue: 'on' },
      { check: 'on' },
      {},
    ]) {
      assert.equal(await tab.post(fields), 'wait')
    }
    await tab.reload()
    assert.deepEqual(new Set(realm.asked.slice(from)), new Set(['poll']))
    realm.say(() => ({ ...askForCode, error: 'invalid_code' }))
    assert.equal(await tab.post({ code: '123456' }), 'code')
    assert.equal(textOf(tab.page, 'input-error-code'), '', 'nothing was typed that could be wrong')
    await assertUncounted()
  })

  test('a look changes nothing: the form of the page is good after any number of them, and no event is written', async () => {
    const tab = await openWait()
    const before = await newestEvent()
    for (const [state, answer] of [
      ['wait', wait()],
      ['move', wait({ case: 'fb-another' })],
      ['move', askForCode],
      ['move', { kind: 'denied', reason: 'revoked', wrongCode: true }],
    ] as const) {
      realm.say(() => answer)
      const { status, type, body } = await look(tab)
      assert.deepEqual([status, type], [200, 'application/vnd.fallback-bridge.wait+json'])
      assert.equal(JSON.parse(body).state, state)
    }
    realm.behave(breakOff)
    assert.equal((await look(tab)).body, '{"state":"unavailable"}')
    assert.deepEqual(await newestEvent(), before)
    realm.say(() => wait())
    assert.equal(await tab.post({ check: 'on' }), 'wait')
    assert.equal(tab.page.html.includes('pf-m-danger'), false, 'the form’s one-time code was still good')
    assert.equal(textOf(tab.page, 'fallback-bridge-state'), 'There is no decision yet.')
    await assertUncounted()
  })

  test('B02: a look from another browser, or of a login that does not wait, hears nothing of a case', async () => {
    const tab = await openWait()
    const stranger = openTab(realm.realm.application)
    await stranger.open()
    const from = realm.asked.length
    assert.equal((await look({ ...stranger, action: tab.action })).body.includes('042'), false)
    assert.equal((await look(stranger)).body.includes('042'), false)
    assert.equal(realm.asked.length, from)
    realm.say(() => askForCode)
    await tab.reload()
    assert.equal((await look(tab)).body, '{"state":"move"}')
  })

  test('a look takes no turn: at that moment the same person can sign in with the password in another window', async () => {
    const tab = await openWait()
    let isLooking = false
    realm.behave((exchange) => {
      isLooking = true
      return hang(exchange)
    })
    const looking = look(tab)
    await until('the look is under way', () => isLooking)
    const other = openTab(realm.realm.application)
    await other.open()
    await other.post({ username: user.username, password: user.password })
    assert.equal(other.stage, 'passkey')
    assert.equal((await looking).body, '{"state":"unavailable"}')
  })

  test('a lock of Keycloak’s own ends the wait too, and the bridge is not asked any more', async () => {
    const tab = await openWait()
    const other = openTab(realm.realm.application)
    await other.open()
    const isLocked = async () => (await failureCounts(realm.realm, user)).isLocked
    await until('the account is locked', async () => {
      await other.post({ username: user.username, password: 'wrong' })
      return isLocked()
    })
    const from = realm.asked.length
    assert.equal((await look(tab)).body, '{"state":"move"}')
    assert.equal(await tab.reload(), 'code')
    assert.notEqual(textOf(tab.page, 'input-error-code'), '')
    assert.equal(realm.asked.length, from)
    await realm.realm.admin.attackDetection.del({ realm: realm.realm.realm, id: user.id })
    assert.equal(await tab.reload(), 'wait')
  })

  for (const [reason, text] of Object.entries(peoplesReasons)) {
    test(`B10 R8: a denial of ${reason} says what happened and is no wrong code, even if the bridge calls it one`, async () => {
      const tab = await openWait()
      realm.say(() => ({ kind: 'denied', case: theCase, reason, wrongCode: true, retryAt: seconds() + 590 }))
      assert.equal(await tab.reload(), 'message')
      assert.match(textOf(tab.page, 'fallback-bridge-text'), text)
      assert.match(textOf(tab.page, 'fallback-bridge-retry-at'), /in about 10 minutes/)
      const event = await newestEvent()
      assert.deepEqual([event?.error, event?.details?.['reason']], ['fallback_denied', reason])
      await assertUncounted()
      realm.say(() => wait())
      await tab.reload()
      assert.equal(realm.asked.at(-1), 'begin', 'after a decision the next request is a new question')
    })
  }

  test('K05: while the bridge is away the page says that the request is kept, and the button asks again', async () => {
    const tab = await openWait()
    realm.behave(breakOff)
    assert.equal(await tab.post({ check: 'on' }), 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /The request is kept/)
    realm.say(() => wait())
    assert.equal(await tab.post({ retry: 'on' }), 'wait')
    assert.equal(realm.asked.at(-1), 'poll')
    await assertUncounted()
  })

  test('K08: a wait that is out of bounds is no answer, and nothing of it is shown', async () => {
    for (const differs of [
      { match: '42' },
      { asked: [{ label: '<script>alert(1)</script>', count: 1, given: 0 }] },
      { asked: [] },
      { stage: 'granted' },
      { until: seconds() * 1_000 },
    ]) {
      realm.say(() => wait(differs))
      const tab = openTab(realm.realm.application)
      await tab.open()
      await tab.enterPassword(user)
      assert.equal(await tab.failPasskey(), 'message')
      assert.match(textOf(tab.page, 'fallback-bridge-text'), /not available right now/)
      assert.equal((await newestEvent())?.details?.['reason'], 'claims')
    }
  })

  test('the way back to the passkey withdraws the request, and is open while the bridge is away', async () => {
    const tab = await openWait()
    assert.equal(await tab.post({ cancel: 'on' }), 'username')
    assert.equal(realm.asked.at(-1), 'cancel')
    const lost = await openWait()
    realm.behave(breakOff)
    assert.equal(await lost.post({ cancel: 'on' }), 'username')
    await lost.enterPassword(user)
    await lost.usePasskey(user.passkey)
    await lost.arrive()
  })
})
