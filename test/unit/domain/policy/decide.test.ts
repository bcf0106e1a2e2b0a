import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decide, engine } from '../../../../bridge/domain/policy/decide.ts'
import { type Decision, termsOf } from '../../../../bridge/domain/policy/decision.ts'
import type { AccountFacts, Facts } from '../../../../bridge/domain/policy/facts.ts'
import type { Condition, Limits, Policy, Rule } from '../../../../bridge/domain/policy/policy.ts'
import {
  buildFactor,
  buildFacts,
  buildLimits,
  buildPath,
  buildPolicy,
  buildProfile,
  builtAt,
  pathId,
  withFactors,
  without,
  withProfile,
} from '../../../support/policies.ts'

const plan: Condition = { suitabilityPlan: true }
const outcomeOf = (decision: Decision) =>
  'reason' in decision ? `${decision.outcome} ${decision.reason}` : decision.outcome
const remarksOf = (decision: Decision) => decision.assessment?.remarks ?? []
const account = (differs: Partial<AccountFacts>): Facts => {
  const facts = buildFacts()
  return { ...facts, account: { ...facts.account, ...differs } }
}
const scored = (points: number, policy?: Policy): Policy => withFactors([buildFactor('points', points)], policy)
const wide = (points: number): Policy =>
  withFactors([
    buildFactor('a', Math.min(60, points)),
    buildFactor('b', Math.max(0, points - 60), { group: 'privilege' }),
  ])

