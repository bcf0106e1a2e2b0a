import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { ChainDecision } from '../../../../bridge/domain/approval/approval-chain.ts'
import {
  type ChainFinding,
  type ChainFindingName,
  chainFindingNames,
  chainFixes,
  findingRules,
} from '../../../../bridge/domain/approval/chain-findings.ts'
import { rankChains } from '../../../../bridge/domain/approval/rank-chains.ts'
import { asId } from '../../../../bridge/domain/ids.ts'
import { approvedByTwo, chainDecision, chainDecisions } from '../../../support/chain-decisions.ts'

type Hours = Parameters<typeof rankChains>[1]

/** What is found in the one chain of these decisions. */
const inChain = (
  decisions: readonly ChainDecision[],
  name: ChainFindingName,
  hours?: Hours,
): ChainFinding | undefined => {
  const { chains } = rankChains(decisions, hours)
  const [told] = chains.map((one) => one.told)
  assert.equal(chains.length, 1)
  assert.ok(told?.standing === 'known')
  return told.findings.find(({ finding }) => finding === name)
}
/** What is found of one person. */
const ofPerson = (decisions: readonly ChainDecision[], who: string, name: ChainFindingName, hours?: Hours) => {
  const told = rankChains(decisions, hours).approvers.find(({ person }) => person.id === who)?.told
  assert.ok(told?.standing === 'known')
  return told.findings.find(({ finding }) => finding === name)
}
const figureOf = (found: ChainFinding | undefined) => [found?.count, found?.of, found?.fix]
const none = [undefined, undefined, undefined]
const idsOf = (found: ChainFinding | undefined) => found?.people.map(({ id }) => id)

/** Ten people in turn, so that nothing else stands out. */
const inTurn = (number: number) => `lead-${number % 10}`

