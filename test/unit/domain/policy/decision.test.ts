import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decide } from '../../../../bridge/domain/policy/decide.ts'
import { compareStrictness, type Decision, type Terms, termsOf } from '../../../../bridge/domain/policy/decision.ts'
import { anyFacts, anyPolicy, propertyRuns } from '../../../support/arbitrary-policies.ts'
import { buildFacts, buildLimits, buildPolicy, pathId } from '../../../support/policies.ts'

const { assessment } = decide(buildPolicy(), buildFacts())
assert.ok(assessment)
const terms: Terms = {
  paths: [{ id: pathId('totp'), check: 'bridge-totp', level: 1, acr: 'fallback', amr: ['otp'] }],
  limits: buildLimits(),
  approvals: [{ group: '/leads', count: 1 }],
  evidenceReview: false,
  evidence: null,
  review: { samplePercent: 10, withinSeconds: 1 },
}
const granted: Decision = { engine: 1, outcome: 'grant_alternate', terms, assessment }
const degraded: Decision = { engine: 1, outcome: 'degrade', terms, assessment }
const escalated = (differs: Partial<Terms> = {}): Decision => ({
  engine: 1,
  outcome: 'escalate',
  reason: 'approval_needed',
  terms: { ...terms, ...differs },
  assessment,
})
const locked: Decision = { engine: 1, outcome: 'deny_with_retry', reason: 'user_locked', retryAt: 5, assessment }
const denied: Decision = { engine: 1, outcome: 'deny', reason: 'policy_denies', assessment: null }

const isStricter = (a: Decision, b: Decision, what?: string): void => {
  assert.ok(compareStrictness(a, b) > 0, what)
  assert.ok(compareStrictness(b, a) < 0, what)
}

describe('the strictness of decisions', () => {
  test('R7: goes by the outcome first', () => {
    const rising = [granted, degraded, escalated(), locked, denied]
    for (const [index, one] of rising.entries()) {
      assert.equal(compareStrictness(one, one), 0)
      for (const milder of rising.slice(0, index)) isStricter(one, milder)
    }
    isStricter({ ...degraded, terms: { ...terms, limits: buildLimits({ sessionSeconds: 28_800 }) } }, granted)
  })

  test('R41: then by the review, the approvals, the evidence and the width, in this order', () => {
    const path = terms.paths[0]
    assert.ok(path)
    const stricter: readonly Partial<Terms>[] = [
      { evidenceReview: true },
      { approvals: [...terms.approvals, { group: '/analysts', count: 1 }] },
      { evidence: 'reason' },
      { limits: buildLimits({ sessionSeconds: 28_799 }) },
      { limits: buildLimits({ grantSeconds: 119 }) },
      { limits: buildLimits({ challengeSeconds: 299 }) },
      { limits: buildLimits({ attempts: 4 }) },
      { paths: [{ ...path, level: 0 }] },
    ]
    for (const [index, differs] of stricter.entries()) {
      isStricter(escalated(differs), escalated(), `number ${index}`)
      for (const later of stricter.slice(index + 1)) isStricter(escalated(differs), escalated(later), `number ${index}`)
    }
    isStricter(escalated(), escalated({ paths: [path, path] }), 'fewer paths')
    isStricter(escalated({ paths: [path, path] }), escalated({ paths: [{ ...path, level: 2 }] }), 'a lower level')
    isStricter(escalated({ approvals: [{ group: '/leads', count: 2 }] }), escalated(), 'more people of one group')
    isStricter(escalated({ paths: [path, { ...path, level: 1 }] }), escalated({ paths: [path, { ...path, level: 2 }] }))
  })

  test('is an order: whatever is at least as strict as the stricter of two is at least as strict as the other', () => {
    const decision = fc.tuple(anyPolicy, anyFacts).map(([policy, facts]) => decide(policy, facts))
    fc.assert(
      fc.property(decision, decision, decision, (a, b, c) => {
        assert.equal(Math.sign(compareStrictness(a, b)) + Math.sign(compareStrictness(b, a)), 0)
        if (compareStrictness(a, b) >= 0 && compareStrictness(b, c) >= 0) assert.ok(compareStrictness(a, c) >= 0)
      }),
      { numRuns: propertyRuns() },
    )
  })

  test('terms are those of what may be granted, and of nothing else', () => {
    assert.equal(termsOf(granted), terms)
    assert.deepEqual(termsOf(escalated()), terms)
    assert.equal(termsOf(locked), undefined)
    assert.equal(termsOf(denied), undefined)
  })
})
