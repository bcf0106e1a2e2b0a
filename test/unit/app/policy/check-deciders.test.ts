import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { createCheckDeciders } from '../../../../bridge/app/policy/check-deciders.ts'
import { asId, type RealmName } from '../../../../bridge/domain/ids.ts'
import type { AuthorityLine, Policy, Profile } from '../../../../bridge/domain/policy/policy.ts'
import { createMemoryPeople, type MemoryPeople } from '../../../support/memory-people.ts'
import { analysts, authorityOfActs, leads, peoplePolicy, watch } from '../../../support/people-policy.ts'

const realm = asId<RealmName>('demo')

/** One profile that everybody comes under, asking what a test gives. */
const policyOf = (differs: Partial<Profile> = {}, more: Partial<Policy> = {}): Policy => {
  const policy = peoplePolicy(differs, more)
  return { ...policy, profiles: policy.profiles.filter(({ name }) => name === 'standard') }
}
const oneLead = { approvals: [{ group: leads, count: 1 }] }

describe('whether anybody could decide', () => {
  let people: MemoryPeople
  beforeEach(() => {
    people = createMemoryPeople()
  })
  const found = async (policy: Policy, knowsManagers = true): Promise<string[]> =>
    (await createCheckDeciders(people, { knowsManagers })(realm, policy)).map(({ code, text }) => `${code} ${text}`)
  const missing = (...words: string[]) => [
    `approvers_missing Cases wait for people who are not there: ${words.join('; ')}.`,
  ]
  const few = (...words: string[]) => [
    `approvers_few One absence would leave cases without an answer: ${words.join('; ')}.`,
  ]
  const lead = (id: string, differs: Parameters<MemoryPeople['put']>[2] = {}) =>
    people.put(realm, id, { roles: ['may-approve'], groups: [leads], ...differs })

  test('R10 I4: a group without anybody is told of, with how many are asked for and how many could decide', async () => {
    assert.deepEqual(await found(policyOf(oneLead)), missing(`standard asks 1 of ${leads}, 0 could decide`))
  })

  test('R10 E1: exactly as many as are asked for is a softer finding, one more is none', async () => {
    lead('lead-1')
    assert.deepEqual(await found(policyOf(oneLead)), few(`standard asks 1 of ${leads}, 1 could decide`))
    lead('lead-2')
    assert.deepEqual(await found(policyOf(oneLead)), [])
    const two = policyOf({ approvals: [{ group: leads, count: 2 }] })
    assert.deepEqual(await found(two), few(`standard asks 2 of ${leads}, 2 could decide`))
    lead('lead-3', { groups: [`${leads}/night`] })
    assert.deepEqual(await found(two), [])
  })

  test('R3 R16: who is disabled, shared, a service account, or holds no role that may approve, could not', async () => {
    lead('away', { enabled: false })
    lead('desk', { roles: ['may-approve', 'fallback-shared-account'] })
    lead('robot', { isServiceAccount: true })
    lead('other', { roles: ['may-review'] })
    assert.deepEqual(await found(policyOf(oneLead)), missing(`standard asks 1 of ${leads}, 0 could decide`))
  })

  test('R3: a role that may approve another profile, or other people than come under this one, could not', async () => {
    for (const one of ['lead-1', 'lead-2']) lead(one)
    const lines = authorityOfActs()
    const elsewhere = lines.map((one) => ({ ...one, profiles: ['privileged' as const] }))
    assert.match((await found(policyOf(oneLead, { authority: elsewhere }))).join(), /^approvers_missing/)
    const standardAlone = lines.map((one) => ({ ...one, tiers: ['standard' as const] }))
    assert.deepEqual(
      await found(policyOf(oneLead, { authority: standardAlone })),
      [],
      'administrators come under another profile',
    )
    const privilegedAlone = lines.map((one) => ({ ...one, tiers: ['privileged' as const] }))
    assert.match((await found(policyOf(oneLead, { authority: privilegedAlone }))).join(), /^approvers_missing/)
    const someSubjects = authorityOfActs(['/staff'])
    assert.deepEqual(await found(policyOf(oneLead, { authority: someSubjects })), [], 'about those they may')
  })

  const lines = (differs: Partial<AuthorityLine>, ...others: readonly AuthorityLine[]) => ({
    authority: [...authorityOfActs().map((line) => ({ ...line, ...differs })), ...others],
  })

  test('R41 E1: of all managers one could decide, each for the own reports, and none where no attribute tells of them', async () => {
    for (const one of ['lead-1', 'lead-2', 'lead-3']) lead(one)
    const own = policyOf(oneLead, lines({ ownReports: true }))
    assert.deepEqual(await found(own), few(`standard asks 1 of ${leads}, 1 could decide`))
    assert.deepEqual(await found(own, false), missing(`standard asks 1 of ${leads}, 0 could decide`))
    const two = policyOf({ approvals: [{ group: leads, count: 2 }] }, lines({ ownReports: true }))
    assert.deepEqual(await found(two), missing(`standard asks 2 of ${leads}, 1 could decide`))
  })

  test('R41 E1: a designee beside them could decide for everybody', async () => {
    const [approve] = authorityOfActs()
    assert.ok(approve)
    const policy = policyOf(oneLead, lines({ ownReports: true }, { ...approve, role: 'designee' }))
    for (const one of ['lead-1', 'lead-2']) lead(one)
    lead('designee', { roles: ['designee'] })
    assert.deepEqual(await found(policy), [])
    assert.deepEqual(await found(policy, false), few(`standard asks 1 of ${leads}, 1 could decide`))
    people.put(realm, 'designee', { identity: 'e-1' })
    people.put(realm, 'lead-2', { identity: 'e-1' })
    assert.deepEqual(await found(policy), [], 'the other manager is somebody else')
    people.put(realm, 'lead-1', { identity: 'e-1' })
    assert.deepEqual(
      await found(policy),
      few(`standard asks 1 of ${leads}, 1 could decide`),
      'one person, three accounts',
    )
  })

  test('R41: of two groups the managers of either fill a place, whichever fills more', async () => {
    lead('lead-1')
    lead('second', { groups: [analysts], roles: ['may-approve'] })
    lead('designee', { groups: [analysts], roles: ['designee'] })
    const [approve] = authorityOfActs()
    assert.ok(approve)
    for (const groups of [
      [leads, analysts],
      [analysts, leads],
    ]) {
      const approvals = groups.map((group) => ({ group, count: 1 }))
      const policy = policyOf({ approvals }, lines({ ownReports: true }, { ...approve, role: 'designee' }))
      assert.deepEqual(
        (await found(policy)).map((text) => text.split(' ')[0]),
        ['approvers_few'],
      )
    }
  })

  test('R19 R10: a line for a shared group counts for who is in one, and one against it counts', async () => {
    lead('lead-1', { groups: [leads, '/cost-centres/1'] })
    lead('lead-2', { groups: [leads, '/cost-centres'] })
    assert.deepEqual(
      await found(policyOf(oneLead, lines({ sharedGroupBelow: '/cost-centres' }))),
      few(`standard asks 1 of ${leads}, 1 could decide`),
    )
    assert.deepEqual(await found(policyOf(oneLead, lines({ notSharedGroupBelow: '/cost-centres' }))), [])
  })

  test('C04 R16: one person of two accounts, or of two groups, fills one place', async () => {
    lead('lead-1', { identity: 'e-1' })
    lead('lead-2', { identity: 'e-1' })
    const two = policyOf({ approvals: [{ group: leads, count: 2 }] })
    assert.deepEqual(await found(two), missing(`standard asks 2 of ${leads}, 1 could decide`))
    people = createMemoryPeople()
    lead('both', { groups: [leads, analysts] })
    const [told] = await found(policyOf())
    assert.match(
      told ?? '',
      /^approvers_missing .* asks 1 of \/(service-desk-leads|security-analysts), 1 could decide\.$/,
    )
  })

  test('R35: whoever ratifies is one person more than those who approve', async () => {
    const glass = policyOf({ ...oneLead, ratification: { group: watch, withinSeconds: 600 } })
    lead('lead-1', { groups: [leads, watch] })
    assert.match((await found(glass)).join(), /^approvers_missing/)
    lead('officer', { groups: [watch] })
    assert.match((await found(glass)).join(), /^approvers_few/)
    for (const [id, group] of [
      ['lead-2', leads],
      ['officer-2', watch],
    ] as const)
      lead(id, { groups: [group] })
    assert.deepEqual(await found(glass), [])
  })

  test('R10: a profile that asks nobody, or closes, is not looked at, and Keycloak is asked once for a group', async () => {
    assert.deepEqual(await found(policyOf({ approvals: [] })), [])
    assert.deepEqual(await found(policyOf({ ...oneLead, minimumBand: 'closed' })), [])
    assert.equal(people.asked(), 0)
    const policy = peoplePolicy(oneLead)
    await found({ ...policy, profiles: policy.profiles.map((one) => ({ ...one, ...oneLead })) })
    assert.equal(people.asked(), 2, 'the leads, and who ratifies a broken glass')
  })

  test('a later policy is looked at by its own profiles', async () => {
    const check = createCheckDeciders(people, { knowsManagers: true })
    assert.equal((await check(realm, policyOf({ approvals: [] }))).length, 0)
    assert.equal((await check(realm, { ...policyOf(oneLead), digest: 'b'.repeat(64) })).length, 1)
  })
})
