import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { evidenceDigestText } from '../../bridge/domain/evidence.ts'
import { verifyChain } from '../../bridge/domain/history.ts'
import type { CaseId } from '../../bridge/domain/ids.ts'
import { peoplePolicy } from '../support/asking-policy.ts'
import { createPeopleBridge, demo, type Login, outcomeOf, type PeopleBridge } from '../support/people-installation.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** Rounds of each race; the campaign `npm run test:races` runs more. */
const rounds = Number(process.env['RACE_ROUNDS'] ?? 8)
const parallel = 20
/** Rounds that run every job too: there are more of them each time. */
const roundsWithJobs = Math.min(rounds, 20)
const coolDownMs = 24 * 3_600_000

/** Two replicas on one PostgreSQL, or two on one SQLite connection: acts alternate between them. */
for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`people at once, on ${engine}`, () => {
    const stores: TestStore[] = []
    let bridge: PeopleBridge
    let count = 0
    before(async () => {
      const first = await openTestStore(engine)
      stores.push(first, engine === 'postgres' ? await openTestStore(engine, first.url) : first)
      bridge = createPeopleBridge({ replicas: stores })
    })
    after(async () => {
      for (const store of new Set(stores)) await store.close()
    })

    /** Somebody new, so that no limit of a person is met. */
    const newcomer = (): Promise<Login> => {
      count += 1
      return bridge.subject(`subject-${count}`)
    }
    const crowd = (name: string, size = parallel) =>
      Array.from({ length: size }, (_, at) => bridge.person(`${name}-${count}-${at}`).name)
    const under = (...args: Parameters<typeof peoplePolicy>) => {
      bridge.current.policy = peoplePolicy(...args)
    }
    /** Starts all of them before any is waited for; gives the outcome of each, or the code of what it threw. */
    const together = async <Result>(acts: readonly (() => Promise<Result>)[]): Promise<(Result | string)[]> =>
      (await Promise.allSettled(acts.map((act) => act()))).map((result) =>
        result.status === 'fulfilled' ? result.value : String(result.reason.code ?? result.reason),
      )
    const wordsOf = (results: readonly (Parameters<typeof outcomeOf>[0] | string)[]) =>
      results.map((result) => (typeof result === 'string' ? result : outcomeOf(result)))
    const historyOf = async (id: CaseId) => {
      const history = await bridge.once((tx) => tx.history.list(demo, id))
      assert.equal(verifyChain(sha256, history), undefined)
      return history.map(({ event }) => event)
    }
    const times = (events: readonly string[], event: string) => events.filter((one) => one === event).length
    const act = (at: number) => bridge.parts[at % 2]?.operations ?? bridge.operations

    test(`C08: ${parallel} approvals of one person at once count once`, async () => {
      under({ approvals: [{ group: '/leads', count: 2 }] })
      for (let round = 0; round < rounds; round += 1) {
        const id = await bridge.ask(await newcomer())
        const [name = ''] = crowd('ann', 1)
        const ask = await bridge.approval(id)
        bridge.gather(parallel)
        const results = await together(
          Array.from({ length: parallel }, (_, at) => () => act(at).decideApproval(bridge.actor(name), ask)),
        )
        assert.equal(times(wordsOf(results), 'awaiting_approval'), 1)
        assert.equal(times(await historyOf(id), 'approve'), 1)
        assert.equal((await bridge.caseOf(id)).state, 'awaiting_approval')
      }
    })

    test(`C08 C04: ${parallel} accounts of one employee at once count once`, async () => {
      under({ approvals: [{ group: '/leads', count: 2 }] })
      for (let round = 0; round < rounds; round += 1) {
        const id = await bridge.ask(await newcomer())
        const names = crowd('twin')
        for (const name of names) bridge.person(name, { identity: `E${count}` })
        // Each is so lucky as to name the version that its turn will find.
        const asks = await Promise.all(names.map(async (_, at) => bridge.approval(id, { version: 2 + (at % 2) })))
        bridge.gather(parallel)
        await together(asks.map((ask, at) => () => act(at).decideApproval(bridge.actor(names[at] ?? ''), ask)))
        assert.equal(times(await historyOf(id), 'approve'), 1)
        assert.equal((await bridge.caseOf(id)).state, 'awaiting_approval')
      }
    })

    test(`R16: of ${parallel} people who approve at once, two count where two are asked for, and the case goes on once`, async () => {
      under({ approvals: [{ group: '/leads', count: 2 }] })
      for (let round = 0; round < rounds; round += 1) {
        const id = await bridge.ask(await newcomer())
        const names = crowd('lead')
        // Whoever meets another decision looks again, as people do, until the case needs nobody any more.
        await together(
          names.map((name, at) => async () => {
            for (let tries = 0; tries < parallel; tries += 1) {
              const outcome = await bridge
                .approve(id, name, {}, demo, at)
                .then(outcomeOf, (error: unknown) => String(error))
              if (outcome !== 'case_stale' && !outcome.includes('case_conflict')) return
            }
          }),
        )
        const events = await historyOf(id)
        assert.deepEqual([times(events, 'approve'), times(events, 'clear')], [2, 1])
        assert.equal((await bridge.once((tx) => tx.approvals.ofCase(demo, id))).length, 2)
        assert.equal((await bridge.caseOf(id)).state, 'awaiting_factor')
      }
    })

    test('C10: approve and deny at once never end approved after the denial, and let nobody in after it', async () => {
      under()
      for (let round = 0; round < rounds; round += 1) {
        const login = await newcomer()
        const id = await bridge.ask(login)
        const [yes = '', no = ''] = crowd('lead', 2)
        const ask = await bridge.approval(id)
        const [, denied] = await together<{ outcome: string } | string>([
          () => act(round).decideApproval(bridge.actor(yes), ask),
          () => act(round + 1).decideApproval(bridge.actor(no), { ...ask, verdict: 'deny' }),
          () => bridge.submit(login, round).then(({ kind }) => kind),
        ])
        assert.ok(
          typeof denied === 'object' && denied.outcome === 'done',
          `a no is always taken: ${JSON.stringify(denied)}`,
        )
        const events = await historyOf(id)
        const last = Math.max(events.lastIndexOf('deny'), events.lastIndexOf('revoke'))
        assert.ok(last > 0)
        assert.ok(
          !events.slice(last).some((event) => ['approve', 'clear', 'grant', 'use'].includes(event)),
          `${events}`,
        )
        assert.ok(['denied', 'revoked'].includes((await bridge.caseOf(id)).state))
        const after = await bridge.submit(login, round)
        assert.equal(after.kind, 'denied', JSON.stringify(after))
      }
    })

    test('I11: a grant and a denial at once: whoever is let in is taken out again', async () => {
      under()
      for (let round = 0; round < rounds; round += 1) {
        const login = await newcomer()
        const id = await bridge.ask(login)
        const [yes = '', no = ''] = crowd('lead', 2)
        await bridge.approve(id, yes)
        await together<unknown>([() => bridge.submit(login, round), () => bridge.deny(id, no, demo, round + 1)])
        const { state, endsAt } = await bridge.caseOf(id)
        assert.ok(state === 'denied' || (state === 'revoked' && (endsAt ?? 0) <= bridge.clock() + 1), state)
        assert.equal((await bridge.submit(login)).kind, 'denied')
      }
    })

    test('R52: a grant and a revocation at once: nothing of the grant stays', async () => {
      under()
      for (let round = 0; round < roundsWithJobs; round += 1) {
        const login = await newcomer()
        const id = await bridge.ask(login)
        const [yes = ''] = crowd('lead', 1)
        bridge.person('revoker', { roles: ['revoker'] })
        await bridge.approve(id, yes)
        await together<unknown>([
          () => bridge.submit(login, round),
          () => act(round + 1).revokeCase(bridge.actor('revoker'), { case: id, reason: 'somebody rang the desk' }),
        ])
        bridge.enter(login, id)
        bridge.time.advance(1)
        await bridge.runJobs()
        assert.equal((await bridge.caseOf(id)).state, 'revoked')
        const wasGranted = (await historyOf(id)).includes('grant')
        if (wasGranted) assert.equal(bridge.sessions.has(login.session), false)
        bridge.sessions.clear()
      }
    })

    test('E2: two tabs and two logins of one person begin at once: one case is open', async () => {
      under()
      for (let round = 0; round < rounds; round += 1) {
        const login = await newcomer()
        const elsewhere = { ...login, session: `${login.session}-2` }
        const tab = { ...login, tab: 'tab-2' }
        await together(
          [login, elsewhere, tab].map((one, at) => () => bridge.step(one, { action: 'begin' }, round + at)),
        )
        const open = await bridge.once((tx) =>
          tx.cases.page(demo, {
            states: ['opened', 'awaiting_approval', 'awaiting_evidence_review', 'awaiting_factor', 'granted'],
            profile: undefined,
            user: login.user,
            since: undefined,
            until: undefined,
            after: undefined,
            count: 10,
          }),
        )
        assert.equal(open.length, 1)
      }
    })

    test('R36: confirming at the last moment and lapsing at once: one of them happens', async () => {
      under({ verbal: { withinSeconds: 60 } })
      for (let round = 0; round < roundsWithJobs; round += 1) {
        const login = await newcomer()
        const id = await bridge.ask(login)
        const [named = ''] = crowd('lead', 1)
        bridge.person('desk', { roles: ['desk'], groups: [] })
        const { verdict: _verdict, ...ask } = await bridge.approval(id)
        const recorded = await bridge.operations.recordVerbalApproval(bridge.actor('desk'), {
          ...ask,
          approver: bridge.person(named).id,
        })
        assert.equal(outcomeOf(recorded), 'awaiting_factor')
        assert.equal((await bridge.submit(login)).kind, 'granted')
        bridge.time.advance(60_000 - (round % 2))
        const [confirmed] = await together<unknown>([
          () =>
            act(round).confirmVerbalApproval(bridge.actor(named), {
              case: id,
              verdict: 'confirm',
              reason: 'yes, I have said so',
            }),
          () => bridge.runJobs(),
        ])
        bridge.time.advance(1)
        await bridge.runJobs()
        const [approval] = await bridge.once((tx) => tx.approvals.ofCase(demo, id))
        const { state } = await bridge.caseOf(id)
        const isDone =
          typeof confirmed === 'object' && confirmed !== null && Reflect.get(confirmed, 'outcome') === 'done'
        assert.equal(approval?.state, isDone ? 'confirmed' : 'lapsed')
        assert.equal(state === 'unratified', !isDone, state)
        assert.equal(isDone, round % 2 === 1, 'a confirmation a moment before counts, one at the moment does not')
      }
    })

    test('R41: two evidence reviewers at once, one of whom refuses: one decision stands', async () => {
      under({ minimumBand: 'review' })
      for (let round = 0; round < rounds; round += 1) {
        const id = await bridge.ask(await newcomer())
        const [yes = ''] = crowd('lead', 1)
        const reviewers = crowd('evidence', 2)
        for (const name of reviewers) bridge.person(name, { roles: ['evidence-reviewer'], groups: [] })
        assert.equal(outcomeOf(await bridge.approve(id, yes)), 'awaiting_evidence_review')
        const { version } = await bridge.caseOf(id)
        const ask = { case: id, version, evidenceDigest: sha256(evidenceDigestText([])), reason: 'looked at all of it' }
        bridge.gather(2)
        const results = await together(
          reviewers.map(
            (name, at) => () =>
              act(at).reviewEvidence(bridge.actor(name), { ...ask, verdict: at === 0 ? 'accept' : 'refuse' }),
          ),
        )
        const words = wordsOf(results)
        assert.equal(times(words, 'awaiting_factor') + times(words, 'denied'), 1, `${words}`)
        const events = await historyOf(id)
        assert.equal(times(events, 'clear') + times(events, 'deny'), 1)
      }
    })

    test('R35: two ratifiers at once, one of whom refuses: one word counts', async () => {
      under({ ratification: { group: '/leads', withinSeconds: 600 } })
      for (let round = 0; round < rounds; round += 1) {
        const login = await newcomer()
        const id = await bridge.ask(login)
        const [yes = '', one = '', two = ''] = crowd('lead', 3)
        await bridge.approve(id, yes)
        assert.equal((await bridge.submit(login)).kind, 'granted')
        const reason = 'seen and found to be right'
        bridge.gather(2)
        const results = await together(
          [one, two].map(
            (name, at) => () =>
              act(at).ratifyGrant(bridge.actor(name), { case: id, verdict: at === 0 ? 'ratify' : 'refuse', reason }),
          ),
        )
        const words = wordsOf(results)
        assert.equal(times(words, 'granted') + times(words, 'unratified'), 1, `${words}`)
        assert.equal(times(words, 'unratified') === 1, (await bridge.caseOf(id)).state === 'unratified')
      }
    })

    test('a poll while the case goes on tells either that one waits or that one may go on, and changes nothing', async () => {
      under()
      for (let round = 0; round < rounds; round += 1) {
        const login = await newcomer()
        const id = await bridge.ask(login)
        const [yes = ''] = crowd('lead', 1)
        const ask = await bridge.approval(id)
        const results = await together<unknown>([
          () => act(1).decideApproval(bridge.actor(yes), ask),
          ...Array.from({ length: 5 }, (_, at) => () => bridge.poll(login, at).then(({ kind }) => kind)),
        ])
        for (const kind of results.slice(1)) assert.ok(kind === 'wait' || kind === 'code', String(kind))
        assert.deepEqual(await historyOf(id), ['open', 'ask_approval', 'approve', 'clear'])
      }
    })

    test('S07 R34: of forty cases that one person approves at once, on two accounts, twenty are approved', async () => {
      under()
      const names = crowd('quick', 2)
      for (const name of names) bridge.person(name, { identity: `quick-${count}` })
      const asks = []
      for (let cases = 0; cases < 40; cases += 1) asks.push(await bridge.approval(await bridge.ask(await newcomer())))
      bridge.gather(asks.length)
      const results = await together(
        asks.map((ask, at) => () => act(at).decideApproval(bridge.actor(names[(at >> 1) % 2] ?? ''), ask)),
      )
      assert.deepEqual(
        [times(wordsOf(results), 'awaiting_factor'), times(wordsOf(results), 'agent_cap_reached')],
        [20, 20],
      )
    })

    test('S02: fifty starts at once of one person ask three times at most', async () => {
      under()
      const login = await newcomer()
      await together(
        Array.from(
          { length: 50 },
          (_, at) => () =>
            bridge.step({ ...login, session: `s-${at}`, client: `app-${at % 7}` }, { action: 'begin' }, at),
        ),
      )
      const asked = await bridge.once((tx) =>
        tx.approvals.countAskedSince(demo, login.user, bridge.clock() - coolDownMs),
      )
      assert.equal(asked, 3)
    })
  })
}
