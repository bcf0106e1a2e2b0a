import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { readRecord, writeRecord } from '../../../../bridge/domain/realm/install-record.ts'
import {
  peopleClient,
  peopleClientId,
  peopleMappers,
  peopleRoles,
} from '../../../../bridge/domain/realm/people-parts.ts'
import { planRealm } from '../../../../bridge/domain/realm/plan-realm.ts'
import type { RealmChange } from '../../../../bridge/domain/realm/realm-change.ts'
import type { RealmState } from '../../../../bridge/domain/realm/realm-state.ts'
import { planRemoval } from '../../../../bridge/domain/realm/removal.ts'
import { verifyRealm } from '../../../../bridge/domain/realm/verify-realm.ts'
import { readPolicy } from '../../../../bridge/policy/read-policy.ts'
import { demoRealm } from '../../../../keycloak-config/realm/realm.ts'
import { deepFlow, realmWith, theirs, wishFor } from '../../../support/realm-states.ts'

type People = RealmState['people']

const planned = (people: Partial<People> = {}, bridgeClient?: RealmState['bridgeClient']) => {
  const state = realmWith([deepFlow()], { people: { client: undefined, roles: [], ...people }, bridgeClient })
  const plan = planRealm(state, wishFor())
  return 'refusals' in plan ? assert.fail(JSON.stringify(plan.refusals)) : plan
}
const aboutPeople = (changes: readonly RealmChange[]): string[] =>
  changes
    .filter(({ kind }) => /people|realm_role|scope_role/.test(kind))
    .map((change) => ('role' in change ? `${change.kind} ${change.role}` : change.kind))
const removed = (people: Partial<People>, record?: string): string[] => {
  const bridge = { id: 'b', isServiceOnly: true, jwks: undefined, roles: [], grantedRoles: [], record }
  const state = realmWith([deepFlow()], { people: { client: undefined, roles: [], ...people }, bridgeClient: bridge })
  const plan = planRemoval(state, 'fallback-bridge')
  return 'refusals' in plan ? assert.fail() : aboutPeople(plan.changes)
}

const ours: People = {
  client: {
    clientId: peopleClientId,
    description: peopleClient.description,
    isDeviceOnly: true,
    hasFullScope: false,
    givesRefreshTokens: false,
    mappers: peopleMappers('fallback-bridge'),
    scopeMappers: [],
    hasLightTokens: false,
    scopeRoles: ['fallback-policy-admin'],
  },
  roles: Object.entries(peopleRoles).map(([name, description]) => ({ name, description, isHeld: false })),
}
const client = ours.client ?? assert.fail()

