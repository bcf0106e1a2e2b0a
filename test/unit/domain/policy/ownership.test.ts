import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { groupsThatDecide, ownershipOf } from '../../../../bridge/domain/policy/ownership.ts'
import { demoPolicy } from '../../../support/builders.ts'

describe('who answers for a part of the policy', () => {
  const policy = demoPolicy()

  test('R10: a case answers to its profile’s owners, and to the policy’s own where the profile is gone', () => {
    const profiles = policy.profiles.map((one) => ({ ...one, owner: `${one.name}-owner` }))
    const owned = { ...policy, profiles, owner: 'whole', deputy: 'second' }
    assert.deepEqual(ownershipOf(owned, 'regulated'), { owner: 'regulated-owner', deputy: 'policy-deputy' })
    assert.deepEqual(ownershipOf(owned, 'remote'), { owner: 'whole', deputy: 'second' })
    assert.deepEqual(ownershipOf(owned, 'no profile at all'), { owner: 'whole', deputy: 'second' })
  })

  test('R10: each group that approves or ratifies is named once, with every profile that asks it', () => {
    const named = groupsThatDecide(policy.profiles).map(({ group, profiles }) => [
      group,
      profiles.map(({ name }) => name),
    ])
    assert.deepEqual(named, [
      ['/service-desk-leads', ['standard', 'privileged', 'break-glass']],
      ['/managers', ['regulated', 'break-glass']],
      ['/security-analysts', ['privileged', 'break-glass']],
    ])
  })
})
