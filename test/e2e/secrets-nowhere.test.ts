import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type CodeApp, createCodeApp } from '../../keycloak-config/browser/code-app.ts'
import { createEventLog } from '../../keycloak-config/server/event-log.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { readMetrics, type Sample } from '../support/bridge-metrics.ts'
import { codeOf, untilStepLasts, wrongCode } from '../support/code-times.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import type { TestKeycloak } from '../support/keycloak.ts'
import { addKeycloakOtp } from '../support/keycloak-otp.ts'
import { isLetIn, textOf } from '../support/plain-pages.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

/** Everything a person typed or was shown, and everything an application was given, that must stand nowhere. */
type Secret = { what: string; text: string; isCode: boolean }

const HOSTILE = 'NotSupportedError: "}\\n{level="x"} <script>alert(1)</script>'

describe('secrets', () => {
  let keycloak: TestKeycloak
  let realm: FallbackRealm
  const secrets: Secret[] = []
  let caseId: string
  before(async () => {
    keycloak = await sharedKeycloak()
    realm = await openFallbackRealm(keycloak)
    await liveThroughAll()
  })
  after(() => realm.remove())

  const keep = (what: string, text: string): string => {
    secrets.push({ what, text, isCode: false })
    return text
  }
  const keepCode = (what: string, text: string): string => {
    secrets.push({ what, text, isCode: true })
    return text
  }
  const failPasskey = async (user: PasskeyUser, error?: string): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey(error)
    return tab
  }
  const keepTokens = async (tab: Tab): Promise<Record<string, unknown>> => {
    const { accessToken, idToken, refreshToken, claims } = await tab.arrive()
    for (const [what, token] of Object.entries({ accessToken, idToken, refreshToken })) keep(what, String(token))
    return claims
  }

  /** Sets up a code, gets it wrong and right in both ways, uses it twice, and tries while the bridge is away. */
  async function liveThroughAll(): Promise<void> {
    const user = await createPasskeyUser(realm, 'ada')
    keep('password', user.password)
    await untilStepLasts(8_000)
    const app = await enrol(user)
    const otp = await addKeycloakOtp(realm, user)

    const tab = await failPasskey(user, HOSTILE)
    const wrong = keepCode('wrong code', wrongCode(app))
    await tab.enterCode(wrong)
    await tab.post({ code: ` ${wrong}` })
    const right = keepCode('right code', codeOf(app, 0))
    await tab.post({ code: [right, wrong] })
    await tab.post({ path: HOSTILE, code: right })
    await realm.bridge?.stop()
    await tab.enterCode(right)
    assert.match(textOf(tab.page, 'fallback-bridge-text'), /not available right now/)
    // The next start begins a new one.
    logs.push(await readFile(realm.bridge?.logFile ?? '', 'utf8'))
    await realm.startBridge()
    await tab.post({ retry: 'on' })
    await tab.enterCode(right)
    assert.equal(isLetIn(tab.page), true)
    const claims = await keepTokens(tab)
    caseId = String(claims['fallback_case'])
    const log = createEventLog(realm.admin, realm.realm)
    await log.waitForOverrideEvent(caseId, 'GRANT_USED')

    const again = await failPasskey(user)
    await again.enterCode(right)
    await again.post({ path: 'password-keycloak-otp' })
    await again.enterCode(keepCode('wrong code of Keycloak’s own OTP', wrongCode(otp)))
    await again.enterCode(keepCode('right code of Keycloak’s own OTP', codeOf(otp, 0)))
    assert.equal(isLetIn(again.page), true)
    const second = await keepTokens(again)
    await log.waitForOverrideEvent(String(second['fallback_case']), 'GRANT_USED')
  }

  async function enrol(user: PasskeyUser): Promise<CodeApp> {
    const tab = openTab(realm.application)
    await tab.open({ action: 'fallback-bridge-enrol' })
    await tab.enterPassword(user)
    await tab.usePasskey(user.passkey)
    keep('cookie of the browser', tab.browser.cookies.get('FALLBACK_BRIDGE_DEVICE') ?? assert.fail('no cookie was set'))
    const spaced = keep('key as shown', textOf(tab.page, 'fallback-bridge-key'))
    const key = keep('key', spaced.replaceAll(' ', ''))
    keep('key in bytes', bytesOf(key).toString('latin1'))
    keep('key in hexadecimal', bytesOf(key).toString('hex'))
    keep('key in base64', bytesOf(key).toString('base64').replaceAll('=', ''))
    const app = createCodeApp(key)
    await tab.post({ code: keepCode('wrong first code', wrongCode(app)) })
    await tab.post({ code: keepCode('first code', codeOf(app, -1)) })
    await keepTokens(tab)
    return app
  }

  const logs: string[] = []
  /** What stands in the text and should not. Codes count only by themselves: any long number may contain their digits. */
  const found = (text: string): string[] =>
    secrets
      .filter(({ text: secret, isCode }) =>
        isCode ? new RegExp(`(?<![0-9a-f.])${secret}(?![0-9a-f])`, 'i').test(text) : text.includes(secret),
      )
      .map(({ what }) => what)

  test('the search finds what it looks for', () => {
    assert.equal(secrets.length, 22, 'a password, a cookie, five forms of a key, six codes, nine tokens')
    for (const { what, text } of secrets) assert.ok(found(`{"x":"${text}"}`).includes(what))
  })

  test('I11 A02: no code, key, password or token stands in the bridge’s log', async () => {
    logs.push(await readFile(realm.bridge?.logFile ?? '', 'utf8'))
    for (const log of logs) {
      assert.match(log, /the bridge takes steps/)
      assert.deepEqual(found(log), [])
      assert.equal(log.includes('script'), false, 'nor what a browser made up')
    }
  })

  test('I11 A12: none stands in Keycloak’s events, nor in what the override events say', async () => {
    const events = JSON.stringify(await realm.admin.realms.findEvents({ realm: realm.realm, max: 1_000 }))
    assert.ok(events.includes(caseId) && events.includes('invalid_user_credentials'))
    assert.deepEqual(found(events), [])
    const adminEvents = JSON.stringify(await realm.admin.realms.findAdminEvents({ realm: realm.realm, max: 1_000 }))
    const overrides = JSON.stringify(await createEventLog(realm.admin, realm.realm).overrideEvents(caseId))
    assert.ok(adminEvents.includes(caseId) && overrides.includes('GRANT_ISSUED'))
    assert.deepEqual([found(adminEvents), found(overrides)], [[], []])
  })

  test('I11: none stands in Keycloak’s own log', async () => {
    if (keycloak.logFile === undefined) return
    const log = await readFile(keycloak.logFile, 'utf8')
    const lines = log.split('\n').filter((line) => line.includes(realm.realm))
    assert.ok(lines.some((line) => line.includes('No answer from the bridge')))
    assert.deepEqual(found(lines.join('\n')), [])
  })

  test('I11: none stands in metrics or on the health pages', async () => {
    for (const page of ['metrics', 'health/ready', 'health/live', 'health/started']) {
      const response = await fetch(`${realm.bridge?.managementUrl}/${page}`)
      assert.equal(response.status, 200)
      assert.deepEqual(found(await response.text()), [], page)
    }
  })

  test('D01 I11: none stands in the bridge’s files, its database among them', async () => {
    const { dataDir } = realm.bridgeOptions
    const names = await readdir(dataDir)
    assert.ok(names.includes('bridge.sqlite'))
    for (const name of names) {
      const bytes = await readFile(join(dataDir, name))
      assert.deepEqual(found(bytes.toString('latin1')), [], name)
      assert.deepEqual(found(bytes.toString('utf8')), [], name)
    }
  })

  test('K17 B24: whatever browsers and callers send, metrics have the labels of closed lists and no others', async () => {
    const bridge = realm.bridge ?? assert.fail('the bridge runs')
    await waitUntil('the realm was looked at', async () =>
      (await readMetrics(bridge)).some(
        ({ labels, value }) => /^(ready|warned)$/.test(labels['state'] ?? '') && value === 1,
      ),
    )
    const before = await ownSeries()
    const post = (path: string, headers: Record<string, string>, body: string) =>
      fetch(`${bridge.baseUrl}/${path}`, { method: 'POST', headers, body })
    for (let count = 0; count < 20; count += 1) {
      const noise = `noise-${count}`
      await post('v1/step', { 'content-type': 'application/jwt', 'user-agent': noise }, `${noise}.${noise}.${noise}`)
      await post('v1/step', { 'content-type': `application/${noise}` }, noise)
      await post(`v1/${noise}?${noise}=${noise}`, {}, noise)
      await fetch(`${bridge.managementUrl}/${noise}`)
    }
    const user = await createPasskeyUser(realm, 'noisy')
    for (const error of ['noise-a', 'noise-b{x="y"}', HOSTILE]) await failPasskey(user, error)
    const afterwards = await ownSeries()
    const fresh = [...afterwards].filter((series) => !before.has(series)).map((series) => JSON.parse(series) as Sample)
    assert.deepEqual(
      fresh
        .filter(({ name }) => name === 'fallback_bridge_steps_refused_total')
        .map(({ labels }) => labels['code'])
        .toSorted(),
      ['request_media_type', 'request_unauthenticated', 'route_unknown'],
    )
    const closed: Record<string, readonly string[]> = {
      action: ['begin', 'choose', 'submit', 'report', 'cancel', 'begin_enrolment', 'confirm_enrolment'],
      outcome: ['done', 'retry', 'parked'],
      state: ['due', 'written', 'parked', 'ready', 'warned', 'refused', 'unreachable', 'unknown'],
      realm: [realm.realm],
      reason: ['', 'invalid_code', 'no_path_available'],
    }
    for (const series of afterwards) {
      const { labels } = JSON.parse(series) as Sample
      for (const [label, value] of Object.entries(labels)) {
        assert.ok(closed[label]?.includes(value) ?? /^[a-z_]{2,40}$|^\+Inf$|^[0-9.]+$/.test(value), `${label}=${value}`)
      }
    }

    async function ownSeries(): Promise<Set<string>> {
      const samples = (await readMetrics(bridge)).filter(({ name }) => name.startsWith('fallback_bridge_'))
      return new Set(samples.map(({ name, labels }) => JSON.stringify({ name, labels })))
    }
  })
})

/** The bytes that a base32 text stands for. */
const bytesOf = (base32: string): Buffer => {
  const bits = [...base32].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
