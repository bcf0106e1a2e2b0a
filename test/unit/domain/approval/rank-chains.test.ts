import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ChainDecision, chainKeyOf, chainOf } from '../../../../bridge/domain/approval/approval-chain.ts'
import { rankChains } from '../../../../bridge/domain/approval/rank-chains.ts'
import { chainDecision, chainDecisions, leadsChain, twoChain } from '../../../support/chain-decisions.ts'

const privileged = { ...leadsChain, profile: 'privileged' }
const inTurn = (number: number) => `lead-${number % 10}`
const profilesOf = (decisions: readonly ChainDecision[]) =>
  rankChains(decisions, undefined).chains.map(({ chain }) => chain.profile)

/** Some people, who decide about each other in two chains, at a few times, in every way there is. */
const anyDecisions = fc
  .array(
    fc.record({
      person: fc.constantFrom('ann', 'bob', 'cid', 'dan'),
      subject: fc.constantFrom('ann', 'bob', 'eve'),
      identity: fc.constantFrom(undefined, 'E1'),
      about: fc.constantFrom('case-1', 'case-2', 'case-3', 'case-4', 'case-5', 'case-6', 'case-7'),
      chain: fc.constantFrom(leadsChain, twoChain),
      verdict: fc.constantFrom('approve' as const, 'deny' as const),
      spoken: fc.constantFrom(undefined, undefined, 'pending' as const, 'confirmed' as const, 'fell' as const),
      afterMs: fc.constantFrom(0, 1_000, 4_000, 60_000),
    }),
    { maxLength: 40 },
  )
  .map((rows) =>
    rows.map(({ person, about, afterMs, ...rest }, number) => ({
      ...chainDecision(0, person, { ...rest, case: about }),
      // Nobody says no by word of mouth.
      verdict: rest.spoken === undefined ? rest.verdict : ('approve' as const),
      approval: `approval-${number}` as ChainDecision['approval'],
      at: 1_800_000_000_000 + afterMs,
    })),
  )
const isOdd = (at: number) => at % 2_000 !== 0