describe('what stands out in a chain of approvals', () => {
  test('R58: every finding has a rule with points and a fix of the closed lists, and every fix is proposed by one', () => {
    assert.deepEqual(Object.keys(findingRules).sort(), [...chainFindingNames].sort())
    assert.deepEqual([...new Set(Object.values(findingRules).map(({ fix }) => fix))].sort(), [...chainFixes].sort())
  })

  test('R58: docs/approvals.md tells each rule as it is', () => {
    const page = readFileSync(new URL('../../../../docs/approvals.md', import.meta.url), 'utf8')
    for (const [name, { least, percent, points }] of Object.entries(findingRules)) {
      const [, when = '', told] = new RegExp(`^\\| \`${name}\` \\| ([^|]+) \\| (\\d+) \\|`, 'm').exec(page) ?? []
      assert.equal(Number(told), points, name)
      assert.match(when, new RegExp(`\\b${least} (seconds )?or more`), name)
      const share = percent === 0 ? /^[^%]+$/ : percent === 100 ? /never a no/ : new RegExp(`\\b${percent} % `)
      assert.match(when, share, name)
    }
  })

  test('S07: one yes to somebody who is made up stands out, in the chain and of who said it, and a no does not', () => {
    const decoys = (verdict: 'approve' | 'deny') =>
      chainDecisions(8, inTurn, (number) =>
        number < 3 ? { isDecoy: true, verdict: number < 2 ? 'deny' : verdict } : {},
      )
    const found = inChain(decoys('approve'), 'approved_decoy')
    assert.deepEqual(figureOf(found), [1, 3, 'train_approvers'])
    assert.deepEqual(idsOf(found), ['lead-2'])
    assert.deepEqual(figureOf(inChain(decoys('deny'), 'approved_decoy')), none)
    const alone = chainDecisions(
      6,
      () => 'lea',
      (number) => ({ isDecoy: number === 4 }),
    )
    assert.deepEqual(figureOf(ofPerson(alone, 'lea', 'approved_decoy')), [1, 1, 'train_approvers'])
  })

  test('S07: who decided about made-up people is told of however few decisions, most yeses first, accounts as one', () => {
    const about = (person: string, differs: Parameters<typeof chainDecision>[2], number: number) =>
      chainDecision(number, person, { isDecoy: true, ...differs })
    const { decoys, approvers } = rankChains(
      [
        about('abe', { verdict: 'deny' }, 1),
        about('tom', {}, 2),
        about('lea', { identity: 'E1' }, 3),
        about('lea-two', { identity: 'E1', verdict: 'approve' }, 4),
        about('ann', { spoken: 'pending' }, 5),
        about('bea', { spoken: 'fell' }, 6),
        about('eve', { isDecoy: false }, 7),
      ],
      undefined,
    )
    assert.deepEqual(
      decoys.map(({ person, approved, decisions }) => [person.id, approved, decisions]),
      [
        ['lea-two', 2, 2],
        ['tom', 1, 1],
        ['abe', 0, 1],
      ],
    )
    assert.ok(approvers.every(({ told }) => told.standing === 'too_few'))
  })

  test('R58: people who look, refuse at times and take turns are no finding', () => {
    const decisions = chainDecisions(30, inTurn, (number) => ({ verdict: number % 5 === 0 ? 'deny' : 'approve' }))
    const [chain] = rankChains(decisions, () => false).chains
    assert.deepEqual(chain?.told.standing === 'known' ? chain.told.findings : undefined, [])
  })

  test('C05: the same pair on five of the last six cases is a row; on four it is none', () => {
    const cases = (pairs: number) => [
      ...Array.from({ length: 6 }, (_, number) =>
        approvedByTwo(number, 'lea', number < pairs ? 'tom' : `other-${number}`),
      ),
    ]
    const found = inChain(cases(5).flat(), 'same_pair')
    assert.deepEqual(figureOf(found), [5, 6, 'rotate_approvers'])
    assert.deepEqual(idsOf(found), ['lea', 'tom'])
    assert.deepEqual(figureOf(inChain(cases(4).flat(), 'same_pair')), none)
  })

  test('C05: only the last six cases count, and only those on which two said yes', () => {
    const early = Array.from({ length: 5 }, (_, number) => approvedByTwo(number, 'lea', 'tom')).flat()
    const late = Array.from({ length: 2 }, (_, number) => approvedByTwo(10 + number, `ann-${number}`, 'bob')).flat()
    const [chain] = approvedByTwo(20, 'lea', 'tom')
    assert.ok(chain !== undefined)
    assert.deepEqual(figureOf(inChain([...early, ...late], 'same_pair')), none)
    const alone = [chain, { ...chain, case: asId<ChainDecision['case']>('case-21') }]
    assert.deepEqual(figureOf(inChain([...early, ...alone], 'same_pair')), [5, 5, 'rotate_approvers'])
    const divided = early.map((one) => (one.person === 'tom' ? { ...one, verdict: 'deny' as const } : one))
    assert.deepEqual(figureOf(inChain(divided, 'same_pair')), none, 'one yes and one no')
  })

  test('C05 C04: two accounts of one person are no pair, and do not hide one', () => {
    const twin = (one: ChainDecision, index: number) =>
      one.person === 'lea' && index % 4 === 0 ? { ...one, person: asId<ChainDecision['person']>('lea-2') } : one
    const known = (one: ChainDecision) => (one.person.startsWith('lea') ? { ...one, identity: 'E1' } : one)
    const six = Array.from({ length: 6 }, (_, number) => approvedByTwo(number, 'lea', 'tom'))
      .flat()
      .map(twin)
    assert.deepEqual(figureOf(inChain(six, 'same_pair')), none)
    assert.deepEqual(figureOf(inChain(six.map(known), 'same_pair')), [6, 6, 'rotate_approvers'])
    const alone = Array.from({ length: 6 }, (_, number) => approvedByTwo(number, 'lea', 'lea-2')).flat()
    assert.deepEqual(figureOf(inChain(alone.map(known), 'same_pair')), none)
  })

  test('S07: an approver at a second a decision is flagged, and so is the chain; two of them are none', () => {
    const fast = (count: number) =>
      chainDecisions(
        8,
        () => 'lea',
        (number) => (number < count ? { at: 1_800_000_000_000 + number * 3_600_000 + 1_000 } : {}),
      )
    assert.deepEqual(figureOf(ofPerson(fast(8), 'lea', 'rubber_stamped')), [8, 8, 'train_approvers'])
    assert.deepEqual(figureOf(inChain(fast(3), 'rubber_stamped')), [3, 8, 'train_approvers'])
    assert.deepEqual(figureOf(ofPerson(fast(2), 'lea', 'rubber_stamped')), none)
  })

  test('S07 C04: whoever works off a queue by two accounts of one person in turn is one who does not read', () => {
    const inTurnOf = (identity: (number: number) => string) =>
      chainDecisions(
        8,
        (number) => (number % 2 === 0 ? 'lea' : 'lea-admin'),
        (number) => ({ identity: identity(number), askedAt: 0, at: 1_800_000_000_000 + number * 3_000 }),
      )
    assert.deepEqual(
      figureOf(
        inChain(
          inTurnOf(() => 'E1'),
          'rubber_stamped',
        ),
      ),
      [7, 8, 'train_approvers'],
    )
    const two = inTurnOf((number) => `E${number % 2}`)
    assert.deepEqual(figureOf(inChain(two, 'rubber_stamped')), none)
  })

  test('S07: from a quarter of the decisions on they are a finding, and a spoken yes is not timed', () => {
    const fast = (of: number, spoken?: 'confirmed') =>
      chainDecisions(of, inTurn, (number) => ({
        ...(number < 3 ? { at: 1_800_000_000_000 + number * 3_600_000, spoken } : {}),
      }))
    assert.deepEqual(figureOf(inChain(fast(12), 'rubber_stamped')), [3, 12, 'train_approvers'])
    assert.deepEqual(figureOf(inChain(fast(13), 'rubber_stamped')), none)
    assert.deepEqual(figureOf(inChain(fast(12, 'confirmed'), 'rubber_stamped')), none)
    const besideSpoken = chainDecisions(6, () => 'lea').flatMap((own, number) => [
      chainDecision(number, 'lea', { spoken: 'confirmed', case: `spoken-${number}`, at: own.at - 1_000 }),
      { ...own, approval: asId<ChainDecision['approval']>(`own-${number}`) },
    ])
    assert.deepEqual(figureOf(inChain(besideSpoken, 'rubber_stamped')), none, 'it was somebody else who wrote it down')
  })

  test('R58: whoever approves for whoever approved for them is told; one way alone, or a no, is none', () => {
    const swap = (verdict: 'approve' | 'deny', subject: string, of = 20) => [
      ...chainDecisions(of - 2, inTurn),
      chainDecision(30, 'lea', { subject: 'tom' }),
      chainDecision(31, 'tom', { subject, verdict }),
    ]
    const found = inChain(swap('approve', 'lea'), 'mutual')
    assert.deepEqual(figureOf(found), [2, 20, 'forbid_mutual'])
    assert.deepEqual(idsOf(found), ['lea', 'tom'])
    assert.deepEqual(figureOf(inChain(swap('approve', 'ann'), 'mutual')), none)
    assert.deepEqual(figureOf(inChain(swap('deny', 'lea'), 'mutual')), none)
    const fell = swap('approve', 'lea').map((one) => (one.person === 'tom' ? { ...one, spoken: 'fell' as const } : one))
    assert.deepEqual(figureOf(inChain(fell, 'mutual')), none, 'a spoken yes that nobody confirmed')
    assert.deepEqual(figureOf(inChain(swap('approve', 'lea', 40), 'mutual')), [2, 40, 'forbid_mutual'])
    assert.deepEqual(figureOf(inChain(swap('approve', 'lea', 41), 'mutual')), none)
  })

  test('R58: a favour returned over another chain is told in both', () => {
    const other = { ...chainDecision(0, 'x').chain, profile: 'privileged' }
    const decisions = [
      ...chainDecisions(5, inTurn),
      chainDecision(30, 'lea', { subject: 'tom' }),
      ...chainDecisions(5, inTurn, (number) => ({ chain: other, case: `other-${number}` })),
      chainDecision(31, 'tom', { subject: 'lea', chain: other }),
    ]
    for (const { told } of rankChains(decisions, undefined).chains) {
      const found = told.standing === 'known' ? told.findings.find(({ finding }) => finding === 'mutual') : undefined
      assert.deepEqual(figureOf(found), [1, 6, 'forbid_mutual'])
      assert.deepEqual(
        found?.people.map(({ name }) => name),
        ['name-of-lea', 'name-of-tom'],
      )
    }
  })

  test('R58: one person in seven of ten cases decides alone; in six they do not', () => {
    const one = (count: number) => chainDecisions(10, (number) => (number < count ? 'lea' : `other-${number}`))
    const found = inChain(one(7), 'one_person_decides')
    assert.deepEqual(figureOf(found), [7, 10, 'add_approvers'])
    assert.deepEqual(idsOf(found), ['lea'])
    assert.deepEqual(figureOf(inChain(one(6), 'one_person_decides')), none)
    const four = chainDecisions(5, (number) => (number < 4 ? 'lea' : 'tom'))
    assert.deepEqual(figureOf(inChain(four, 'one_person_decides')), none)
    const five = chainDecisions(6, (number) => (number < 5 ? 'lea' : 'tom'))
    assert.deepEqual(figureOf(inChain(five, 'one_person_decides')), [5, 6, 'add_approvers'])
    const both = Array.from({ length: 10 }, (_, number) => approvedByTwo(number, 'lea', `other-${number}`)).flat()
    assert.deepEqual(figureOf(inChain(both, 'one_person_decides')), [10, 10, 'add_approvers'], 'half of the decisions')
  })

  test('R36 R35: two cases of twenty whose yes never came are told, whoever should have given it; one is not', () => {
    const fell = (count: number, spoken?: 'fell', of = 20) =>
      chainDecisions(of, inTurn, (number) => (number < count ? { isUnratified: true, spoken } : {}))
    assert.deepEqual(figureOf(inChain(fell(2, 'fell'), 'unratified')), [2, 20, 'narrow_exceptions'])
    assert.deepEqual(figureOf(inChain(fell(2), 'unratified')), [2, 20, 'narrow_exceptions'])
    assert.deepEqual(figureOf(inChain(fell(1, undefined, 10), 'unratified')), none)
    assert.deepEqual(figureOf(inChain(fell(2, undefined, 21), 'unratified')), none)
    const twice = [
      ...chainDecisions(20, inTurn),
      ...['ann', 'bob'].map((who) => chainDecision(3, who, { isUnratified: true })),
    ]
    assert.deepEqual(figureOf(inChain(twice, 'unratified')), none, 'one case, two people')
  })

  test('R36: spoken yeses are told from a fifth of all yeses on, those that fell among them', () => {
    const spoken = (of: number, count = 3) =>
      chainDecisions(of, inTurn, (number) => (number < count ? { spoken: number === 0 ? 'confirmed' : 'fell' } : {}))
    assert.deepEqual(figureOf(inChain(spoken(15), 'spoken_often')), [3, 15, 'narrow_exceptions'])
    assert.deepEqual(figureOf(inChain(spoken(16), 'spoken_often')), none)
    assert.deepEqual(figureOf(inChain(spoken(8, 2), 'spoken_often')), none)
    const [chain] = rankChains(spoken(15), undefined).chains
    assert.ok(chain?.told.standing === 'known')
    const { decisions, approved, own, fallen } = chain.told.figures
    assert.deepEqual([decisions, approved, own, fallen], [13, 13, 12, 2])
  })

  test('R58: twenty yeses without a no are told; nineteen, or one no, are none', () => {
    const yes = (count: number) => chainDecisions(count, inTurn)
    assert.deepEqual(figureOf(inChain(yes(20), 'never_refuses')), [20, 20, 'ask_second_group'])
    assert.deepEqual(figureOf(inChain(yes(19), 'never_refuses')), none)
    assert.deepEqual(
      figureOf(inChain([...yes(20), chainDecision(50, 'lea', { verdict: 'deny' })], 'never_refuses')),
      none,
    )
  })

  test('R58: three of ten decisions outside of the hours are told; two, or no hours, are none', () => {
    const late = (count: number) => (at: number) => at < 1_800_000_000_000 + count * 3_600_000
    const decisions = chainDecisions(10, inTurn)
    assert.deepEqual(figureOf(inChain(decisions, 'outside_hours', late(3))), [3, 10, 'cover_hours'])
    assert.deepEqual(figureOf(inChain(decisions, 'outside_hours', late(2))), none)
    assert.deepEqual(figureOf(inChain(decisions.slice(0, 6), 'outside_hours', late(2))), none, 'a third, of too few')
    assert.deepEqual(figureOf(inChain(decisions, 'outside_hours')), none)
  })

  test('R58: a median of ten minutes is slow; a second less is not', () => {
    const slow = (seconds: number) =>
      chainDecisions(5, inTurn, (number) => ({ at: 1_800_000_000_000 + number * 3_600_000 + seconds * 1_000 }))
    assert.deepEqual(figureOf(inChain(slow(600), 'slow')), [600, undefined, 'add_approvers'])
    assert.deepEqual(figureOf(inChain(slow(599), 'slow')), none)
  })
})
