import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkMethods } from '../../../bridge/domain/policy/check-methods.ts'
import type { Profile } from '../../../bridge/domain/policy/policy.ts'
import { buildPolicy, buildProfile } from '../../support/policies.ts'
import { refuses } from './standard-document.ts'

describe('ways of making sure that no two approvers share', () => {
  test('S01: fewer of them than approvals is refused', () => {
    refuses({
      why: '',
      changes: [['    distinctMethods: true', '    methods: [in_person]\n    distinctMethods: true']],
      code: 'methods_too_few',
      mark: '    distinctMethods: true',
      sentence:
        /^profiles\.privileged\.distinctMethods must be left out: 2 approvals need as many .* there are 1 \(S01\)/,
    })
  })

  test('S01: as many as approvals of all groups together are enough, and without it nobody counts', () => {
    const problems = (differs: Partial<Profile>) =>
      checkMethods(buildPolicy({ profiles: [buildProfile(differs)] })).map(({ code }) => code)
    const approvals = [
      { group: '/leads', count: 2 },
      { group: '/analysts', count: 2 },
    ]
    assert.deepEqual(problems({ approvals, distinctMethods: true }), [])
    const methods = ['in_person', 'video_and_id', 'call_back_on_record'] as const
    assert.deepEqual(problems({ approvals, methods, distinctMethods: true }), ['methods_too_few'])
    assert.deepEqual(problems({ approvals, methods }), [])
    const five = [{ group: '/leads', count: 5 }]
    assert.deepEqual(problems({ approvals: five, distinctMethods: true }), ['methods_too_few'])
  })
})
