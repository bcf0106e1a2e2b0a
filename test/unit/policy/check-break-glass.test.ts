import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { profileNames } from '../../../bridge/domain/policy/ceilings.ts'
import { checkVerbal } from '../../../bridge/domain/policy/check-break-glass.ts'
import { buildPolicy, buildProfile } from '../../support/policies.ts'
import { problemsOf, refuses } from './standard-document.ts'

const pack = readFileSync(new URL('../../../bridge/policy/packs/break-glass.yaml', import.meta.url), 'utf8')
const start = pack.indexOf('  break-glass:\n')
const end = pack.indexOf('\n  privileged:\n')

/** The pack whose profile for emergencies says something else. */
const broken = (from: string | RegExp, to: string): string => {
  const profile = pack.slice(start, end)
  const changed = profile.replace(from, to)
  assert.notEqual(changed, profile)
  return pack.slice(0, start) + changed + pack.slice(end)
}

describe('an emergency that is not governed is refused', () => {
  /** What is wrong, how it comes about, and the code, place and sentence that tell it. */
  const cases: readonly (readonly [string, string | RegExp, string, string, string, RegExp])[] = [
    ['one approver', 'count: 2', 'count: 1', 'break_glass_approvals', 'approvals', /2 people at least/],
    ['no approver', /approvals:\n.*/, 'approvals: []', 'break_glass_approvals', 'approvals', /2 people at least/],
    [
      'nobody before',
      'minimumBand: approval',
      'minimumBand: self-service',
      'break_glass_self_service',
      'minimumBand',
      /nobody breaks the glass alone/,
    ],
    ['nobody after', /\n {4}ratification:.*/, '', 'break_glass_unratified', '', /must have "ratification"/],
    ['a sample', 'samplePercent: 100', 'samplePercent: 99', 'break_glass_review', 'review.samplePercent', /be 100/],
    ['a late look', '86400', '86401', 'break_glass_review', 'review.withinSeconds', /at most 86400, a day/],
    [
      'a long session',
      'sessionSeconds: 3600',
      'sessionSeconds: 3601',
      'break_glass_session',
      'limits.sessionSeconds',
      /must be at most 3600: an hour/,
    ],
  ]
  for (const [why, from, to, code, at, sentence] of cases) {
    test(`R35 S04: ${why}`, () => {
      const [problem, ...others] = problemsOf(broken(from, to))
      assert.deepEqual(others, [])
      assert.equal(problem?.code, code)
      assert.equal(problem?.at, ['profiles.break-glass', at].filter((part) => part !== '').join('.'))
      assert.match(problem?.sentence ?? '', sentence)
    })
  }

  test('R35: several groups of one each are as good as two of one, and a ratifying group may be one that approved', () => {
    const two = '{ group: /break-glass-approvers, count: 1 }\n      - { group: /security-analysts, count: 1 }'
    assert.deepEqual(problemsOf(broken('{ group: /break-glass-approvers, count: 2 }', two)), [])
  })

  test('R35: shorter, sooner and by more people is allowed', () => {
    for (const [from, to] of [
      ['count: 2', 'count: 3'],
      ['86400', '3600'],
      ['sessionSeconds: 3600', 'sessionSeconds: 600'],
      ['minimumBand: approval', 'minimumBand: review'],
      [/\n {4}verbal:.*/, ''],
      [/\n {4}approvalSeconds:.*/, ''],
    ] as const) {
      assert.deepEqual(problemsOf(broken(from, to)), [], String(from))
    }
  })
})

describe('a spoken approval', () => {
  test('R36: is refused where it may never count', () => {
    refuses({
      why: '',
      changes: [['    minimumBand: approval', '    verbal: { withinSeconds: 60 }\n    minimumBand: approval']],
      code: 'verbal_not_allowed',
      mark: '    verbal: { withinSeconds: 60 }',
      sentence: /^profiles\.privileged\.verbal must be left out: .* standard, support-surge, break-glass \(R36\)/,
    })
    const allowed = profileNames.filter((name) => {
      const profiles = [buildProfile({ name, verbal: { withinSeconds: 60 } })]
      return checkVerbal(buildPolicy({ profiles })).length === 0
    })
    assert.deepEqual(allowed, ['standard', 'support-surge', 'break-glass'])
  })
})
