import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { verifyChain } from '../../bridge/domain/history.ts'
import type { CaseId } from '../../bridge/domain/ids.ts'
import { termsOf } from '../../bridge/domain/policy/decision.ts'
import { peoplePolicy } from '../support/asking-policy.ts'
import { createPeopleBridge, demo, type Login, outcomeOf, type PeopleBridge } from '../support/people-installation.ts'
import { buildLimits } from '../support/policies.ts'
import { openTestStore, type TestStore } from '../support/test-store.ts'

/** A thousand cases an hour, for ten minutes. */
const minutes = 10
const aMinute = 17

describe('a thousand cases an hour', () => {
  let store: TestStore
  let bridge: PeopleBridge
  before(async () => {
    store = await openTestStore()
    const limits = buildLimits({ sessionSeconds: 120 })
    const policy = peoplePolicy({ limits, review: { samplePercent: 100, withinSeconds: 86_400 } })
    bridge = createPeopleBridge({ replicas: [store], policy })
  })
  after(() => store.close())

  const begun: { login: Login; id: CaseId }[] = []
  const oneCase = async (number: number): Promise<void> => {
    const login = await bridge.subject(`subject-${number}`)
    const id = await bridge.ask(login)
    // Nobody decides more than twenty times in an hour.
    const approver = bridge.person(`lead-${number % 10}`).name
    assert.equal(outcomeOf(await bridge.approve(id, approver)), 'awaiting_factor')
    assert.equal((await bridge.submit(login)).kind, 'granted')
    bridge.enter(login, id)
    begun.push({ login, id })
  }

  test('R24 R34: every case of ten minutes has all that must be known of it, to its reviewed end', async () => {
    for (let minute = 0; minute < minutes; minute += 1) {
      for (let number = 0; number < aMinute; number += 1) await oneCase(minute * aMinute + number)
      await bridge.runJobs()
      bridge.time.advance(60_000)
    }
    bridge.time.advance(180_000)
    await bridge.runJobs()
    for (const [number, { id }] of begun.entries()) await lookAt(id, number)
    bridge.time.advance(60_000)
    await bridge.runJobs()
    assert.equal(begun.length, minutes * aMinute)
    for (const { id, login } of begun) await hasEverything(id, login)
    assert.equal(bridge.sessions.size, 0)
  })

  async function lookAt(id: CaseId, number: number): Promise<void> {
    const due = await bridge.once((tx) => tx.reviews.ofCase(demo, id))
    assert.ok(due.length > 0)
    for (const [index, { id: review }] of due.entries()) {
      const by = bridge.person(`reviewer-${index}`, { roles: ['reviewer'], groups: [] }).name
      const actionDue = bridge.clock() + 86_400_000
      const action = `dry sensor ${number}`
      const finding = {
        cause: 'sensor',
        confidence: 'medium',
        action,
        actionOwner: 'ada',
        actionDue,
        note: '',
      } as const
      assert.equal(
        outcomeOf(await bridge.operations.recordReview(bridge.actor(by), { case: id, review, finding })),
        'closed',
      )
    }
  }

  async function hasEverything(id: CaseId, login: Login): Promise<void> {
    const current = await bridge.caseOf(id)
    assert.equal(current.state, 'closed')
    assert.equal(current.user, login.user)
    // Why it failed and when, under which policy, by which path.
    assert.equal(current.failureClass, 'cancelled_or_timed_out')
    for (const member of [
      'openedAt',
      'grantedAt',
      'endsAt',
      'path',
      'policyDigest',
      'client',
      'session',
      'profile',
    ] as const) {
      assert.ok(current[member], `${id} has no ${member}`)
    }
    const [approval, ...others] = await bridge.once((tx) => tx.approvals.ofCase(demo, id))
    assert.equal(others.length, 0)
    for (const member of ['id', 'name', 'method', 'reason', 'factsDigest', 'acr', 'authTime', 'token', 'at'] as const) {
      assert.ok(approval?.[member], `the approval of ${id} has no ${member}`)
    }
    const stored = await bridge.once((tx) => tx.decisions.find(demo, id))
    assert.ok(stored?.facts.failure?.class)
    assert.ok(stored.facts.firstFactor?.at)
    // What makes up for the missing biometric: another factor, a short session, an approval, a look afterwards.
    const terms = termsOf(stored.decision)
    assert.ok(terms)
    assert.deepEqual(terms.paths[0]?.amr, ['pwd', 'otp'])
    assert.equal(terms.approvals.length, 1)
    assert.equal(terms.review.samplePercent, 100)
    assert.equal((current.endsAt ?? 0) - (current.grantedAt ?? 0), terms.limits.sessionSeconds * 1000)
    const reviews = await bridge.once((tx) => tx.reviews.ofCase(demo, id))
    for (const { done } of reviews) assert.ok(done?.cause && done.action && done.actionOwner && done.actionDue)
    const history = await bridge.once((tx) => tx.history.list(demo, id))
    assert.equal(verifyChain(sha256, history), undefined)
    const events = history.map(({ event }) => event)
    for (const event of [
      'open',
      'ask_approval',
      'approve',
      'clear',
      'grant',
      'use',
      'end',
      'call_review',
      'review',
    ] as const) {
      assert.ok(events.includes(event), `${id} has no ${event}`)
    }
    const told = bridge.events.filter((event) => event.case === id)
    assert.equal(new Set(told.map((event) => event.id)).size, told.length)
    assert.ok(told.length >= 5, 'Keycloak’s log tells of it')
  }
})
