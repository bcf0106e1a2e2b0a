import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asId, type UserId } from '../../../../bridge/domain/ids.ts'
import { mayAct } from '../../../../bridge/domain/policy/authority.ts'
import { compareAuthority } from '../../../../bridge/domain/policy/compare-authority.ts'
import type { AuthorityLine } from '../../../../bridge/domain/policy/policy.ts'
import { anyRelatedAuthority, propertyRuns } from '../../../support/arbitrary-policies.ts'
import { buildPolicy } from '../../../support/policies.ts'

const line: AuthorityLine = { role: 'lead', acts: ['approve'], profiles: ['standard'], tiers: ['standard'] }
const cost = '/cost-centres'
const directionOf = (before: Partial<AuthorityLine>, after: Partial<AuthorityLine>) =>
  compareAuthority([{ ...line, ...before }], [{ ...line, ...after }]).map(({ direction }) => direction)

/** What is narrower comes first. */
const narrower: readonly (readonly [Partial<AuthorityLine>, Partial<AuthorityLine>])[] = [
  [{ ownReports: true }, {}],
  [{ ownReports: true, sharedGroupBelow: cost }, { sharedGroupBelow: cost }],
  [{ sharedGroupBelow: cost }, {}],
  [{ sharedGroupBelow: `${cost}/north` }, { sharedGroupBelow: cost }],
  [{ notSharedGroupBelow: '/teams' }, {}],
  [{ notSharedGroupBelow: '/teams' }, { notSharedGroupBelow: '/teams/night' }],
  [
    { ownReports: true, subjects: ['/staff/london'] },
    { ownReports: true, subjects: ['/staff'] },
  ],
]
for (const [less, more] of narrower) {
  test(`R6 R19: from ${JSON.stringify(less)} to ${JSON.stringify(more)} is looser, and back is stricter`, () => {
    assert.deepEqual(directionOf(less, more), ['looser'])
    assert.deepEqual(directionOf(more, less), ['stricter'])
  })
}

for (const act of ['review', 'revoke', 'declare', 'audit'] as const) {
  test(`R3 R6: whoever may ${act} no more, or for fewer people, counts as loosening, as whoever newly may`, () => {
    const acts = [act]
    for (const [less, more] of [...narrower, [{ profiles: [] }, {}], [{ tiers: [] }, {}]] as const) {
      assert.deepEqual(directionOf({ ...less, acts }, { ...more, acts }), ['looser'], JSON.stringify(less))
      assert.deepEqual(directionOf({ ...more, acts }, { ...less, acts }), ['looser'], JSON.stringify(less))
    }
    const [lost] = compareAuthority([{ ...line, acts: ['approve', act] }], [line])
    assert.deepEqual([lost?.field, lost?.direction], [`authority.lead.${act}`, 'looser'])
    const [covered] = compareAuthority(
      [{ ...line, acts }],
      [
        { ...line, acts },
        { ...line, acts, ownReports: true },
      ],
    )
    assert.equal(covered?.direction, 'other')
  })
}

test('R3: an evidence review that a role may give no more stays stricter: without it nobody is let in', () => {
  assert.deepEqual(directionOf({ acts: ['approve', 'review-evidence', 'open-for-another'] }, {}), [
    'stricter',
    'stricter',
  ])
})

test('R6 R19: from one kind of restriction to another is looser, either way', () => {
  const kinds: readonly Partial<AuthorityLine>[] = [
    { ownReports: true },
    { sharedGroupBelow: cost },
    { notSharedGroupBelow: cost },
    { subjects: [cost] },
  ]
  for (const [at, one] of kinds.entries()) {
    for (const other of kinds.toSpliced(at, 1)) assert.deepEqual(directionOf(one, other), ['looser'])
  }
})

test('R6: a restriction is told in words, and a line that others cover is no loosening', () => {
  const all = { ownReports: true, sharedGroupBelow: cost, notSharedGroupBelow: '/teams', subjects: ['/staff'] } as const
  assert.deepEqual(compareAuthority([line], [{ ...line, ...all }]), [
    {
      field: 'authority.lead.approve',
      direction: 'stricter',
      before: ['standard/standard'],
      after: [
        'standard/standard in /staff of own reports sharing a group below /cost-centres sharing no group below /teams',
      ],
      isJudged: true,
    },
  ])
  const [told] = compareAuthority([line], [line, { ...line, ownReports: true }])
  assert.equal(told?.direction, 'other')
})

test('R3 I5: whoever may newly act for somebody, by whatever relation, counts as loosening', () => {
  const policy = buildPolicy()
  const people = [
    [],
    ['/people'],
    ['/people/finance'],
    ['/people/finance/night'],
    ['/people/law', '/plan/a'],
    ['/plan/a'],
  ]
  const everyPair = people.flatMap((groups) =>
    [...people, undefined].flatMap((subjectGroups) =>
      ['ann', undefined].map((subjectManager) => ({ groups, subjectGroups, subjectManager })),
    ),
  )
  const may = (authority: readonly AuthorityLine[], { groups, ...about }: (typeof everyPair)[number]) =>
    mayAct(
      { ...policy, authority },
      { id: asId<UserId>('id-of-ann'), name: 'ann', roles: ['lead'], groups },
      { act: 'approve', profile: 'standard', tier: 'standard', ...about },
    )
  const seen = { looser: 0, stricter: 0, others: 0 }
  fc.assert(
    fc.property(anyRelatedAuthority, anyRelatedAuthority, (was, is) => {
      const isWider = everyPair.some((pair) => may(is, pair) && !may(was, pair))
      const isNarrower = everyPair.some((pair) => may(was, pair) && !may(is, pair))
      const directions = compareAuthority(was, is).map(({ direction }) => direction)
      seen[isWider ? 'looser' : isNarrower ? 'stricter' : 'others'] += 1
      if (isWider) assert.ok(directions.includes('looser'), JSON.stringify([was, is]))
      if (isNarrower) assert.ok(directions.some((direction) => direction !== 'other'))
    }),
    { numRuns: propertyRuns(1000) },
  )
  assert.ok(seen.looser > 0 && seen.stricter > 0 && seen.others > 0)
})
