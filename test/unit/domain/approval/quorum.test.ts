import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type CountedApprover, countApprovals, wouldCount } from '../../../../bridge/domain/approval/quorum.ts'
import { asId } from '../../../../bridge/domain/ids.ts'

const groups = ['/leads', '/analysts', '/managers'] as const
const anyDemands = fc.array(fc.record({ group: fc.constantFrom(...groups), count: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 3,
})
const anyApprovers: fc.Arbitrary<readonly CountedApprover[]> = fc
  .array(fc.record({ groups: fc.subarray([...groups, '/leads/night']), twinOf: fc.nat(12) }), { maxLength: 7 })
  .map((people) =>
    people.map((one, at) => ({
      id: asId(`p${at}`),
      identity: one.twinOf < 7 ? `E${one.twinOf}` : undefined,
      groups: one.groups,
    })),
  )

/** The most places that can be filled, by trying every way. */
const mostSeats = (places: readonly string[], people: readonly (readonly string[])[]): number => {
  const [group, ...rest] = places
  if (group === undefined) return 0
  const without = mostSeats(rest, people)
  const within = people.map((mine, at) =>
    mine.some((one) => one === group || one.startsWith(`${group}/`)) ? 1 + mostSeats(rest, people.toSpliced(at, 1)) : 0,
  )
  return Math.max(without, ...within)
}
const distinct = (approvers: readonly CountedApprover[]) =>
  approvers.filter(
    (one, at) => !approvers.slice(0, at).some((other) => one.identity !== undefined && other.identity === one.identity),
  )

describe('whether enough people approved', () => {
  test('R16 C08 C04: the assignment fills the most places that distinct people can fill, and a demand is met only in full', () => {
    fc.assert(
      fc.property(anyDemands, anyApprovers, (demands, approvers) => {
        const { isMet, demands: states } = countApprovals(demands, approvers)
        const places = demands.flatMap(({ group, count }) => Array.from({ length: count }, () => group))
        const people = distinct(approvers).map((one) => one.groups)
        const given = states.reduce((sum, one) => sum + one.given, 0)
        assert.equal(given, mostSeats(places, people))
        assert.equal(isMet, given === places.length)
        for (const [at, { given: of, count, group }] of states.entries()) {
          assert.ok(of <= count)
          assert.equal(group, demands[at]?.group)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('R16 C14: an empty list of demands is never met', () => {
    assert.equal(countApprovals([], [{ id: asId('ann'), identity: undefined, groups: ['/leads'] }]).isMet, false)
  })

  test('R41: several demands are AND: whoever is in both groups fills one place', () => {
    const demands = [
      { group: '/leads', count: 1 },
      { group: '/analysts', count: 1 },
    ]
    const both = { id: asId<CountedApprover['id']>('ann'), identity: undefined, groups: ['/leads', '/analysts'] }
    assert.equal(countApprovals(demands, [both]).isMet, false)
    assert.equal(countApprovals(demands, [both, { ...both, id: asId('amy'), groups: ['/leads'] }]).isMet, true)
  })

  test('one more approval counts exactly where it fills a place that was empty', () => {
    fc.assert(
      fc.property(anyDemands, anyApprovers, (demands, approvers) => {
        const [last, ...others] = approvers
        if (last === undefined) return
        const sum = (of: readonly CountedApprover[]) =>
          countApprovals(demands, of).demands.reduce((all, { given }) => all + given, 0)
        assert.equal(wouldCount(demands, others, last), sum([...others, last]) > sum(others))
      }),
      { numRuns: 200 },
    )
  })
})
