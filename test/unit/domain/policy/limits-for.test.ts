import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  askCeilings,
  breakGlassSessionSeconds,
  ceilings,
  profileNames,
  usualApprovalSeconds,
  verbalProfiles,
  verificationMethods,
  wholeUpTo,
} from '../../../../bridge/domain/policy/ceilings.ts'
import { askedFor, askOf, giveNothing, limitsFor, reviewFor } from '../../../../bridge/domain/policy/limits-for.ts'
import type { Limits } from '../../../../bridge/domain/policy/policy.ts'
import { buildLimits, buildPolicy, buildProfile } from '../../../support/policies.ts'

const year = 365 * 86_400
const absurd = [Number.NaN, Infinity, -Infinity, -1, 0, 0.5, 1.5, 2 ** 53, 1e300]
const limitsOf = (differs: Partial<Limits>): Limits =>
  limitsFor(buildPolicy(), buildProfile({ limits: buildLimits(differs) }), 'standard')

describe('limits', () => {
  test('I14: inside the ceilings a policy is taken at its word', () => {
    const limits: Limits = {
      attempts: 4,
      challengeSeconds: 599,
      consecutiveFailures: 9,
      lockSeconds: 61,
      failuresUntilRebind: 99,
      casesPerDay: 49,
      grantsPerWeek: 48,
      grantSeconds: 598,
      sessionSeconds: 28_799,
    }
    assert.deepEqual(limitsOf(limits), limits)
  })

  test('I14: above a ceiling there is the ceiling, one for each number', () => {
    for (const [name, most] of Object.entries(ceilings)) {
      assert.deepEqual(limitsOf({ [name]: most }), buildLimits({ [name]: most }), name)
      assert.deepEqual(limitsOf({ [name]: most + 1 }), buildLimits({ [name]: most }), name)
      assert.deepEqual(limitsOf({ [name]: 1 }), buildLimits({ [name]: 1 }), name)
    }
    assert.deepEqual(ceilings, {
      attempts: 5,
      challengeSeconds: 600,
      consecutiveFailures: 10,
      failuresUntilRebind: 100,
      casesPerDay: 50,
      grantsPerWeek: 50,
      grantSeconds: 600,
      sessionSeconds: 28_800,
    })
  })

  test('I14: a lock is a minute long at least, and a year at most', () => {
    assert.equal(limitsOf({ lockSeconds: 1 }).lockSeconds, 60)
    assert.equal(limitsOf({ lockSeconds: 59 }).lockSeconds, 60)
    assert.equal(limitsOf({ lockSeconds: year + 1 }).lockSeconds, year)
  })

  test('I14: what is no whole number from 1 on is 0, which gives nothing', () => {
    assert.equal(giveNothing(buildLimits()), false)
    for (const name of Object.keys(buildLimits())) {
      for (const value of absurd) {
        const limits = limitsOf({ [name]: value })
        assert.deepEqual(limits, buildLimits({ [name]: 0 }), `${name} ${value}`)
        assert.equal(giveNothing(limits), true)
      }
    }
    assert.equal(wholeUpTo(5, 1), 1)
    assert.equal(wholeUpTo(5, Number.MAX_SAFE_INTEGER), 5)
  })

  test('R48 I10: a privileged subject gets at most half of the standard profile, rounded down, under any profile', () => {
    const standard = buildProfile({ limits: buildLimits({ grantSeconds: 101, sessionSeconds: 7201 }) })
    const wide = buildProfile({ name: 'remote', limits: buildLimits({ grantSeconds: 600, sessionSeconds: 28_800 }) })
    const narrow = buildProfile({ name: 'remote', limits: buildLimits({ grantSeconds: 20, sessionSeconds: 300 }) })
    const policy = buildPolicy({ profiles: [wide, standard] })
    const halved = { grantSeconds: 50, sessionSeconds: 3600 }
    assert.deepEqual(limitsFor(policy, wide, 'privileged'), buildLimits(halved))
    assert.deepEqual(limitsFor(policy, standard, 'privileged'), buildLimits(halved))
    assert.deepEqual(limitsFor(policy, narrow, 'privileged'), narrow.limits)
    assert.deepEqual(limitsFor(policy, wide, 'standard'), wide.limits)
    const privileged = { ...wide, name: 'privileged' as const }
    assert.deepEqual(limitsFor(policy, privileged, 'standard'), buildLimits(halved))
  })

  test('R48: half is half of what the ceilings leave of the standard profile', () => {
    const standard = buildProfile({ limits: buildLimits({ grantSeconds: 100_000, sessionSeconds: 100_000 }) })
    const limits = limitsFor(buildPolicy({ profiles: [standard] }), standard, 'privileged')
    assert.deepEqual([limits.grantSeconds, limits.sessionSeconds], [300, 14_400])
  })

  test('R48: without a standard profile it is half of the profile itself', () => {
    const remote = buildProfile({ name: 'remote', limits: buildLimits({ grantSeconds: 100, sessionSeconds: 1000 }) })
    const limits = limitsFor(buildPolicy({ profiles: [remote] }), remote, 'privileged')
    assert.deepEqual([limits.grantSeconds, limits.sessionSeconds], [50, 500])
  })
})

