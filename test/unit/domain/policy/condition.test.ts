import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  choiceFacts,
  type FactName,
  type FactReader,
  factsOf,
  flagFacts,
  holds,
  numberFacts,
  setFacts,
} from '../../../../bridge/domain/policy/condition.ts'
import type { Condition } from '../../../../bridge/domain/policy/policy.ts'
import { readFacts } from '../../../../bridge/domain/policy/read-facts.ts'
import { anyCondition, anyFacts, propertyRuns } from '../../../support/arbitrary-policies.ts'
import { buildPolicy, without } from '../../../support/policies.ts'

const nothingKnown: FactReader = {
  choice: () => undefined,
  set: () => undefined,
  number: () => undefined,
  flag: () => undefined,
}
const yes: Condition = { always: true }
const no: Condition = { not: yes }
const open: Condition = { outage: true }

describe('what a condition asks', () => {
  test('every kind of fact holds, does not hold, or is left open', () => {
    for (const name of choiceFacts) {
      const wanted = { [name]: ['a', 'b'] } as Condition
      assert.equal(holds(wanted, { ...nothingKnown, choice: (asked) => (asked === name ? 'b' : 'c') }), true, name)
      assert.equal(holds(wanted, { ...nothingKnown, choice: () => 'c' }), false, name)
      assert.equal(holds(wanted, nothingKnown), undefined, name)
    }
    for (const name of setFacts) {
      const wanted = { [name]: ['a', 'b'] } as Condition
      assert.equal(holds(wanted, { ...nothingKnown, set: (asked) => (asked === name ? ['c', 'b'] : []) }), true, name)
      assert.equal(holds(wanted, { ...nothingKnown, set: () => ['c'] }), false, name)
      assert.equal(holds(wanted, { ...nothingKnown, set: () => [] }), false, name)
      assert.equal(holds(wanted, nothingKnown), undefined, name)
    }
    for (const name of numberFacts) {
      const wanted = { [name]: { atLeast: 3 } } as Condition
      assert.equal(holds(wanted, { ...nothingKnown, number: (asked) => (asked === name ? 3 : 0) }), true, name)
      assert.equal(holds(wanted, { ...nothingKnown, number: () => 2 }), false, name)
      assert.equal(holds(wanted, nothingKnown), undefined, name)
    }
    for (const name of flagFacts) {
      for (const wanted of [true, false]) {
        const condition = { [name]: wanted } as Condition
        const reader = { ...nothingKnown, flag: (asked: string) => (asked === name ? wanted : !wanted) }
        assert.equal(holds(condition, reader), true, name)
        assert.equal(holds(condition, { ...nothingKnown, flag: () => !wanted }), false, name)
        assert.equal(holds(condition, nothingKnown), undefined, name)
      }
    }
  })

  test('a range holds from atLeast on and below below', () => {
    const within = (range: { atLeast?: number; below?: number }, value: number) =>
      holds({ disputes: range }, { ...nothingKnown, number: () => value })
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((value) => within({ atLeast: 2, below: 4 }, value)),
      [false, true, true, false, false],
    )
    assert.equal(within({ below: 4 }, -7), true)
    assert.equal(within({ atLeast: 4 }, 1e9), true)
  })

  test('I5: a bound or a fact that is no number leaves the condition open', () => {
    const within = (range: { atLeast?: number; below?: number }, value: number) =>
      holds({ disputes: range }, { ...nothingKnown, number: () => value })
    assert.equal(within({ atLeast: Number.NaN }, 3), undefined)
    assert.equal(within({ below: Number.NaN }, 3), undefined)
    assert.equal(within({ below: 3 }, Number.NaN), undefined)
  })

  test('a group holds for its subgroups, not for names that only begin alike; roles and zones have no subgroups', () => {
    const reader = { ...nothingKnown, set: () => ['/staff/night', 'app/admin'] }
    assert.equal(holds({ group: ['/staff'] }, reader), true)
    assert.equal(holds({ group: ['/staff/night'] }, reader), true)
    assert.equal(holds({ group: ['/sta'] }, reader), false)
    assert.equal(holds({ group: ['/staff/night/late'] }, reader), false)
    assert.equal(holds({ role: ['app'] }, reader), false)
    assert.equal(holds({ zone: ['/staff'] }, reader), false)
  })

  test('all, any and not follow Kleene: what is open stays open unless another part settles it', () => {
    const truth = (condition: Condition) => holds(condition, nothingKnown)
    assert.deepEqual([truth(yes), truth(no), truth(open)], [true, false, undefined])
    assert.equal(truth({ not: open }), undefined)
    assert.equal(truth({ not: no }), true)
    assert.deepEqual(
      [
        [yes, yes],
        [yes, no],
        [yes, open],
        [no, open],
        [open, open],
      ].map((all) => truth({ all })),
      [true, false, undefined, false, undefined],
    )
    assert.deepEqual(
      [
        [no, no],
        [yes, no],
        [yes, open],
        [no, open],
        [open, open],
      ].map((any) => truth({ any })),
      [false, true, true, undefined, undefined],
    )
  })

  test('all members of one condition must hold', () => {
    const reader = { ...nothingKnown, flag: () => true, number: () => 1 }
    assert.equal(holds({ outage: true, disputes: { atLeast: 1 } }, reader), true)
    assert.equal(holds({ outage: true, disputes: { atLeast: 2 } }, reader), false)
    assert.equal(holds({ outage: true, device: ['new'] }, reader), undefined)
    assert.equal(holds({ always: true, any: [no] }, reader), false)
    assert.equal(holds({ all: [yes], not: yes }, reader), false)
  })

  test('I5: what is known of some facts stays so when more become known', () => {
    const policy = buildPolicy()
    const names = fc.subarray(['roles', 'groups', 'zones', 'device', 'outsideHours', 'disputes', 'outage'] as const)
    fc.assert(
      fc.property(anyCondition, anyFacts, names, (condition, facts, missing) => {
        const known = holds(condition, readFacts(policy, facts))
        const guessed = holds(condition, readFacts(policy, without(facts, ...missing)))
        assert.ok(guessed === undefined || guessed === known)
      }),
      { numRuns: propertyRuns(2000) },
    )
  })
})

describe('the facts of a condition', () => {
  test('are named at any depth, each once', () => {
    const condition: Condition = {
      realm: ['a'],
      outage: false,
      all: [{ role: ['b'] }],
      any: [{ disputes: { atLeast: 1 } }, { all: [{ realm: ['c'] }] }],
      not: { any: [{ not: { zone: ['d'] } }] },
    }
    assert.deepEqual([...factsOf(condition)].sort(), ['disputes', 'outage', 'realm', 'role', 'zone'])
    assert.deepEqual([...factsOf(yes)], [])
  })

  test('are all that a condition depends on', () => {
    const policy = buildPolicy()
    fc.assert(
      fc.property(anyCondition, anyFacts, (condition, facts) => {
        const reader = readFacts(policy, facts)
        const asked = factsOf(condition)
        const only = (name: FactName): void => assert.ok(asked.has(name), name)
        const strict: FactReader = {
          choice: (name) => {
            only(name)
            return reader.choice(name)
          },
          set: (name) => {
            only(name)
            return reader.set(name)
          },
          number: (name) => {
            only(name)
            return reader.number(name)
          },
          flag: (name) => {
            only(name)
            return reader.flag(name)
          },
        }
        holds(condition, strict)
      }),
      { numRuns: propertyRuns() },
    )
  })
})