describe('the ranking of approval chains', () => {
  test('R58: a chain is its profile, its groups with their counts in any order, and the review of evidence', () => {
    const [a, b] = [
      { group: '/a', count: 1 },
      { group: '/b', count: 2 },
    ]
    const key = (profile: string, approvals: (typeof a)[], evidenceReview = false) =>
      chainKeyOf(chainOf(profile, { approvals, evidenceReview }))
    assert.equal(key('standard', [a, b]), key('standard', [b, a]))
    const c = { group: '/c', count: 1 }
    assert.equal(key('standard', [a, c]), key('standard', [c, a]))
    assert.equal(key('standard', [a, { ...a, count: 2 }]), key('standard', [{ ...a, count: 2 }, a]))
    const others = [
      key('privileged', [a, b]),
      key('standard', [a]),
      key('standard', [a, { ...b, count: 1 }]),
      key('standard', [a, b], true),
      chainKeyOf(chainOf('standard', undefined)),
    ]
    assert.equal(new Set([key('standard', [a, b]), ...others]).size, 6)
  })

  test('R58: the chain with most points comes first, then the one that decides more, then by name', () => {
    const weak = (number: number) => ({
      at: 1_800_000_000_000 + number * 3_600_000,
      chain: privileged,
      case: `p-${number}`,
    })
    assert.deepEqual(profilesOf([...chainDecisions(8, inTurn), ...chainDecisions(6, inTurn, weak)]), [
      'privileged',
      'standard',
    ])
    const calm = chainDecisions(
      6,
      (number) => `manager-${number}`,
      (number) => ({ chain: privileged, case: `p-${number}` }),
    )
    assert.deepEqual(profilesOf([...chainDecisions(8, inTurn), ...calm]), ['standard', 'privileged'])
    assert.deepEqual(profilesOf([...chainDecisions(6, inTurn), ...calm]), ['privileged', 'standard'])
  })

  test('E7: of fewer than five decisions nothing is told but that they are too few, and they come last', () => {
    const fast = (number: number) => ({
      at: 1_800_000_000_000 + number * 3_600_000,
      chain: privileged,
      case: `p-${number}`,
    })
    const { chains, approvers } = rankChains(
      [...chainDecisions(5, () => 'lea'), ...chainDecisions(4, () => 'tom', fast)],
      undefined,
    )
    assert.deepEqual(
      chains.map(({ chain, told, busiest }) => [chain.profile, told.standing, busiest?.count]),
      [
        ['standard', 'known', 5],
        ['privileged', 'too_few', undefined],
      ],
    )
    assert.deepEqual(chains[1]?.told, { standing: 'too_few', decisions: 4 })
    assert.deepEqual(
      approvers.map(({ person, told }) => [person.id, told.standing]),
      [
        ['lea', 'known'],
        ['tom', 'too_few'],
      ],
    )
  })

  test('E7 R36: a chain of spoken yeses alone, none of them confirmed, is told, but no share of none', () => {
    const [chain] = rankChains(
      chainDecisions(6, inTurn, () => ({ spoken: 'fell', isUnratified: true })),
      () => true,
    ).chains
    assert.ok(chain?.told.standing === 'known')
    const { figures, findings } = chain.told
    assert.deepEqual(
      [figures.decisions, figures.approvedPercent, figures.medianSeconds, figures.outsideHoursPercent, figures.fallen],
      [0, undefined, undefined, undefined, 6],
    )
    assert.deepEqual(
      findings.map(({ finding }) => finding),
      ['unratified', 'spoken_often'],
    )
  })

  test('R58: of two who are as busy, the first by account is told', () => {
    const [chain] = rankChains(
      chainDecisions(6, (number) => (number % 2 === 0 ? 'bob' : 'ann')),
      undefined,
    ).chains
    assert.deepEqual([chain?.busiest?.people[0]?.id, chain?.busiest?.count, chain?.busiest?.of], ['ann', 3, 6])
  })

  test('R58: shares are rounded down, so that only all is a hundred', () => {
    const decisions = chainDecisions(200, inTurn, (number) => (number === 0 ? { verdict: 'deny' } : {}))
    const [chain] = rankChains(decisions, undefined).chains
    assert.equal(chain?.told.standing === 'known' && chain.told.figures.approvedPercent, 99)
  })

  test('R58: a person is told by the account and the name they decided from last, never by an identity', () => {
    const decisions = chainDecisions(
      6,
      (number) => (number < 5 ? 'lea' : 'lea-2'),
      () => ({ identity: 'E1' }),
    )
    const { approvers } = rankChains(decisions, undefined)
    assert.deepEqual(
      approvers.map(({ person }) => person),
      [{ id: 'lea-2', name: 'name-of-lea-2' }],
    )
  })

  test('R58: the order of decisions does not matter', () => {
    fc.assert(
      fc.property(
        anyDecisions.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
        ),
        ([rows, shuffled]) => {
          assert.deepEqual(rankChains(shuffled, isOdd), rankChains(rows, isOdd))
        },
      ),
    )
  })

  test('R58: yes and no are all decisions, no figure exceeds what it is a part of, and chains and people sum up to the same', () => {
    fc.assert(
      fc.property(anyDecisions, (rows) => {
        const { chains, approvers } = rankChains(rows, isOdd)
        const total = { chains: 0, approvers: 0 }
        for (const [list, some] of Object.entries({ chains, approvers })) {
          for (const { told } of some) {
            if (told.standing === 'too_few') {
              total[list as keyof typeof total] += told.decisions
              continue
            }
            const { figures, findings, points } = told
            assert.equal(figures.approved + figures.denied, figures.decisions)
            assert.ok(figures.own + figures.spoken >= figures.decisions)
            assert.ok(figures.hasty <= figures.own && figures.returned <= figures.approved)
            assert.ok((figures.outsideHours ?? 0) <= figures.decisions && figures.fallen <= figures.spoken)
            assert.ok(findings.every(({ count, of }) => of === undefined || count <= of))
            assert.equal(
              points,
              findings.reduce((sum, one) => sum + one.points, 0),
            )
            total[list as keyof typeof total] += figures.own + figures.spoken
          }
        }
        assert.deepEqual(total, { chains: rows.length, approvers: rows.length })
      }),
    )
  })
})
