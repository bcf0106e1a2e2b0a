import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { withDeciders } from '../support/deciders.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { type FaultProxy, pass, rewrite, startFaultProxy } from '../support/fault-proxy.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, openTab, type Tab } from '../support/tab.ts'

type Check = { name: string; state: string; text: string }

/** The client's type leaves out what Keycloak calls the requirement of user verification. */
type Settings = RealmRepresentation & {
  webAuthnPolicyUserVerificationRequirement?: string
  webAuthnPolicyPasswordlessUserVerificationRequirement?: string
}

/** Everything that the bridge looks at, set wrongly. */
const careless: Settings = {
  eventsEnabled: false,
  adminEventsEnabled: false,
  adminEventsDetailsEnabled: false,
  bruteForceProtected: false,
  webAuthnPolicyUserVerificationRequirement: 'preferred',
  webAuthnPolicyPasswordlessUserVerificationRequirement: 'discouraged',
}

const sentencesOfCareless = [
  /The realm does not save user events; switch them on/,
  /The realm does not save admin events; override events wait in the bridge until it does\./,
  /saves admin events without their representation/,
  /The WebAuthn policy does not require user verification; .* not a biometric check\./,
  /The passwordless WebAuthn policy does not require user verification/,
  /Brute-force protection is off/,
]

