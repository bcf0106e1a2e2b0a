import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type EventRepresentation from '@keycloak/keycloak-admin-client/lib/defs/eventRepresentation.js'
import type { CodeApp } from '../../keycloak-config/browser/code-app.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { countCaseSteps, watchLogins } from '../support/nobody-in.ts'
import { createPlainBrowser, type PlainBrowser } from '../support/plain-browser.ts'
import { textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, type Fields, NOT_ALLOWED, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

type OtpUser = PasskeyUser & { app: CodeApp }

/** What must not show anywhere as it was sent. */
const MARK = 'Hostile7Mark'

/** Texts that mean something to a template, a page, a log, a terminal, a console or a database. */
const hostileTexts: Readonly<Record<string, string>> = {
  'template syntax': `\${"${MARK}".toUpperCase()} #{7*7} <#assign x=1> [=7*7] {0} {{7*7}} %s %n`,
  'a look-up of a logger': `\${jndi:ldap://localhost:1/${MARK}} \${sys:user.dir} \${env:PATH}`,
  'HTML and script': `<script>document.title="${MARK}"</script><img src=x onerror=alert(1)>"'--></p>`,
  'line breaks of a log': `NotAllowedError\r\n2026-01-01 INFO type="LOGIN" user=${MARK}\u2028\u0085\u000b`,
  'direction marks': `\u202e${MARK}\u2066\u200f\ufeff\u061c\u200b`,
  'escape sequences': `\u001b[2J\u001b]0;${MARK}\u0007\u0000\u009b31m`,
  'broken and rare characters': `\ud83d\ude00 ${MARK} \udb40\udc41 \ue000 \uffff a\u0301`,
  'quotes of SQL and JSON': `'; drop table user_entity; -- ${MARK} ","class":"not_supported","count":99,"user":"`,
  'as many characters as Keycloak takes': `${MARK}${'\u{1F512}x'.repeat(9_000)}`,
}

/** What no text in the log may hold: control, direction and other invisible characters, private and broken ones. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\u2028\u2029]/u

describe('a failure that somebody made up leads to nothing more than a genuine one', () => {
  let realm: FallbackRealm
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak())
  })
  after(() => realm.remove())

  const createOtpUser = async (username: string): Promise<OtpUser> => {
    const user = await createPasskeyUser(realm, username)
    return { ...user, app: await addKeycloakOtp(realm, user) }
  }
  const rightCode = ({ app }: OtpUser): string => app.codeAt(Date.now())

  const atPasskey = async (user: PasskeyUser, browser?: PlainBrowser): Promise<Tab> => {
    const tab = openTab(realm.application, browser)
    await tab.open()
    assert.equal(await tab.enterPassword(user), 'passkey')
    return tab
  }

  /** Failures of this user's passkey checks in the event log, the latest first. */
  const failuresOf = async ({ id }: PasskeyUser): Promise<EventRepresentation[]> => {
    const events = await realm.admin.realms.findEvents({ realm: realm.realm, type: ['LOGIN_ERROR'], user: id })
    return events.filter(({ details }) => details?.['fallback_failure_class'] !== undefined)
  }

  const openingOf = (user: PasskeyUser): Promise<Record<string, unknown>> =>
    waitUntil('the opening of the case stands in the event log', async () => {
      const events = await realm.admin.realms.findAdminEvents({
        realm: realm.realm,
        resourcePath: 'fallback-cases/*',
        max: 500,
      })
      const told = events.map(({ representation }) => JSON.parse(representation ?? '{}') as Record<string, unknown>)
      return told.find((each) => each['event'] === 'CASE_OPENED' && each['user'] === user.id)
    })

  test('I1 B01: an error text without any authenticator leads to the code page, and nowhere without the right code', async () => {
    const user = await createOtpUser('forger')
    const logins = await watchLogins(realm, user)
    const tab = await atPasskey(user)
    assert.equal(await tab.failPasskey('x'), 'code')
    assert.equal(await tab.post({}), 'code')
    assert.equal(await tab.enterCode('000000'), 'code')
    await logins.assertNone()
    assert.equal(await tab.enterCode(rightCode(user)), 'arrived')
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'fallback')
    assert.deepEqual((claims['amr'] as string[]).toSorted(), ['otp', 'pwd'])
  })

  test('I1 B01: whatever else comes with the forged error, the right code among it, the code page comes first', async () => {
    const user = await createOtpUser('forger-with-code')
    const logins = await watchLogins(realm, user)
    const tab = await atPasskey(user)
    const posts: Fields[] = [
      { error: NOT_ALLOWED, code: rightCode(user) },
      { error: [NOT_ALLOWED, 'x'], code: rightCode(user), path: 'password-keycloak-otp' },
      { error: NOT_ALLOWED, leave: 'on', choose: 'on', authenticationExecution: '' },
      { code: rightCode(user) },
    ]
    for (const fields of posts) {
      await tab.open()
      await tab.enterPassword(user)
      assert.equal(await tab.post(fields), 'code', JSON.stringify(Object.keys(fields)))
      assert.match(tab.page.html, /5 attempts left/)
    }
    await logins.assertNone()
  })

  test('B01 B22: each way a check fails has its class, a forged one too, and all lead to the same page', async () => {
    const user = await createOtpUser('classified')
    const other = await createPasskeyUser(realm, 'somebody-else')
    const unsupported = 'WebAuthn is not supported by this browser. Try another one or contact your administrator.'
    const failWith = async (fail: (tab: Tab) => Promise<unknown>): Promise<Tab> => {
      const tab = await atPasskey(user)
      await fail(tab)
      return tab
    }
    const answerOf = (tab: Tab, owner: PasskeyUser, changes: Record<string, string>) => {
      const challenge = /challenge\s*:\s*"([^"]+)"/.exec(tab.page.html)?.[1] ?? ''
      const origin = new URL(tab.page.url).origin
      return tab.post({ ...owner.passkey.answer(challenge, origin), ...changes })
    }
    const ways: [string, string, (tab: Tab) => Promise<unknown>][] = [
      ['cancelled', 'cancelled_or_timed_out', (tab) => tab.failPasskey(NOT_ALLOWED)],
      ['aborted', 'cancelled_or_timed_out', (tab) => tab.failPasskey('AbortError: signal is aborted without reason')],
      ['a browser without WebAuthn', 'not_supported', (tab) => tab.failPasskey(unsupported)],
      ['another text', 'other', (tab) => tab.failPasskey('SecurityError: not a valid domain')],
      ['no field at all', 'other', (tab) => tab.post({})],
      [
        'blank fields',
        'other',
        (tab) => tab.post({ clientDataJSON: '', authenticatorData: '', signature: '', error: '' }),
      ],
      [
        "a signature by another's key",
        'verification_failed',
        (tab) => answerOf(tab, other, { credentialId: credentialIdOf(user) }),
      ],
      ['the key of another', 'unknown_credential', (tab) => answerOf(tab, other, {})],
      [
        'the key and name of another',
        'wrong_user',
        (tab) => answerOf(tab, other, { userHandle: Buffer.from(other.id).toString('base64url') }),
      ],
    ]
    const logins = await watchLogins(realm, user, other)
    for (const [way, failureClass, fail] of ways) {
      const tab = await failWith(fail)
      assert.equal(tab.stage, 'code', way)
      assert.match(tab.page.html, /5 attempts left/, way)
      const [latest] = await failuresOf(user)
      assert.equal(latest?.details?.['fallback_failure_class'], failureClass, way)
    }
    assert.equal((await failuresOf(user)).length, ways.length)
    await logins.assertNone()
  })

  test('B22: a browser that claims to know no passkeys is asked for the passkey all the same, and gains nothing by it', async () => {
    const user = await createOtpUser('old-browser')
    const headers = { 'User-Agent': 'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)', 'Sec-CH-UA': '' }
    const steps = await countCaseSteps(realm)
    const tab = await atPasskey(user, createPlainBrowser(realm.application.redirectUri, headers))
    assert.equal(await tab.reload(), 'passkey')
    assert.equal(await countCaseSteps(realm), steps)
    assert.equal(
      await tab.failPasskey('NotSupportedError: The user agent does not support public key credentials.'),
      'code',
    )
    assert.equal(await tab.enterCode('000000'), 'code')
    assert.equal(await tab.enterCode(rightCode(user)), 'arrived')
    const { claims } = await tab.arrive()
    assert.equal(claims['acr'], 'fallback')
    const opening = await openingOf(user)
    assert.equal(opening['failureClass'], 'not_supported')
    assert.equal(opening['profile'], 'standard')
  })

  for (const [kind, text] of Object.entries(hostileTexts)) {
    test(`B24: ${kind} in the error is of no class but "other", capped, and shown nowhere as sent`, async () => {
      const user = await createOtpUser(`hostile-${Object.keys(hostileTexts).indexOf(kind)}`)
      const tab = await atPasskey(user)
      assert.equal(await tab.failPasskey(text), 'code')
      assert.ok(!tab.page.html.includes(MARK))
      assert.equal(
        textOf(tab.page, 'fallback-bridge-why'),
        'The passkey check did not work, so you can use a one-time code this time.',
      )
      const [failure, ...others] = await failuresOf(user)
      assert.deepEqual(others, [])
      assert.equal(failure?.details?.['fallback_failure_class'], 'other')
      const opening = await openingOf(user)
      assert.equal(opening['failureClass'], 'other')
      assert.equal(opening['failureCount'], 1)
      for (const detail of [failure?.details?.['web_authn_authentication_error_detail'], opening['failureDetail']]) {
        assert.ok(String(detail).includes(MARK))
        assert.ok(String(detail).length <= 200)
        assert.doesNotMatch(String(detail), UNSEEN)
      }
    })
  }

  test('B24: where the failure keeps somebody on an error page, her text is not on it either', async () => {
    const user = await createPasskeyUser(realm, 'hostile-stays')
    const tab = openTab(realm.application)
    for (const text of Object.values(hostileTexts)) {
      await tab.open({ action: 'fallback-bridge-enrol' })
      await tab.enterPassword(user)
      assert.equal(await tab.failPasskey(text), 'message')
      assert.ok(!tab.page.html.includes(MARK))
    }
  })

  test('B24 I5: a megabyte of error is refused before it is one, and changes nothing', async () => {
    const user = await createOtpUser('hostile-megabyte')
    const steps = await countCaseSteps(realm)
    const tab = await atPasskey(user)
    assert.notEqual(await tab.failPasskey('x'.repeat(1_000_000)), 'code')
    assert.equal(tab.page.status, 413)
    assert.equal(await tab.reload(), 'passkey')
    assert.deepEqual(await failuresOf(user), [])
    assert.equal(await countCaseSteps(realm), steps)
  })

  test('B01 B23: after ten fallbacks begun within a day there is no eleventh, while the passkey goes on working', async () => {
    const user = await createOtpUser('insistent')
    for (let started = 0; started < 10; started += 1) {
      assert.equal(await (await atPasskey(user)).failPasskey(), 'code')
    }
    const logins = await watchLogins(realm, user)
    const tab = await atPasskey(user)
    assert.equal(await tab.failPasskey(), 'message')
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /^You have signed in without your passkey too often lately/)
    await tab.post({ code: rightCode(user) })
    assert.equal(tab.stage, 'message')
    await logins.assertNone()
    await tab.open()
    await tab.enterPassword(user)
    assert.equal(await tab.usePasskey(user.passkey), 'arrived')
    assert.equal((await tab.arrive()).claims['acr'], 'passkey')
  })
})

const credentialIdOf = ({ passkey }: PasskeyUser): string => {
  const { credentialId } = JSON.parse(passkey.credential.credentialData ?? '{}') as { credentialId: string }
  return Buffer.from(credentialId, 'base64').toString('base64url')
}
