import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { mostCasesALook } from '../../bridge/app/supersede-needless.ts'
import { composeNeedless } from '../../bridge/compose-recording.ts'
import type { CaseState, FallbackCase } from '../../bridge/domain/case.ts'
import { BridgeError } from '../../bridge/domain/errors.ts'
import { asId } from '../../bridge/domain/ids.ts'
import { createWatchRealms, passkeyLoginsEveryMs } from '../../bridge/jobs/watch-realms.ts'
import { createJobBridge, demo, type JobBridge } from '../support/job-bridge.ts'
import { recordingPorts } from '../support/recording-ports.ts'

describe('a case that nobody needs any more', () => {
  let bridge: JobBridge
  let isStopping = false
  beforeEach(async () => {
    isStopping = false
    bridge = await createJobBridge()
  })
  afterEach(() => bridge.close())

  /** One look at the realm; `asked` happens while Keycloak is asked about each case. */
  const watch = (asked: (about: string) => Promise<unknown> = async () => {}) =>
    composeNeedless({
      ...recordingPorts(bridge.time.clock),
      unitOfWork: bridge.unitOfWork,
      log: bridge.log,
      isStopping: () => isStopping,
      hasPasskeyLogin: async (realm, user, after) => {
        const answer = await bridge.keycloak.hasPasskeyLogin(realm, user, after)
        await asked(user)
        return answer
      },
    })
  const look = () => watch()(demo)
  const signIn = (user: string, details: Record<string, string> = { fallback_passkey: 'passed' }, type = 'LOGIN') => {
    bridge.time.advance(1_000)
    bridge.fake.logins.push({ type, userId: user, time: bridge.time.clock(), details })
  }
  const stateOf = async (about: FallbackCase): Promise<CaseState> => (await bridge.find(about)).state
  const questions = () => bridge.fake.requests.filter((line) => line.includes('/events?type=LOGIN')).length

  test('E3: whoever signs in with the passkey has no open case and no grant any more, and each is told once', async () => {
    const waits = await bridge.open('ada')
    const granted = await bridge.grant(await bridge.open('bea'))
    signIn('ada')
    signIn('bea')
    await look()
    await look()
    for (const about of [waits, granted]) {
      assert.equal(await stateOf(about), 'superseded')
      const last = (await bridge.unitOfWork((tx) => tx.history.list(demo, about.id))).at(-1)
      assert.deepEqual(
        [last?.event, last?.actor, last?.facts],
        ['supersede', 'system', { reason: 'biometric_succeeded' }],
      )
      const told = () => bridge.fake.events.filter(({ body }) => body['caseId'] === about.id)
      await bridge.until('it is told', () => told().some(({ body }) => body['event'] === 'CASE_SUPERSEDED'))
      assert.equal(told().filter(({ body }) => body['event'] === 'CASE_SUPERSEDED').length, 1)
    }
  })

  test('E3: a session that comes of such a grant all the same is ended', async () => {
    const granted = await bridge.grant(await bridge.open('ada'))
    signIn('ada')
    await look()
    bridge.fake.sessions.set(granted.session, granted.id)
    await bridge.until('the session is ended', () => bridge.fake.sessions.size === 0)
    assert.equal(await stateOf(granted), 'superseded')
  })

  test('E3 I12: a login before the case, a failed one, one by SSO, by a fallback or of somebody else leaves it open', async () => {
    signIn('ada')
    const waits = await bridge.open('ada')
    signIn('ada', {})
    signIn('ada', { fallback_passkey: 'passed' }, 'LOGIN_ERROR')
    signIn('ada', { fallback_passkey: 'passed', fallback_case: 'fb-1' })
    signIn('bea')
    await look()
    assert.equal(await stateOf(waits), 'awaiting_factor')
  })

  test('E3 K14: a login is after the failure by the clock that dates both, however far it is from the bridge’s', async () => {
    const ahead = bridge.time.clock() + 60_000
    const before = await bridge.open('ada', { failureAt: ahead })
    const behind = bridge.time.clock() - 60_000
    const after = await bridge.open('bea', { failureAt: behind })
    const login = (userId: string, time: number) =>
      bridge.fake.logins.push({ type: 'LOGIN', userId, time, details: { fallback_passkey: 'passed' } })
    login('ada', ahead - 1)
    login('bea', behind + 1)
    await look()
    assert.deepEqual([await stateOf(before), await stateOf(after)], ['awaiting_factor', 'superseded'])
    login('ada', ahead + 1)
    await look()
    assert.equal(await stateOf(before), 'superseded')
  })

  test('E3: one about whom Keycloak refuses to say anything keeps nobody else’s case open', async () => {
    await bridge.open('ada')
    const second = await bridge.open('bea')
    signIn('bea')
    const refusing = watch(async (user) => {
      if (user === 'ada') throw new BridgeError('keycloak_refused')
    })
    await assert.rejects(refusing(demo), { code: 'keycloak_refused' })
    assert.equal(await stateOf(second), 'superseded')
  })

  test('a bridge that stops asks nobody any more', async () => {
    await bridge.open('ada')
    await bridge.open('bea')
    await watch(async () => {
      isStopping = true
    })(demo)
    assert.equal(questions(), 1)
  })

  test('no realm waits for another one', async () => {
    let release = () => {}
    const slow = new Promise<void>((resolve) => {
      release = resolve
    })
    const looked: string[] = []
    const watched = createWatchRealms({
      look: async (realm) => {
        if (realm === demo) await slow
        looked.push(realm)
      },
      realms: [demo, asId('second')],
      everyMs: passkeyLoginsEveryMs,
      timer: bridge.time.timer,
      log: bridge.log,
      trouble: 'none',
    })
    watched.start()
    await bridge.until('the second is looked at', () => looked.includes('second'))
    assert.equal(looked.includes(demo), false)
    release()
    await watched.stop()
  })

  test('E3: a login that Keycloak commits only after the next look is seen by the one after', async () => {
    const waits = await bridge.open('ada')
    bridge.time.advance(10_000)
    const happenedAt = bridge.time.clock()
    const seeing = watch()
    for (let looks = 0; looks < 5; looks += 1) {
      bridge.time.advance(passkeyLoginsEveryMs)
      await seeing(demo)
    }
    assert.equal(await stateOf(waits), 'awaiting_factor')
    bridge.fake.logins.push({
      type: 'LOGIN',
      userId: 'ada',
      time: happenedAt,
      details: { fallback_passkey: 'passed' },
    })
    await seeing(demo)
    assert.equal(await stateOf(waits), 'superseded')
  })

  test('Keycloak is not asked while no case is open, and about no case that is over', async () => {
    await look()
    const over = await bridge.open('ada')
    await bridge.unitOfWork((tx) => bridge.recordChange(tx, over, 'cancel', { actor: 'user:ada', facts: {} }))
    signIn('ada')
    await look()
    assert.equal(questions(), 0)
    assert.equal(await stateOf(over), 'cancelled')
  })

  for (const [end, event] of [
    ['cancelled', 'cancel'],
    ['in_use', 'use'],
  ] as const) {
    test(`E3: a case that is ${end} by the time that Keycloak has answered is left as it is`, async () => {
      const opened = await bridge.open('ada')
      const current = event === 'use' ? await bridge.grant(opened) : opened
      signIn('ada')
      await watch(() =>
        bridge.unitOfWork((tx) => bridge.recordChange(tx, current, event, { actor: 'user:ada', facts: {} })),
      )(demo)
      assert.equal(await stateOf(current), end)
    })
  }

  test('E3: two replicas that see the same login supersede the case once', async () => {
    const waits = await bridge.open('ada')
    signIn('ada')
    await Promise.all([look(), look()])
    const events = (await bridge.unitOfWork((tx) => tx.history.list(demo, waits.id))).map(({ event }) => event)
    assert.deepEqual(events, ['open', 'offer', 'supersede'])
  })

  test('E3 I5: while Keycloak cannot be asked the case stays, that is logged, and the next look finds the login', async () => {
    const waits = await bridge.open('ada')
    signIn('ada')
    bridge.fake.faults.isDown = true
    const watched = createWatchRealms({
      look: watch(),
      realms: [demo],
      everyMs: passkeyLoginsEveryMs,
      timer: bridge.time.timer,
      log: bridge.log,
      trouble: 'logins could not be looked at',
    })
    watched.start()
    const isLogged = () => bridge.log.lines.some(({ message }) => message === 'logins could not be looked at')
    await bridge.until('it is logged', isLogged)
    assert.equal(await stateOf(waits), 'awaiting_factor')
    bridge.fake.faults.isDown = false
    await bridge.until('the case is superseded', async () => (await stateOf(waits)) === 'superseded')
    await watched.stop()
  })

  test('K12: of more cases than one look asks about, the next goes on with the others, and then begins anew', async () => {
    const asked: string[] = []
    const seeing = watch(async (user) => asked.push(user))
    for (let index = 0; index <= mostCasesALook; index += 1) {
      await bridge.open(`user-${index}`)
      bridge.time.advance(1)
    }
    await seeing(demo)
    assert.equal(asked.length, mostCasesALook)
    assert.equal(asked[0], 'user-0')
    await seeing(demo)
    assert.equal(asked.at(-1), asId<FallbackCase['user']>(`user-${mostCasesALook}`))
    await seeing(demo)
    assert.equal(asked.filter((user) => user === 'user-0').length, 2)
  })
})
