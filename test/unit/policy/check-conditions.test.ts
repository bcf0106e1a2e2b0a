import { describe, test } from 'node:test'
import { before, factor, type Refusal, refuses, ruleLine } from './standard-document.ts'

const never = (why: string, when: string): Refusal => ({
  why,
  changes: [before(ruleLine(when))],
  code: 'condition_never_holds',
  mark: '{ name: extra',
  sentence: /^rules\[0\]\.when must be able to hold: this condition contradicts itself/,
})
const shadowed = (why: string, ...conditions: readonly [string, string, ...string[]]): Refusal => ({
  why,
  changes: [before(...conditions.map((when, index) => `{ name: extra${index}, when: ${when}, deny: true }`))],
  code: 'rule_never_matches',
  mark: `{ name: extra${conditions.length - 1}`,
  sentence: /must hold for somebody whom no earlier rule takes: this rule can never match/,
})

const conditions: readonly Refusal[] = [
  {
    why: 'a rule without an outcome',
    changes: [['profile: privileged\n', '\n']],
    code: 'rule_target',
    mark: 'name: administrators',
    sentence: /either a profile or "deny: true"/,
  },
  {
    why: 'a rule with two outcomes',
    changes: [['profile: privileged\n', 'profile: privileged\n    deny: true\n']],
    code: 'rule_target',
    mark: 'name: administrators',
    sentence: /not both and not neither/,
  },
  {
    why: 'an empty condition',
    changes: [['when: { always: true }', 'when: {}']],
    code: 'condition_empty',
    mark: 'when: {}',
    sentence: /^rules\[1\]\.when must ask for something/,
  },
  {
    why: 'an empty condition inside another',
    changes: [
      ['{ outsideHours: true }\n      session', '{ any: [{ outsideHours: true }, { not: {} }] }\n      session'],
    ],
    code: 'condition_empty',
    mark: '{ not: {} }',
    sentence: /^profiles\.standard\.degrade\.when\.any\[1\]\.not must/,
  },
  {
    why: 'a range without bounds',
    changes: [['disputes: { atLeast: 1 }', 'disputes: {}']],
    code: 'range_empty',
    mark: 'disputes: {}',
    sentence: /must have atLeast, below, or both/,
  },
  {
    why: 'a range without numbers',
    changes: [['disputes: { atLeast: 1 }', 'disputes: { atLeast: 3, below: 3 }']],
    code: 'range_empty',
    mark: 'disputes: { atLeast: 3',
    sentence: /no number is at least 3 and below 3/,
  },
  {
    why: 'a zone that is not there',
    changes: [['when: { zone: [anonymising] }', 'when: { zone: [tor] }']],
    code: 'unknown_zone',
    mark: 'zone: [tor]',
    sentence: /must be a zone of this document: office, anonymising/,
  },
  {
    why: 'a test in a zone that is not there',
    changes: [['zones: [anonymising], available', 'zones: [tor], available']],
    code: 'unknown_zone',
    mark: 'zones: [tor]',
    sentence: /^tests\[3\]\.facts\.zones\[0\]/,
  },
  never('a rule for both tiers at once', '{ all: [{ tier: [standard] }, { tier: [privileged] }] }'),
  never('a rule that excludes what it asks for', '{ zone: [office], not: { zone: [office, anonymising] } }'),
  never('a rule whose ranges leave no number', '{ all: [{ disputes: { atLeast: 4 } }, { disputes: { below: 4 } }] }'),
  never('a rule for a verified time-out', '{ failureClass: [cancelled_or_timed_out], failureTrust: [verified] }'),
  never('a rule for administrators of the standard tier', '{ role: [admin], tier: [standard] }'),
  never('a rule for a group that is privileged, in the standard tier', '{ group: [/admins/emea], tier: [standard] }'),
  never('a rule for a plan without its group', '{ suitabilityPlan: true, not: { group: [/suitability-plan] } }'),
  never('a rule for the plan’s group without a plan', '{ suitabilityPlan: false, group: [/suitability-plan/eyes] }'),
  {
    ...never('a shorter session that never is', ''),
    changes: [
      ['{ outsideHours: true }\n      session', '{ outsideHours: true, not: { outsideHours: true } }\n      session'],
    ],
    mark: '{ outsideHours: true, not',
    sentence: /^profiles\.standard\.degrade\.when must/,
  },
  {
    ...never('a risk that never is', ''),
    changes: [factor('{ outage: true, not: { outage: true } }', 5)],
    mark: 'id: extra',
    sentence: /^risk\.factors\[0\]\.when must/,
  },
  {
    why: 'a rule after one that always holds',
    changes: [
      [
        '    profile: standard\n\nprofiles',
        '    profile: standard\n  - { name: late, when: { outage: true }, deny: true }\n\nprofiles',
      ],
    ],
    code: 'rule_after_always',
    mark: '{ name: late',
    sentence: /must stand before the rule "everybody else", which always holds/,
  },
  {
    ...shadowed('', '{ outage: true }', '{ outage: true }'),
    why: 'a rule after one that always holds without saying so',
    changes: [before(ruleLine('{ any: [{ outage: true }, { not: { outage: true } }] }'))],
    code: 'rule_after_always',
    mark: 'when: { tier: [privileged] }',
    sentence: /which always holds/,
  },
  shadowed('the same rule twice', '{ outage: true }', '{ outage: true }'),
  shadowed('a rule for a part of what an earlier one takes', '{ zone: [office] }', '{ zone: [office], outage: true }'),
  shadowed(
    'a number inside an earlier range',
    '{ disputes: { atLeast: 2 } }',
    '{ disputes: { atLeast: 3, below: 9 } }',
  ),
  shadowed('a subgroup of an earlier rule’s group', '{ group: [/staff] }', '{ group: [/staff/london] }'),
  shadowed(
    'what two earlier rules take together',
    '{ outage: true }',
    '{ outsideHours: true }',
    '{ any: [{ outage: true }, { outsideHours: true }] }',
  ),
  shadowed(
    'all values of a closed list',
    '{ failureTrust: [claimed] }',
    '{ failureTrust: [verified] , zone: [office] }',
    '{ failureClass: [wrong_user], zone: [office] }',
  ),
]

describe('a policy with rules that mean nothing is refused', () => {
  for (const refusal of conditions) test(refusal.why, () => refuses(refusal))
})
