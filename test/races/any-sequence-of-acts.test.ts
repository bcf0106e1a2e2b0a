import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { type CaseState, isOpen, nextState } from '../../bridge/domain/case.ts'
import { evidenceDigestText } from '../../bridge/domain/evidence.ts'
import { verifyChain } from '../../bridge/domain/history.ts'
import { asId, type CaseId, type RealmName } from '../../bridge/domain/ids.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import {
  type AnyAct,
  actors,
  anyAct,
  anyPeoplePolicy,
  identities,
  managers,
  roles,
  subjects,
} from '../support/arbitrary-acts.ts'
import { faultsOfExport } from '../support/faults-of-export.ts'
import { canSeat, whyWrong } from '../support/kept-apart-anew.ts'

import {
  createPeopleBridge,
  type Login,
  outcomeOf,
  type PeopleBridge,
  rightCode,
} from '../support/people-installation.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** How many sequences are tried; ACT_SEQUENCES=3000 for a campaign. */
const sequences = Number(process.env['ACT_SEQUENCES'] ?? 200)
const reason = 'a reason that is long enough'
/** How long a session that comes after its case is over may stand: the longest pause of whoever looks for it. */
const graceMs = 61_000

describe('any people, any policy, any sequence of acts', () => {
  let store: TestStore
  let bridge: PeopleBridge
  let runs = 0
  const reached = new Map<string, number>()
  before(async () => {
    store = await openTestStore('sqlite')
    bridge = createPeopleBridge({ replicas: [store] })
  })
  after(() => store.close())

  test('I4 I11 R16 R25 R41 R52 C14: whatever the policy says, nobody takes two parts that are kept apart, nobody is let in without all that is asked for, and nothing outlives its end', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPeoplePolicy,
        fc.array(anyAct, { minLength: 15, maxLength: 60, size: 'max' }),
        async (policy, acts) => {
          runs += 1
          const world = await createWorld(bridge, policy, runs)
          for (const act of acts) await world.perform(act)
          await world.finish()
          for (const state of world.states()) reached.set(state, (reached.get(state) ?? 0) + 1)
        },
      ),
      { numRuns: sequences, endOnFailure: process.env['ACT_SHRINK'] === undefined },
    )
    // What was never reached was never tried.
    for (const state of ['granted', 'in_use', 'ended', 'denied', 'revoked'] as const) {
      assert.ok((reached.get(state) ?? 0) > 0, `${state} was never reached: ${JSON.stringify([...reached])}`)
    }
  })
})

