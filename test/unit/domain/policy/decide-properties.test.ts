import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../../../../bridge/domain/canonical-json.ts'
import { canonicalText } from '../../../../bridge/domain/policy/canonical-text.ts'
import { askCeilings, ceilings, floors } from '../../../../bridge/domain/policy/ceilings.ts'
import { decide } from '../../../../bridge/domain/policy/decide.ts'
import {
  compareStrictness,
  type Decision,
  decisionReasons,
  outcomes,
  termsOf,
} from '../../../../bridge/domain/policy/decision.ts'
import type { Facts } from '../../../../bridge/domain/policy/facts.ts'
import type { Policy } from '../../../../bridge/domain/policy/policy.ts'
import { anyFacts, anyPolicy, propertyRuns } from '../../../support/arbitrary-policies.ts'
import { buildFacts, builtAt, without } from '../../../support/policies.ts'

const check = (holds: (policy: Policy, facts: Facts) => void, runs = 2000): void =>
  fc.assert(fc.property(anyPolicy, anyFacts, holds), { numRuns: propertyRuns(runs) })

const freeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member)
    Object.freeze(value)
  }
  return value
}

const text = (decision: Decision): string => canonicalJson(JSON.parse(JSON.stringify(decision)))
const totalOf = (decision: Decision): number | undefined => decision.assessment?.score.total
const isNotMilder = (stricter: Decision, than: Decision, what: string): void =>
  assert.ok(compareStrictness(stricter, than) >= 0, `${what}: ${text(than)} became ${text(stricter)}`)

/** The same facts with one fewer known, for every one that can be missing. */
const eachMissing = (facts: Facts): readonly (readonly [string, Facts])[] => [
  ...(
    ['failure', 'firstFactor', 'roles', 'groups', 'zones', 'device', 'outsideHours', 'disputes', 'outage'] as const
  ).map((name) => [name, without(facts, name)] as const),
  ['rolloutBucket', without(facts, 'rolloutBucket')],
  ...facts.available.map(
    (_factor, index) =>
      [
        `createdAt ${index}`,
        { ...facts, available: facts.available.map((one, place) => (place === index ? { check: one.check } : one)) },
      ] as const,
  ),
  ...Object.keys(facts.owners).map(
    (owner) =>
      [
        `owner ${owner}`,
        { ...facts, owners: Object.fromEntries(Object.entries(facts.owners).filter(([name]) => name !== owner)) },
      ] as const,
  ),
]

/** What no policy may answer with a milder decision, whatever its rules say. */
const eachWorse = ({ account, ...facts }: Facts): readonly (readonly [string, Facts])[] => [
  ['a lock', { ...facts, account: { ...account, lockedUntil: builtAt + 60_000 } }],
  ['more wrong codes', { ...facts, account: { ...account, failuresSinceSuccess: account.failuresSinceSuccess + 60 } }],
  ['more cases', { ...facts, account: { ...account, casesInLastDay: account.casesInLastDay + 20 } }],
  ['a switch', { ...facts, account, switchedOff: 'client' }],
  ['disabled owners', { ...facts, account, owners: { owner: 'disabled', 'another-owner': 'disabled' } }],
]

