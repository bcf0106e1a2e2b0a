import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  before,
  type Change,
  changed,
  factor,
  factors,
  passkeyPath,
  problemsOf,
  ruleLine,
  standardText,
  warningsOf,
} from './standard-document.ts'

const privilegedSession = 'sessionSeconds: 3600 # 60'

describe('the standard document', () => {
  test('is accepted without a warning', () => assert.deepEqual(warningsOf(standardText), []))
})

describe('a policy with what looks alike is accepted', () => {
  const accepted: Readonly<Record<string, readonly Change[]>> = {
    'R26: a path by passkey': passkeyPath(),
    'a rule that an earlier one leaves something of': [
      before(
        ruleLine('{ outage: true }'),
        '{ name: b, when: { any: [{ outage: true }, { outsideHours: true }] }, deny: true }',
      ),
    ],
    'a group above that of an earlier rule': [
      before(ruleLine('{ group: [/staff/london] }'), '{ name: b, when: { group: [/staff] }, deny: true }'),
    ],
    'a number outside an earlier range': [
      before(ruleLine('{ disputes: { atLeast: 3 } }'), '{ name: b, when: { disputes: { atLeast: 2 } }, deny: true }'),
    ],
    'an application that no earlier rule names': [
      before(ruleLine('{ client: [a] }'), '{ name: b, when: { not: { client: [a, b] } }, deny: true }'),
    ],
    'a plan beside another group': [before(ruleLine('{ suitabilityPlan: true, not: { group: [/staff] } }'))],
    'a rollout': [before(ruleLine('{ rolloutBucket: { below: 20 } }'))],
    'points taken off for a key that Keycloak keeps': [factor('{ factor: [completed-passkey] }', -15)],
    'points taken off in an outage': [factor('{ outage: true }', -10, 'cohort')],
    'points at their cap': [factor('{ outage: true }', 15, 'cohort')],
    'points for a group whose name begins alike': [factor('{ group: [/suitability-planners] }', 5)],
    'as many wrong codes in a case as until the lock': [['consecutiveFailures: 5', 'consecutiveFailures: 3']],
    'a session as long as its challenge': [[privilegedSession, 'sessionSeconds: 300 # 60']],
    'a session as long as its grant': [
      [privilegedSession, 'sessionSeconds: 60 # 60'],
      ['challengeSeconds: 300\n      consecutiveFailures: 5', 'challengeSeconds: 60\n      consecutiveFailures: 5'],
    ],
    'a grant for every case': [['casesPerDay: 5\n      grantsPerWeek: 1', 'casesPerDay: 1\n      grantsPerWeek: 7']],
    'fifty rules for as many applications and groups': [
      before(
        ...Array.from(
          { length: 24 },
          (_unused, index) => `{ name: c${index}, when: { client: [app-${index}] }, deny: true }`,
        ),
        ...Array.from(
          { length: 24 },
          (_unused, index) =>
            `{ name: g${index}, when: { group: [/team-${index}], outsideHours: true, disputes: { atLeast: ${index + 1} } }, deny: true }`,
        ),
      ),
    ],
    'half of standard’s limits for privileged': [[privilegedSession, 'sessionSeconds: 14400 # 60']],
    'a review act beside an approval': [['acts: [approve, open', 'acts: [approve, review, open']],
  }
  for (const [why, changes] of Object.entries(accepted)) {
    test(why, () => assert.deepEqual(problemsOf(changed(...changes)), []))
  }
})

describe('a policy that probably does not mean what it says is accepted with a warning', () => {
  const warns = (changes: readonly Change[], code: string, at: string, sentence: RegExp): void => {
    const warnings = warningsOf(changed(...changes))
    const found = warnings.find((warning) => warning.code === code && warning.at === at)
    assert.ok(found, JSON.stringify(warnings))
    assert.match(found.sentence, sentence)
    assert.ok(found.line > 1)
  }

  test('a rule about a zone without addresses', () => {
    warns(
      [before(ruleLine('{ any: [{ zone: [office, anonymising] }] }'))],
      'zone_empty',
      'rules[0].when.any[0].zone[1]',
      /"anonymising", which has no addresses/,
    )
  })

  test('R3: nobody who may review afterwards, or take an access back, under a profile or for a tier that can be approved', () => {
    const analyst =
      'acts: [open-for-another, declare, review, revoke], profiles: [standard, privileged], tiers: [standard, privileged]'
    const [acts, where] = analyst.split(', profiles')
    const noReviewer: Change = ['acts: [review-evidence, review]', 'acts: [review-evidence]']
    const withoutReview: Change = [acts ?? '', 'acts: [open-for-another, declare, revoke]']
    warns(
      [noReviewer, withoutReview],
      'nobody_may_review',
      'profiles.standard',
      /standard has nobody who may review under it: /,
    )
    warns(
      [noReviewer, withoutReview],
      'nobody_may_review',
      'profiles.privileged',
      /lets a role judge such a case afterwards/,
    )
    const standardOnly: Change = [analyst, `${acts}, profiles: [standard], tiers: [standard, privileged]`]
    warns([standardOnly], 'nobody_may_revoke', 'profiles.privileged', /take such an access back/)
    const oneTier: Change = [
      analyst,
      `${acts}, profiles${where?.replace('tiers: [standard, privileged]', 'tiers: [standard]')}`,
    ]
    warns([oneTier], 'nobody_may_revoke', 'profiles.privileged', /under it for the tier privileged:/)
    const about = warningsOf(changed(standardOnly)).map(({ code, at }) => `${at} ${code}`)
    assert.deepEqual(about, ['profiles.privileged nobody_may_revoke'])
  })

  test('I4: nobody who may approve, where an approval can be needed', () => {
    const nobody: Change = ['approvals: [{ group: /service-desk-leads, count: 1 }]\n', 'approvals: []\n']
    warns([nobody], 'nobody_may_approve', 'profiles.standard.approvals', /every case that needs an approval is refused/)
    const none: Change = [
      standardText.slice(standardText.indexOf(factors), standardText.indexOf('evidence:\n  reason')),
      '  factors: []\n',
    ]
    assert.deepEqual(warningsOf(changed(none, nobody)), [])
    warns(
      [none, nobody, ['minimumBand: self-service', 'minimumBand: review']],
      'nobody_may_approve',
      'profiles.standard.approvals',
      /nobody/,
    )
  })
})
