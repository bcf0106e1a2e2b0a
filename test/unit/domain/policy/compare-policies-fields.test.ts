import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { usualThresholds } from '../../../../bridge/domain/pattern/threshold.ts'
import { verificationMethods } from '../../../../bridge/domain/policy/ceilings.ts'
import { comparePolicies } from '../../../../bridge/domain/policy/compare-policies.ts'
import type { Policy } from '../../../../bridge/domain/policy/policy.ts'
import { buildLimits, buildPolicy, builtAt } from '../../../support/policies.ts'
import { base, changed, day, fieldsOf, type Json, quick } from '../../../support/versions-of-policies.ts'

describe('two versions, field by field', () => {
  /** Where the change is, its value, the field named, and the direction; backwards it is the opposite. */
  const opposite: readonly (readonly [string, unknown, string])[] = [
    ['reviewBy', base.reviewBy + day, 'reviewBy'],
    ['assurance.biometricLevel', 3, 'assurance.biometricLevel'],
    ['privileged.roles', [], 'privileged.roles'],
    ['privileged.groups', [], 'privileged.groups'],
    ['suitabilityGroups', ['/plan', '/more'], 'suitabilityGroups'],
    ['profiles.0.reviewBy', base.reviewBy + day, 'profiles.standard.reviewBy'],
    ['profiles.0.paths', ['totp', 'otp', 'choice'], 'profiles.standard.paths'],
    ['profiles.0.ceiling', 2, 'profiles.standard.ceiling'],
    ['profiles.1.minimumBand', 'self-service', 'profiles.remote.minimumBand'],
    ['profiles.1.approvals', [{ group: '/leads', count: 1 }], 'profiles.remote.approvals./leads'],
    ['profiles.0.evidence', undefined, 'profiles.standard.evidence'],
    ['profiles.0.review.samplePercent', 5, 'profiles.standard.review.samplePercent'],
    ['profiles.0.review.withinSeconds', 500_000, 'profiles.standard.review.withinSeconds'],
    ['profiles.0.degrade', undefined, 'profiles.standard.degrade'],
    ['profiles.0.degrade.sessionSeconds', 700, 'profiles.standard.degrade.sessionSeconds'],
    ['profiles.0.limits.attempts', 6, 'profiles.standard.limits.attempts'],
    ['profiles.0.limits.challengeSeconds', 301, 'profiles.standard.limits.challengeSeconds'],
    ['profiles.0.limits.consecutiveFailures', 11, 'profiles.standard.limits.consecutiveFailures'],
    ['profiles.0.limits.lockSeconds', 1799, 'profiles.standard.limits.lockSeconds'],
    ['profiles.0.limits.failuresUntilRebind', 101, 'profiles.standard.limits.failuresUntilRebind'],
    ['profiles.0.limits.casesPerDay', 11, 'profiles.standard.limits.casesPerDay'],
    ['profiles.0.limits.grantsPerWeek', 4, 'profiles.standard.limits.grantsPerWeek'],
    ['profiles.0.limits.grantSeconds', 121, 'profiles.standard.limits.grantSeconds'],
    ['profiles.0.limits.sessionSeconds', 28_801, 'profiles.standard.limits.sessionSeconds'],
    ['paths.0.allOf', ['bridge-totp'], 'paths.totp.allOf'],
    ['paths.2.anyOf', ['keycloak-otp', 'bridge-totp', 'completed-passkey'], 'paths.choice.anyOf'],
    ['paths.2.anyOf', [], 'paths.choice.anyOf'],
    ['paths.0.isPhishingResistant', true, 'paths.totp.isPhishingResistant'],
    ['paths.0.ceiling', 2, 'paths.totp.ceiling'],
    ['paths.0.floor', 0, 'paths.totp.floor'],
    ['paths.0.amr', ['pwd', 'otp', 'mfa'], 'paths.totp.amr'],
    ['paths.0.approvedAt', builtAt - 60 * day, 'paths.totp.approvedAt'],
    ['paths.0.reviewBy', base.reviewBy + day, 'paths.totp.reviewBy'],
    ['risk.bands.approval', 21, 'risk.bands.approval'],
    ['risk.bands.review', 46, 'risk.bands.review'],
    ['risk.bands.closed', 71, 'risk.bands.closed'],
    ['risk.factors.0', undefined, 'risk.factors.disputed'],
    ['risk.factors.0.points', 24, 'risk.factors.disputed.points'],
    ['risk.factors.0.waivedBySuitability', true, 'risk.factors.disputed.waivedBySuitability'],
    ['risk.factors.0.when', { disputes: { atLeast: 3 } }, 'risk.factors.disputed.when'],
    ['risk.factors.1.when', { always: true }, 'risk.factors.outage.when'],
    ['profiles.0.degrade.when', { outsideHours: true, outage: true }, 'profiles.standard.degrade.when'],
    ['evidence.reason.0.required', false, 'evidence.reason.reason.required'],
    ['evidence.reason.0', undefined, 'evidence.reason.reason'],
    ['authority.0.acts', ['approve', 'open-for-another'], 'authority.lead.open-for-another'],
    ['authority.0.tiers', ['standard', 'privileged'], 'authority.lead.approve'],
    ['authority.0.profiles', ['standard', 'remote'], 'authority.lead.approve'],
    ['patterns', { user: { failures: 6, withinSeconds: 604_800 } }, 'patterns.user.failures'],
    ['patterns', { site: { ...usualThresholds.site, people: 6 } }, 'patterns.site.people'],
    ['patterns', { user: { ...usualThresholds.user, withinSeconds: 3_600 } }, 'patterns.user.withinSeconds'],
    ['patterns', { site: { ...usualThresholds.site, timesBefore: 3 } }, 'patterns.site.timesBefore'],
    ['rules.0', undefined, 'rules.bad'],
    ['profiles.1.approvalSeconds', 901, 'profiles.remote.approvalSeconds'],
    ['profiles.1.approvalSeconds', undefined, 'profiles.remote.approvalSeconds'],
    ['profiles.0.approvalSeconds', 1801, 'profiles.standard.approvalSeconds'],
    ['profiles.1.methods', ['in_person', 'manager_confirms'], 'profiles.remote.methods'],
    ['profiles.1.distinctMethods', undefined, 'profiles.remote.distinctMethods'],
    ['profiles.0.verbal.withinSeconds', 601, 'profiles.standard.verbal.withinSeconds'],
    ['profiles.1.verbal', { withinSeconds: 1 }, 'profiles.remote.verbal'],
    ['profiles.1.ratification', undefined, 'profiles.remote.ratification'],
    ['profiles.1.ratification.withinSeconds', 601, 'profiles.remote.ratification.withinSeconds'],
    ['authority.1.subjects', undefined, 'authority.manager.approve'],
    ['authority.1.subjects', ['/staff'], 'authority.manager.approve'],
    ['authority.1.subjects', ['/staff/london', '/staff/paris'], 'authority.manager.approve'],
  ]
  for (const [at, value, field] of opposite) {
    test(`R6: ${field} is looser one way and stricter the other (${at}: ${JSON.stringify(value)})`, () => {
      const after = changed(at, value)
      assert.deepEqual(fieldsOf(after), [`${field} looser`])
      assert.deepEqual(fieldsOf(base, after), [`${field} stricter`])
    })
  }

  test('S07: whoever is a decoy no more can be let in; another group is both', () => {
    const decoyed = changed('decoys', { group: '/decoys' })
    assert.deepEqual(fieldsOf(decoyed), ['decoys stricter'])
    assert.deepEqual(fieldsOf(base, decoyed), ['decoys looser'])
    assert.deepEqual(fieldsOf(changed('decoys', { group: '/others' }), decoyed).toSorted(), [
      'decoys looser',
      'decoys stricter',
    ])
  })

  const harmless: readonly (readonly [string, unknown, string])[] = [
    ['title', 'Another title', 'title'],
    ['name', 'another', 'name'],
    ['revision', 2, 'revision'],
    ['owner', 'another', 'policy.owner'],
    ['deputy', 'another', 'policy.deputy'],
    ['profiles.0.title', 'Another', 'profiles.standard.title'],
    ['profiles.0.deputy', 'another', 'profiles.standard.deputy'],
    ['paths.0.owner', 'another', 'paths.totp.owner'],
    ['paths.0.title', 'Another', 'paths.totp.title'],
    ['paths.0.deputy', 'another', 'paths.totp.deputy'],
    ['risk.factors.0.why', 'Because.', 'risk.factors.disputed.why'],
    ['risk.factors.0.source', 'A book', 'risk.factors.disputed.source'],
    ['evidence.reason.0.why', 'Because.', 'evidence.reason.reason.why'],
    ['evidence.more', [{ id: 'ticket', kind: 'text', required: false, why: 'Why.' }], 'evidence.more'],
    ['tests', [{ name: 'one', facts: {}, missing: [], expect: { outcome: 'deny' } }], 'tests'],
    ['profiles.0.approvals.0.shownAs', 'Lea', 'profiles.standard.approvals./leads.shownAs'],
    ['profiles.0.approvalSeconds', 1800, 'profiles.standard.approvalSeconds'],
    ['profiles.0.methods', [...verificationMethods].reverse(), 'profiles.standard.methods'],
    ['authority.1.subjects', ['/staff/london', '/staff/london/desk'], 'authority.manager.approve'],
  ]
  for (const [at, value, field] of harmless) {
    test(`R6: ${field} decides nothing, and is told of`, () => {
      const after = changed(at, value)
      assert.deepEqual(fieldsOf(after), [`${field} other`])
    })
  }

  test('R6: not to compare with the span before finds more, and is stricter; the usual thresholds written out are no change', () => {
    const { timesBefore: _, ...absolute } = usualThresholds.site
    assert.deepEqual(fieldsOf(changed('patterns', { site: absolute })), ['patterns.site.timesBefore stricter'])
    assert.deepEqual(fieldsOf(changed('patterns', usualThresholds)), [])
  })

  test('R3: a power to look after what others did that goes is looser, as one that comes', () => {
    const more = changed('authority.0.acts', ['approve', 'revoke'])
    assert.deepEqual(fieldsOf(more), ['authority.lead.revoke looser'])
    assert.deepEqual(fieldsOf(base, more), ['authority.lead.revoke looser'])
    assert.equal(comparePolicies(more, base, [], quick).isLoosening, true)
  })

  test('R6: a longer span finds less where the one before is long too: it is not judged; a shorter one finds less at once', () => {
    const { timesBefore: _, ...absolute } = usualThresholds.site
    const longer = { withinSeconds: usualThresholds.site.withinSeconds + 86_400 }
    const field = 'patterns.site.withinSeconds'
    const told = (before: object, after: object) =>
      fieldsOf(changed('patterns', { site: after }), changed('patterns', { site: before })).filter((text) =>
        text.startsWith(field),
      )
    assert.deepEqual(told(usualThresholds.site, { ...usualThresholds.site, ...longer }), [`${field} unjudged`])
    assert.deepEqual(told(absolute, { ...usualThresholds.site, ...longer }), [`${field} unjudged`])
    assert.deepEqual(told(usualThresholds.site, { ...absolute, ...longer }), [`${field} unjudged`])
    assert.deepEqual(told(absolute, { ...absolute, ...longer }), [`${field} stricter`])
    assert.deepEqual(told({ ...usualThresholds.site, ...longer }, usualThresholds.site), [`${field} looser`])
  })

  test('R5: the order of zones is not judged: the first that holds an address is its site', () => {
    const { office, ...others } = base.zones
    const after = { ...base, zones: { ...others, office: office ?? [] } }
    assert.deepEqual(fieldsOf(after), ['zones.order unjudged'])
    assert.deepEqual(fieldsOf(changed('zones.more', ['203.0.113.0/24'])), ['zones.more unjudged'])
  })

  test('R6: what decides nothing is no loosening, all of it together', () => {
    const tests = [{ name: 'one', facts: {}, missing: [], expect: { outcome: 'deny' as const } }]
    const after = { ...changed('paths.0.title', 'Another'), title: 'Another', revision: 2, deputy: 'another', tests }
    const { fields, isLoosening } = comparePolicies(base, after, [], quick)
    assert.equal(fields.length, 5)
    assert.equal(isLoosening, false)
  })

  test('R6: one looser field among stricter ones is loosening', () => {
    const after = changed('profiles.0.limits', { ...buildLimits({ attempts: 1 }), casesPerDay: 11 })
    assert.deepEqual(fieldsOf(after), [
      'profiles.standard.limits.attempts stricter',
      'profiles.standard.limits.casesPerDay looser',
    ])
    assert.equal(comparePolicies(base, after, [], quick).isLoosening, true)
    assert.equal(comparePolicies(base, changed('profiles.0.limits.attempts', 1), [], quick).isLoosening, false)
  })

  test('I5: losing a suitability group is not judged where a condition asks for a plan', () => {
    const rules: Policy['rules'] = [
      { name: 'planned', when: { suitabilityPlan: true }, deny: true },
      { name: 'everybody', when: { always: true }, profile: 'standard' },
    ]
    const before: Policy = { ...base, rules }
    const after = { ...before, suitabilityGroups: [] }
    assert.deepEqual(fieldsOf(after, before), ['suitabilityGroups unjudged'])
    assert.equal(comparePolicies(before, after, [], quick).isLoosening, true)
  })

  const doubtful: readonly (readonly [string, unknown, string])[] = [
    ['profiles.0.owner', 'another', 'profiles.standard.owner'],
    ['zones.bad', ['192.0.2.0/25'], 'zones.bad'],
    ['zones.unused', ['198.51.100.0/24', '203.0.113.0/24'], 'zones.unused'],
    ['hours.to', '20:00', 'hours'],
    ['paths.0.acr', 'gold', 'paths.totp.acr'],
    ['profiles.0.evidence', 'ticket', 'profiles.standard.evidence'],
    ['risk.factors.0.group', 'history', 'risk.factors.disputed.group'],
    ['risk.factors.0.when', { not: { disputes: { below: 2 } } }, 'risk.factors.disputed.when'],
    ['evidence.reason.0.kind', 'reference', 'evidence.reason.reason.kind'],
    ['profiles.1.ratification.group', '/leads', 'profiles.remote.ratification.group'],
  ]
  for (const [at, value, field] of doubtful) {
    test(`I5: ${field} is not judged, and counts as loosening (${JSON.stringify(value)})`, () => {
      const after = changed(at, value)
      assert.deepEqual(fieldsOf(after), [`${field} unjudged`])
      assert.equal(comparePolicies(base, after, [], quick).isLoosening, true)
    })
  }

  test('R5: hours that no condition asks for are not judged either: failures and decisions are counted by them', () => {
    const plainPolicy = buildPolicy()
    const after = { ...plainPolicy, hours: { ...plainPolicy.hours, to: '20:00' } }
    assert.deepEqual(fieldsOf(after, plainPolicy), ['hours unjudged'])
  })

  test('I4: the first group of approvers is looser than nobody, each further one stricter', () => {
    const leads = { group: '/leads', count: 2 }
    const nobody = changed('profiles.1.approvals', [])
    const both = changed('profiles.1.approvals', [leads, { group: '/analysts', count: 1 }])
    const replaced = changed('profiles.1.approvals', [{ group: '/analysts', count: 2 }])
    assert.deepEqual(fieldsOf(base, nobody), ['profiles.remote.approvals looser'])
    assert.deepEqual(fieldsOf(nobody), ['profiles.remote.approvals stricter'])
    assert.deepEqual(fieldsOf(both), ['profiles.remote.approvals./analysts stricter'])
    assert.deepEqual(fieldsOf(replaced), [
      'profiles.remote.approvals./leads looser',
      'profiles.remote.approvals./analysts stricter',
    ])
  })

  test('R3: a power over some is less than one over everybody, and another’s group is more; both are told in words', () => {
    const moved = changed('authority.1.subjects', ['/staff/london-two'])
    assert.deepEqual(fieldsOf(moved), ['authority.manager.approve looser'])
    assert.deepEqual(fieldsOf(base, moved), ['authority.manager.approve looser'])
    const [told] = comparePolicies(base, changed('authority.1.subjects', undefined), [], quick).fields
    assert.deepEqual([told?.before, told?.after], [['remote/standard in /staff/london'], ['remote/standard']])
    const twice = changed('authority', [...base.authority, { ...base.authority[0], subjects: ['/staff'] }])
    assert.deepEqual(fieldsOf(twice), ['authority.lead.approve other'])
    assert.equal(comparePolicies(base, twice, [], quick).isLoosening, false)
  })

  test('R36: each further way to make sure who asks is told by its name', () => {
    const all = changed('profiles.1.methods', undefined)
    assert.deepEqual(fieldsOf(all), Array(3).fill('profiles.remote.methods looser'))
    const { fields } = comparePolicies(base, all, [], quick)
    assert.deepEqual(
      fields.map(({ after }) => after),
      ['call_back_on_record', 'video_and_id', 'manager_confirms'],
    )
  })

  test('R6: both values of a field are told, and null for what is not there', () => {
    const [attempts] = comparePolicies(base, changed('profiles.0.limits.attempts', 3), [], quick).fields
    assert.deepEqual(attempts, {
      field: 'profiles.standard.limits.attempts',
      direction: 'stricter',
      before: 5,
      after: 3,
      isJudged: true,
    })
    const [removed] = comparePolicies(base, changed('privileged.roles', []), [], quick).fields
    assert.deepEqual([removed?.before, removed?.after], ['chief', null])
  })

  test('I5: no value of a policy can change without being told of', () => {
    const leaves = (value: unknown, at: string): string[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, member]) => leaves(member, at === '' ? name : `${at}.${name}`))
        : [at]
    const other = (value: unknown): unknown =>
      typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${value}-other`
    for (const at of leaves(base, '').filter((name) => name !== 'digest')) {
      const value = at.split('.').reduce<unknown>((found, name) => (found as Json)[name], base)
      const after = changed(at, other(value))
      assert.notDeepEqual(fieldsOf(after), [], at)
    }
  })
})
