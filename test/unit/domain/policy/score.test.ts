import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type RiskGroup, riskGroupCaps, riskGroups } from '../../../../bridge/domain/policy/ceilings.ts'
import { holds } from '../../../../bridge/domain/policy/condition.ts'
import type { Facts } from '../../../../bridge/domain/policy/facts.ts'
import type { Policy, RiskFactor } from '../../../../bridge/domain/policy/policy.ts'
import { readRisk } from '../../../../bridge/domain/policy/read-facts.ts'
import { bandOf, scoreOf } from '../../../../bridge/domain/policy/score.ts'
import { anyFactor, anyFacts, anyPolicy, propertyRuns } from '../../../support/arbitrary-policies.ts'
import { buildFactor, buildFacts, buildPolicy, withFactors, without } from '../../../support/policies.ts'

const never = { not: { always: true } } as const

const score = (
  factors: readonly RiskFactor[],
  { facts = buildFacts(), isPrivileged = false, hasSuitabilityPlan = false } = {},
) => {
  const policy = withFactors(factors)
  return scoreOf(policy, { reader: readRisk(policy, facts), isPrivileged, hasSuitabilityPlan })
}

describe('the score', () => {
  test('R28: a factor that holds adds its points and is named; one that does not is not', () => {
    const factors = [buildFactor('holds', 7), buildFactor('not', 9, { when: never })]
    assert.deepEqual(score(factors), { total: 7, contributions: [{ id: 'holds', points: 7, because: 'holds' }] })
    assert.deepEqual(score([]), { total: 0, contributions: [] })
    assert.deepEqual(score([buildFactor('nothing', 0)]), { total: 0, contributions: [] })
  })

  test('I5: a factor whose fact is missing counts as the worst, and says so', () => {
    const outside = buildFactor('outside', 5, { when: { outsideHours: true } })
    assert.equal(score([outside]).total, 0)
    assert.deepEqual(score([outside], { facts: without(buildFacts(), 'outsideHours') }), {
      total: 5,
      contributions: [{ id: 'outside', points: 5, because: 'missing' }],
    })
  })

  test('I5 R48: points are taken off only where the fact is known, and never for privileged people', () => {
    const factors = [buildFactor('bad', 20), buildFactor('good', -10, { when: { outage: true }, group: 'cohort' })]
    const known = buildFacts({ outage: true })
    assert.deepEqual(score(factors, { facts: known }).contributions[1], { id: 'good', points: -10, because: 'holds' })
    assert.equal(score(factors, { facts: known }).total, 10)
    assert.equal(score(factors, { facts: buildFacts() }).total, 20)
    assert.equal(score(factors, { facts: without(known, 'outage') }).total, 20)
    assert.equal(score(factors, { facts: known, isPrivileged: true }).total, 20)
  })

  test('R28: the bad points of a group are capped together, and what the cap takes off is a line of its own', () => {
    const factors = [
      buildFactor('a', 20, { group: 'network' }),
      buildFactor('b', 20, { group: 'network' }),
      buildFactor('good', -5, { group: 'network' }),
      buildFactor('c', 4, { group: 'device' }),
    ]
    assert.deepEqual(score(factors), {
      total: 24,
      contributions: [
        { id: 'a', points: 20, because: 'holds' },
        { id: 'b', points: 20, because: 'holds' },
        { id: 'good', points: -5, because: 'holds' },
        { id: 'c', points: 4, because: 'holds' },
        { id: 'cap:network', points: -15, because: 'cap' },
      ],
    })
  })

  test('R28: each group has its cap, and up to it there is none', () => {
    for (const group of riskGroups) {
      const cap = riskGroupCaps[group as RiskGroup]
      const half = Math.floor(cap / 2)
      const two = (more: number) => [buildFactor('a', half, { group }), buildFactor('b', cap - half + more, { group })]
      assert.equal(score(two(0)).total, cap, group)
      assert.equal(score(two(0)).contributions.length, 2, group)
      assert.equal(score(two(1)).total, cap, group)
      assert.equal(score(two(1)).contributions.length, 3, group)
    }
  })

  test('R28: the scale ends at 0 and 100, with a line that says what was cut off', () => {
    const all = riskGroups.map((group) => buildFactor(group, riskGroupCaps[group], { group }))
    const high = score(all)
    assert.equal(high.total, 100)
    assert.deepEqual(high.contributions.at(-1), { id: 'scale', points: -80, because: 'cap' })
    const low = score([buildFactor('bad', 5), buildFactor('good', -12)])
    assert.equal(low.total, 0)
    assert.deepEqual(low.contributions.at(-1), { id: 'scale', points: 7, because: 'cap' })
  })

  test('R46: a waived factor counts nothing for people with a plan; points in their favour stay', () => {
    const factors = [
      buildFactor('waived', 15, { waivedBySuitability: true }),
      buildFactor('other', 12),
      buildFactor('good', -5, { waivedBySuitability: true }),
    ]
    assert.equal(score(factors).total, 22)
    assert.deepEqual(score(factors, { hasSuitabilityPlan: true }), {
      total: 7,
      contributions: [
        { id: 'other', points: 12, because: 'holds' },
        { id: 'good', points: -5, because: 'holds' },
      ],
    })
  })

  test('I14: points outside their bounds count as the bound, and what is no whole number as the most', () => {
    assert.equal(score([buildFactor('huge', 1e9)]).contributions[0]?.points, 60)
    assert.equal(score([buildFactor('bad', 60), buildFactor('low', -1e9)]).total, 45)
    for (const points of [Number.NaN, Infinity, -Infinity, 0.5, -0.5]) {
      assert.equal(score([buildFactor('absurd', points)]).total, 60, `${points}`)
    }
  })

  test('R28 I5: a bad fact never lowers a score, and neither does the loss of a good one', () => {
    const isBad = (factor: RiskFactor, policy: Policy, facts: Facts) =>
      holds(factor.when, readRisk(policy, facts)) !== false
    const isGood = (factor: RiskFactor, policy: Policy, facts: Facts) =>
      holds(factor.when, readRisk(policy, facts)) === true
    fc.assert(
      fc.property(anyPolicy, anyFacts, anyFacts, (whole, one, other) => {
        // Only what is no worse in the second than in the first stays in the table.
        const factors = whole.risk.factors.filter((factor) =>
          factor.points > 0
            ? isBad(factor, whole, other) || !isBad(factor, whole, one)
            : isGood(factor, whole, one) || !isGood(factor, whole, other),
        )
        const policy = withFactors(factors, whole)
        const total = (facts: Facts) =>
          scoreOf(policy, { reader: readRisk(policy, facts), isPrivileged: false, hasSuitabilityPlan: false }).total
        assert.ok(total(other) >= total(one))
      }),
      { numRuns: propertyRuns(2000) },
    )
  })

  test('R28: another line with points never lowers a score', () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, anyFactor('another'), (policy, facts, factor) => {
        fc.pre(factor.points >= 0)
        const input = { reader: readRisk(policy, facts), isPrivileged: false, hasSuitabilityPlan: false }
        const more = withFactors([...policy.risk.factors, factor], policy)
        assert.ok(scoreOf(more, input).total >= scoreOf(policy, input).total)
      }),
      { numRuns: propertyRuns() },
    )
  })
})

