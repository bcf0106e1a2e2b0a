import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { stepRequest } from '../../bridge/http/contract/step-request.ts'
import { type Application, startAuthorization } from '../../keycloak-config/browser/authorization-request.ts'
import { DEMO_FLOWS } from '../../keycloak-config/realm/realm.ts'
import { createEventLog } from '../../keycloak-config/server/event-log.ts'
import { addApplication } from '../support/applications.ts'
import { failureCounts } from '../support/failure-counts.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { type AnswerClaims, type AnswerForge, answerEnvelope, createAnswerForge } from '../support/forged-answers.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { watchLogins } from '../support/nobody-in.ts'
import { createPlainBrowser, hasElement, type PlainBrowser } from '../support/plain-browser.ts'
import { isLetIn, textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'
import { BOTH_WATCHED, TWO_PASSKEYS, withTwoPasskeys } from '../support/two-passkeys.ts'

/** The cookie of a browser in which a passkey has worked. */
const DEVICE = 'FALLBACK_BRIDGE_DEVICE'

const theCase = 'fb-case-of-this-login'
const thePath = 'password-and-passkey'
const page = {
  kind: 'local_check',
  check: 'completed-passkey',
  case: theCase,
  path: thePath,
  alternatives: false,
  attemptsLeft: 5,
}
const seconds = () => Math.floor(Date.now() / 1_000)
const grant = () => ({
  kind: 'granted',
  case: theCase,
  path: thePath,
  profile: 'standard',
  acr: '1',
  amr: ['pwd', 'hwk'],
  endsAt: seconds() + 3_600,
})

describe('the facts that Keycloak tells the bridge', () => {
  let realm: FallbackRealm
  let bridge: FaultProxy
  let signer: AnswerForge
  let twoPasskeys: Application
  let bothWatched: Application
  before(async () => {
    bridge = await startFaultProxy(() => 'http://localhost:1')
    realm = await openFallbackRealm(await sharedKeycloak(), {
      bridgeUrl: bridge.url,
      withoutBridge: true,
      change: withTwoPasskeys,
    })
    signer = await createAnswerForge(createPrivateKey(await readFile(realm.keys.answerKeyFile, 'utf8')))
    twoPasskeys = await addApplication(realm, 'two-passkeys', TWO_PASSKEYS)
    bothWatched = await addApplication(realm, 'both-watched', BOTH_WATCHED)
  })
  after(async () => {
    await realm.remove()
    await bridge.close()
  })

  /** From now on the bridge gives this to each action. */
  const say = (answers: (action: string) => AnswerClaims): void =>
    bridge.behave(async ({ request, response }) => {
      const { iss = '', jti = '', ...asked } = decodeJwt(request.body)
      const envelope = answerEnvelope(realm.bridgeOptions.bridgeId, { iss, jti }, seconds())
      const answer = await signer.sign({ ...envelope, ...answers(String(asked['action'])) })
      response.setHeader('content-type', 'application/jwt').end(answer)
    })
  const refuse = () => say(() => ({ kind: 'denied', reason: 'policy_denies', wrongCode: false }))
  /** Claims of the requests since the last look, the oldest first; each is one that the bridge would read. */
  const takeRequests = (): Record<string, unknown>[] => {
    const claims = bridge.recorded.map(({ request }) => decodeJwt(request.body))
    for (const each of claims) assert.deepEqual(stepRequest.safeParse(each).error, undefined)
    bridge.clear()
    return claims
  }
  const lastBegin = (): Record<string, unknown> => {
    const begin = takeRequests().findLast(({ action }) => action === 'begin')
    if (begin === undefined) throw new Error('Keycloak has not asked')
    return begin
  }
  const failPasskey = async (user: PasskeyUser, essentialAcr?: string, browser?: PlainBrowser): Promise<Tab> => {
    const tab = openTab(realm.application, browser)
    const claims = { id_token: { acr: { essential: true, values: [essentialAcr] } } }
    const wish = essentialAcr === undefined ? '' : `&claims=${encodeURIComponent(JSON.stringify(claims))}`
    await tab.get(`${startAuthorization(realm.application).url}${wish}`)
    await tab.enterPassword(user)
    await tab.failPasskey()
    return tab
  }

  test('R6: roles of every way to come by one, and groups, come with the entry', async () => {
    refuse()
    const { admin, realm: name } = realm
    const user = await createPasskeyUser(realm, 'rita')
    for (const role of ['outer', 'inner', 'of-group']) await admin.roles.create({ realm: name, name: role })
    const roleOf = async (role: string) => {
      const found = await admin.roles.findOneByName({ realm: name, name: role })
      if (found?.id === undefined || found.name === undefined) throw new Error(`No role ${role}`)
      return { id: found.id, name: found.name }
    }
    const [client] = await admin.clients.find({ realm: name, clientId: realm.application.clientId })
    const clientId = client?.id ?? ''
    await admin.clients.createRole({ realm: name, id: clientId, name: 'editor' })
    const editor = await admin.clients.findRole({ realm: name, id: clientId, roleName: 'editor' })
    const { id: outer } = await roleOf('outer')
    await admin.roles.createComposite({ realm: name, roleId: outer }, [
      await roleOf('inner'),
      { id: editor?.id ?? '', name: 'editor' },
    ])
    await admin.users.addRealmRoleMappings({ realm: name, id: user.id, roles: [await roleOf('outer')] })
    const parent = await admin.groups.create({ realm: name, name: 'people' })
    const child = await admin.groups.createChildGroup({ realm: name, id: parent.id }, { name: 'berlin' })
    await admin.groups.addRealmRoleMappings({ realm: name, id: parent.id, roles: [await roleOf('of-group')] })
    await admin.users.addToGroup({ realm: name, id: user.id, groupId: child.id })

    const refused = await failPasskey(user)
    assert.match(textOf(refused.page, 'fallback-bridge-text'), /^Another way of signing in cannot be used/)
    const subject = lastBegin()['subject'] as { roles: string[]; groups: string[] }
    assert.deepEqual(subject.groups, ['/people/berlin'])
    assert.deepEqual(subject.roles, subject.roles.toSorted())
    const expected = [`${realm.application.clientId}/editor`, 'inner', 'of-group', 'outer', 'account/manage-account']
    for (const role of expected) assert.ok(subject.roles.includes(role), `${role} in ${subject.roles}`)
  })

  test('I5 K11: a list that does not fit is left out whole, the other one is told', async () => {
    refuse()
    const { admin, realm: name } = realm
    const user = await createPasskeyUser(realm, 'olga')
    const long = 'g'.repeat(250)
    for (let count = 0; count < 17; count += 1) {
      const { id } = await admin.groups.create({ realm: name, name: `${long}${count}` })
      await admin.users.addToGroup({ realm: name, id: user.id, groupId: id })
    }
    await failPasskey(user)
    const subject = lastBegin()['subject'] as Record<string, unknown>
    assert.deepEqual(Object.keys(subject), ['roles'])
  })

  test('R3: the age of an OTP is told, a level only where Keycloak insists on it', async () => {
    refuse()
    const user = await createPasskeyUser(realm, 'otto')
    const before = Date.now()
    await addKeycloakOtp(realm, user)
    const stored = await realm.admin.users.getCredentials({ realm: realm.realm, id: user.id })
    const createdDate = stored.find(({ type }) => type === 'otp')?.createdDate
    await failPasskey(user)
    const plain = lastBegin()
    const [factor] = plain['factors'] as { type: string; createdAt?: number }[]
    assert.equal(factor?.type, 'keycloak-otp')
    assert.equal(factor?.createdAt, createdDate)
    assert.ok(createdDate !== undefined && createdDate >= before - 1_000)
    assert.deepEqual(
      [plain['requestedAcr'], plain['requiredLevel'], plain['completed']],
      [undefined, undefined, undefined],
    )

    await failPasskey(user, 'passkey')
    const forced = lastBegin()
    assert.deepEqual([forced['requestedAcr'], forced['requiredLevel']], [2, 2])
    await failPasskey(user, 'fallback')
    assert.equal(lastBegin()['requiredLevel'], 1)
  })

  const attempt = { ...page, attempt: 'attempt-1' }
  /** Password, one passkey proved, and the watched one failed. */
  const proveOneOfTwo = async (user: PasskeyUser, application = twoPasskeys): Promise<Tab> => {
    const tab = openTab(application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.usePasskey(user.passkey)
    await tab.failPasskey()
    return tab
  }

  test('R26: who has proved another passkey goes on without a code, on Keycloak’s own word', async () => {
    const user = await createPasskeyUser(realm, 'pia')
    const start = Date.now()
    say((action) => ({ submit: attempt, report: grant() })[action] ?? page)
    const tab = await proveOneOfTwo(user)
    assert.ok(hasElement(tab.page, 'fallback-bridge-continue-form'))
    assert.match(textOf(tab.page, 'fallback-bridge-hint'), /continue without the biometric check/)
    assert.equal(hasElement(tab.page, 'code'), false)
    const [completed] = lastBegin()['completed'] as { type: string; at: number }[]
    assert.equal(completed?.type, 'passkey')
    assert.ok((completed?.at ?? 0) >= start - 2_000 && (completed?.at ?? 0) <= Date.now() + 1_000)

    await tab.post({ continue: 'on' })
    assert.equal(isLetIn(tab.page), true)
    const [submit, report] = takeRequests()
    assert.deepEqual([submit?.['action'], submit?.['input'], submit?.['subject']], ['submit', {}, undefined])
    assert.deepEqual(report?.['input'], { attempt: 'attempt-1', result: 'passed' })
    const login = await createEventLog(realm.admin, realm.realm).waitForLogin(user.id, theCase)
    assert.equal(login.details?.['fallback_path'], thePath)
  })

  test('I12 E3: a login by the fallback is none by the passkey, though another watched passkey worked in it before', async () => {
    const user = await createPasskeyUser(realm, 'rosa')
    say((action) => ({ submit: attempt, report: grant() })[action] ?? page)
    const tab = await proveOneOfTwo(user, bothWatched)
    await tab.post({ continue: 'on' })
    assert.equal(isLetIn(tab.page), true)
    const login = await createEventLog(realm.admin, realm.realm).waitForLogin(user.id, theCase)
    assert.equal(login.details?.['fallback_passkey'], undefined)
  })

  test('I1: without another passkey Keycloak reports a failure, lets nobody in, and counts no wrong code', async () => {
    const user = await createPasskeyUser(realm, 'nils')
    const logins = await watchLogins(realm, user)
    for (const afterwards of [
      { ...page, error: 'invalid_code' },
      { kind: 'denied', case: theCase, reason: 'attempt_limit', wrongCode: true },
      grant(),
    ]) {
      say((action) => ({ submit: attempt, report: afterwards })[action] ?? page)
      const tab = await failPasskey(user)
      assert.ok(hasElement(tab.page, 'fallback-bridge-continue-form'))
      takeRequests()
      await tab.post({ continue: 'on' })
      assert.deepEqual(takeRequests().at(-1)?.['input'], { attempt: 'attempt-1', result: 'failed' })
      assert.equal(isLetIn(tab.page), false)
      if (afterwards.kind === 'local_check') assert.ok(hasElement(tab.page, 'fallback-bridge-failed'))
    }
    assert.deepEqual(await failureCounts(realm, user), { failures: 0, secondary: 0, isLocked: false })
    await logins.assertNone()
  })

  test('I1 B09: the button of this page is nothing on another one, and a grant without the report is none', async () => {
    const user = await createPasskeyUser(realm, 'mia')
    const logins = await watchLogins(realm, user)
    const codePage = { ...page, kind: 'code', digits: 6 }
    say((action) => (action === 'begin' ? codePage : grant()))
    const elsewhere = await proveOneOfTwo(user)
    takeRequests()
    await elsewhere.post({ continue: 'on' })
    assert.deepEqual(
      [takeRequests().map(({ action }) => action), elsewhere.stage],
      [['begin'], 'code'],
      'a code that is missing is no wrong one',
    )

    const otpPage = { ...page, check: 'keycloak-otp' }
    say((action) => (action === 'begin' ? otpPage : attempt))
    const changed = await proveOneOfTwo(user)
    takeRequests()
    await changed.post({ code: '123456' })
    assert.deepEqual(
      takeRequests().map(({ action }) => action),
      ['submit'],
      'a check that was not shown is not made',
    )

    say((action) => (action === 'submit' ? grant() : page))
    const early = await proveOneOfTwo(user)
    await early.post({ continue: 'on' })
    assert.equal(early.stage, 'message')
    await logins.assertNone()
  })

  const newBrowser = (device?: string): PlainBrowser => {
    const browser = createPlainBrowser(realm.application.redirectUri)
    if (device !== undefined) browser.cookies.set(DEVICE, device)
    return browser
  }
  /** The cookie after a login with the passkey; the browser is closed then, and with it all that ends with a session. */
  const usePasskeyIn = async (
    browser: PlainBrowser,
    { user, application = realm.application }: { user: PasskeyUser; application?: Application },
  ): Promise<string> => {
    const tab = openTab(application, browser)
    await tab.open()
    await (application === realm.application ? tab.enterPassword(user) : tab.enterUsername(user))
    await tab.usePasskey(user.passkey)
    assert.equal(isLetIn(tab.page), true, tab.stage)
    const device = browser.cookies.get(DEVICE) ?? assert.fail('no cookie was set')
    browser.cookies.clear()
    browser.cookies.set(DEVICE, device)
    return device
  }
  /** What Keycloak tells of a browser in which this user's passkey fails. */
  const deviceOf = async (user: PasskeyUser, browser: PlainBrowser): Promise<{ state: string; since?: number }> => {
    refuse()
    takeRequests()
    await failPasskey(user, undefined, browser)
    return lastBegin()['device'] as { state: string; since?: number }
  }
  const isNew = { state: 'new' }

  test('R42: a browser is known to the user whose passkey has worked there, and new to all others and elsewhere', async (t) => {
    const [ada, bea] = [await createPasskeyUser(realm, 'ada'), await createPasskeyUser(realm, 'bea')]
    const lines: string[] = []
    const plainFetch = globalThis.fetch
    t.mock.method(globalThis, 'fetch', async (...wanted: Parameters<typeof fetch>) => {
      const response = await plainFetch(...wanted)
      lines.push(...response.headers.getSetCookie().filter((line) => line.startsWith(`${DEVICE}=`)))
      return response
    })
    const browser = newBrowser()
    assert.deepEqual(await deviceOf(ada, browser), isNew)
    assert.deepEqual(lines, [], 'a check that failed leaves no cookie')

    const start = Date.now()
    const first = await usePasskeyIn(browser, { user: ada })
    const [cookie = '', ...others] = lines
    assert.deepEqual(others, [])
    for (const attribute of [/;\s*HttpOnly/i, /;\s*Secure/i, /;\s*SameSite=Strict/i, /;\s*Max-Age=15552000/i])
      assert.match(cookie, attribute)
    assert.match(cookie, new RegExp(`;\\s*Path="?/realms/${realm.realm}/"?(;|$)`, 'i'))

    const known = await deviceOf(ada, browser)
    assert.equal(known.state, 'known')
    assert.ok((known.since ?? 0) >= start - 1_000 && (known.since ?? 0) <= Date.now() + 1_000)
    assert.deepEqual(await deviceOf(bea, browser), isNew)
    assert.deepEqual(await deviceOf(ada, newBrowser()), isNew)

    const passwordless = await addApplication(realm, 'passwordless', DEMO_FLOWS.passwordless)
    const second = await usePasskeyIn(browser, { user: bea, application: passwordless })
    assert.equal((await deviceOf(bea, browser)).state, 'known')
    assert.deepEqual(await deviceOf(ada, browser), known)
    await usePasskeyIn(browser, { user: ada })
    assert.deepEqual(await deviceOf(ada, browser), known, 'it tells of the first time')

    const { logFile } = await sharedKeycloak()
    const log = logFile === undefined ? '' : await readFile(logFile, 'utf8')
    for (const value of [first, second]) assert.equal(log.includes(value), false, 'nothing logs the cookie')
    for (const word of [DEVICE, 'Device not remembered']) assert.equal(log.includes(word), false, word)
  })

  test('R42 I5: a cookie that was made up, altered or signed for somebody else makes a browser new, and is replaced', async () => {
    const [ella, finn] = [await createPasskeyUser(realm, 'ella'), await createPasskeyUser(realm, 'finn')]
    const own = await usePasskeyIn(newBrowser(), { user: ella })
    assert.equal((await deviceOf(ella, newBrowser(own))).state, 'known', 'the cookie by itself is enough')
    const [header = '', payload = '', signature = ''] = own.split('.')
    const base64 = (text: string) => Buffer.from(text).toString('base64url')
    const forFinn = base64(Buffer.from(payload, 'base64url').toString().replace(ella.id, finn.id))
    assert.notEqual(forFinn, payload)
    const none = base64('{"alg":"none","typ":"JWT"}')
    for (const forged of [
      own,
      `${header}.${forFinn}.${signature}`,
      `${header}.${forFinn}.`,
      `${none}.${forFinn}.`,
      `${none}.${forFinn}.${signature}`,
      'x'.repeat(5_000),
      'known',
    ]) {
      assert.deepEqual(await deviceOf(finn, newBrowser(forged)), isNew, forged.slice(0, 40))
    }
    const altered = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    assert.deepEqual(await deviceOf(ella, newBrowser(altered)), isNew)
    const browser = newBrowser(altered)
    await usePasskeyIn(browser, { user: ella })
    assert.equal((await deviceOf(ella, browser)).state, 'known')
  })
})