describe('what holds for every policy and all facts', () => {
  test('I13 R9: the same policy and facts give the same decision byte for byte, and neither is touched', () => {
    check((policy, facts) => {
      const copies = [structuredClone(policy), structuredClone(facts)] as const
      const decision = decide(freeze(policy), freeze(facts))
      assert.equal(canonicalText(decide(...copies)), canonicalText(decision))
      assert.equal(text(decision), canonicalText(decision))
    })
  })

  test('R7: there are five outcomes, each with its reason or its terms', () => {
    assert.deepEqual(outcomes, ['grant_alternate', 'degrade', 'escalate', 'deny_with_retry', 'deny'])
    check((policy, facts) => {
      const decision = decide(policy, facts)
      assert.ok(outcomes.includes(decision.outcome))
      assert.equal(decision.engine, 1)
      if ('reason' in decision) assert.ok(decisionReasons.includes(decision.reason))
      else assert.ok(decision.terms.paths.length > 0)
    })
  })

  test('R7 I1: what may be granted has a path whose check beside the password this person can pass', () => {
    check((policy, facts) => {
      for (const offered of termsOf(decide(policy, facts))?.paths ?? []) {
        assert.notEqual(String(offered.check), 'password')
        assert.ok(facts.available.some(({ check }) => check === offered.check))
        const path = policy.paths.find(({ id }) => id === offered.id)
        assert.ok(path)
        assert.ok(path.approvedAt <= facts.at && facts.at < path.reviewBy, 'R13')
        for (const one of path.allOf) {
          assert.ok(one === 'password' || one === offered.check, 'every check of the path is asked for')
        }
      }
    })
  })

  test('R14 I12: no path reaches the level of the biometric check unless a passkey was completed', () => {
    check((policy, facts) => {
      const decision = decide(policy, facts)
      for (const { id, level, check } of termsOf(decision)?.paths ?? []) {
        const path = policy.paths.find((one) => one.id === id)
        const profile = policy.profiles.find(({ name }) => name === decision.assessment?.profile)
        assert.ok(path && profile)
        assert.ok(level <= Math.min(path.ceiling, profile.ceiling))
        assert.ok(level >= Math.max(1, path.floor, facts.requiredLevel))
        if (level >= policy.assurance.biometricLevel) {
          assert.ok(path.isPhishingResistant && check === 'completed-passkey')
        }
      }
    })
  })

  test('I14 R48: limits stay inside the ceilings, and privileged people get at most half of the standard', () => {
    check((policy, facts) => {
      const decision = decide(policy, facts)
      const limits = termsOf(decision)?.limits
      if (limits === undefined) return
      for (const [name, most] of Object.entries(ceilings)) assert.ok(limits[name as keyof typeof ceilings] <= most)
      assert.ok(limits.lockSeconds >= floors.lockSeconds)
      for (const value of Object.values(limits)) assert.ok(Number.isSafeInteger(value) && value > 0)
      if (decision.assessment?.tier !== 'privileged') return
      const standard = policy.profiles.find(({ name }) => name === 'standard')
      assert.ok(standard)
      for (const name of ['grantSeconds', 'sessionSeconds'] as const) {
        assert.ok(limits[name] * 2 <= Math.min(ceilings[name], standard.limits[name]))
      }
    })
  })

  test('R35 R36 I14: how people are asked stays inside the ceilings, and is only told where they are asked', () => {
    check((policy, facts) => {
      const decision = decide(policy, facts)
      const terms = termsOf(decision)
      if (terms === undefined) return
      const { approvalSeconds = 1, verbal, ratification, methods = ['in_person'] } = terms
      assert.ok(approvalSeconds >= 1 && approvalSeconds <= askCeilings.approvalSeconds)
      assert.ok((verbal?.withinSeconds ?? 1) <= askCeilings.verbalSeconds)
      assert.ok((ratification?.withinSeconds ?? 1) <= askCeilings.ratificationSeconds)
      assert.ok(methods.length > 0)
      const isTold = ['approvalSeconds', 'methods', 'distinctMethods', 'verbal', 'ratification'].some(
        (name) => name in terms,
      )
      assert.ok(decision.outcome === 'escalate' || !isTold)
      if (verbal !== undefined) assert.ok(decision.assessment?.tier === 'standard')
    })
  })

  test('R49: privileged people are never let in without somebody else', () => {
    check((policy, facts) => {
      const decision = decide(policy, facts)
      if (decision.assessment?.tier !== 'privileged' && decision.assessment?.profile !== 'privileged') return
      assert.ok(['escalate', 'deny_with_retry', 'deny'].includes(decision.outcome))
    })
  })

  test('I4 R10: nobody waits for an approval that nobody may give', () => {
    check((policy, facts) => {
      const decision = decide(policy, facts)
      if (decision.outcome !== 'escalate') return
      assert.ok(decision.terms.approvals.reduce((total, { count }) => total + count, 0) > 0)
    })
  })

  test('R28: the contributions sum to the score, which is a whole number from 0 to 100', () => {
    check((policy, facts) => {
      const score = decide(policy, facts).assessment?.score
      if (score === undefined) return
      assert.ok(Number.isSafeInteger(score.total) && score.total >= 0 && score.total <= 100)
      assert.equal(
        score.contributions.reduce((total, { points }) => total + points, 0),
        score.total,
      )
    })
  })

  test('I5: a fact that is missing never lowers the score and never makes the decision milder', () => {
    check((policy, facts) => {
      const known = decide(policy, facts)
      for (const [name, fewer] of eachMissing(facts)) {
        const decision = decide(policy, fewer)
        isNotMilder(decision, known, `without ${name}`)
        if (decision.assessment?.rule === known.assessment?.rule) {
          assert.ok((totalOf(decision) ?? 0) >= (totalOf(known) ?? 0), name)
        }
      }
    }, 3000)
  })

  test('I5: any number of missing facts never makes the decision milder', () => {
    const names = fc.subarray(['roles', 'groups', 'zones', 'device', 'outsideHours', 'disputes', 'outage'] as const)
    fc.assert(
      fc.property(anyPolicy, anyFacts, names, (policy, facts, missing) => {
        isNotMilder(decide(policy, without(facts, ...missing)), decide(policy, facts), missing.join(', '))
      }),
      { numRuns: propertyRuns(3000) },
    )
  })

  test('I5: a lock, more wrong codes, more cases, an off switch, absent owners never make a decision milder', () => {
    check((policy, facts) => {
      const before = decide(policy, facts)
      for (const [name, worse] of eachWorse(facts)) isNotMilder(decide(policy, worse), before, name)
    })
  })

  test('R46: a suitability plan never adds points, and under the same profile never makes the decision stricter', () => {
    check((policy, facts) => {
      const plan = policy.suitabilityGroups[0]
      if (facts.groups === undefined || plan === undefined) return
      const one = { ...policy, rules: [{ name: 'one', when: { always: true as const }, profile: 'standard' as const }] }
      const isMember = (group: string) =>
        policy.suitabilityGroups.some((name) => group === name || group.startsWith(`${name}/`))
      const plainPolicy = { ...one, profiles: one.profiles.map(({ degrade: _degrade, ...profile }) => profile) }
      const outside = decide(plainPolicy, { ...facts, groups: facts.groups.filter((group) => !isMember(group)) })
      const inside = decide(plainPolicy, { ...facts, groups: [...facts.groups, plan] })
      assert.ok((totalOf(inside) ?? 0) <= (totalOf(outside) ?? 0))
      isNotMilder(outside, inside, 'outside the plan')
    })
  })

  test('R28: the order of roles, groups, zones and factors of a person changes nothing', () => {
    check((policy, facts) => {
      const turned: Facts = {
        ...facts,
        available: facts.available.toReversed(),
        ...(facts.roles === undefined ? {} : { roles: facts.roles.toReversed() }),
        ...(facts.groups === undefined ? {} : { groups: facts.groups.toReversed() }),
        ...(facts.zones === undefined ? {} : { zones: facts.zones.toReversed() }),
      }
      assert.equal(text(decide(policy, turned)), text(decide(policy, facts)))
    })
  })

  test('R28: the order of the risk table changes neither score nor outcome; the explanation follows the table', () => {
    check((policy, facts) => {
      const turned = { ...policy, risk: { ...policy.risk, factors: policy.risk.factors.toReversed() } }
      const [one, other] = [decide(policy, facts), decide(turned, facts)]
      assert.equal(compareStrictness(one, other), 0)
      assert.equal(one.outcome, other.outcome)
      assert.equal(totalOf(one), totalOf(other))
      const ids = policy.risk.factors.map(({ id }) => id)
      const shown = one.assessment?.score.contributions.filter(({ because }) => because !== 'cap').map(({ id }) => id)
      assert.deepEqual(
        shown ?? [],
        ids.filter((id) => shown?.includes(id)),
      )
    })
  })

  test('R1: the guards come first, whatever the policy says', () => {
    check((policy, facts) => {
      const reasonOf = (decision: Decision) => ['reason' in decision && decision.reason, decision.assessment]
      const { failure: _failure, firstFactor: _firstFactor, ...bare } = facts
      assert.deepEqual(reasonOf(decide(undefined, { ...bare, switchedOff: 'realm' })), ['no_active_policy', null])
      assert.deepEqual(reasonOf(decide(policy, { ...bare, switchedOff: 'realm' })), ['switched_off', null])
      assert.deepEqual(reasonOf(decide(policy, bare)), ['failure_missing', null])
      assert.deepEqual(reasonOf(decide(policy, without(facts, 'firstFactor'))), ['first_factor_missing', null])
    })
  })
})

