import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { type CheckUpkeepDeps, createCheckUpkeep, ownersOf } from '../../../../bridge/app/policy/check-upkeep.ts'
import type { OwnerState } from '../../../../bridge/app/policy/policy-ports.ts'
import { BridgeError } from '../../../../bridge/domain/errors.ts'
import { asId, type RealmName } from '../../../../bridge/domain/ids.ts'
import type { Policy } from '../../../../bridge/domain/policy/policy.ts'
import { demoPolicy, enabledOwners, withPolicy } from '../../../support/builders.ts'
import { createMemoryPeople } from '../../../support/memory-people.ts'
import { openTestStore, type TestStore } from '../../../support/test-store.ts'

const realm = asId<RealmName>('demo')
const dayMs = 86_400_000

/** Two in each group that the demo's policy asks. */
const enoughPeople = () => {
  const people = createMemoryPeople()
  const roles = { '/service-desk-leads': 'desk-lead', '/managers': 'manager', '/security-analysts': 'analyst' }
  for (const [group, role] of Object.entries(roles)) {
    for (const one of ['a', 'b']) people.put(realm, `${role}-${one}`, { roles: [`fallback-${role}`], groups: [group] })
  }
  return people
}

describe('the upkeep of a policy', () => {
  let store: TestStore
  beforeEach(async () => {
    store = await openTestStore()
  })
  afterEach(() => store.close())

  const policy = demoPolicy()
  const reviewBy = policy.paths[0]?.reviewBy ?? 0
  const check = (differs: Partial<CheckUpkeepDeps> = {}) =>
    createCheckUpkeep({
      unitOfWork: store.unitOfWork,
      clock: () => reviewBy - 15 * dayMs,
      findPolicy: withPolicy(policy),
      keycloak: { ownerStates: async () => enabledOwners },
      people: enoughPeople(),
      knowsManagers: true,
      everyMs: 60_000,
      fileDigest: undefined,
      ...differs,
    })(realm)
  const codes = async (differs: Partial<CheckUpkeepDeps>) => (await check(differs)).map(({ code }) => code)
  const states = () => store.unitOfWork((tx) => tx.owners.statesOf(realm))

  test('with its owners enabled and no review near, nothing is found, and the owners are remembered', async () => {
    assert.deepEqual(await check(), [])
    assert.deepEqual(await states(), enabledOwners)
  })

  test('R10: Keycloak is asked for every owner and deputy of policy, profiles and paths, each once', async () => {
    const asked: string[] = []
    const other: Policy = {
      ...policy,
      paths: policy.paths.map((path, index) => (index === 0 ? { ...path, owner: 'somebody-else' } : path)),
    }
    const ownerStates = async (_realm: RealmName, names: readonly string[]) => {
      asked.push(...names)
      return {}
    }
    await check({ findPolicy: withPolicy(other), keycloak: { ownerStates } })
    assert.deepEqual(asked.toSorted(), ['policy-deputy', 'policy-owner', 'somebody-else'])
    assert.deepEqual(ownersOf(other).toSorted(), asked.toSorted())
  })

  test('R10: who could decide is asked after the owners; where it cannot be told, that is a finding beside all others', async () => {
    const people = createMemoryPeople()
    assert.deepEqual(await codes({ people }), ['approvers_missing'])
    people.fail(true)
    await store.unitOfWork((tx) => tx.owners.saveStates(realm, {}, 0))
    assert.deepEqual(await codes({ people, clock: () => reviewBy, fileDigest: 'a'.repeat(64) }), [
      'approvers_unknown',
      'path_review_over',
      'policy_file_differs',
    ])
    assert.deepEqual(await states(), enabledOwners)
  })

  test('R10: an owner who is disabled or has no account is told of, profile by profile', async () => {
    for (const known of [{ 'policy-owner': 'disabled', 'policy-deputy': 'enabled' }, { 'policy-deputy': 'enabled' }]) {
      const found = await check({ keycloak: { ownerStates: async () => known as Record<string, OwnerState> } })
      assert.deepEqual(
        found.map(({ code, severity }) => [code, severity]),
        [['policy_owner_missing', 'warn']],
      )
      assert.match(found[0]?.text ?? '', /profile standard, regulated, privileged, break-glass/)
      assert.deepEqual(await states(), known)
    }
  })

  test('R10: a deputy who is away is told of by name', async () => {
    const ownerStates = async () => ({ 'policy-owner': 'enabled' }) as const
    const [found] = await check({ keycloak: { ownerStates } })
    assert.match(found?.text ?? '', /policy-deputy/)
  })

  test('R13: a path is told of fourteen days before its review date, and when it is over', async () => {
    assert.deepEqual(await codes({ clock: () => reviewBy - 14 * dayMs - 1 }), [])
    assert.deepEqual(await codes({ clock: () => reviewBy - 14 * dayMs }), ['path_review_due'])
    assert.deepEqual(await codes({ clock: () => reviewBy - 1 }), ['path_review_due'])
    assert.deepEqual(await codes({ clock: () => reviewBy }), ['path_review_over'])
  })

  test('R1: a realm without an active policy, or switched off, is told of', async () => {
    assert.deepEqual(await codes({ findPolicy: withPolicy(undefined) }), ['no_active_policy'])
    assert.deepEqual(await codes({ findPolicy: withPolicy(policy, 'realm') }), ['fallback_switched_off'])
  })

  test('a policy file that is not the active policy is told of', async () => {
    assert.deepEqual(await codes({ fileDigest: policy.digest }), [])
    assert.deepEqual(await codes({ fileDigest: 'a'.repeat(64) }), ['policy_file_differs'])
  })

  test('R10: what is known of the owners stays when Keycloak cannot be asked', async () => {
    await check()
    const ownerStates = () => Promise.reject(new BridgeError('keycloak_unreachable'))
    await assert.rejects(check({ keycloak: { ownerStates } }), { code: 'keycloak_unreachable' })
    assert.deepEqual(await states(), enabledOwners)
  })
})
