import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkApprovers } from '../../../bridge/domain/policy/check-approvers.ts'
import type { AuthorityLine, Policy, Profile } from '../../../bridge/domain/policy/policy.ts'
import { documentBudget } from '../../../bridge/domain/policy/reachable.ts'
import { buildFactor, buildPolicy, buildProfile } from '../../support/policies.ts'
import { type Change, changed, problemsOf, type Refusal, refuses, standardText } from './standard-document.ts'

/** Takes the whole authority matrix of the document and puts lines in its place. */
const authority = (...lines: readonly string[]): Change => {
  const [block = ''] = /authority:\n(?: {2}.*\n)+/.exec(standardText) ?? []
  return [block, `authority:\n${lines.map((line) => `  - ${line}\n`).join('')}`]
}
const line = (role: string, acts: string, profiles = 'standard, privileged', tiers = 'standard, privileged') =>
  `{ role: ${role}, acts: [${acts}], profiles: [${profiles}], tiers: [${tiers}] }`
const reviewer = line('reviewer', 'review-evidence')
const desk = line('desk', 'approve, open-for-another')

const refusals: readonly Refusal[] = [
  {
    why: 'no role that may approve under a profile',
    changes: [authority(line('desk', 'approve, open-for-another', 'standard'), reviewer)],
    code: 'nobody_could_approve',
    mark: 'approvals: [{ group: /security-analysts',
    sentence:
      /^profiles\.privileged\.approvals must be answerable: .* approve under privileged for the tier privileged/,
  },
  {
    why: 'no role that may approve for the tier that comes under a profile',
    changes: [authority(line('desk', 'approve, open-for-another', 'standard, privileged', 'standard'), reviewer)],
    code: 'nobody_could_approve',
    mark: 'approvals: [{ group: /security-analysts',
    sentence: /for the tier privileged \(I4\)/,
  },
  {
    why: 'no role that may review the evidence where a score can come so far',
    changes: [authority(desk, line('reviewer', 'review-evidence', 'privileged'))],
    code: 'nobody_could_review',
    mark: 'minimumBand: self-service',
    sentence:
      /^profiles\.standard\.minimumBand can come to an evidence review, .* under standard for the tier standard/,
  },
  {
    why: 'no evidence where there can be a review of it (R4)',
    changes: [['    evidence: reason-and-reference\n', '']],
    code: 'evidence_needed',
    mark: '  standard:\n',
    sentence: /^profiles\.standard must have "evidence"/,
  },
  {
    why: 'a spoken approval that nobody may write down (R36)',
    changes: [authority(line('desk', 'approve'), reviewer)],
    code: 'nobody_could_record',
    mark: 'verbal: {',
    sentence: /^profiles\.standard\.verbal must be usable, or go: .* open-for-another under standard/,
  },
]

describe('a policy under which whoever is asked could never answer is refused', () => {
  for (const refusal of refusals) test(`I4 C14: ${refusal.why}`, () => refuses(refusal))

  test('I4 C14: an empty matrix is refused for every profile that can ask', () => {
    const codes = problemsOf(changed([authority('x')[0], 'authority: []\n'])).map(({ code, at }) => `${at} ${code}`)
    assert.deepEqual(codes, [
      'profiles.standard.minimumBand nobody_could_review',
      'profiles.standard.approvals nobody_could_approve',
      'profiles.standard.verbal nobody_could_record',
      'profiles.privileged.minimumBand nobody_could_review',
      'profiles.privileged.approvals nobody_could_approve',
    ])
  })

  test('I4: two lines for two tiers are as good as one for both, and a line for some groups is one', () => {
    const lines = [
      line('desk', 'approve, open-for-another', 'standard', 'standard'),
      '{ role: lead, acts: [approve], profiles: [privileged], tiers: [privileged], subjects: [/admins] }',
      reviewer,
    ]
    assert.deepEqual(problemsOf(changed(authority(...lines))), [])
  })
})

describe('who can be asked under a profile', () => {
  const lines: readonly AuthorityLine[] = [
    { role: 'lead', acts: ['approve'], profiles: ['standard'], tiers: ['standard'] },
    { role: 'reviewer', acts: ['review-evidence'], profiles: ['standard'], tiers: ['standard'] },
  ]
  const codesOf = (profile: Partial<Profile>, policy: Partial<Policy> = {}): readonly string[] =>
    checkApprovers(
      buildPolicy({
        rules: [{ name: 'everybody', when: { tier: ['standard'] }, profile: 'standard' }],
        authority: lines,
        profiles: [buildProfile(profile)],
        ...policy,
      }),
      documentBudget(),
    ).map(({ code }) => code)
  const risk = (...points: readonly number[]): Policy['risk'] => ({
    bands: { approval: 25, review: 50, closed: 75 },
    factors: points.map((one, index) => buildFactor(`factor-${index}`, one)),
  })

  test('I4: evidence is needed from the score on at which a review begins, and where the profile begins there', () => {
    assert.deepEqual(codesOf({}), [])
    assert.deepEqual(codesOf({}, { risk: risk(49) }), [])
    assert.deepEqual(codesOf({}, { risk: risk(50) }), ['evidence_needed'])
    assert.deepEqual(codesOf({ evidence: 'reason' }, { risk: risk(50) }), [])
    assert.deepEqual(codesOf({ minimumBand: 'approval' }), [])
    assert.deepEqual(codesOf({ minimumBand: 'review' }), ['evidence_needed'])
    const [approver] = lines
    assert.deepEqual(
      codesOf({ minimumBand: 'review', evidence: 'reason' }, { authority: approver ? [approver] : [] }),
      ['nobody_could_review'],
    )
  })

  test('I4: nobody is asked where none are named, or where everybody is refused', () => {
    assert.deepEqual(codesOf({ approvals: [], minimumBand: 'review' }, { authority: [] }), [])
    assert.deepEqual(codesOf({ minimumBand: 'closed' }, { authority: [] }), [])
    assert.deepEqual(codesOf({}, { authority: [] }), ['nobody_could_approve'])
  })

  test('I4: only for people who can come under the profile, by any of its rules', () => {
    const chosen = (...tiers: readonly ('standard' | 'privileged')[]) => ({
      rules: tiers.map((tier) => ({ name: tier, when: { tier: [tier] }, profile: 'standard' as const })),
    })
    assert.deepEqual(codesOf({}, chosen('privileged')), ['nobody_could_approve'])
    assert.deepEqual(codesOf({}, chosen('standard', 'privileged')), ['nobody_could_approve'])
    assert.deepEqual(codesOf({}, { authority: [], ...chosen('standard', 'privileged') }), [
      'nobody_could_approve',
      'nobody_could_approve',
    ])
    const refused = [
      { name: 'chiefs', when: { tier: ['privileged' as const] }, deny: true as const },
      { name: 'everybody', when: { always: true as const }, profile: 'standard' as const },
    ]
    assert.deepEqual(codesOf({}, { rules: refused }), [])
    assert.deepEqual(codesOf({}, { rules: refused.toReversed() }), ['nobody_could_approve'])
  })

  test('I5: a search that is out of its budget counts as if everybody could come', () => {
    const policy = buildPolicy({
      rules: [{ name: 'standard people', when: { tier: ['standard'] }, profile: 'standard' }],
      authority: lines,
    })
    assert.deepEqual(checkApprovers(policy, documentBudget()), [])
    assert.equal(checkApprovers(policy, { left: 0 }).length, 1)
  })
})
