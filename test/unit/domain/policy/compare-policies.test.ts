import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { canonicalJson } from '../../../../bridge/domain/canonical-json.ts'
import { asId, type UserId } from '../../../../bridge/domain/ids.ts'
import { mayAct } from '../../../../bridge/domain/policy/authority.ts'
import {
  acts,
  profileNames,
  usualApprovalSeconds,
  verificationMethods,
} from '../../../../bridge/domain/policy/ceilings.ts'
import { groupDecisions, judgeDecisions } from '../../../../bridge/domain/policy/compare-decisions.ts'
import { compareFields } from '../../../../bridge/domain/policy/compare-fields.ts'
import { comparePolicies } from '../../../../bridge/domain/policy/compare-policies.ts'
import { decide } from '../../../../bridge/domain/policy/decide.ts'
import { compareStrictness, type Terms, termsOf } from '../../../../bridge/domain/policy/decision.ts'
import { factSpace } from '../../../../bridge/domain/policy/fact-space.ts'
import { tiers } from '../../../../bridge/domain/policy/facts.ts'
import { plain } from '../../../../bridge/domain/policy/field-change.ts'
import { askOf } from '../../../../bridge/domain/policy/limits-for.ts'
import { factsOfTest } from '../../../../bridge/domain/policy/ordinary-login.ts'
import type { Policy, Profile, RemovableFact } from '../../../../bridge/domain/policy/policy.ts'
import { meetAgain } from '../../../../bridge/domain/policy/recorded-login.ts'
import { anyAsking, anyAuthority, anyFacts, anyPolicy, propertyRuns } from '../../../support/arbitrary-policies.ts'
import { buildFacts, buildLimits, buildPolicy, buildProfile, builtAt, pathId } from '../../../support/policies.ts'
import { base, changed, day, fieldsOf, loginsOf, quick } from '../../../support/versions-of-policies.ts'