describe('what the policy decides', () => {
  test('R7 R9: an ordinary login is granted the profile’s paths, under its limits, with nothing left out', () => {
    const policy = withProfile({ evidence: 'reason' })
    assert.deepEqual(decide(policy, buildFacts()), {
      engine: 1,
      outcome: 'grant_alternate',
      terms: {
        paths: [
          { id: 'totp', check: 'bridge-totp', level: 1, acr: 'fallback', amr: ['pwd', 'otp'] },
          { id: 'otp', check: 'keycloak-otp', level: 1, acr: 'fallback', amr: ['pwd', 'otp'] },
        ],
        limits: buildLimits(),
        approvals: [],
        evidenceReview: false,
        evidence: 'reason',
        review: { samplePercent: 10, withinSeconds: 432_000 },
      },
      assessment: {
        rule: 'everybody',
        profile: 'standard',
        tier: 'standard',
        score: { total: 0, contributions: [] },
        band: 'self-service',
        remarks: [],
      },
    })
    assert.equal(termsOf(decide(buildPolicy(), buildFacts()))?.evidence, null)
    assert.equal(engine, 1)
  })

  test('R28: the band of the score decides who else must agree', () => {
    assert.equal(outcomeOf(decide(scored(24), buildFacts())), 'grant_alternate')
    const approval = decide(scored(25), buildFacts())
    assert.equal(outcomeOf(approval), 'escalate approval_needed')
    assert.deepEqual(termsOf(approval)?.approvals, [{ group: '/leads', count: 1 }])
    assert.equal(termsOf(approval)?.evidenceReview, false)
    assert.deepEqual(remarksOf(approval), [])
    const review = decide(scored(50), buildFacts())
    assert.equal(outcomeOf(review), 'escalate approval_needed')
    assert.equal(termsOf(review)?.evidenceReview, true)
    assert.equal(outcomeOf(decide(wide(74), buildFacts())), 'escalate approval_needed')
    assert.equal(outcomeOf(decide(wide(75), buildFacts())), 'deny risk_too_high')
  })

  test('a profile’s minimum band raises the band and never lowers it', () => {
    const raised = decide(withProfile({ minimumBand: 'review' }), buildFacts())
    assert.deepEqual([raised.assessment?.band, remarksOf(raised)], ['review', ['band_raised_by_profile']])
    const kept = decide(scored(50, withProfile({ minimumBand: 'approval' })), buildFacts())
    assert.deepEqual([kept.assessment?.band, remarksOf(kept)], ['review', []])
    assert.equal(outcomeOf(decide(withProfile({ minimumBand: 'closed' }), buildFacts())), 'deny risk_too_high')
  })

  test('R48 R49: a privileged subject waits for an approval and gets half, and the decision says so', () => {
    const decision = decide(buildPolicy(), buildFacts({ roles: ['chief'] }))
    assert.equal(outcomeOf(decision), 'escalate approval_needed')
    assert.deepEqual(remarksOf(decision), ['band_raised_for_privileged', 'limits_halved_for_privileged'])
    assert.deepEqual(termsOf(decision)?.limits, buildLimits({ grantSeconds: 60, sessionSeconds: 14_400 }))
    const raised = decide(scored(30), buildFacts({ roles: ['chief'] }))
    assert.deepEqual(remarksOf(raised), ['limits_halved_for_privileged'])
  })

  test('R48: either number that is halved is told of; where both are small enough, neither', () => {
    const told = (limits: Partial<Limits>) => {
      const own = buildProfile({ name: 'remote', limits: buildLimits(limits) })
      const policy = buildPolicy({
        profiles: [own, buildProfile()],
        rules: [{ name: 'one', when: { always: true }, profile: 'remote' }],
      })
      return remarksOf(decide(policy, buildFacts({ roles: ['chief'] }))).includes('limits_halved_for_privileged')
    }
    assert.equal(told({ grantSeconds: 60, sessionSeconds: 14_400 }), false)
    assert.equal(told({ grantSeconds: 61, sessionSeconds: 14_400 }), true)
    assert.equal(told({ grantSeconds: 60, sessionSeconds: 14_401 }), true)
  })

  test('I14: what a ceiling cuts off is not told of as halved', () => {
    const decision = decide(withProfile({ limits: buildLimits({ sessionSeconds: 100_000 }) }), buildFacts())
    assert.deepEqual([termsOf(decision)?.limits.sessionSeconds, remarksOf(decision)], [28_800, []])
  })

  test('R49: under the privileged profile everybody is treated as privileged, points in their favour among it', () => {
    const privileged = buildProfile({ name: 'privileged' })
    const policy = withFactors(
      [buildFactor('bad', 20), buildFactor('good', -10)],
      buildPolicy({
        profiles: [buildProfile(), privileged],
        rules: [{ name: 'one', when: { always: true }, profile: 'privileged' }],
      }),
    )
    const decision = decide(policy, buildFacts())
    assert.equal(decision.assessment?.tier, 'standard')
    assert.equal(decision.assessment?.score.total, 20)
    assert.equal(outcomeOf(decision), 'escalate approval_needed')
    assert.deepEqual(remarksOf(decision), ['band_raised_for_privileged', 'limits_halved_for_privileged'])
  })

  test('R10: while the profile’s owner has no enabled account, its cases wait for an approval', () => {
    for (const owners of [{}, { owner: 'disabled' as const }, { deputy: 'enabled' as const }]) {
      const decision = decide(buildPolicy(), buildFacts({ owners }))
      assert.equal(outcomeOf(decision), 'escalate approval_needed')
      assert.deepEqual(remarksOf(decision), ['owner_not_active'])
    }
    const review = decide(scored(50), buildFacts({ owners: {} }))
    assert.equal(review.assessment?.band, 'review')
  })

  test('R35 R36: how people are asked stands in the terms where they are asked, and nowhere else', () => {
    const asking = {
      approvalSeconds: 900,
      methods: ['in_person'] as const,
      distinctMethods: true as const,
      verbal: { withinSeconds: 600 },
      ratification: { group: '/analysts', withinSeconds: 700 },
    }
    const asked = decide(withProfile({ ...asking, minimumBand: 'approval' }), buildFacts())
    const { approvalSeconds, methods, distinctMethods, verbal, ratification } = termsOf(asked) ?? assert.fail()
    assert.deepEqual({ approvalSeconds, methods, distinctMethods, verbal, ratification }, asking)
    const alone = termsOf(decide(withProfile(asking), buildFacts())) ?? assert.fail()
    for (const member of Object.keys(asking)) assert.ok(!(member in alone), member)
    const chief = decide(withProfile(asking), buildFacts({ roles: ['chief'] }))
    assert.deepEqual([chief.outcome, termsOf(chief)?.verbal], ['escalate', undefined])
  })

  test('I4: where nobody may approve, nobody is let in', () => {
    assert.equal(outcomeOf(decide(scored(25, withProfile({ approvals: [] })), buildFacts())), 'deny nobody_may_approve')
    for (const count of [0, -1, 0.5, Number.NaN, Infinity]) {
      const approvals = [
        { group: '/leads', count: 1 },
        { group: '/analysts', count },
      ]
      assert.equal(outcomeOf(decide(scored(25, withProfile({ approvals })), buildFacts())), 'deny nobody_may_approve')
    }
    assert.equal(outcomeOf(decide(withProfile({ approvals: [] }), buildFacts())), 'grant_alternate')
  })

  test('R13: without a path nobody is let in, and the reason says why', () => {
    assert.equal(outcomeOf(decide(buildPolicy(), buildFacts({ available: [] }))), 'deny no_path_available')
    assert.equal(outcomeOf(decide(buildPolicy(), buildFacts({ requiredLevel: 2 }))), 'deny level_out_of_reach')
    assert.equal(outcomeOf(decide(scored(25), buildFacts({ available: [] }))), 'deny no_path_available')
  })

  test('I14: a profile one of whose limits is no number gives nothing', () => {
    for (const name of Object.keys(buildLimits())) {
      const decision = decide(withProfile({ limits: buildLimits({ [name]: Number.NaN }) }), buildFacts())
      assert.equal(outcomeOf(decision), 'deny policy_denies', name)
      assert.equal(decision.assessment?.profile, 'standard')
    }
  })
})

