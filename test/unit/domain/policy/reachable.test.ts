import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type FactReader, holds } from '../../../../bridge/domain/policy/condition.ts'
import { numberBounds, valuesOf } from '../../../../bridge/domain/policy/fact-values.ts'
import type { Condition } from '../../../../bridge/domain/policy/policy.ts'
import { documentBudget, reach } from '../../../../bridge/domain/policy/reachable.ts'

const found = (wanted: Condition, ...earlier: readonly Condition[]) =>
  reach({ wanted, earlier, isCoherent: () => true, budget: documentBudget() })

const groups = ['/a', '/a/b', '/c'] as const
const subsets = Array.from({ length: 8 }, (_unused, bits) => groups.filter((_name, place) => (bits >> place) % 2 === 1))

/** Every login over four facts, one by one. */
const everyLogin: readonly FactReader[] = subsets.flatMap((set) =>
  Array.from({ length: 7 }, (_unused, number) => number).flatMap((number) =>
    ['app', 'shop', 'other'].flatMap((choice) =>
      [true, false].map(
        (flag): FactReader => ({ choice: () => choice, set: () => set, number: () => number, flag: () => flag }),
      ),
    ),
  ),
)

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.subarray(['app', 'shop'], { minLength: 1 }).map((client) => ({ client })),
  fc.subarray([...groups], { minLength: 1 }).map((group) => ({ group })),
  fc.boolean().map((outage) => ({ outage })),
  fc.record({ atLeast: fc.nat(5), below: fc.integer({ min: 1, max: 6 }) }).map((disputes) => ({ disputes })),
  fc.nat(5).map((atLeast) => ({ disputes: { atLeast } })),
  fc.constant({ always: true } as const),
)
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('condition').map((not) => ({ not })),
    fc.tuple(leaf, leaf).map(([a, b]) => ({ ...a, ...b })),
  ),
}))

describe('whether a rule can be reached', () => {
  test('is what trying every login says, for whatever conditions', () => {
    fc.assert(
      fc.property(condition, fc.array(condition, { maxLength: 4 }), (wanted, earlier) => {
        const isReachable = everyLogin.some(
          (login) => holds(wanted, login) === true && earlier.every((one) => holds(one, login) === false),
        )
        assert.equal(found(wanted, ...earlier), isReachable ? 'reachable' : 'unreachable')
      }),
      { numRuns: 2000 },
    )
  })

  test('numbers stay inside what a fact can be', () => {
    assert.equal(found({ rolloutBucket: { atLeast: 99 } }), 'reachable')
    assert.equal(found({ rolloutBucket: { atLeast: 100 } }), 'unreachable')
    assert.equal(found({ not: { rolloutBucket: { below: 100 } } }), 'unreachable')
    assert.equal(found({ failureCount: { below: 1 } }), 'unreachable')
    assert.equal(found({ requiredLevel: { atLeast: 10 } }), 'unreachable')
  })

  test('closed lists have no further value, open ones have', () => {
    const clients = { client: ['a', 'b', 'another'] }
    assert.equal(found({ not: clients }), 'reachable')
    assert.equal(found({ not: { tier: ['standard', 'privileged'] } }), 'unreachable')
    assert.equal(found({ not: { device: ['known', 'new'] } }), 'unreachable')
  })

  test('a search that its budget cuts short, or that leaves out sets, knows nothing rather than no', () => {
    const wanted: Condition = { all: [{ outage: true }, { outage: false }] }
    const question = { wanted, earlier: [], isCoherent: () => true }
    assert.equal(reach({ ...question, budget: documentBudget() }), 'unreachable')
    assert.equal(reach({ ...question, budget: { left: 5 } }), 'unknown')
    const roles = ['a', 'b', 'c', 'd', 'e', 'f']
    const three: Condition = {
      role: roles,
      all: [...roles.slice(0, 3).map((one) => ({ role: [one] })), { not: { role: ['f'] } }],
    }
    assert.equal(found(three), 'unknown')
    assert.equal(found({ all: roles.map((one) => ({ role: [one] })) }), 'reachable')
  })

  test('facts that cannot be true together reach nothing', () => {
    const never = reach({ wanted: { outage: true }, earlier: [], isCoherent: () => false, budget: documentBudget() })
    assert.equal(never, 'unreachable')
  })
})

describe('the values that conditions can tell apart', () => {
  test('are one of each class', () => {
    const values = valuesOf([
      { client: ['another'], outage: true },
      { not: { disputes: { atLeast: 2, below: 7 } }, group: ['/a', '/b'], tier: ['standard'] },
      { rolloutBucket: { below: 100 } },
    ])
    assert.deepEqual(
      values.map(({ name, values: each }) => [name, each]),
      [
        ['client', ['another', 'another-one']],
        ['tier', ['standard', 'privileged']],
        ['group', [[], ['/a'], ['/b'], ['/a', '/b']]],
        ['disputes', [0, 2, 7]],
        ['rolloutBucket', [0]],
        ['outage', [true, false]],
      ],
    )
  })

  test('say where sets were left out', () => {
    const five = valuesOf([{ role: ['a', 'b', 'c', 'd', 'e'] }])[0]
    const six = valuesOf([{ role: ['a', 'b', 'c', 'd', 'e', 'f'] }])[0]
    assert.ok(five !== undefined && 'isComplete' in five && six !== undefined && 'isComplete' in six)
    assert.deepEqual([five.values.length, five.isComplete], [32, true])
    assert.deepEqual([six.values.length, six.isComplete], [1 + 6 + 15 + 1, false])
  })

  test('stay inside the bounds of each number', () => {
    assert.ok(Object.values(numberBounds).every(({ least, most }) => least >= 0 && least < most))
  })
})
