import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parse, stringify } from 'yaml'
import { canonicalText } from '../../../bridge/domain/policy/canonical-text.ts'
import { decide } from '../../../bridge/domain/policy/decide.ts'
import { ordinaryLogin } from '../../../bridge/domain/policy/ordinary-login.ts'
import { runGoldenTests } from '../../../bridge/domain/policy/run-tests.ts'
import { type Change, changed, policyOf, standardText } from './standard-document.ts'

const failing = (...changes: readonly Change[]) =>
  runGoldenTests(policyOf(changed(...changes))).filter(({ passed }) => !passed)

describe('golden tests of a policy', () => {
  test('R27: those of the standard document pass', () => {
    const results = runGoldenTests(policyOf(standardText))
    assert.ok(results.length >= 10)
    assert.deepEqual(
      results.filter(({ passed }) => !passed),
      [],
    )
  })

  const differences: readonly (readonly [string, Change, RegExp])[] = [
    [
      'outcome',
      ['outcome: degrade, score: 5', 'outcome: grant_alternate, score: 5'],
      /^outcome was expected to be grant_alternate and is degrade\.$/,
    ],
    [
      'profile',
      ['{ outcome: degrade', '{ profile: privileged, outcome: degrade'],
      /^profile was expected to be privileged and is standard/,
    ],
    [
      'reason',
      ['reason: no_path_available', 'reason: level_out_of_reach'],
      /^reason was expected to be level_out_of_reach and is no_path_available/,
    ],
    ['band', ['band: approval', 'band: review'], /^band was expected to be review and is approval/],
    ['score', ['score: 15', 'score: 16'], /^score was expected to be 16 and is 15/],
    [
      'the order of paths',
      [
        '0, paths: [password-bridge-totp, password-keycloak-otp]',
        '0, paths: [password-keycloak-otp, password-bridge-totp]',
      ],
      /^paths was expected to be password-keycloak-otp, password-bridge-totp and is/,
    ],
    [
      'a path that is not offered',
      ['reason: level_out_of_reach', 'paths: [password-bridge-totp]'],
      /^paths was expected to be password-bridge-totp and is absent/,
    ],
    ['approvals', ['approvals: 2', 'approvals: 1'], /^approvals was expected to be 1 and is 2/],
    [
      'a reason where there is none',
      ['{ outcome: degrade', '{ reason: user_locked, outcome: degrade'],
      /^reason was expected to be user_locked and is absent/,
    ],
  ]
  for (const [what, change, sentence] of differences) {
    test(`R27: a wrong expectation of ${what} fails, with what differs`, () => {
      const failed = failing(change)
      assert.equal(failed.length, 1)
      assert.match(failed[0]?.differences.join(' ') ?? '', sentence)
      assert.equal(failed[0]?.differences.length, 1)
    })
  }

  test('a change of the policy that a test covers fails it', () => {
    assert.ok(failing(['points: 25', 'points: 1']).length > 0)
    assert.ok(
      failing([
        '    paths: [password-bridge-totp, password-keycloak-otp]',
        '    paths: [password-keycloak-otp, password-bridge-totp]',
      ]).length > 0,
    )
  })

  const outcomes: readonly (readonly [string, string, string])[] = [
    ['a lock', 'facts: { account: { lockedForSeconds: 60 } }', 'outcome: deny_with_retry, reason: user_locked'],
    ['a lock that is over', 'facts: { account: { lockedForSeconds: 0 } }', 'outcome: grant_alternate'],
    ['wrong codes', 'facts: { account: { failuresSinceSuccess: 100 } }', 'outcome: deny, reason: rebind_required'],
    ['cases', 'facts: { account: { casesInLastDay: 10 } }', 'outcome: deny, reason: case_limit'],
    ['grants', 'facts: { account: { grantsInLastWeek: 3 } }', 'outcome: deny, reason: fallbacks_used_up'],
    ['an off switch', 'facts: { switchedOff: client }', 'outcome: deny, reason: switched_off'],
    [
      'an owner whose account is disabled',
      'facts: { owners: { policy-owner: disabled } }',
      'outcome: escalate, approvals: 1',
    ],
    ['owners that are not known', 'missing: [owners]', 'outcome: escalate'],
    ['groups that are not known', 'missing: [groups]', 'outcome: escalate, profile: privileged'],
    ['a first factor that is missing', 'missing: [firstFactor]', 'outcome: deny, reason: first_factor_missing'],
    ['the last moment before a path’s review', 'facts: { at: "2027-10-31T23:59:59Z" }', 'outcome: grant_alternate'],
    ['a path’s review date', 'facts: { at: "2027-11-01T00:00:00Z" }', 'outcome: deny, reason: no_path_available'],
    [
      'a code whose age is not known',
      'facts: { available: [{ check: keycloak-otp }] }',
      'outcome: grant_alternate, score: 10',
    ],
    ['a class that the browser tells', 'facts: { failure: { class: other } }', 'outcome: grant_alternate, score: 5'],
  ]
  for (const [what, given, expected] of outcomes) {
    test(`a golden test can tell of ${what}`, () => {
      const line = `tests:\n  - { name: extra, ${given}, expect: { ${expected} } }\n`
      const [first] = runGoldenTests(policyOf(changed(['tests:\n', line])))
      assert.deepEqual([first?.name, first?.differences], ['extra', []])
    })
  }

  test('an ordinary login takes place the day after the last approval, whatever the calendar says', () => {
    const policy = policyOf(standardText)
    assert.equal(ordinaryLogin(policy).at, Date.UTC(2026, 10, 2, 12))
    const later = policyOf(changed(['approvedAt: 2026-11-01', 'approvedAt: 2027-01-01']))
    assert.equal(ordinaryLogin(later).at, Date.UTC(2027, 0, 2, 12))
  })

  test('the trust of a failure follows its class', () => {
    const line =
      'tests:\n  - { name: extra, facts: { failure: { class: wrong_user } }, expect: { outcome: deny, reason: policy_denies } }\n'
    const rule =
      'rules: # the first that holds is taken\n  - { name: v, when: { failureTrust: [verified] }, deny: true }\n'
    const policy = policyOf(changed(['tests:\n', line], ['rules: # the first that holds is taken\n', rule]))
    assert.equal(runGoldenTests(policy)[0]?.passed, true)
  })
})

/** The same data with the members of every mapping in another order. */
const shuffled = (value: unknown, next: () => number): unknown => {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, next))
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => ({ name, member, rank: next() }))
  return Object.fromEntries(
    members.sort((a, b) => a.rank - b.rank).map(({ name, member }) => [name, shuffled(member, next)]),
  )
}

describe('how a document is written', () => {
  test('R9 I13: the order of fields, quotes and comments change no decision', () => {
    const policy = policyOf(standardText)
    const plain: unknown = parse(standardText)
    const expected = runGoldenTests(policy).map(({ decision }) => canonicalText(decision))
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.nat()),
        fc.constantFrom('QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN'),
        (ranks, defaultStringType) => {
          const text = stringify(
            shuffled(plain, () => ranks.next().value ?? 0),
            { defaultStringType },
          )
          const same = policyOf(text)
          assert.notEqual(same.digest, policy.digest)
          assert.deepEqual({ ...same, digest: policy.digest }, policy)
          assert.deepEqual(
            runGoldenTests(same).map(({ decision }) => canonicalText(decision)),
            expected,
          )
          assert.equal(canonicalText(decide(same, ordinaryLogin(policy))), expected[0])
        },
      ),
      { numRuns: 25 },
    )
  })
})