/** The people of one sequence, in two realms of its own, and what must be true of them after every act. */
const createWorld = async (bridge: PeopleBridge, policy: Policy, run: number) => {
  const realms: readonly [RealmName, RealmName] = [asId(`a-${run}`), asId(`b-${run}`)]
  const [home, away] = realms
  const { operations, once, clock } = bridge
  const newest = new Map<string, CaseId>()
  const cases = new Set<CaseId>()
  const enteredAt = new Map<string, number>()
  const forgotten = new Set<string>()
  const seen = new Set<CaseState>()
  const logins = new Map<string, Login>()
  bridge.current.policy = policy
  bridge.person('auditor', { roles: ['fallback-auditor'], groups: [] }, home)
  for (const realm of realms) {
    for (const name of subjects) {
      const login = await bridge.subject(name, realm)
      if (realm === home) logins.set(name, login)
    }
    for (const name of actors) {
      bridge.person(
        name,
        {
          roles: [...roles],
          groups: name === 'ada' ? ['/leads'] : ['/leads/night', '/analysts'],
          identity: identities[name],
          manager: managers[name],
        },
        realm,
      )
    }
  }

  const loginOf = (subject: string, browser: number, isElsewhere = false): Login => {
    const login = logins.get(subject)
    assert.ok(login)
    const session = `${home}-${login.session}-${browser}`
    return { ...login, session, ip: isElsewhere && browser === 1 ? '192.0.2.1' : '10.0.0.1' }
  }
  const personNow = (name: string) => bridge.directory.get(`${home}\n${name}`)
  /** The natural person behind an account, as this test knows and Keycloak may have forgotten. */
  const natural = (account: string) => identities[account] ?? account

  async function perform(act: AnyAct): Promise<void> {
    const about = 'subject' in act ? newest.get(act.subject) : undefined
    // Somebody whose identity Keycloak lost cannot be told from a stranger; what they did before still counts.
    if ('by' in act && forgotten.has(act.by)) return
    try {
      await attempt(act, about)
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
      if (code !== 'case_conflict') throw error
    }
    await check(act)
  }

  async function attempt(act: AnyAct, id: CaseId | undefined): Promise<void> {
    switch (act.kind) {
      case 'begin': {
        const answer = await bridge.begin(loginOf(act.subject, act.browser, act.isElsewhere))
        if ('case' in answer && answer.case !== undefined) {
          newest.set(act.subject, answer.case)
          cases.add(answer.case)
        }
        return
      }
      case 'poll':
        await bridge.poll(loginOf(act.subject, act.browser))
        return
      case 'submit': {
        const login = loginOf(act.subject, act.browser)
        const code = act.isRight ? rightCode : '000000'
        const answer = await bridge.step(login, { action: 'submit', code })
        if (answer.kind === 'granted') await checkGrant(answer.case)
        return
      }
      case 'cancel':
        await bridge.step(loginOf(act.subject, act.browser), { action: 'cancel' })
        return
      case 'wait':
        bridge.time.advance(act.seconds * 1000)
        return
      case 'run_jobs':
        await bridge.runJobs()
        await checkSessions()
        return
      case 'enable':
        bridge.person(act.by, { enabled: act.isYes }, home)
        return
      case 'role': {
        const held = new Set(personNow(act.by)?.roles ?? [])
        if (act.isYes) held.add(act.role)
        else held.delete(act.role)
        bridge.person(act.by, { roles: [...held] }, home)
        return
      }
      case 'group':
        bridge.person(act.by, { groups: act.isYes ? ['/leads', '/analysts'] : ['/analysts'] }, home)
        return
      case 'lose_identity':
        if (identities[act.by] === undefined || subjects.some((name) => name === act.by)) return
        forgotten.add(act.by)
        bridge.person(act.by, { identity: undefined }, home)
        return
      case 'go_on':
        for (const next of id === undefined ? [beginOf(act)] : await following(act, id)) await attempt(next, id)
        return
      default:
        if (id !== undefined) await attemptOn(act, id)
    }
  }

  type GoOn = Extract<AnyAct, { kind: 'go_on' }>
  const beginOf = ({ subject }: GoOn): AnyAct => ({ kind: 'begin', subject, browser: 0, isElsewhere: false })

  /** What would bring the case further, if this person may do it. */
  async function following({ subject, by }: GoOn, id: CaseId): Promise<readonly AnyAct[]> {
    const { state } = await bridge.caseOf(id, home)
    switch (state) {
      case 'awaiting_approval': {
        const hasEvidence = (await once((tx) => tx.evidence.ofCase(home, id))).length > 0
        const giver: AnyAct = { kind: 'give', subject, by }
        return [...(hasEvidence ? [] : [giver]), { kind: 'approve', subject, by, realm: 0 }]
      }
      case 'awaiting_evidence_review':
        return [{ kind: 'review_evidence', subject, by, isYes: true }]
      case 'awaiting_factor':
        return [{ kind: 'submit', subject, browser: 0, isRight: true }]
      case 'granted':
        return [{ kind: 'enter', subject, browser: 0 }, { kind: 'run_jobs' }]
      case 'in_use':
        return [{ kind: 'wait', seconds: 901 }, { kind: 'run_jobs' }]
      case 'ended':
      case 'review_due':
      case 'closed':
        return [
          { kind: 'review', subject, by },
          { kind: 'begin', subject, browser: 0, isElsewhere: false },
        ]
      default:
        return [
          { kind: 'wait', seconds: 1801 },
          { kind: 'begin', subject, browser: 0, isElsewhere: false },
        ]
    }
  }

  type OnCase = Extract<AnyAct, { subject: string }>
  async function attemptOn(act: OnCase, id: CaseId): Promise<void> {
    const current = await bridge.caseOf(id, home)
    const request = await once((tx) => tx.approvals.findRequest(home, id))
    switch (act.kind) {
      case 'approve':
      case 'deny': {
        if (request === undefined) return
        const ask = await bridge.approval(id, {}, home)
        const actor = bridge.actor(act.by, realms[act.realm])
        const result = await operations.decideApproval(actor, act.kind === 'deny' ? { ...ask, verdict: 'deny' } : ask)
        if (act.realm === 1) assert.equal(outcomeOf(result), 'case_unknown', 'a case of another realm')
        return
      }
      case 'give':
        await operations.addEvidence(bridge.actor(act.by, home), {
          case: id,
          item: 'reason',
          text: 'The sensor is wet.',
        })
        return
      case 'review_evidence': {
        const actor = bridge.actor(act.by, home)
        const items = await once((tx) => tx.evidence.ofCase(home, id))
        for (const item of items) await operations.openEvidence(actor, { case: id, evidence: item.id })
        await operations.reviewEvidence(actor, {
          case: id,
          verdict: act.isYes ? 'accept' : 'refuse',
          version: current.version,
          evidenceDigest: sha256(evidenceDigestText(items)),
          reason,
        })
        return
      }
      case 'record_verbal': {
        if (request === undefined || forgotten.has(act.named)) return
        const { verdict: _verdict, ...ask } = await bridge.approval(id, {}, home)
        await operations.recordVerbalApproval(bridge.actor(act.by, home), { ...ask, approver: asId(act.named) })
        return
      }
      case 'confirm':
        await operations.confirmVerbalApproval(bridge.actor(act.by, home), {
          case: id,
          verdict: act.isYes ? 'confirm' : 'refuse',
          reason,
        })
        return
      case 'ratify':
        await operations.ratifyGrant(bridge.actor(act.by, home), {
          case: id,
          verdict: act.isYes ? 'ratify' : 'refuse',
          reason,
        })
        return
      case 'revoke': {
        const result = await operations.revokeCase(bridge.actor(act.by, realms[act.realm]), { case: id, reason })
        if (act.realm === 1) assert.equal(outcomeOf(result), 'case_unknown', 'a case of another realm')
        return
      }
      case 'dispute':
        await operations.disputeCase.bySubject(bridge.actor(act.subject, home), { case: id })
        return
      case 'review': {
        const [due] = (await once((tx) => tx.reviews.ofCase(home, id))).filter(({ done }) => done === undefined)
        if (due === undefined) return
        const finding = {
          cause: 'sensor' as const,
          confidence: 'low' as const,
          action: 'dry the sensor',
          actionOwner: 'ada',
          actionDue: clock(),
          note: '',
        }
        await operations.recordReview(bridge.actor(act.by, home), { case: id, review: due.id, finding })
        return
      }
      case 'enter': {
        const isNew = current.grantedAt !== undefined && clock() - current.grantedAt < 600_000
        if (!isNew || bridge.sessions.has(current.session) || enteredAt.has(`${id}`)) return
        enteredAt.set(`${id}`, clock())
        bridge.sessions.set(current.session, id)
        return
      }
      default:
    }
  }

  /** What a grant stands on, judged by this test's own eyes at the moment of the grant. */
  async function checkGrant(id: CaseId): Promise<void> {
    const current = await bridge.caseOf(id, home)
    assert.equal(current.state, 'granted')
    assert.ok(personNow(current.user)?.enabled, 'the subject’s account is enabled')
    const approvals = await once((tx) => tx.approvals.ofCase(home, id))
    assert.ok(!approvals.some(({ verdict }) => verdict === 'deny'), 'nobody had said no')
    const good = approvals.filter(({ state, confirmBy, id: by }) => {
      const holds = state === 'counted' || state === 'confirmed' || (state === 'pending' && clock() < (confirmBy ?? 0))
      const account = personNow(by)
      return holds && account?.enabled === true && account.roles.includes('approver')
    })
    const people = new Map(good.map((one) => [natural(one.id), one]))
    assert.ok(!people.has(natural(current.user)), 'nobody approves their own')
    const demands = (policy.profiles[0]?.approvals ?? []).flatMap(({ group, count }) =>
      Array.from({ length: count }, () => group),
    )
    const sets = [...people.values()].map(({ id: by }) => personNow(by)?.groups ?? [])
    assert.ok(canSeat(demands, sets), `every demand is met by somebody else: ${JSON.stringify({ demands, sets })}`)
    if (policy.profiles[0]?.minimumBand !== 'review') return
    const review = await once((tx) => tx.evidence.findReview(home, id))
    assert.equal(review?.verdict, 'accept')
    assert.ok(personNow(review.id)?.roles.includes('evidence-reviewer'))
    for (const { id: by } of good) {
      assert.ok(managers[by] !== review.id && managers[review.id] !== by, `${by} and ${review.id} are in one line`)
    }
  }

  /** A session stands only while its case has it stand. */
  async function checkSessions(): Promise<void> {
    for (const [session, id] of bridge.sessions) {
      if (!cases.has(id)) continue
      const { state, endsAt } = await bridge.caseOf(id, home)
      const stoodMs = clock() - (enteredAt.get(`${id}`) ?? 0)
      const mayStand = (endsAt ?? 0) > clock() && ['granted', 'in_use'].includes(state)
      assert.ok(mayStand || stoodMs < graceMs, `the session ${session} of a case that is ${state} stands`)
    }
  }

  async function check(act: AnyAct): Promise<void> {
    const open = new Map<string, number>()
    for (const id of cases) {
      const current = await bridge.caseOf(id, home)
      seen.add(current.state)
      if (isOpen(current.state)) open.set(current.user, (open.get(current.user) ?? 0) + 1)
      const taken = await once((tx) => tx.participants.ofCase(home, id))
      const parts = new Map<string, string[]>([[natural(current.user), ['subject']]])
      for (const one of taken) {
        if (one.part === 'subject') continue
        parts.set(natural(one.id), [...(parts.get(natural(one.id)) ?? []), one.part])
      }
      for (const [person, had] of parts) assert.equal(whyWrong(had), undefined, `${person} after ${act.kind}: ${had}`)
    }
    for (const [user, count] of open) assert.equal(count, 1, `${user} has one open case`)
    assert.deepEqual(await once((tx) => tx.participants.ofCase(away, asId('none'))), [])
  }

  /** Lets all time pass that can matter; then nothing stands any more, and every history is whole. */
  async function finish(): Promise<void> {
    for (let turns = 0; turns < 200; turns += 1) {
      const next = await once((tx) => tx.jobs.nextDue())
      if (next === undefined) break
      bridge.time.advance(Math.max(next - clock(), 900_000))
      await bridge.runJobs()
      await checkSessions()
    }
    for (const [session, id] of bridge.sessions) assert.ok(!cases.has(id), `the session ${session} is left`)
    for (const id of cases) {
      const history = await once((tx) => tx.history.list(home, id))
      assert.equal(verifyChain(sha256, history), undefined)
      let state: CaseState = 'opened'
      let isTakenBack = false
      for (const entry of history.slice(1)) {
        assert.equal(
          entry.state,
          nextState(state, entry.event === 'open' ? 'declare' : entry.event),
          `${state} ${entry.event}`,
        )
        assert.ok(
          !(isTakenBack && ['approve', 'clear', 'grant', 'use'].includes(entry.event)),
          `${entry.event} after all was over`,
        )
        isTakenBack ||= ['deny', 'revoke', 'unratify', 'void'].includes(entry.event)
        state = entry.state
        seen.add(state)
      }
      assert.equal((await bridge.caseOf(id, home)).state, state)
      assert.ok(!isOpen(state), `a case is left ${state}`)
      // R37 I13: whatever happened, an export of it agrees with itself, and the decision comes out once more.
      assert.deepEqual(await faultsOfExport(bridge, { realm: home, id, policy }), [])
    }
  }

  return { perform, finish, states: () => seen }
}
