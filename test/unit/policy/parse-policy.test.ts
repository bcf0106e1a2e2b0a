import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse, stringify } from 'yaml'
import { biometricAmr, ceilings } from '../../../bridge/domain/policy.ts'
import { parsePolicy } from '../../../bridge/policy/parse-policy.ts'

const shipped = readFileSync(new URL('../../../bridge/policy/standard.yaml', import.meta.url), 'utf8')
const isRefused = (text: string): boolean => 'problems' in parsePolicy(text)

/** The shipped policy with one member replaced, given by its path; `undefined` removes it. */
const changed = (path: readonly (string | number)[], value: unknown): string => {
  const document: unknown = parse(shipped)
  let holder = document as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>
  const last = path.at(-1) ?? ''
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return stringify(document)
}

const numbers: readonly [readonly string[], number][] = [
  [['profile', 'challenge', 'attempts'], ceilings.challengeAttempts],
  [['profile', 'challenge', 'lifetimeSeconds'], ceilings.challengeLifetimeSeconds],
  [['profile', 'account', 'consecutiveFailures'], ceilings.consecutiveFailures],
  [['profile', 'account', 'failuresUntilRebind'], ceilings.failuresUntilRebind],
  [['profile', 'casesPerDay'], ceilings.casesPerDay],
  [['profile', 'grantSeconds'], ceilings.grantSeconds],
  [['profile', 'sessionSeconds'], ceilings.sessionSeconds],
]

describe('the policy document', () => {
  test('the shipped policy is accepted, and its digest names its exact text', () => {
    const one = parsePolicy(shipped)
    const other = parsePolicy(`${shipped}\n# a remark`)
    assert.ok('policy' in one && 'policy' in other)
    assert.notEqual(one.policy.digest, other.policy.digest)
  })

  test('I14: every number has a ceiling in code, and is accepted at it', () => {
    for (const [path, ceiling] of numbers) {
      assert.equal(isRefused(changed(path, ceiling)), false, path.join('.'))
      assert.equal(isRefused(changed(path, ceiling + 1)), true, path.join('.'))
    }
  })

  test('I14: a number that is missing, blank, zero, negative, a fraction, a text or infinite is refused', () => {
    for (const [path] of [...numbers, [['profile', 'account', 'lockSeconds'], 0] as const]) {
      for (const value of [undefined, null, '', 0, -1, 1.5, '5', Number.POSITIVE_INFINITY]) {
        assert.equal(isRefused(changed(path, value)), true, `${path.join('.')}: ${value}`)
      }
    }
  })

  test('I14: the lock after too many wrong codes has a floor', () => {
    assert.equal(isRefused(changed(['profile', 'account', 'lockSeconds'], ceilings.minimumLockSeconds - 1)), true)
  })

  test('I12: no path may carry a biometric amr value', () => {
    for (const value of biometricAmr) assert.equal(isRefused(changed(['paths', 0, 'amr'], ['pwd', value])), true, value)
  })

  test('R13: an unknown path, a path twice, no path, an unknown check or field is refused', () => {
    assert.equal(isRefused(changed(['profile', 'paths'], ['nowhere'])), true)
    assert.equal(isRefused(changed(['profile', 'paths'], [])), true)
    assert.equal(isRefused(changed(['paths', 1, 'id'], 'password-bridge-totp')), true)
    assert.equal(isRefused(changed(['paths', 0, 'check'], 'none')), true)
    assert.equal(isRefused(changed(['bypass'], true)), true)
    assert.equal(isRefused(changed(['profile', 'unlimited'], true)), true)
  })

  test('I5: what is not YAML, or not a document, is refused', () => {
    for (const text of ['', 'a: [', '42', '[]', 'null']) assert.equal(isRefused(text), true, text)
  })
})
