import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayAct } from '../../../../bridge/domain/policy/authority.ts'
import { acts } from '../../../../bridge/domain/policy/ceilings.ts'
import { demoPolicy } from '../../../support/builders.ts'

const policy = demoPolicy()
const approval = { act: 'approve', profile: 'standard', tier: 'standard', subjectGroups: [] } as const

test('R3 R19: a role may do what a line of the matrix names, for the profiles and tiers it names', () => {
  assert.equal(mayAct(policy, ['fallback-desk-lead'], approval), true)
  assert.equal(mayAct(policy, ['fallback-desk-lead'], { ...approval, profile: 'privileged' }), false)
  assert.equal(mayAct(policy, ['fallback-desk-lead'], { ...approval, tier: 'privileged' }), false)
  assert.equal(mayAct(policy, ['fallback-desk-lead'], { ...approval, act: 'review-evidence' }), false)
  assert.equal(mayAct(policy, ['other', 'fallback-analyst'], { ...approval, profile: 'privileged' }), true)
})

test('R3 I4: a role that no line names, no role, and an empty matrix may nothing', () => {
  for (const act of acts) {
    assert.equal(mayAct(policy, ['admin', 'realm-management/realm-admin'], { ...approval, act }), false)
    assert.equal(mayAct(policy, [], { ...approval, act }), false)
    assert.equal(mayAct({ ...policy, authority: [] }, ['fallback-analyst'], { ...approval, act }), false)
  }
})

test('R3: a line for some groups alone is about their members and those of their subgroups; about nobody unknown', () => {
  const [line] = policy.authority
  assert.ok(line)
  const scoped = { ...policy, authority: [{ ...line, subjects: ['/staff/london'] }] }
  const may = (subjectGroups: readonly string[] | undefined) =>
    mayAct(scoped, [line.role], { ...approval, subjectGroups })
  assert.deepEqual(
    [['/staff/london'], ['/staff/london/desk'], ['/staff'], ['/staff/london-two'], [], undefined].map(may),
    [true, true, false, false, false, false],
  )
})
