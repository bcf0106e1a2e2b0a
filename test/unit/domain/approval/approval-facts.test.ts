import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { approvalFactsOf } from '../../../../bridge/domain/approval/approval-facts.ts'
import { canonicalJson } from '../../../../bridge/domain/canonical-json.ts'
import { asId } from '../../../../bridge/domain/ids.ts'
import { decide } from '../../../../bridge/domain/policy/decide.ts'
import type { Facts } from '../../../../bridge/domain/policy/facts.ts'
import { peoplePolicy } from '../../../support/asking-policy.ts'
import { plainFacts } from '../../../support/json-policy.ts'

const policy = peoplePolicy()
const about = {
  realm: asId<Parameters<typeof approvalFactsOf>[0]['realm']>('demo'),
  id: asId<Parameters<typeof approvalFactsOf>[0]['id']>('fb-1'),
  user: asId<Parameters<typeof approvalFactsOf>[0]['user']>('una'),
  client: 'app',
  policyDigest: policy.digest,
}
const facts = plainFacts({
  ip: '10.0.0.1',
  zones: ['office'],
  device: 'known',
  roles: ['a', 'b'],
  groups: ['/a', '/b'],
  disputes: 0,
  outage: false,
  owners: { owner: 'enabled' },
})
const shown = (differs: Partial<Facts> = {}, of: Partial<typeof about> = {}, under = policy) => {
  const all = { ...facts, ...differs }
  return canonicalJson(approvalFactsOf({ ...about, ...of }, all, decide(under, all)))
}

describe('what an approval is bound to', () => {
  const changes: Partial<Facts>[] = [
    { failure: { class: 'wrong_user', count: 1, credentialType: 'webauthn', trust: 'verified' } },
    { ip: '10.0.0.2' },
    { zones: [] },
    { device: 'new' },
    { roles: ['a'] },
    { groups: ['/a', '/b', '/admins'] },
    { requiredLevel: 1 },
    { outsideHours: true },
    { disputes: 1 },
    { outage: true },
  ]
  for (const change of changes) {
    test(`C06: another ${Object.keys(change)[0]} is another approval`, () => assert.notEqual(shown(change), shown()))
  }

  test('S07: a decoy is shown as anybody would be who is in its other groups, and bound to them', () => {
    const under = { ...policy, decoys: { group: '/decoys' } }
    const decoy = shown({ groups: ['/decoys/night', '/b', '/decoys', '/a', '/decoysfar'] }, {}, under)
    assert.equal(decoy, shown({ groups: ['/a', '/b', '/decoysfar'] }))
    assert.notEqual(decoy, shown({ groups: ['/decoys', '/a', '/decoysfar'] }, {}, under))
  })

  test('C06: another case, realm, person, application or policy is another approval', () => {
    const others = [
      { id: asId<typeof about.id>('fb-2') },
      { realm: asId<typeof about.realm>('other') },
      { user: asId<typeof about.user>('udo') },
      { client: 'bank' },
      { policyDigest: 'f'.repeat(64) },
    ]
    for (const other of others) assert.notEqual(shown({}, other), shown(), JSON.stringify(other))
  })

  test('C06: other terms are another approval: demands, evidence review, paths, length of the session', () => {
    const terms = [
      peoplePolicy({ approvals: [{ group: '/leads', count: 2 }] }),
      peoplePolicy({ minimumBand: 'review' }),
      peoplePolicy({ limits: { ...(policy.profiles[0]?.limits ?? assert.fail()), sessionSeconds: 60 } }),
    ]
    for (const other of terms) assert.notEqual(shown({}, {}, other), shown())
  })

  test('C06: what the mere passing of time changes, and the order of roles, are no other approval', () => {
    const same: Partial<Facts>[] = [
      { at: facts.at + 60_000 },
      { firstFactor: { kind: 'password', at: facts.at } },
      { account: { lockedUntil: null, failuresSinceSuccess: 1, casesInLastDay: 1, grantsInLastWeek: 0 } },
      { roles: ['b', 'a'] },
      { groups: ['/b', '/a'] },
      { rolloutBucket: 7 },
    ]
    for (const change of same) assert.equal(shown(change), shown(), JSON.stringify(change))
  })
})