describe('how people are asked', () => {
  const asking = {
    approvalSeconds: 900,
    methods: ['in_person', 'call_back_on_record'],
    distinctMethods: true,
    verbal: { withinSeconds: 600 },
    ratification: { group: '/analysts', withinSeconds: 700 },
  } as const

  test('R9: what a profile does not say is left out, so that decisions of older policies stay as they were', () => {
    assert.deepEqual(askedFor(buildProfile(), 'standard'), {})
    assert.deepEqual(askOf({}), { approvalSeconds: usualApprovalSeconds, methods: verificationMethods })
    assert.equal(usualApprovalSeconds, 1800)
  })

  test('what it says is taken at its word, the ways to make sure of somebody in the order of the code', () => {
    const asked = askedFor(buildProfile(asking), 'standard')
    assert.deepEqual(asked, { ...asking, methods: ['call_back_on_record', 'in_person'] })
    assert.deepEqual(askOf(asked), { approvalSeconds: 900, methods: asked.methods })
    assert.deepEqual(askedFor(buildProfile({ methods: [] }), 'standard'), { methods: [] })
  })

  test('R35 R36: above a ceiling there is the ceiling', () => {
    const asked = (seconds: number) =>
      askedFor(
        buildProfile({
          approvalSeconds: seconds,
          verbal: { withinSeconds: seconds },
          ratification: { group: '/analysts', withinSeconds: seconds },
        }),
        'standard',
      )
    assert.deepEqual(asked(1_000_000), {
      approvalSeconds: 3600,
      verbal: { withinSeconds: 900 },
      ratification: { group: '/analysts', withinSeconds: 3600 },
    })
    assert.deepEqual(askCeilings, { approvalSeconds: 3600, verbalSeconds: 900, ratificationSeconds: 3600 })
    for (const value of absurd) {
      assert.deepEqual(
        asked(value),
        { approvalSeconds: 1, ratification: { group: '/analysts', withinSeconds: 1 } },
        String(value),
      )
    }
  })

  test('R36: nothing spoken is taken under other profiles, nor for privileged people who do not break the glass', () => {
    assert.deepEqual(verbalProfiles, ['standard', 'support-surge', 'break-glass'])
    for (const name of profileNames) {
      const profile = buildProfile({ ...asking, name })
      assert.equal('verbal' in askedFor(profile, 'standard'), verbalProfiles.includes(name), name)
      assert.equal('verbal' in askedFor(profile, 'privileged'), name === 'break-glass', name)
      assert.deepEqual(askedFor(profile, 'privileged').ratification, asking.ratification)
    }
  })

  test('R35: a session of a broken glass is an hour at most, whatever the profile says', () => {
    const glass = buildProfile({ name: 'break-glass', limits: buildLimits({ sessionSeconds: 3601 }) })
    const policy = buildPolicy({ profiles: [buildProfile(), glass] })
    assert.equal(limitsFor(policy, glass, 'standard').sessionSeconds, breakGlassSessionSeconds)
    assert.equal(limitsFor(policy, glass, 'privileged').sessionSeconds, breakGlassSessionSeconds)
    assert.equal(breakGlassSessionSeconds, 3600)
  })
})

describe('the review demanded', () => {
  test('is the profile’s inside its bounds', () => {
    assert.deepEqual(reviewFor({ samplePercent: 0, withinSeconds: 1 }), { samplePercent: 0, withinSeconds: 1 })
    assert.deepEqual(reviewFor({ samplePercent: 100, withinSeconds: year }), {
      samplePercent: 100,
      withinSeconds: year,
    })
    assert.deepEqual(reviewFor({ samplePercent: 101, withinSeconds: year + 1 }), {
      samplePercent: 100,
      withinSeconds: year,
    })
  })

  test('I5: is the strictest where its numbers make no sense', () => {
    for (const value of absurd.filter((one) => one !== 0)) {
      assert.deepEqual(reviewFor({ samplePercent: value, withinSeconds: value }), {
        samplePercent: 100,
        withinSeconds: 1,
      })
    }
    assert.equal(reviewFor({ samplePercent: 0, withinSeconds: 0 }).withinSeconds, 1)
  })
})
