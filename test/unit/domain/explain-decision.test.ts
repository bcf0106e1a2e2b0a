import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asId } from '../../../bridge/domain/ids.ts'
import { decide } from '../../../bridge/domain/policy/decide.ts'
import { type Explanation, explainDecision, type PathRefusal } from '../../../bridge/domain/policy/explain-decision.ts'
import type { Facts } from '../../../bridge/domain/policy/facts.ts'
import { ordinaryLogin } from '../../../bridge/domain/policy/ordinary-login.ts'
import type { Path, Policy } from '../../../bridge/domain/policy/policy.ts'
import { demoPolicy } from '../../support/builders.ts'

const policy = demoPolicy()
const explain = (differs: Partial<Facts> = {}, under: Policy = policy): Explanation => {
  const facts = { ...ordinaryLogin(under), ...differs }
  return explainDecision(under, facts, decide(under, facts))
}
const withPath = (differs: Partial<Path>): Policy => ({
  ...policy,
  paths: policy.paths.map((path, index) => (index === 0 ? { ...path, ...differs } : path)),
})
const whyFirst = ({ notOffered }: Explanation): [PathRefusal | undefined, number] => {
  const refusal = notOffered.find(({ id }) => id === policy.paths[0]?.id)
  return [refusal?.why, refusal?.missing.length ?? 0]
}

describe('why a decision is what it is', () => {
  test('every contribution has its reason and source, and all together make the score', () => {
    const { score } = explain({
      failure: { class: 'wrong_user', count: 1, credentialType: 'webauthn', trust: 'verified' },
    })
    assert.ok(score && score.contributions.length > 0)
    assert.equal(
      score.contributions.reduce((sum, { points }) => sum + points, 0),
      score.total,
    )
    for (const { why, source } of score.contributions) assert.ok(why !== '' && source !== '')
  })

  test('a cap is told as one, with its group', () => {
    const factor = policy.risk.factors[0] ?? assert.fail('a factor')
    const factors = ['a', 'b'].map((id) => ({
      ...factor,
      id,
      group: 'network' as const,
      when: { always: true as const },
      points: 20,
    }))
    const { score } = explain({}, { ...policy, risk: { ...policy.risk, factors } })
    const cap = score?.contributions.find(({ because }) => because === 'cap')
    assert.deepEqual([cap?.id, cap?.group, cap?.points], ['cap:network', 'network', -15])
  })

  test('rules are told up to the one that holds, with those a missing fact leaves open', () => {
    const { roles: _roles, ...facts } = ordinaryLogin(policy)
    const why = explainDecision(policy, facts, decide(policy, facts))
    assert.deepEqual(
      why.rules.map(({ holds }) => holds),
      ['no', 'open', 'no', 'yes'],
    )
    assert.ok(why.remarks.includes('rule_left_open'))
  })

  test('every path is either offered or has its reason', () => {
    for (const why of [
      explain(),
      explain({ available: [] }),
      explain({ requiredLevel: 9 }),
      explain({ groups: ['/admins'] }),
    ]) {
      const named = [...why.offered, ...why.notOffered].map(({ id }) => id)
      assert.deepEqual(named.toSorted(), policy.paths.map(({ id }) => id).toSorted())
    }
  })

  test('the reason is the first obstacle that the engine meets', () => {
    const { at } = ordinaryLogin(policy)
    assert.deepEqual(whyFirst(explain({ available: [] })), ['check_missing', 1])
    assert.deepEqual(whyFirst(explain({ requiredLevel: 2 })), ['below_required_level', 0])
    assert.deepEqual(whyFirst(explain({ at }, withPath({ approvedAt: at + 1 }))), ['not_approved_yet', 0])
    assert.deepEqual(whyFirst(explain({ at }, withPath({ reviewBy: at }))), ['review_over', 0])
    assert.deepEqual(whyFirst(explain({}, withPath({ floor: 9 }))), ['below_its_floor', 0])
    assert.deepEqual(whyFirst(explain({}, withPath({ allOf: ['password'] }))), ['nothing_to_ask', 0])
    assert.deepEqual(whyFirst(explain({}, withPath({ allOf: [], anyOf: ['completed-passkey'] }))), ['check_missing', 1])
    const { failure: _failure, ...withoutFailure } = ordinaryLogin(policy)
    assert.deepEqual(whyFirst(explainDecision(policy, withoutFailure, decide(policy, withoutFailure))), [
      'no_profile',
      0,
    ])
    const account = { ...ordinaryLogin(policy).account, casesInLastDay: 1000 }
    assert.deepEqual(whyFirst(explain({ account })), ['decision_refuses', 0])
    const elsewhere = { ...policy, profiles: policy.profiles.map((one) => ({ ...one, paths: [asId<never>('none')] })) }
    assert.deepEqual(whyFirst(explain({}, elsewhere)), ['not_in_profile', 0])
  })

  test('a lock tells until when, and terms stand where something may be granted', () => {
    const { at, account } = ordinaryLogin(policy)
    const locked = explain({ at, account: { ...account, lockedUntil: at + 1 } })
    assert.deepEqual(
      [locked.outcome, locked.reason, locked.retryAt, locked.terms],
      ['deny_with_retry', 'user_locked', at + 1, null],
    )
    assert.equal(explain().terms?.limits.attempts, 5)
  })
})
