import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellingGroups } from '../../../../bridge/domain/policy/telling-groups.ts'
import { buildFactor, buildPolicy, buildProfile } from '../../../support/policies.ts'

test('R19 R47 S07: every group by which a policy tells people apart is named, each once', () => {
  const line = { role: 'lead', acts: ['approve'], profiles: ['standard'], tiers: ['standard'] } as const
  const policy = buildPolicy({
    privileged: { roles: ['chief'], groups: ['/admins'] },
    suitabilityGroups: ['/plan'],
    decoys: { group: '/decoys' },
    rules: [
      { name: 'staff', when: { not: { any: [{ group: ['/rule'] }, { group: ['/admins'] }] } }, profile: 'standard' },
    ],
    profiles: [
      buildProfile({
        approvals: [{ group: '/leads', count: 1 }],
        degrade: { when: { group: ['/shorter'] }, sessionSeconds: 60 },
      }),
    ],
    risk: {
      bands: { approval: 20, review: 45, closed: 70 },
      factors: [buildFactor('team', 5, { when: { all: [{ group: ['/factor'] }] } })],
    },
    authority: [
      { ...line, subjects: ['/subjects', '/plan'] },
      { ...line, sharedGroupBelow: '/cost-centres', notSharedGroupBelow: '/teams' },
    ],
  })
  assert.deepEqual(tellingGroups(policy), [
    '/admins',
    '/plan',
    '/decoys',
    '/subjects',
    '/cost-centres',
    '/teams',
    '/rule',
    '/shorter',
    '/factor',
  ])
})
