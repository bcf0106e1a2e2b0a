import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decide } from '../../../bridge/domain/decision.ts'
import { checks } from '../../../bridge/domain/policy.ts'
import { isSupportedServer } from '../../../bridge/domain/server-version.ts'
import { decisionFacts, standardPolicy } from '../../support/builders.ts'

const policy = standardPolicy()

describe('the decision', () => {
  test('R7: with a failure, a first factor and a factor of one’s own, the paths of owned factors are offered in order', () => {
    const decision = decide(policy, decisionFacts({ availableChecks: ['keycloak-otp', 'bridge-totp'] }))
    assert.equal(decision.outcome, 'grant_alternate')
    assert.deepEqual(decision.outcome === 'grant_alternate' && decision.paths.map((path) => path.id), [
      'password-bridge-totp',
      'password-keycloak-otp',
    ])
  })

  test('R1: without an active policy nobody is let in', () => {
    assert.deepEqual(decide(undefined, decisionFacts()), { outcome: 'deny', reason: 'no_active_policy' })
  })

  test('I1 B02: without a recorded failure nobody is let in', () => {
    assert.deepEqual(decide(policy, decisionFacts({ failure: undefined })), {
      outcome: 'deny',
      reason: 'failure_missing',
    })
  })

  test('I1 B03: without a first factor nobody is let in', () => {
    const decision = decide(policy, decisionFacts({ firstFactor: undefined }))
    assert.deepEqual(decision, { outcome: 'deny', reason: 'first_factor_missing' })
  })

  test('R7: without a factor that can be proved there is no path', () => {
    const decision = decide(policy, decisionFacts({ availableChecks: [] }))
    assert.deepEqual(decision, { outcome: 'deny', reason: 'no_path_available' })
  })

  test('B11: a locked user waits until the lock ends, and not a millisecond less', () => {
    const facts = decisionFacts()
    const locked = (lockedUntil: number) =>
      decide(policy, { ...facts, account: { ...facts.account, lockedUntil } }).outcome
    assert.equal(locked(facts.at + 1), 'deny_with_retry')
    assert.equal(locked(facts.at), 'grant_alternate')
  })

  test('NIST 800-63B-4 3.2.2: after a hundred wrong codes without a right one the factor must be bound anew', () => {
    const facts = decisionFacts()
    const after = (failuresSinceSuccess: number) =>
      decide(policy, { ...facts, account: { ...facts.account, failuresSinceSuccess } })
    assert.equal(after(99).outcome, 'grant_alternate')
    assert.deepEqual(after(100), { outcome: 'deny', reason: 'rebind_required' })
  })

  test('B01: a user’s cases of one day are limited', () => {
    const facts = decisionFacts()
    const after = (casesInLastDay: number) =>
      decide(policy, { ...facts, account: { ...facts.account, casesInLastDay } })
    assert.equal(after(policy.profile.casesPerDay - 1).outcome, 'grant_alternate')
    assert.deepEqual(after(policy.profile.casesPerDay), { outcome: 'deny', reason: 'case_limit' })
  })

  test('I13: the same policy and facts give the same decision', () => {
    for (const check of checks) {
      const facts = decisionFacts({ availableChecks: [check] })
      assert.equal(
        JSON.stringify(decide(policy, facts)),
        JSON.stringify(decide(structuredClone(policy), structuredClone(facts))),
      )
    }
  })
})

describe('the version of Keycloak', () => {
  test('a server older than 26.7.5, or of no plain version, is refused', () => {
    for (const version of [
      '26.7.4',
      '26.6.99',
      '25.9.9',
      '',
      '26.7',
      '26.7.5-SNAPSHOT',
      'v26.7.5',
      '26.7.5.1',
      '²6.7.5',
    ]) {
      assert.equal(isSupportedServer(version), false, version)
    }
    for (const version of ['26.7.5', '26.7.10', '26.10.0', '27.0.0', '100.0.0']) {
      assert.equal(isSupportedServer(version), true, version)
    }
  })
})