describe('what people need who decide', () => {
  test('R19: a plan makes the client and every role, the client after the role that its tokens tell of', () => {
    assert.deepEqual(aboutPeople(planned().changes), [
      ...Object.keys(peopleRoles).map((role) => `create_realm_role ${role}`),
      'create_people_client',
      'add_scope_role fallback-policy-admin',
    ])
    assert.deepEqual(planned().record.people, { client: peopleClientId, roles: Object.keys(peopleRoles) })
    assert.deepEqual(aboutPeople(planned(ours).changes), [])
  })

  test('R19: there is a role for each that the packs, the demo and the demo realm name, and each says what it may', () => {
    const documents = readdirSync(new URL('../../../../bridge/policy/packs', import.meta.url)).map(
      (name) => `bridge/policy/packs/${name}`,
    )
    for (const file of [...documents, 'keycloak-config/demo/policy.yaml']) {
      const read = readPolicy(readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8'), { file })
      assert.ok('policy' in read, file)
      for (const { role } of read.policy.authority) assert.ok(role in peopleRoles, `${file}: ${role}`)
    }
    const demo = demoRealm({
      bridgeUrl: '',
      bridgeId: '',
      bridgeKeyThumbprints: [],
      clientJwks: { keys: [] },
      appUrl: '',
      userPassword: '',
    })
    assert.deepEqual(demo.roles?.realm?.map(({ name }) => name).toSorted(), Object.keys(peopleRoles).toSorted())
    for (const text of Object.values(peopleRoles)) assert.ok(text.length > 60 && text.length <= 255, text)
  })

  test('A01 R19: the client can sign people in by the device grant and nothing else, and its tokens carry no right of Keycloak', () => {
    const flows = ['standardFlowEnabled', 'implicitFlowEnabled', 'directAccessGrantsEnabled', 'serviceAccountsEnabled']
    const off = { ...Object.fromEntries(flows.map((name) => [name, false])), fullScopeAllowed: false }
    const { name: _n, description: _d, attributes, ...abilities } = peopleClient
    assert.deepEqual(abilities, { enabled: true, publicClient: true, ...off })
    assert.deepEqual(attributes, {
      'oauth2.device.authorization.grant.enabled': 'true',
      'use.refresh.tokens': 'false',
    })
    const claims = peopleMappers('b-1').flatMap(({ config }) => config['claim.name'] ?? [])
    assert.deepEqual(claims, ['preferred_username', 'auth_time', 'realm_access.roles', 'fallback_case'])
    assert.equal(peopleMappers('b-1')[0]?.config['included.custom.audience'], 'b-1')
  })

  test('R19: what somebody changed of the client is put right, each thing by a change of its own', () => {
    const told = (differs: Partial<typeof client>) =>
      aboutPeople(planned({ ...ours, client: { ...client, ...differs } }).changes)
    assert.deepEqual(told({ isDeviceOnly: false }), ['set_people_client'])
    assert.deepEqual(told({ hasFullScope: true }), ['set_people_client'])
    assert.deepEqual(told({ givesRefreshTokens: true }), ['set_people_client'])
    assert.deepEqual(told({ mappers: client.mappers.slice(1) }), ['set_people_mappers'])
    assert.deepEqual(told({ mappers: peopleMappers('another') }), ['set_people_mappers'])
    assert.deepEqual(told({ scopeRoles: [] }), ['add_scope_role fallback-policy-admin'])
  })

  test('R19: what somebody else made under the same names is left alone, in apply and in remove, and named', () => {
    const role = { name: 'fallback-manager', description: 'Manages things', isHeld: true }
    const plan = planned({ ...theirs, roles: [role] })
    const changes = aboutPeople(plan.changes)
    assert.deepEqual(
      changes,
      Object.keys(peopleRoles)
        .filter((name) => name !== 'fallback-manager')
        .map((name) => `create_realm_role ${name}`),
    )
    assert.match(plan.notes.join('\n'), /client fallback-bridge-cli that this tool did not make\. It is left as it is/)
    assert.match(plan.notes.join('\n'), /did not make are left as they are: fallback-manager\./)
    assert.equal(plan.record.people?.client, null)
    assert.deepEqual(removed({ ...theirs, roles: [{ ...role, isHeld: false }] }, writeRecord(plan.record)), [])
  })

  test('I12: a note tells where access tokens of somebody else’s client do not tell of a fallback, and verify has it too', () => {
    const untold = /Access tokens of fallback-bridge-cli do not tell of a fallback: .*fallback\.case/
    assert.match(planned(theirs).notes.join('\n'), untold)
    assert.match(verifyRealm(realmWith([deepFlow()], { people: theirs }), wishFor()).notes.join('\n'), untold)
    const client = { ...(theirs.client ?? assert.fail()), scopeMappers: peopleMappers('fallback-bridge') }
    assert.doesNotMatch(planned({ ...theirs, client }).notes.join('\n'), untold)
    assert.doesNotMatch(planned().notes.join('\n'), untold, 'the tool makes it')
  })

  test('R19: a client of that name with other abilities is refused, unless people are left out', () => {
    const people = { ...theirs, client: { ...client, description: 'By hand', isDeviceOnly: false } }
    const state = realmWith([deepFlow()], { people })
    assert.deepEqual(planRealm(state, wishFor()), {
      refusals: [{ code: 'people_client_is_other', at: 'fallback-bridge-cli' }],
    })
    assert.ok(!('refusals' in planRealm(state, wishFor({ withPeople: false }))))
  })

  test('R19: remove takes the client and the roles that nobody has; one that somebody has stays, and is named', () => {
    const roles = ours.roles.map((role) => ({ ...role, isHeld: role.name === 'fallback-shared-account' }))
    const gone = removed({ ...ours, roles })
    assert.ok(gone.includes('delete_people_client'))
    assert.equal(gone.length, ours.roles.length)
    assert.ok(!gone.includes('delete_realm_role fallback-shared-account'))
    const plan = planRemoval(realmWith([deepFlow()], { people: { client: undefined, roles } }), 'fallback-bridge')
    assert.ok(!('refusals' in plan))
    assert.match(plan.notes.join('\n'), /are kept: fallback-shared-account\./)
  })

  test('R8: what was reworded is known by the record, and what the record lost by its own words', () => {
    const record = writeRecord(planned().record)
    assert.deepEqual(readRecord(record)?.people?.client, peopleClientId)
    const reworded: People = {
      client: { ...client, description: 'Zum Anmelden' },
      roles: [{ name: 'fallback-manager', description: 'Leitung', isHeld: false }],
    }
    assert.deepEqual(removed(reworded, record), ['delete_people_client', 'delete_realm_role fallback-manager'])
    assert.deepEqual(removed(reworded), [])
    assert.equal(removed(ours).length, 1 + ours.roles.length)
  })
})