describe('realms that are not set up as the fallback needs them', () => {
  /** The first is as it should be; the bridge serves both, and one that does not exist. */
  let good: FallbackRealm
  let bad: FallbackRealm
  const missing = 'no-such-realm'
  /** Between the bridge and Keycloak's admin endpoint. */
  let proxy: FaultProxy
  before(async () => {
    const keycloak = await sharedKeycloak()
    proxy = await startFaultProxy(() => keycloak.baseUrl)
    good = await openFallbackRealm(keycloak, { withoutBridge: true, change: withDeciders })
    bad = await openFallbackRealm(keycloak, {
      withoutBridge: true,
      change: (realm) => ({
        ...withDeciders(realm),
        ...careless,
        // One bridge has one key for all its realms.
        clients:
          realm.clients?.map((client) =>
            client.clientId === good.bridgeOptions.clientId
              ? { ...client, attributes: { ...client.attributes, 'jwks.string': JSON.stringify(good.keys.clientJwks) } }
              : client,
          ) ?? [],
      }),
    })
    await good.startBridge({
      keycloakUrl: proxy.url,
      realms: [good.realm, bad.realm, missing],
      env: {
        ...good.bridgeOptions.env,
        FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE: keycloak.baseUrl,
        FALLBACK_BRIDGE_REALM_CHECK_SECONDS: '1',
      },
    })
  })
  after(async () => {
    await good.remove()
    await bad.remove()
    await proxy.close()
  })

  const readiness = async (): Promise<{ status: number; checks: Check[] }> => {
    const response = await fetch(`${good.bridge?.managementUrl}/health/ready`)
    const { checks } = (await response.json()) as { checks: Check[] }
    return { status: response.status, checks }
  }
  /** What the readiness page says of a realm, once it says that it is in this state. */
  const untilState = ({ realm }: Pick<FallbackRealm, 'realm'>, state: string): Promise<string> =>
    waitUntil(`the readiness page calls ${realm} ${state}`, async () => {
      const { status, checks } = await readiness()
      // Others are served whatever one realm is like.
      assert.equal(status, 200)
      return checks.find((check) => check.name === `realm ${realm}` && check.state === state)?.text
    })
  const logLines = async (): Promise<Record<string, unknown>[]> =>
    (await readFile(good.bridge?.logFile ?? '', 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
  const findingsOf = async ({ realm }: FallbackRealm): Promise<Record<string, unknown>[]> =>
    (await logLines()).filter((line) => line['message'] === 'realm finding' && line['realm'] === realm)
  /** The page may know a moment before the line stands in the log's file. */
  const untilLogged = (realm: FallbackRealm, code: string): Promise<Record<string, unknown>> =>
    waitUntil(`the log tells of ${code}`, async () => (await findingsOf(realm)).find((line) => line['code'] === code))
  /** Keycloak takes a passkey policy only as a whole. */
  const change = async ({ admin, realm }: FallbackRealm, settings: Settings): Promise<void> =>
    admin.realms.update({ realm }, { ...(await admin.realms.findOne({ realm })), ...settings })

  test('A10 I1: events off, user verification not required and more are told in words, at the start', async () => {
    const text = await untilState(bad, 'warned')
    for (const sentence of sentencesOfCareless) assert.match(text, sentence)
    const logged = await waitUntil('the log tells of each', async () => {
      const lines = await findingsOf(bad)
      return lines.length >= sentencesOfCareless.length && lines
    })
    const told = logged.map(({ level, problem }) => ({ level, problem: String(problem) }))
    for (const sentence of sentencesOfCareless) {
      assert.ok(
        told.some(({ level, problem }) => level === 'warn' && sentence.test(problem)),
        String(sentence),
      )
    }
  })

  test('a realm that does not exist is told of, and keeps nobody from being served', async () => {
    assert.match(await untilState({ realm: missing }, 'unreachable'), /: it knows no realm of this name\.$/)
    const line = await waitUntil('the log tells of it', async () =>
      (await logLines()).find(({ message, realm }) => message === 'realm cannot be checked' && realm === missing),
    )
    assert.deepEqual([line['level'], line['error']], ['warn', 'token_http_404'])
    assert.match(String(line['problem']), /knows no realm of this name/)
  })

  test('the realm that is set up well is ready, and its people are let in by the same bridge', async () => {
    assert.equal(await untilState(good, 'ready'), 'The realm is set up as the fallback needs it.')
    const user = await createEnrolledUser(good, 'ada')
    const tab = openTab(good.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    await tab.enterCode(await user.codes.fresh())
    assert.equal((await tab.arrive()).claims['acr'], 'fallback')
  })

  test('A10: what is put right, or spoilt, while the bridge runs is noticed', async () => {
    await change(bad, {
      eventsEnabled: true,
      adminEventsEnabled: true,
      adminEventsDetailsEnabled: true,
      bruteForceProtected: true,
      webAuthnPolicyUserVerificationRequirement: 'required',
      webAuthnPolicyPasswordlessUserVerificationRequirement: 'required',
    })
    await untilState(bad, 'ready')
    await change(good, { adminEventsEnabled: false })
    assert.match(await untilState(good, 'warned'), /^The realm does not save admin events; [^.]*\.$/)
    await untilLogged(good, 'admin_events_off')
    await change(good, { adminEventsEnabled: true })
    await untilState(good, 'ready')
  })

  test('R10: while the policy’s owner is disabled the page says so, and everybody waits for an approval', async () => {
    const { admin, realm } = good
    const user = await createEnrolledUser(good, 'orla')
    const fail = async (): Promise<Tab> => {
      const tab = openTab(good.application)
      await tab.open()
      await tab.enterPassword(user)
      await tab.failPasskey()
      return tab
    }
    const [owner] = await admin.users.find({ realm, username: 'policy-owner', exact: true })
    const setEnabled = (enabled: boolean) => admin.users.update({ realm, id: owner?.id ?? '' }, { ...owner, enabled })
    await setEnabled(false)
    assert.match(
      await untilState(good, 'warned'),
      /^No enabled account owns profile standard, regulated, privileged, break-glass: /,
    )
    assert.match((await fail()).page.html, /id="fallback-bridge-wait"/)
    await setEnabled(true)
    await untilState(good, 'ready')
    assert.equal((await fail()).stage, 'code')
  })

  test('R10 I4: a group with one person left, and with nobody, is told of, and found well again', async () => {
    const { admin, realm } = good
    const managers = await Promise.all(
      ['first', 'second'].map(async (which) => {
        const [found] = await admin.users.find({ realm, username: `${which}-of-managers`, exact: true })
        return found ?? assert.fail(which)
      }),
    )
    const setEnabled = async (at: number, enabled: boolean): Promise<void> => {
      const { id = '', ...rest } = managers[at] ?? {}
      await admin.users.update({ realm, id }, { ...rest, enabled })
    }
    const untilTold = (words: RegExp) =>
      waitUntil(`the page says ${words}`, async () => words.test(await untilState(good, 'warned')))
    await setEnabled(0, false)
    await untilTold(
      /^One absence .*: regulated asks 1 of \/managers, 1 could decide; break-glass asks 1 of \/managers, 1 /,
    )
    await setEnabled(1, false)
    await untilTold(/^Cases wait for people who are not there: regulated asks 1 of \/managers, 0 could decide; break-/)
    assert.equal((await untilLogged(good, 'approvers_missing'))['level'], 'warn')
    for (const at of [0, 1]) await setEnabled(at, true)
    await untilState(good, 'ready')
  })

  test('a Keycloak older than 26.7.5 is refused in words, and so is a provider of another protocol', async () => {
    let differs: Record<string, unknown> = { server: '26.7.4' }
    const status = rewrite(({ body, ...answer }) => ({
      ...answer,
      body: JSON.stringify({ ...JSON.parse(body), ...differs }),
    }))
    const isStatusOfGood = (path: string) => path === `/admin/realms/${good.realm}/fallback-bridge/status`
    proxy.behave((exchange) => (isStatusOfGood(exchange.request.path) ? status : pass)(exchange))
    assert.match(await untilState(good, 'refused'), /^Keycloak is older than 26\.7\.5, .*; update it\.$/)
    assert.equal((await untilLogged(good, 'server_too_old'))['level'], 'error')
    await untilState(bad, 'ready')

    differs = { protocol: 2 }
    await waitUntil('the other protocol is told', async () =>
      /speaks another version of the step protocol/.test(await untilState(good, 'refused')),
    )
    proxy.behave(pass)
    await untilState(good, 'ready')
  })

  test('a Keycloak that goes away is told of, and found again', async () => {
    await proxy.stopListening()
    assert.match(
      await untilState(good, 'unreachable'),
      /^Keycloak could not be asked about the realm .*nothing listens/,
    )
    await proxy.listenAgain()
    await untilState(good, 'ready')
  })
})