describe('what the past of an account forbids', () => {
  test('R15: each counter has its limit, the number itself among what is refused', () => {
    assert.equal(outcomeOf(decide(buildPolicy(), account({ failuresSinceSuccess: 99 }))), 'grant_alternate')
    assert.equal(outcomeOf(decide(buildPolicy(), account({ failuresSinceSuccess: 100 }))), 'deny rebind_required')
    assert.equal(outcomeOf(decide(buildPolicy(), account({ casesInLastDay: 9 }))), 'grant_alternate')
    assert.equal(outcomeOf(decide(buildPolicy(), account({ casesInLastDay: 10 }))), 'deny case_limit')
    assert.equal(outcomeOf(decide(buildPolicy(), account({ grantsInLastWeek: 2 }))), 'grant_alternate')
    assert.equal(outcomeOf(decide(buildPolicy(), account({ grantsInLastWeek: 3 }))), 'deny fallbacks_used_up')
  })

  test('I3: a lock is waited for, to its last millisecond, and never makes a refusal milder', () => {
    const until = (lockedUntil: number, differs: Partial<AccountFacts> = {}) =>
      decide(buildPolicy(), account({ lockedUntil, ...differs }))
    const decision = until(builtAt + 1)
    assert.equal(outcomeOf(decision), 'deny_with_retry user_locked')
    assert.equal('retryAt' in decision && decision.retryAt, builtAt + 1)
    assert.equal(decision.assessment?.profile, 'standard')
    assert.equal(outcomeOf(until(builtAt)), 'grant_alternate')
    assert.equal(outcomeOf(until(builtAt + 1, { grantsInLastWeek: 3 })), 'deny fallbacks_used_up')
    const escalated = decide(scored(25), account({ lockedUntil: builtAt + 1 }))
    assert.equal(outcomeOf(escalated), 'deny_with_retry user_locked')
  })
})

describe('a shorter session', () => {
  const policy = withProfile({ degrade: { when: { outsideHours: true }, sessionSeconds: 600 } })

  test('I5: is given where its condition holds or may hold, and told of', () => {
    const decision = decide(policy, buildFacts({ outsideHours: true }))
    assert.equal(outcomeOf(decision), 'degrade')
    assert.deepEqual(termsOf(decision)?.limits, buildLimits({ sessionSeconds: 600 }))
    assert.deepEqual(remarksOf(decision), ['shortened_by_degrade'])
    assert.equal(outcomeOf(decide(policy, without(buildFacts(), 'outsideHours'))), 'degrade')
    const plain = decide(policy, buildFacts())
    assert.deepEqual([outcomeOf(plain), termsOf(plain)?.limits], ['grant_alternate', buildLimits()])
  })

  test('I14: is never longer than the profile’s, and gives nothing where it is no number', () => {
    const long = withProfile({ degrade: { when: { always: true }, sessionSeconds: 99_999 } })
    assert.equal(termsOf(decide(long, buildFacts()))?.limits.sessionSeconds, 28_800)
    for (const sessionSeconds of [Number.NaN, 0, -5]) {
      const absurd = withProfile({ degrade: { when: { always: true }, sessionSeconds } })
      assert.equal(outcomeOf(decide(absurd, buildFacts())), 'deny policy_denies')
    }
  })
})

