import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { factsOfTest, ordinaryLogin, ownersOf } from '../../../../bridge/domain/policy/ordinary-login.ts'
import { type FactsPatch, type RemovableFact, removableFacts } from '../../../../bridge/domain/policy/policy.ts'
import { policyOf, standardText } from '../../policy/standard-document.ts'

const policy = policyOf(standardText)
const base = ordinaryLogin(policy)
const facts = (patch: FactsPatch, missing: readonly RemovableFact[] = []) =>
  factsOfTest(policy, { name: 'a test', facts: patch, missing, expect: { outcome: 'deny' } })

describe('the facts of a golden test', () => {
  test('are an ordinary login, in which everything is known, where it says nothing', () => {
    assert.deepEqual(facts({}), base)
    for (const name of removableFacts) assert.notEqual(base[name], undefined, name)
    assert.deepEqual(base.owners, { 'policy-owner': 'enabled', 'policy-deputy': 'enabled' })
    assert.deepEqual(ownersOf(policy), ['policy-owner', 'policy-deputy'])
  })

  test('lack what it takes away: the member is absent, and nobody knows of any owner', () => {
    for (const name of removableFacts) {
      const without = facts({}, [name])
      if (name === 'owners') assert.deepEqual(without.owners, {})
      else assert.equal(name in without, false, name)
      assert.equal(Object.keys(without).length, Object.keys(base).length - (name === 'owners' ? 0 : 1))
    }
  })

  test('replace what it gives: simple facts and lists whole, failure, account and owners member by member', () => {
    const changed = facts({
      groups: ['/staff'],
      requiredLevel: 1,
      failure: { count: 3 },
      account: { casesInLastDay: 2, lockedForSeconds: 90 },
      owners: { 'policy-deputy': 'disabled' },
      available: [{ check: 'bridge-totp', ageSeconds: 60 }, { check: 'keycloak-otp' }],
      firstFactor: { ageSeconds: 5 },
    })
    assert.deepEqual(changed, {
      ...base,
      groups: ['/staff'],
      requiredLevel: 1,
      failure: { ...base.failure, count: 3 },
      account: { ...base.account, casesInLastDay: 2, lockedUntil: base.at + 90_000 },
      owners: { 'policy-owner': 'enabled', 'policy-deputy': 'disabled' },
      available: [{ check: 'bridge-totp', createdAt: base.at - 60_000 }, { check: 'keycloak-otp' }],
      firstFactor: { kind: 'password', at: base.at - 5000 },
    })
  })

  test('keep their ages when the time is another', () => {
    const later = facts({ at: base.at + 1000, account: { lockedForSeconds: 1 } })
    assert.deepEqual(
      [later.at, later.available[0]?.createdAt, later.account.lockedUntil],
      [base.at + 1000, (base.available[0]?.createdAt ?? 0) + 1000, base.at + 2000],
    )
  })

  test('I13: are plain JSON', () =>
    assert.deepEqual(JSON.parse(JSON.stringify(facts({ switchedOff: 'realm' }))), facts({ switchedOff: 'realm' })))
})
