import { describe, test } from 'node:test'
import { type Change, factor, type Refusal, refuses } from './standard-document.ts'

const risk: readonly Refusal[] = [
  {
    why: 'a factor without points',
    changes: [factor('{ outage: true }', 0)],
    code: 'points_zero',
    mark: 'id: extra',
    sentence: /must not be 0/,
  },
  {
    why: 'points over the cap of their group',
    changes: [factor('{ outage: true }', 16, 'cohort')],
    code: 'points_above_cap',
    mark: 'id: extra',
    sentence: /must be at most 15, the cap of the group "cohort"/,
  },
  {
    why: 'R46: points for a suitability plan',
    changes: [factor('{ any: [{ outage: true }, { not: { suitabilityPlan: true } }] }', 5)],
    code: 'points_for_suitability',
    mark: 'id: extra',
    sentence: /must not ask for a suitability plan/,
  },
  {
    why: 'R46: points for the group of a suitability plan',
    changes: [factor('{ group: [/suitability-plan] }', 5)],
    code: 'points_for_suitability',
    mark: 'id: extra',
    sentence: /waivedBySuitability/,
  },
  ...[
    'client: [app]',
    'failureClass: [other]',
    'failureTrust: [verified]',
    'device: [known]',
    'zone: [office]',
    'requiredLevel: { below: 1 }',
    'failureCount: { below: 2 }',
    'firstFactorAgeSeconds: { below: 60 }',
    'outsideHours: false',
  ].map(
    (asked): Refusal => ({
      why: `points taken off for what a person can bring about: ${asked}`,
      changes: [factor(`{ factor: [bridge-totp], ${asked} }`, -5)],
      code: 'points_from_claim',
      mark: 'id: extra',
      sentence: new RegExp(
        `must not be negative for ${asked.split(':')[0]}, which a person can bring about\\. Only these lower a score: realm, .*outage`,
      ),
    }),
  ),
  {
    why: 'points taken off for everybody',
    changes: [factor('{ any: [{ outage: true }, { outage: false }] }', -5)],
    code: 'points_from_claim',
    mark: 'id: extra',
    sentence: /must not be negative for a condition that always holds/,
  },
]

const people: readonly Refusal[] = [
  {
    why: 'I4: a role that approves and reviews evidence',
    changes: [['declare, review, revoke]', 'declare, review-evidence, revoke]']],
    code: 'approves_and_reviews',
    mark: 'declare, review-evidence, revoke]',
    sentence: /must not let the role "fallback-analyst" both approve and review-evidence/,
  },
  {
    why: 'I4: a role that does both on two lines',
    changes: [['role: fallback-reviewer', 'role: fallback-analyst']],
    code: 'approves_and_reviews',
    mark: 'acts: [review-evidence, review]',
    sentence: /Use two roles/,
  },
  {
    why: 'R19: a line that wants a shared group and none',
    changes: [
      [
        'profiles: [standard], tiers: [standard] }',
        'profiles: [standard], tiers: [standard], sharedGroupBelow: /units/a, notSharedGroupBelow: /units }',
      ],
    ],
    code: 'line_about_nobody',
    mark: 'notSharedGroupBelow: /units }',
    sentence: /^authority\[0\]\.notSharedGroupBelow must leave somebody .* below \/units\/a, and none below \/units\.$/,
  },
  {
    why: 'R27: a test that gives and takes the same fact',
    changes: [['missing: [zones]', 'facts: { zones: [office] }\n    missing: [zones]']],
    code: 'test_contradicts',
    mark: '    missing: [zones]',
    sentence: /must not name zones/,
  },
  {
    why: 'R27: no test of a refusal',
    changes: ['failure_missing', 'no_path_available', 'level_out_of_reach', 'risk_too_high'].map(
      (reason): Change => [`outcome: deny, reason: ${reason}`, 'outcome: escalate'],
    ),
    code: 'test_without_deny',
    mark: 'tests:\n  - name',
    sentence: /must have a test that expects "outcome: deny"/,
  },
  {
    why: 'R27: a path that no test sees',
    changes: [['band: self-service, score: 0, paths: [password-bridge-totp, password-keycloak-otp]', 'score: 0']],
    code: 'path_untested',
    mark: 'id: password-bridge-totp',
    sentence: /none expects "password-bridge-totp" among its paths/,
  },
  {
    why: 'R27: a profile that no test reaches',
    changes: [['profile: privileged, approvals: 2', 'approvals: 2']],
    code: 'profile_untested',
    mark: '  privileged:\n',
    sentence: /none expects "profile: privileged"/,
  },
]

describe('a policy whose risk table, authority or tests contradict themselves is refused', () => {
  for (const refusal of risk) test(refusal.why, () => refuses(refusal))
  for (const refusal of people) test(refusal.why, () => refuses(refusal))
})