describe('the bands', () => {
  const banded = (approval: number, review: number, closed: number) => (total: number) =>
    bandOf(buildPolicy({ risk: { bands: { approval, review, closed }, factors: [] } }), total)

  test('R28: a band begins at its number', () => {
    const of = banded(10, 20, 30)
    const found = [0, 9, 10, 19, 20, 29, 30, 100].map(of)
    assert.deepEqual(found, [
      'self-service',
      'self-service',
      'approval',
      'approval',
      'review',
      'review',
      'closed',
      'closed',
    ])
  })

  test('I14: a band begins at its ceiling at the latest', () => {
    const of = banded(1000, 1000, 1000)
    assert.deepEqual([24, 25, 49, 50, 74, 75].map(of), [
      'self-service',
      'approval',
      'approval',
      'review',
      'review',
      'closed',
    ])
  })

  test('I14: without a number a band begins at once', () => {
    for (const absurd of [Number.NaN, Infinity, 0.5]) {
      assert.equal(banded(absurd, 50, 75)(0), 'approval')
      assert.equal(banded(25, absurd, 75)(0), 'review')
      assert.equal(banded(25, 50, absurd)(0), 'closed')
    }
  })

  test('I5: of bands that do not ascend the strictest counts', () => {
    assert.equal(banded(25, 50, 10)(12), 'closed')
    assert.equal(banded(25, 5, 75)(7), 'review')
  })
})
