import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asId, type UserId } from '../../../../bridge/domain/ids.ts'
import { hasAuthority, mayAct, mayActForSome } from '../../../../bridge/domain/policy/authority.ts'
import { acts } from '../../../../bridge/domain/policy/ceilings.ts'
import type { AuthorityLine } from '../../../../bridge/domain/policy/policy.ts'
import { demoPolicy } from '../../../support/builders.ts'

const policy = demoPolicy()
const approval = {
  act: 'approve',
  profile: 'standard',
  tier: 'standard',
  subjectGroups: [],
  subjectManager: undefined,
} as const
const holder = (roles: readonly string[], groups: readonly string[] = []) => ({
  id: asId<UserId>('id-of-ann'),
  name: 'ann',
  roles,
  groups,
})
const may = (roles: readonly string[], differs: Partial<Parameters<typeof mayAct>[2]> = {}, of = policy) =>
  mayAct(of, holder(roles), { ...approval, ...differs })

test('R3 R19: a role may do what a line of the matrix names, for the profiles and tiers it names', () => {
  assert.equal(may(['fallback-desk-lead']), true)
  assert.equal(may(['fallback-desk-lead'], { profile: 'privileged' }), false)
  assert.equal(may(['fallback-desk-lead'], { tier: 'privileged' }), false)
  assert.equal(may(['fallback-desk-lead'], { act: 'review-evidence' }), false)
  assert.equal(may(['other', 'fallback-analyst'], { profile: 'privileged' }), true)
})

test('R3 I4: a role that no line names, no role, and an empty matrix may nothing', () => {
  for (const act of acts) {
    assert.equal(may(['admin', 'realm-management/realm-admin'], { act }), false)
    assert.equal(may([], { act }), false)
    assert.equal(may(['fallback-analyst'], { act }, { ...policy, authority: [] }), false)
  }
})

test('R3: a line for some groups alone is about their members and those of their subgroups; about nobody unknown', () => {
  const [line] = policy.authority
  assert.ok(line)
  const scoped = { ...policy, authority: [{ ...line, subjects: ['/staff/london'] }] }
  assert.deepEqual(
    [['/staff/london'], ['/staff/london/desk'], ['/staff'], ['/staff/london-two'], [], undefined].map((subjectGroups) =>
      may([line.role], { subjectGroups }, scoped),
    ),
    [true, true, false, false, false, false],
  )
})

describe('lines about how who acts and the subject are to each other', () => {
  const plain: AuthorityLine = { role: 'lead', acts: ['approve'], profiles: ['standard'], tiers: ['standard'] }
  const under = (relations: Partial<AuthorityLine>) => ({ ...policy, authority: [{ ...plain, ...relations }] })

  test('R41: a line for own reports is about those whose manager the actor is, by id or by user name; about nobody unknown', () => {
    const own = under({ ownReports: true })
    const ofManager = (subjectManager: string | undefined) => {
      const { act, ...about } = { ...approval, subjectManager }
      const isSeen = hasAuthority(own, holder(['lead']), about)
      assert.equal(mayAct(own, holder(['lead']), { ...about, act }), isSeen)
      return isSeen
    }
    assert.deepEqual(['id-of-ann', 'ann', 'Ann', 'ann-two', '', undefined].map(ofManager), [
      true,
      true,
      true,
      false,
      false,
      false,
    ])
    assert.equal(may(['other'], { subjectManager: 'ann' }, own), false, 'being the manager is no role')
  })

  /** Groups of who acts, groups of the subject, and whether they share one below /units. */
  const couples: readonly (readonly [readonly string[], readonly string[] | undefined, boolean])[] = [
    [['/units/4711'], ['/units/4711'], true],
    [['/units/4711/day'], ['/units/4711/night'], true],
    [['/units/4711'], ['/other', '/units/4711/night'], true],
    [['/units/4711'], ['/units/4712'], false],
    [['/units/4711'], ['/units/47112'], false],
    [['/units'], ['/units'], false],
    [['/units'], ['/units/4711'], false],
    [['/units-two/4711'], ['/units-two/4711'], false],
    [['/staff/units/4711'], ['/staff/units/4711'], false],
    [[], [], false],
    [['/units/4711'], undefined, false],
  ]
  const mayBetween = (relations: Partial<AuthorityLine>, [mine, subjectGroups]: (typeof couples)[number]) =>
    mayAct(under(relations), holder(['lead'], mine), { ...approval, subjectGroups })

  test('R19: a line for a shared group, as of a cost centre, is about its members and those of its subgroups', () => {
    for (const couple of couples) {
      assert.equal(mayBetween({ sharedGroupBelow: '/units' }, couple), couple[2], JSON.stringify(couple))
    }
  })

  test('R19: a line against a shared group, as of a team, is about everybody else; about nobody whose groups are not known', () => {
    for (const couple of couples) {
      const isApart = couple[1] !== undefined && !couple[2]
      assert.equal(mayBetween({ notSharedGroupBelow: '/units' }, couple), isApart, JSON.stringify(couple))
    }
  })

  test('R19: all that a line says must hold, and one line that holds is enough', () => {
    const both = { sharedGroupBelow: '/units', notSharedGroupBelow: '/teams' }
    const mine = ['/units/1', '/teams/a']
    assert.equal(mayBetween(both, [mine, ['/units/1', '/teams/b'], true]), true)
    assert.equal(mayBetween(both, [mine, ['/units/1', '/teams/a'], true]), false)
    assert.equal(mayBetween(both, [mine, ['/units/2', '/teams/b'], true]), false)
    assert.equal(mayBetween({ ...both, ownReports: true }, [mine, ['/units/1'], true]), false)
    const two = {
      ...policy,
      authority: [
        { ...plain, ownReports: true as const },
        { ...plain, subjects: ['/staff'] },
      ],
    }
    assert.equal(may(['lead'], { subjectGroups: ['/staff'] }, two), true)
    assert.equal(may(['lead'], { subjectManager: 'ann' }, two), true)
  })

  test('R10: for some people a line may hold that is about own reports, where asked so, or about a group of the holder', () => {
    const { act, profile, tier } = approval
    const could = (relations: Partial<AuthorityLine>, groups: readonly string[] = [], asManager = false) =>
      mayActForSome(under(relations), holder(['lead'], groups), { act, profile, tier, asManager })
    assert.deepEqual(
      [could({}), could({ subjects: ['/staff'] }), could({ notSharedGroupBelow: '/teams' })],
      Array(3).fill(true),
    )
    assert.deepEqual([could({ ownReports: true }), could({ ownReports: true }, [], true)], [false, true])
    const shared = { sharedGroupBelow: '/units' }
    assert.deepEqual([could(shared), could(shared, ['/units']), could(shared, ['/units/1'])], [false, false, true])
    assert.equal(could({ role: 'other' }, [], true), false)
    assert.equal(could({ acts: ['revoke'] }, [], true), false)
  })
})