describe('the rules', () => {
  const remote = buildProfile({ name: 'remote', limits: buildLimits({ sessionSeconds: 60 }) })
  const ruled = (...rules: readonly Rule[]): Policy => buildPolicy({ profiles: [buildProfile(), remote], rules })
  const inOffice: Rule = { name: 'office', when: { zone: ['office'] }, profile: 'standard' }
  const everybody: Rule = { name: 'everybody', when: { always: true }, profile: 'remote' }
  const denyBad: Rule = { name: 'bad', when: { zone: ['bad'] }, deny: true }

  test('the first that holds is taken', () => {
    const policy = ruled(inOffice, everybody)
    assert.equal(decide(policy, buildFacts({ zones: ['office'] })).assessment?.rule, 'office')
    assert.equal(decide(policy, buildFacts()).assessment?.rule, 'everybody')
    assert.deepEqual(remarksOf(decide(policy, buildFacts())), [])
    assert.equal(decide(ruled(everybody, denyBad), buildFacts({ zones: ['bad'] })).assessment?.rule, 'everybody')
  })

  test('R1: where none holds, nobody is let in', () => {
    const decision = decide(ruled(inOffice), buildFacts())
    assert.deepEqual(decision, { engine: 1, outcome: 'deny', reason: 'no_rule_matches', assessment: null })
    assert.equal(outcomeOf(decide(ruled(), buildFacts())), 'deny no_rule_matches')
    assert.equal(outcomeOf(decide(ruled(inOffice), without(buildFacts(), 'zones'))), 'deny no_rule_matches')
    assert.equal(outcomeOf(decide(ruled(denyBad), without(buildFacts(), 'zones'))), 'deny policy_denies')
  })

  test('R7: a rule may deny; so does one whose profile is unknown, and one that both denies and chooses', () => {
    const facts = buildFacts({ zones: ['bad'] })
    const expected = { engine: 1, outcome: 'deny', reason: 'policy_denies', assessment: null }
    assert.deepEqual(decide(ruled(denyBad, everybody), facts), expected)
    assert.deepEqual(decide(ruled({ ...everybody, profile: 'outage' }), facts), expected)
    assert.deepEqual(decide(ruled({ ...everybody, deny: true }), facts), expected)
  })

  test('I5: a rule left open is taken beside those after it, and the strictest outcome counts, marked as such', () => {
    const facts = without(buildFacts(), 'zones')
    const later = decide(ruled(inOffice, everybody), facts)
    assert.equal(later.assessment?.rule, 'everybody')
    assert.deepEqual(remarksOf(later), ['rule_left_open'])
    const earlier = decide(ruled({ ...inOffice, profile: 'remote' }, { ...everybody, profile: 'standard' }), facts)
    assert.equal(earlier.assessment?.rule, 'office')
    assert.deepEqual(remarksOf(earlier), ['rule_left_open'])
    assert.equal(outcomeOf(decide(ruled(denyBad, everybody), facts)), 'deny policy_denies')
    const equal = decide(ruled({ ...inOffice, profile: 'remote' }, everybody), facts)
    assert.equal(equal.assessment?.rule, 'office')
  })

  test('I5: what comes after a rule that holds is not looked at', () => {
    const open: Rule = { name: 'open', when: { zone: ['office'] }, deny: true }
    assert.equal(decide(ruled(everybody, open), without(buildFacts(), 'zones')).outcome, 'grant_alternate')
  })

  test('R47: a rule may choose a profile for people with a plan', () => {
    const policy = ruled({ name: 'plan', when: plan, profile: 'standard' }, everybody)
    assert.equal(decide(policy, buildFacts({ groups: ['/plan'] })).assessment?.rule, 'plan')
    assert.equal(decide(policy, buildFacts()).assessment?.rule, 'everybody')
  })

  test('R46: the plan is taken into account where the score is made', () => {
    const waived = withFactors([buildFactor('waived', 30, { waivedBySuitability: true })])
    assert.equal(outcomeOf(decide(waived, buildFacts())), 'escalate approval_needed')
    assert.equal(outcomeOf(decide(waived, buildFacts({ groups: ['/plan'] }))), 'grant_alternate')
    const pointed = withFactors([buildFactor('plan', 30, { when: { any: [plan, { group: ['/plan'] }] } })])
    assert.equal(decide(pointed, buildFacts({ groups: ['/plan'] })).assessment?.score.total, 0)
  })
})