describe('two versions, by their decisions', () => {
  test('R6: the same version, under whatever digest, changes nothing', () => {
    const { tried, ...rest } = comparePolicies(base, { ...base, digest: '1'.repeat(64) }, [buildFacts()])
    assert.deepEqual(rest, { isLoosening: false, fields: [], decisions: [] })
    assert.ok(tried.generated > 3000 && tried.isComplete)
    assert.equal(tried.recorded, 1)
  })

  test('R6: who is let in by a changed rule is told with the smallest example', () => {
    const after = changed('rules.1.profile', 'standard')
    const { isLoosening, fields, decisions } = comparePolicies(base, after)
    assert.equal(isLoosening, true)
    assert.deepEqual(
      fields.map(({ field, direction, isJudged }) => [field, direction, isJudged]),
      [['rules.far', 'other', true]],
    )
    const [first] = decisions
    assert.ok(first)
    assert.deepEqual(
      [first.direction, first.before, first.after, first.example],
      [
        'looser',
        { outcome: 'escalate', profile: 'remote' },
        { outcome: 'grant_alternate', profile: 'standard' },
        { facts: { client: 'bank' }, missing: [] },
      ],
    )
    assert.ok(first.generated > 1)
  })

  test('R6: of what changes alike the login closest to an ordinary one is the example', () => {
    const facts = buildFacts()
    const [open, shut] = [decide(base, facts), decide(undefined, facts)]
    const example = (missing: readonly RemovableFact[]) => ({ facts: {}, missing })
    const decided = { before: shut, after: open, from: 'generated' as const }
    const [group, ...others] = groupDecisions([
      { ...decided, example: example(['zones', 'device', 'roles']) },
      { ...decided, example: example(['zones']), from: 'recorded' },
      { ...decided, example: example(['zones', 'device']) },
      { ...decided, after: shut, example: example([]) },
    ])
    assert.deepEqual(others, [])
    assert.deepEqual([group?.example.missing, group?.generated, group?.recorded], [['zones'], 2, 1])
  })

  test('R6: what a rule asks for, however much, is tried beside every other value', () => {
    const when = { client: ['bank'], realm: ['other'], zone: ['office'], all: [{ outage: true }] }
    const policy = changed('rules.0', { name: 'deep', when, deny: true })
    const inside = loginsOf(policy).filter(({ client, realm, zones, outage }) =>
      [client === 'bank', realm === 'other', zones?.includes('office'), outage].every((one) => one === true),
    )
    assert.ok(inside.some(({ disputes }) => disputes === 2))
    assert.ok(inside.some(({ roles }) => roles === undefined))
    assert.ok(inside.some(({ requiredLevel }) => requiredLevel === 2))
  })

  test('R6: an example can be used as a test of the policy', () => {
    for (const { before, after, example } of comparePolicies(base, changed('rules.1.profile', 'standard')).decisions) {
      const facts = factsOfTest(base, { ...example, name: 'one', expect: { outcome: 'deny' } })
      assert.equal(decide(base, facts).outcome, before.outcome)
      assert.equal(decide(changed('rules.1.profile', 'standard'), facts).outcome, after.outcome)
    }
  })

  test('R6: a rule that only refuses more is no loosening', () => {
    const after = changed('rules', [{ name: 'new', when: { device: ['new'] }, deny: true }, ...base.rules])
    const { isLoosening, decisions } = comparePolicies(base, after, [], quick)
    assert.equal(isLoosening, false)
    assert.deepEqual([...new Set(decisions.map(({ direction }) => direction))].sort(), ['other', 'stricter'])
    assert.ok(decisions.every(({ isJudged }) => isJudged))
    assert.equal(comparePolicies(base, changed('rules.1.profile', 'standard'), [], quick).isLoosening, true)
    assert.equal(comparePolicies(changed('rules.1.profile', 'standard'), base, [], quick).isLoosening, false)
  })

  test('I5: a rule that no generated login meets is not judged', () => {
    const rule = { name: 'never', when: { not: { always: true as const } }, profile: 'remote' as const }
    const after = changed('rules', [rule, ...base.rules])
    assert.deepEqual(fieldsOf(after), ['rules.never unjudged'])
    assert.equal(comparePolicies(base, after, [], quick).isLoosening, true)
    const turned = changed('rules', [base.rules[1], base.rules[0], base.rules[2]])
    assert.deepEqual(fieldsOf(turned), ['rules.order other'])
    assert.equal(comparePolicies(base, turned).isLoosening, true)
  })

  test('I5: a rule that meets others and leads them elsewhere is not judged', () => {
    const after = changed('rules.1', { name: 'far', when: { client: ['bank', 'mail'] }, deny: true })
    assert.deepEqual(fieldsOf(after), ['rules.far unjudged'])
    const { isLoosening, decisions } = comparePolicies(base, after, [], quick)
    assert.ok(decisions.every(({ direction }) => direction !== 'looser'))
    assert.equal(isLoosening, true)
    assert.equal(
      comparePolicies(base, changed('rules.1.when', { client: ['bank', 'mail'] }), [], quick).isLoosening,
      false,
    )
  })

  test('I5: a rule that comes where another goes is not judged', () => {
    const [bad, , everybody] = base.rules
    const far = { name: 'further', when: { client: ['bank', 'mail'] }, profile: 'remote' }
    const after = changed('rules', [bad, far, everybody])
    assert.deepEqual(fieldsOf(after), ['rules.far unjudged', 'rules.further unjudged'])
    assert.equal(comparePolicies(base, after, [], quick).isLoosening, true)
  })

  test('R6: a profile that is shorter and asks for less is neither, and counts as loosening', () => {
    const remote = buildProfile({
      name: 'remote',
      evidence: 'reason',
      approvals: [{ group: '/leads', count: 1 }],
      limits: buildLimits({ sessionSeconds: 60, attempts: 6 }),
    })
    const other = changed('profiles.1', remote)
    const { isLoosening, decisions } = comparePolicies(
      { ...other, rules: [{ name: 'everybody', when: { always: true }, profile: 'standard' }] },
      { ...other, rules: [{ name: 'everybody', when: { always: true }, profile: 'remote' }] },
      [],
      quick,
    )
    assert.equal(isLoosening, true)
    assert.ok(decisions.some(({ direction, isJudged }) => direction === 'stricter' && isJudged))
  })

  test('I5: where there are too many values to try, any change counts as loosening, and no change does not', () => {
    const many = Array.from({ length: 70 }, (_unused, index) => ({
      name: `rule ${index}`,
      when: { client: [`client-${index}`] },
      deny: true as const,
    }))
    const before = changed('rules', [...many, ...base.rules])
    const stricter = { ...before, profiles: changed('profiles.0.limits.attempts', 1).profiles }
    const { isLoosening, tried, decisions } = comparePolicies(before, stricter, [], { sample: 0 })
    assert.equal(tried.isComplete, false)
    assert.ok(decisions.every(({ direction, isJudged }) => direction !== 'looser' && isJudged))
    assert.equal(isLoosening, true)
    assert.equal(comparePolicies(before, before, [], { sample: 0 }).isLoosening, false)
  })

  test('R10: a rule that leads away from a profile whose owner may be gone is looser, and nothing in the field tells', () => {
    const profiles = [buildProfile({ owner: 'gone' }), buildProfile({ name: 'remote', owner: 'here' })]
    const leading = (profile: 'standard' | 'remote'): Policy =>
      buildPolicy({ profiles, rules: [{ name: 'everybody', when: { always: true }, profile }] })
    const { isLoosening, decisions } = comparePolicies(leading('standard'), leading('remote'), [], { sample: 0 })
    assert.equal(isLoosening, true)
    const looser = decisions
      .filter(({ direction }) => direction === 'looser')
      .map(({ example }) => example.facts.owners)
    assert.deepEqual(looser, [{ gone: 'disabled' }])
  })

  test('R1: where nothing was active, whatever lets anybody in is loosening', () => {
    const first = comparePolicies(undefined, base, [], quick)
    assert.equal(first.isLoosening, true)
    assert.deepEqual(first.fields, [])
    assert.ok(first.decisions.every(({ before }) => before.outcome === 'deny'))
    assert.ok(first.decisions.some(({ direction }) => direction === 'looser'))
    const hidden = [{ name: 'nobody yet', when: { not: { always: true as const } }, profile: 'standard' as const }]
    assert.equal(comparePolicies(undefined, buildPolicy({ rules: hidden }), [], quick).isLoosening, true)
    const closed = buildPolicy({ rules: [{ name: 'nobody', when: { always: true }, deny: true }] })
    assert.equal(comparePolicies(undefined, closed, [], quick).isLoosening, false)
  })

  test('R6: recorded logins count beside the generated, with what is particular of them', () => {
    const facts = buildFacts({
      client: 'bank',
      rolloutBucket: 37,
      available: [{ check: 'bridge-totp', createdAt: builtAt - 5000 }],
      account: { lockedUntil: null, failuresSinceSuccess: 1, casesInLastDay: 0, grantsInLastWeek: 0 },
      zones: ['office'],
    })
    const { zones: _zones, ...missing } = facts
    const after = changed('rules.1', {
      name: 'far',
      when: { client: ['bank'], rolloutBucket: { below: 37 } },
      profile: 'remote',
    })
    const { decisions, tried } = comparePolicies(base, after, [facts, missing], quick)
    assert.equal(tried.recorded, 2)
    assert.equal(
      decisions.reduce((total, { recorded }) => total + recorded, 0),
      1,
    )
    const alone = comparePolicies(base, after, [facts], { sample: 0 })
    assert.equal(alone.isLoosening, true)
  })

  test('R6: a recorded login meets a later version at its own time, with the ages it had', () => {
    const later = changed('paths.0.approvedAt', builtAt + 100 * day)
    const facts = buildFacts({ account: { ...buildFacts().account, lockedUntil: builtAt + 5000 } })
    const met = meetAgain(later, facts)
    assert.equal(met.at, builtAt + 101.5 * day)
    assert.equal(met.account.lockedUntil, met.at + 5000)
    assert.equal(met.firstFactor?.at, met.at - 30_000)
    assert.deepEqual(
      met.available.map(({ createdAt }) => met.at - (createdAt ?? 0)),
      facts.available.map(({ createdAt }) => facts.at - (createdAt ?? 0)),
    )
    assert.deepEqual(meetAgain(changed('owner', 'somebody'), { ...facts, owners: { owner: 'disabled' } }).owners, {
      somebody: 'enabled',
      owner: 'disabled',
      deputy: 'enabled',
    })
  })

  test('R9: the same versions give the same comparison, byte for byte, and another seed another sample', () => {
    const after = changed('risk.factors.0.when', { disputes: { atLeast: 3 }, device: ['new'] })
    const once = comparePolicies(base, after, [buildFacts()])
    assert.equal(canonicalJson(plain(once)), canonicalJson(plain(comparePolicies(base, after, [buildFacts()]))))
    assert.deepEqual(JSON.parse(JSON.stringify(once)), once)
    assert.equal(comparePolicies(base, after, [buildFacts()], { seed: 2 }).isLoosening, once.isLoosening)
    const pointsOf = (seed: number) => factSpace([base, after], { seed, sample: 50 }).points
    assert.deepEqual(pointsOf(1), pointsOf(1))
    assert.notDeepEqual(pointsOf(2), pointsOf(1))
  })

  test('I5: whatever login the newer version is milder to, the change counts as loosening', () => {
    const parts = ['rules', 'profiles', 'paths', 'risk', 'assurance', 'suitabilityGroups'] as const
    const part = fc.constantFrom(...parts)
    fc.assert(
      fc.property(anyPolicy, anyPolicy, part, fc.array(anyFacts, { minLength: 20 }), (before, other, name, logins) => {
        const after: Policy = { ...before, [name]: other[name] }
        const isMilder = logins.some((facts) => compareStrictness(decide(after, facts), decide(before, facts)) < 0)
        if (isMilder) assert.equal(comparePolicies(before, after, [], { sample: 100 }).isLoosening, true, name)
      }),
      { numRuns: propertyRuns(60) },
    )
  })

  /** Milder in how people are asked, and not stricter in it anywhere: a judge of its own. */
  const isAskedLess = (before: Terms, after: Terms): boolean => {
    const [was, is] = [askOf(before), askOf(after)]
    const signs = [
      is.approvalSeconds - was.approvalSeconds,
      is.methods.length - was.methods.length,
      (after.verbal?.withinSeconds ?? 0) - (before.verbal?.withinSeconds ?? 0),
      (after.ratification?.withinSeconds ?? 1e9) - (before.ratification?.withinSeconds ?? 1e9),
    ]
    return signs.every((sign) => sign >= 0) && signs.some((sign) => sign > 0)
  }

  test('I5 R36: whomever the newer version asks less for, all else being equal, the change counts as loosening', () => {
    const under = (differs: Partial<Profile>): Policy =>
      buildPolicy({ profiles: [buildProfile({ minimumBand: 'approval', ...differs })] })
    let milder = 0
    fc.assert(
      fc.property(anyAsking, anyAsking, fc.constantFrom([], ['chief']), (was, is, roles) => {
        const [before, after] = [under(was), under(is)]
        const [old, new_] = [before, after].map((policy) => termsOf(decide(policy, buildFacts({ roles }))))
        assert.ok(old && new_)
        if (!isAskedLess(old, new_)) return
        milder += 1
        const fields = compareFields(before, after)
        assert.ok(fields.some(({ direction, isJudged }) => direction === 'looser' || !isJudged))
      }),
      { numRuns: propertyRuns(1000) },
    )
    assert.ok(milder > 0)
  })

  test('R6 R35: how people are asked is judged in decisions too, term by term', () => {
    const terms = {
      approvalSeconds: 900,
      methods: ['in_person' as const],
      distinctMethods: true as const,
      verbal: { withinSeconds: 600 },
      ratification: { group: '/analysts', withinSeconds: 600 },
    }
    const decided = (asking: Partial<Profile>) =>
      decide(buildPolicy({ profiles: [buildProfile({ minimumBand: 'approval', ...asking })] }), buildFacts())
    const judged = (after: Partial<Profile>, before: Partial<Profile> = terms) =>
      judgeDecisions(decided(before), decided(after))
    const without = (name: keyof typeof terms): Partial<Profile> =>
      Object.fromEntries(Object.entries(terms).filter(([one]) => one !== name))
    assert.equal(judged(terms), 'same')
    const looser: readonly Partial<Profile>[] = [
      { ...terms, approvalSeconds: 901 },
      without('approvalSeconds'),
      { ...terms, methods: ['in_person', 'video_and_id'] },
      without('methods'),
      without('distinctMethods'),
      { ...terms, verbal: { withinSeconds: 601 } },
      { ...terms, ratification: { group: '/analysts', withinSeconds: 601 } },
      without('ratification'),
    ]
    for (const asking of looser) {
      assert.equal(judged(asking), 'looser', JSON.stringify(asking))
      assert.equal(judged(terms, asking), 'stricter', JSON.stringify(asking))
    }
    assert.equal(judged(without('verbal')), 'stricter')
    assert.equal(judged(terms, without('verbal')), 'looser')
    assert.equal(judged({ ...terms, ratification: { group: '/leads', withinSeconds: 1 } }), 'mixed')
    assert.equal(judged({ ...terms, methods: ['video_and_id'] }), 'mixed')
    const said = { approvalSeconds: usualApprovalSeconds, methods: verificationMethods }
    assert.equal(judged(said, {}), 'same')
  })

  test('R3 I5: whoever may newly act for somebody counts as loosening, and where nobody may, nothing does', () => {
    const policy = buildPolicy()
    const groups = [undefined, [], ['/people'], ['/people/finance'], ['/people/finance/night'], ['/plan']]
    const everyAct = ['lead', 'analyst'].flatMap((role) =>
      acts.slice(0, 2).flatMap((act) =>
        profileNames.slice(0, 2).flatMap((profile) =>
          tiers.flatMap((tier) =>
            groups.map((subjectGroups) => ({
              role,
              about: { act, profile, tier, subjectGroups, subjectManager: undefined },
            })),
          ),
        ),
      ),
    )
    const holder = (role: string) => ({ id: asId<UserId>('ann'), name: 'ann', roles: [role], groups: [] })
    const seen = { looser: 0, others: 0 }
    fc.assert(
      fc.property(anyAuthority, anyAuthority, (was, is) => {
        const [before, after] = [
          { ...policy, authority: was },
          { ...policy, authority: is },
        ]
        const isWider = everyAct.some(
          ({ role, about }) => mayAct(after, holder(role), about) && !mayAct(before, holder(role), about),
        )
        const isNarrower = everyAct.some(
          ({ role, about }) => mayAct(before, holder(role), about) && !mayAct(after, holder(role), about),
        )
        const directions = compareFields(before, after).map(({ direction }) => direction)
        seen[isWider ? 'looser' : 'others'] += 1
        assert.equal(directions.includes('looser'), isWider, JSON.stringify([was, is]))
        if (isNarrower) assert.ok(directions.some((direction) => direction !== 'other'))
        if (!isWider && !isNarrower) assert.ok(directions.every((direction) => direction === 'other'))
      }),
      { numRuns: propertyRuns(1000) },
    )
    assert.ok(seen.looser > 0 && seen.others > 0)
  })

  test('I5: one profile’s numbers made smaller are never loosening', () => {
    const shorter = (profile: Profile): Profile => ({
      ...profile,
      limits: { ...profile.limits, sessionSeconds: Math.max(1, profile.limits.sessionSeconds - 1) },
    })
    fc.assert(
      fc.property(anyPolicy, (before) => {
        const after = { ...before, profiles: before.profiles.map(shorter) }
        assert.equal(comparePolicies(before, after, [], { sample: 50 }).isLoosening, false)
      }),
      { numRuns: propertyRuns(30) },
    )
  })

  test('paths are told by name where only a profile of them is new', () => {
    const after = changed('profiles.0.paths', [pathId('otp'), pathId('totp')])
    assert.deepEqual(fieldsOf(after), ['profiles.standard.paths.order other'])
    assert.equal(comparePolicies(base, after, [], quick).isLoosening, false)
  })
})
