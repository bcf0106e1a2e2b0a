import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { SignIn } from '../../keycloak-config/browser/authorization-request.ts'
import { createEventLog, type StoredOverrideEvent } from '../../keycloak-config/server/event-log.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { askAdmin, bridgeToken, serviceToken } from '../support/admin-endpoint.ts'
import { type FallbackRealm, openFallbackRealm, type TestUser } from '../support/fallback-realm.ts'
import { isLetIn } from '../support/plain-pages.ts'
import { startBridgeWithPolicy } from '../support/policy-file.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createEnrolledUser, openTab, type PasskeyUser, type Tab } from '../support/tab.ts'

/** Long enough for the steps before the end, short enough to wait for. */
const SHORT = { sessionSeconds: 10, grantSeconds: 3 }

describe('fallback sessions', () => {
  let realm: FallbackRealm
  before(async () => {
    realm = await openFallbackRealm(await sharedKeycloak(), { withoutBridge: true })
    await startBridgeWithPolicy(realm, SHORT)
  })
  after(() => realm.remove())

  const enterCode = async (user: Awaited<ReturnType<typeof createEnrolledUser>>): Promise<Tab> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.failPasskey()
    await tab.enterCode(await user.codes.fresh())
    return tab
  }
  const usePasskey = async (user: PasskeyUser): Promise<SignIn> => {
    const tab = openTab(realm.application)
    await tab.open()
    await tab.enterPassword(user)
    await tab.usePasskey(user.passkey)
    return tab.arrive()
  }
  const factsOf = ({ claims }: SignIn) => ({
    session: String(claims['sid']),
    caseId: String(claims['fallback_case']),
    endsAt: Number(claims['fallback_ends_at']) * 1_000,
  })
  const sessionsOf = async ({ id }: TestUser): Promise<string[]> =>
    (await realm.admin.users.listSessions({ realm: realm.realm, id })).map((session) => String(session.id))
  const untilGone = (user: TestUser, session: string) =>
    waitUntil('the session is gone', async () => !(await sessionsOf(user)).includes(session), { withinMs: 40_000 })
  const refresh = async ({ refreshToken }: SignIn): Promise<{ status: number; error: unknown }> => {
    const response = await fetch(`${realm.issuer}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: realm.application.clientId,
        refresh_token: refreshToken ?? '',
      }),
    })
    const { error } = (await response.json()) as { error?: string }
    return { status: response.status, error }
  }
  const isRefused = ({ status, error }: Awaited<ReturnType<typeof refresh>>): boolean =>
    status === 400 && error === 'invalid_grant'
  /** Waits until Keycloak renews the session's tokens no more. */
  const untilRefused = (signIn: SignIn) =>
    waitUntil('the token is not renewed any more', async () => isRefused(await refresh(signIn)), { withinMs: 40_000 })
  const eventsUntil = (caseId: string, last: string): Promise<StoredOverrideEvent[]> =>
    createEventLog(realm.admin, realm.realm).waitForOverrideEvent(caseId, last)
  /** Without the review that one case in ten is drawn for. */
  const namesOf = (events: readonly StoredOverrideEvent[]): string[] =>
    events.map(({ event }) => event).filter((event) => event !== 'REVIEW_DUE')

  describe('with an end', { concurrency: true }, () => {
    test('I10 I12: a session says what it is, and the bridge ends it at its end time and no other', async () => {
      const user = await createEnrolledUser(realm, 'timed')
      const others = await sessionsOf(user)
      const tab = await enterCode(user)
      const signIn = await tab.arrive()
      const { session, caseId, endsAt } = factsOf(signIn)
      const { acr, amr, auth_time: at } = signIn.claims
      assert.deepEqual([acr, (amr as string[]).toSorted()], ['fallback', ['otp', 'pwd']])
      assert.ok(endsAt / 1_000 <= Number(at) + SHORT.sessionSeconds + 1, 'the end is near')
      const { body } = await askAdmin(realm, await bridgeToken(realm), 'GET', `fallback-bridge/sessions/${session}`)
      assert.deepEqual(
        { id: body?.['id'], case: body?.['case'], endsAt: body?.['endsAt'], userId: body?.['userId'] },
        { id: session, case: caseId, endsAt: endsAt / 1_000, userId: user.id },
      )
      assert.equal((await refresh(signIn)).status, 200)

      await untilGone(user, session)
      assert.ok(Date.now() >= endsAt, 'not before its time')
      await untilRefused(signIn)
      await tab.open()
      assert.equal(tab.stage, 'username', 'the cookie is worth nothing any more')
      assert.deepEqual(await sessionsOf(user), others)
      const events = await eventsUntil(caseId, 'SESSION_ENDED')
      assert.deepEqual(namesOf(events), ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED', 'SESSION_ENDED'])
      const logouts = await realm.admin.realms.findEvents({ realm: realm.realm, type: ['LOGOUT'], user: user.id })
      // One each time it was ended: Keycloak's cache can bring it back for a moment.
      assert.deepEqual([...new Set(logouts.map(({ details }) => details?.['fallback_case']))], [caseId])
    })

    test('I10: refreshing without a pause across the end keeps nobody in', async () => {
      const user = await createEnrolledUser(realm, 'clinger')
      const signIn = await (await enterCode(user)).arrive()
      const { session, endsAt } = factsOf(signIn)
      const cling = async (): Promise<void> => {
        while (Date.now() < endsAt || !isRefused(await refresh(signIn)));
      }
      await waitUntil('the end is near', () => Date.now() > endsAt - 500)
      // Such a refresh can bring the session back: once refused is not yet dead.
      await Promise.all(Array.from({ length: 6 }, cling))
      const token = await bridgeToken(realm)
      const path = `fallback-bridge/sessions/${session}`
      await waitUntil('the session is dead', async () => (await askAdmin(realm, token, 'GET', path)).status === 404)
      assert.equal(isRefused(await refresh(signIn)), true)
    })

    test('I10: a person who signed out before the end is not bothered at the end', async () => {
      const user = await createEnrolledUser(realm, 'early-leaver')
      const { idToken, ...rest } = await (await enterCode(user)).arrive()
      const { session, caseId } = factsOf({ idToken, ...rest })
      await eventsUntil(caseId, 'GRANT_USED')
      await fetch(`${realm.issuer}/protocol/openid-connect/logout?id_token_hint=${idToken}`)
      await untilGone(user, session)
      await usePasskey(user)
      const sessions = await sessionsOf(user)
      const events = await eventsUntil(caseId, 'SESSION_ENDED')
      const ended = JSON.parse(events.at(-1)?.representation ?? '{}') as Record<string, unknown>
      assert.equal(ended['sessionPresent'], false)
      assert.deepEqual(await sessionsOf(user), sessions)
      assert.deepEqual(
        (await logLines()).filter((line) => line.includes('"level":"error"')),
        [],
      )
    })

    test('E2 I10: a grant that no login used in time expires, and a session that still comes of it is ended', async () => {
      const user = await createEnrolledUser(realm, 'dawdler')
      await realm.admin.users.update({ realm: realm.realm, id: user.id }, { requiredActions: ['UPDATE_PROFILE'] })
      const others = await sessionsOf(user)
      const tab = await enterCode(user)
      assert.equal(isLetIn(tab.page), false, 'there is something to do first')
      const opened = await realm.admin.realms.findEvents({ realm: realm.realm, type: ['LOGIN'], user: user.id })
      assert.equal(
        opened.some(({ details }) => details?.['fallback_case'] !== undefined),
        false,
      )
      const caseId = await waitUntil('the case stands in the log', () => caseOf(user))
      const events = await eventsUntil(caseId, 'CASE_EXPIRED')
      assert.deepEqual(namesOf(events), ['CASE_OPENED', 'GRANT_ISSUED', 'CASE_EXPIRED'])

      await tab.post({ email: `${user.username}@example.org`, firstName: 'D', lastName: 'D' })
      assert.equal(isLetIn(tab.page), true)
      const signIn = await tab.arrive()
      await untilGone(user, factsOf(signIn).session)
      await untilRefused(signIn)
      const told = (await logLines()).filter((line) => line.includes('session of a case that is over ended'))
      assert.ok(
        told.some((line) => line.includes(caseId)),
        'before the end time, and told',
      )
      assert.deepEqual(await sessionsOf(user), others)
    })
  })

  test('I10 A09 D05: a session whose end came while the bridge was dead is ended as soon as it is back', async () => {
    const user = await createEnrolledUser(realm, 'survivor')
    const signIn = await (await enterCode(user)).arrive()
    const { session, caseId, endsAt } = factsOf(signIn)
    await realm.bridge?.kill()
    await waitUntil('the end time is over', () => Date.now() > endsAt)
    assert.ok((await sessionsOf(user)).includes(session), 'nobody has ended it')
    await startBridgeWithPolicy(realm, SHORT)
    await untilGone(user, session)
    await untilRefused(signIn)
    const events = await eventsUntil(caseId, 'SESSION_ENDED')
    assert.deepEqual(namesOf(events), ['CASE_OPENED', 'GRANT_ISSUED', 'GRANT_USED', 'SESSION_ENDED'])
  })

  describe('at the provider’s endpoint', () => {
    let user: Awaited<ReturnType<typeof createEnrolledUser>>
    let strong: SignIn
    before(async () => {
      await realm.bridge?.stop()
      await realm.startBridge()
      user = await createEnrolledUser(realm, 'subject')
      strong = await usePasskey(user)
    })

    test('A01 I10: of all sessions only a fallback session can be seen and ended', async () => {
      const token = await bridgeToken(realm)
      const ask = (method: string, id: string) => askAdmin(realm, token, method, `fallback-bridge/sessions/${id}`)
      const other = String(strong.claims['sid'])
      const seen = await ask('GET', other)
      assert.deepEqual([seen.status, seen.body?.['code']], [404, 'not_found'])
      const ended = await ask('DELETE', other)
      assert.deepEqual([ended.status, ended.body?.['code']], [409, 'not_a_fallback_session'])
      assert.equal((await refresh(strong)).status, 200)
      for (const id of ['no-such-session', 'x'.repeat(129), '%2e%2e%2f%2e%2e', `${other}%00`, '%F0%9F%92%A5']) {
        for (const method of ['GET', 'DELETE']) assert.ok([400, 404].includes((await ask(method, id)).status), id)
      }

      const weak = await (await enterCode(user)).arrive()
      const { session } = factsOf(weak)
      assert.equal((await ask('GET', session)).status, 200)
      assert.equal((await ask('DELETE', session)).status, 204)
      assert.equal(isRefused(await refresh(weak)), true)
      assert.equal((await ask('DELETE', session)).status, 404)
      assert.equal((await refresh(strong)).status, 200, 'the same person’s other session goes on')
    })

    test('A01: only the bridge’s own roles open it: not an administrator’s, not a user’s, none without a token', async () => {
      const session = String(strong.claims['sid'])
      const requests = [
        ['GET', 'fallback-bridge/status'],
        ['GET', `fallback-bridge/sessions/${session}`],
        ['DELETE', `fallback-bridge/sessions/${session}`],
        ['GET', `fallback-bridge/people?id=${user.id}`],
        ['GET', 'fallback-bridge/members?group=/nowhere'],
        ['POST', 'fallback-bridge/events', {}],
      ] as const
      const admin = await realm.admin.getAccessToken()
      const callers: Record<string, readonly [string | undefined, readonly number[]]> = {
        'a realm administrator': [await serviceToken(realm, 'rogue', { realmManagement: ['realm-admin'] }), [403]],
        'the administrator of all realms': [admin, [403]],
        'a user': [strong.accessToken, [401, 403]],
        nobody: [undefined, [401]],
        'the bridge, with a signature that was touched': [await tamperedToken(), [401]],
      }
      for (const [caller, [token, expected]] of Object.entries(callers)) {
        for (const [method, path, body] of requests) {
          const { status } = await askAdmin(realm, token, method, path, body)
          assert.ok(expected.includes(status), `${caller}: ${method} ${path} answers ${status}`)
        }
      }
      const narrow = await serviceToken(realm, 'facts-reader', { own: ['read-user-facts'] })
      const answers = []
      for (const [method, path, body] of requests)
        answers.push((await askAdmin(realm, narrow, method, path, body)).status)
      assert.deepEqual(answers, [200, 403, 403, 200, 404, 403], 'each operation asks for its own role')
      assert.equal((await refresh(strong)).status, 200)
    })

    test('A01: the bridge’s account may read events, and nothing else of Keycloak’s own', async () => {
      const token = await bridgeToken(realm)
      const { id } = user
      const [client] = await realm.admin.clients.find({ realm: realm.realm, clientId: realm.application.clientId })
      const closed = [
        ['GET', 'users'],
        ['GET', `users/${id}`],
        ['PUT', `users/${id}`, { enabled: false }],
        ['DELETE', `users/${id}`],
        ['GET', `users/${id}/credentials`],
        ['PUT', `users/${id}/reset-password`, { type: 'password', value: 'x' }],
        ['GET', `users/${id}/sessions`],
        ['POST', `users/${id}/logout`],
        ['POST', `users/${id}/impersonation`],
        ['DELETE', `sessions/${strong.claims['sid']}`],
        ['POST', 'logout-all'],
        ['GET', 'clients'],
        ['GET', `clients/${client?.id}/client-secret`],
        ['GET', 'roles'],
        ['GET', 'groups'],
        ['PUT', '', { enabled: false }],
        ['GET', `attack-detection/brute-force/users/${id}`],
        ['DELETE', 'attack-detection/brute-force/users'],
        ['GET', 'authentication/flows'],
        ['DELETE', 'admin-events'],
        ['DELETE', 'events'],
      ] as const
      for (const [method, path, body] of closed) {
        const { status } = await askAdmin(realm, token, method, path, body)
        assert.equal(status, 403, `${method} ${path}`)
      }
      assert.equal((await askAdmin(realm, token, 'GET', 'admin-events?max=1')).status, 200)
    })

    test('A10: the status tells what the bridge depends on, as the realm has it', async () => {
      const { status, body } = await askAdmin(realm, await bridgeToken(realm), 'GET', 'fallback-bridge/status')
      assert.equal(status, 200)
      const { issuer, serverSupported, protocol, eventsEnabled, adminEventsEnabled, bruteForceProtected } = body ?? {}
      assert.deepEqual(
        { issuer, serverSupported, protocol, eventsEnabled, adminEventsEnabled, bruteForceProtected },
        {
          issuer: realm.issuer,
          serverSupported: true,
          protocol: 1,
          eventsEnabled: true,
          adminEventsEnabled: true,
          bruteForceProtected: true,
        },
      )
      const steps = body?.['steps'] as { authenticator: string }[]
      assert.ok(steps.some(({ authenticator }) => authenticator === 'fallback-bridge-step'))
    })
  })

  async function logLines(): Promise<string[]> {
    return (await readFile(realm.bridge?.logFile ?? '', 'utf8')).split('\n')
  }

  async function tamperedToken(): Promise<string> {
    const [head, claims, signature = ''] = (await bridgeToken(realm)).split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[0] = (bytes[0] ?? 0) ^ 1
    return [head, claims, bytes.toString('base64url')].join('.')
  }

  /** The one case of this user, as the override events name it. */
  async function caseOf({ id }: TestUser): Promise<string | undefined> {
    const events = await realm.admin.realms.findAdminEvents({ realm: realm.realm, resourcePath: 'fallback-cases/*' })
    const own = events.find(({ representation = '' }) => representation.includes(id))
    return own?.resourcePath?.split('/')[1]
  }
})