describe('another passkey that succeeded in this login', () => {
  const passkey = buildPath('passkey', {
    allOf: ['password', 'completed-passkey'],
    isPhishingResistant: true,
    ceiling: 2,
    acr: 'strong',
  })
  const policy = withProfile(
    { paths: [pathId('totp'), pathId('passkey')], ceiling: 2, degrade: { when: { always: true }, sessionSeconds: 5 } },
    scored(60, buildPolicy({ paths: [buildPath('totp'), passkey] })),
  )
  const facts = buildFacts({ available: [{ check: 'bridge-totp' }, { check: 'completed-passkey' }] })

  test('R26: lets the login go on by itself, without an approval and in full', () => {
    const decision = decide(policy, facts)
    assert.equal(outcomeOf(decision), 'grant_alternate')
    assert.deepEqual(
      termsOf(decision)?.paths.map(({ id, level }) => [id, level]),
      [['passkey', 2]],
    )
    assert.deepEqual(termsOf(decision)?.approvals, [])
    assert.deepEqual(remarksOf(decision), ['continues_without_biometric'])
  })

  test('R26: not for privileged subjects, not without an owner, and not where the way is closed', () => {
    const escalated = 'escalate approval_needed'
    assert.equal(outcomeOf(decide(policy, { ...facts, roles: ['chief'] })), escalated)
    assert.equal(outcomeOf(decide(policy, { ...facts, owners: {} })), escalated)
    assert.equal(outcomeOf(decide(withProfile({ minimumBand: 'closed' }, policy), facts)), 'deny risk_too_high')
    assert.equal(outcomeOf(decide(policy, buildFacts())), escalated)
  })

  describe('S07: somebody who is made up', () => {
    const decoyed = (policy: Policy): Policy => ({ ...policy, decoys: { group: '/decoys' } })
    const asking = withProfile({ approvals: [{ group: '/leads', count: 1 }], minimumBand: 'approval' })
    const member = (...groups: string[]): Facts => ({ ...buildFacts(), groups })

    test('has people asked about them like anybody, with a mark in the terms', () => {
      const usual = decide(asking, member('/staff'))
      assert.equal(outcomeOf(usual), 'escalate approval_needed')
      for (const group of ['/decoys', '/decoys/night']) {
        const decision = decide(decoyed(asking), member('/staff', group))
        assert.ok(decision.outcome === 'escalate' && usual.outcome === 'escalate')
        assert.deepEqual(decision, { ...usual, terms: { ...usual.terms, decoy: '/decoys' } })
      }
    })

    test('is refused where anybody else would be let in without people', () => {
      const policy = buildPolicy()
      assert.equal(outcomeOf(decide(policy, member('/decoys'))), 'grant_alternate')
      const decision = decide(decoyed(policy), member('/decoys'))
      assert.equal(outcomeOf(decision), 'deny decoy')
      assert.deepEqual(decision.assessment, decide(policy, member('/decoys')).assessment)
      const short = withProfile({ degrade: { when: { always: true }, sessionSeconds: 600 } })
      assert.equal(outcomeOf(decide(short, member('/decoys'))), 'degrade')
      assert.equal(outcomeOf(decide(decoyed(short), member('/decoys'))), 'deny decoy')
    })

    test('is refused for the same reason as anybody who is refused', () => {
      const locked = { ...account({ lockedUntil: builtAt + 1 }), groups: ['/decoys'] }
      assert.equal(outcomeOf(decide(decoyed(asking), locked)), 'deny_with_retry user_locked')
      const used = { ...account({ grantsInLastWeek: 99 }), groups: ['/decoys'] }
      assert.equal(outcomeOf(decide(decoyed(asking), used)), 'deny fallbacks_used_up')
    })

    test('is nobody of another group, nor somebody whose groups are not known', () => {
      const { groups: _, ...unknown } = buildFacts()
      for (const facts of [member('/decoysfar'), member('/staff'), member(), unknown]) {
        assert.deepEqual(decide(decoyed(asking), facts), decide(asking, facts))
      }
    })
  })
})
