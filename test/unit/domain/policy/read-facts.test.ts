import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Facts } from '../../../../bridge/domain/policy/facts.ts'
import { hasSuitabilityPlan, readFacts, readRisk, tierOf } from '../../../../bridge/domain/policy/read-facts.ts'
import { buildFacts, buildPolicy, builtAt, without } from '../../../support/policies.ts'

const policy = buildPolicy()
const reader = (facts: Facts) => readFacts(policy, facts)

describe('how much a subject can do', () => {
  const tier = (differs: Partial<Facts>) => tierOf(policy, buildFacts(differs))

  test('R48: is privileged by the policy’s roles and groups, and by the roles that administer Keycloak', () => {
    assert.equal(tier({ roles: ['clerk'], groups: ['/people'] }), 'standard')
    assert.equal(tier({ roles: ['clerk', 'chief'] }), 'privileged')
    assert.equal(tier({ groups: ['/people', '/admins/night'] }), 'privileged')
    assert.equal(tier({ groups: ['/admins-of-nothing'] }), 'standard')
    for (const role of ['admin', 'create-realm', 'realm-management/view-users', 'demo-realm/manage-users']) {
      assert.equal(tier({ roles: [role] }), 'privileged', role)
    }
    for (const role of ['administrator', 'app/admin', 'realm-management', 'x/realm-management/y', 'my/demo-realm/x']) {
      assert.equal(tier({ roles: [role] }), 'standard', role)
    }
  })

  test('I5: is privileged where roles or groups are missing', () => {
    assert.equal(tierOf(policy, without(buildFacts(), 'roles')), 'privileged')
    assert.equal(tierOf(policy, without(buildFacts(), 'groups')), 'privileged')
    assert.equal(reader(without(buildFacts(), 'roles')).choice('tier'), undefined)
    assert.equal(reader(without(buildFacts(), 'groups')).choice('tier'), undefined)
    assert.equal(reader(without(buildFacts({ groups: ['/admins'] }), 'roles')).choice('tier'), 'privileged')
    assert.equal(reader(without(buildFacts({ roles: ['chief'] }), 'groups')).choice('tier'), 'privileged')
    assert.equal(reader(buildFacts()).choice('tier'), 'standard')
  })

  test('R48: without privileged names in the policy, nobody but administrators is', () => {
    const plain = buildPolicy({ privileged: { roles: [], groups: [] } })
    assert.equal(tierOf(plain, buildFacts({ roles: ['chief'], groups: ['/admins'] })), 'standard')
    assert.equal(tierOf(plain, buildFacts({ roles: ['admin'] })), 'privileged')
  })
})

describe('a suitability plan', () => {
  test('R47: is had by members of its groups and their subgroups, and by nobody whose groups are missing', () => {
    const has = (facts: Facts) => [hasSuitabilityPlan(policy, facts), reader(facts).flag('suitabilityPlan')]
    assert.deepEqual(has(buildFacts()), [false, false])
    assert.deepEqual(has(buildFacts({ groups: ['/plan'] })), [true, true])
    assert.deepEqual(has(buildFacts({ groups: ['/plan/part'] })), [true, true])
    assert.deepEqual(has(buildFacts({ groups: ['/planning'] })), [false, false])
    assert.deepEqual(has(without(buildFacts(), 'groups')), [false, undefined])
    assert.equal(hasSuitabilityPlan(buildPolicy({ suitabilityGroups: [] }), buildFacts({ groups: ['/plan'] })), false)
  })

  test('R46: cannot be seen by the risk table, nor can its groups', () => {
    const facts = buildFacts({ groups: ['/people', '/plan', '/plan/part'], outage: true })
    const risk = readRisk(policy, facts)
    assert.equal(risk.flag('suitabilityPlan'), false)
    assert.deepEqual(risk.set('group'), ['/people'])
    assert.equal(risk.flag('outage'), true)
    assert.deepEqual(risk.set('zone'), [])
    assert.equal(risk.choice('realm'), 'demo')
    assert.equal(risk.number('disputes'), 0)
    assert.equal(readRisk(policy, without(facts, 'groups')).set('group'), undefined)
  })
})

describe('the facts as conditions ask for them', () => {
  const facts = buildFacts({
    failure: { class: 'wrong_user', count: 3, credentialType: 'webauthn', trust: 'verified' },
    account: { lockedUntil: null, failuresSinceSuccess: 0, casesInLastDay: 0, grantsInLastWeek: 2 },
    requiredLevel: 1,
    disputes: 4,
    rolloutBucket: 7,
    roles: ['clerk'],
    groups: ['/people'],
    zones: ['office'],
    outage: true,
  })

  test('each name gives its fact', () => {
    const { choice, set, number, flag } = reader(facts)
    assert.deepEqual((['realm', 'client', 'device', 'failureClass', 'failureTrust'] as const).map(choice), [
      'demo',
      'app',
      'known',
      'wrong_user',
      'verified',
    ])
    assert.deepEqual((['factor', 'role', 'group', 'zone'] as const).map(set), [
      ['bridge-totp', 'keycloak-otp'],
      ['clerk'],
      ['/people'],
      ['office'],
    ])
    assert.deepEqual(
      (['requiredLevel', 'failureCount', 'recentFallbacks', 'disputes', 'rolloutBucket'] as const).map(number),
      [1, 3, 2, 4, 7],
    )
    assert.deepEqual((['outsideHours', 'outage'] as const).map(flag), [false, true])
  })

  test('I5: what is missing is undefined', () => {
    const bare = reader(
      without(
        facts,
        'failure',
        'firstFactor',
        'roles',
        'groups',
        'zones',
        'device',
        'outsideHours',
        'disputes',
        'outage',
        'rolloutBucket',
      ),
    )
    for (const name of ['device', 'failureClass', 'failureTrust', 'tier'] as const)
      assert.equal(bare.choice(name), undefined)
    for (const name of ['role', 'group', 'zone'] as const) assert.equal(bare.set(name), undefined)
    for (const name of ['failureCount', 'disputes', 'rolloutBucket', 'firstFactorAgeSeconds'] as const) {
      assert.equal(bare.number(name), undefined)
    }
    for (const name of ['outsideHours', 'outage'] as const) assert.equal(bare.flag(name), undefined)
  })

  test('R44: a factor’s age is that of the youngest, and missing where one tells none or there is none', () => {
    const age = (...ages: readonly (number | undefined)[]) =>
      reader(
        buildFacts({
          available: ages.map((seconds) => ({
            check: 'bridge-totp',
            ...(seconds === undefined ? {} : { createdAt: builtAt - seconds * 1000 }),
          })),
        }),
      ).number('factorAgeSeconds')
    assert.equal(age(500, 100.9, 700), 100)
    assert.equal(age(500), 500)
    assert.equal(age(500, undefined), undefined)
    assert.equal(age(), undefined)
    assert.equal(age(-20), 0)
  })

  test('the first factor’s age is in whole seconds, and never below 0', () => {
    const age = (at: number) =>
      reader(buildFacts({ firstFactor: { kind: 'password', at } })).number('firstFactorAgeSeconds')
    assert.equal(age(builtAt - 1999), 1)
    assert.equal(age(builtAt + 5000), 0)
  })
})