const anyNumber = fc.oneof(
  fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, -0, 0.5, 1.5, 2 ** 53, 1e300, -1e300, 2 ** 31),
  fc.integer(),
  fc.double(),
)

/** The policy with every number of the listed kind replaced, each by one of its own. */
const spoil = (policy: Policy, numbers: readonly number[]): Policy => {
  let next = 0
  const spoiled = (value: unknown): unknown => {
    if (typeof value === 'number') {
      const number = numbers[next % numbers.length]
      next += 1
      return next % 3 === 0 ? value : number
    }
    if (Array.isArray(value)) return value.map(spoiled)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, spoiled(member)]))
  }
  const { assurance, profiles, paths, risk, rules } = policy
  return { ...policy, ...(spoiled({ assurance, profiles, paths, risk, rules }) as Partial<Policy>) }
}

describe('what holds for policies whose numbers are hostile', () => {
  test('I14: no number of a policy, however absurd, gives more than the ceilings or breaks the canonical text', () => {
    const numbers = fc.array(anyNumber, { minLength: 7, maxLength: 23 })
    const facts = fc.oneof(anyFacts, fc.constant(buildFacts()))
    fc.assert(
      fc.property(anyPolicy, facts, numbers, (policy, known, values) => {
        const decision = decide(spoil(policy, values), known)
        assert.equal(text(decision), canonicalText(decision))
        const score = decision.assessment?.score.total ?? 0
        assert.ok(score >= 0 && score <= 100)
        const terms = termsOf(decision)
        if (terms === undefined) return
        for (const [name, most] of Object.entries(ceilings)) {
          assert.ok(terms.limits[name as keyof typeof ceilings] <= most, name)
        }
        for (const value of Object.values(terms.limits)) assert.ok(value >= 1)
        assert.ok(terms.limits.lockSeconds >= floors.lockSeconds)
        for (const { level } of terms.paths) assert.ok(level >= 1 && level <= 9)
      }),
      { numRuns: propertyRuns(3000) },
    )
  })

  test('I14: bands never begin later than their ceilings, whatever numbers stand there', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, anyNumber, anyPolicy, anyFacts, (approval, review, closed, policy, facts) => {
        const sane = decide(
          { ...policy, risk: { ...policy.risk, bands: { approval: 25, review: 50, closed: 75 } } },
          facts,
        )
        const absurd = decide({ ...policy, risk: { ...policy.risk, bands: { approval, review, closed } } }, facts)
        isNotMilder(absurd, sane, 'bands')
      }),
      { numRuns: propertyRuns() },
    )
  })
})
