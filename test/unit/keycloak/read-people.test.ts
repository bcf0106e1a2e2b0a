import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import { peopleClient, peopleClientId, tellsOfFallback } from '../../../bridge/domain/realm/people-parts.ts'
import { readAsked, readPeople } from '../../../bridge/keycloak/read-people.ts'

const claim = {
  name: 'fallback case',
  protocolMapper: 'oidc-usersessionmodel-note-mapper',
  config: { 'user.session.note': 'fallback.case', 'claim.name': 'fallback_case', 'access.token.claim': 'true' },
}

type Realm = {
  /** Of the client by which people sign in. */
  differs?: object
  /** Scopes with the mapper that tells of a fallback, by the roles they are bound to. */
  scopes?: Record<string, string[]>
  /** What is part of which role: `realm role`, or `client/role`. */
  composites?: Record<string, string[]>
}

/** Calls of the admin client that the reading makes, answered as Keycloak does. */
const readFrom = ({ differs = {}, scopes = {}, composites = {} }: Realm) => {
  const rolesOf = (names: readonly string[]) =>
    names.map((name) => ({ id: name, name: name.split('/').at(-1), composite: name in composites }))
  const people = { id: 'cli', clientId: peopleClientId, ...peopleClient, ...differs }
  const answers = {
    roles: {
      find: async () => rolesOf(['offline_access', 'fallback-desk-lead', 'fallback-reviewer', 'staff']),
      getCompositeRolesForRealm: async ({ id }: { id: string }) => rolesOf(composites[id] ?? []),
      findUsersWithRole: async () => [],
      makeRequest: () => async () => [],
    },
    clients: {
      listRealmScopeMappings: async () => [],
      listRoles: async ({ id }: { id: string }) => rolesOf([`${id}/lead`, `${id}/view`]),
    },
    clientScopes: {
      find: async () =>
        ['basic', ...Object.keys(scopes)].map((name) => ({
          id: name,
          name,
          protocolMappers: name === 'basic' ? [] : [claim],
        })),
      listScopeMappings: async ({ id }: { id: string }) => {
        const roles = scopes[id] ?? []
        return roles.length === 0 ? {} : { realmMappings: roles.map((name) => ({ name })) }
      },
    },
  }
  const app = { id: 'app', clientId: 'app' }
  return readPeople(answers as unknown as KeycloakAdminClient, 'staff', [app, people])
}

const tells = async (realm: Realm) => {
  const { client } = await readFrom(realm)
  return tellsOfFallback(client ?? assert.fail())
}
const held = async (composites: Record<string, string[]>) =>
  (await readFrom({ composites })).roles.filter(({ isHeld }) => isHeld).map(({ name }) => name)

describe('people, as the realm tool reads them', () => {
  test('I12: a token tells of a fallback by a mapper of the client, or by a default scope that holds for everybody', async () => {
    assert.equal(await tells({}), false)
    assert.equal(await tells({ differs: { protocolMappers: [claim] } }), true)
    assert.equal(await tells({ scopes: { told: [] }, differs: { defaultClientScopes: ['basic', 'told'] } }), true)
    assert.equal(await tells({ scopes: { told: [] }, differs: { defaultClientScopes: ['basic'] } }), false)
    const bound = { scopes: { told: ['staff'] }, differs: { defaultClientScopes: ['told'] } }
    assert.equal(await tells(bound), false, 'who has no such role gets no such claim')
    const light = { 'client.use.lightweight.access.token.enabled': 'true' }
    assert.equal(await tells({ differs: { protocolMappers: [claim], attributes: light } }), false)
  })

  test('R19 R47 S07: groups by which a policy tells people apart are looked for, at every depth', async () => {
    const client = {
      roles: { find: async () => [] },
      groups: {
        find: async ({ search }: { search: string }) => (search === 'staff' ? [{ id: 'staff', name: 'staff' }] : []),
        listSubGroups: async () => [{ id: 'london', name: 'london' }],
      },
    }
    const telling = ['/staff', '/staff/london', '/staff/londn', '/teams']
    const asked = { groups: [], roles: [], telling }
    const { tellingMissing } = await readAsked(client as unknown as KeycloakAdminClient, 'staff', asked)
    assert.deepEqual(tellingMissing, ['/staff/londn', '/teams'])
    const { tellingMissing: none } = await readAsked(client as unknown as KeycloakAdminClient, 'staff', {
      groups: [],
      roles: [],
    })
    assert.deepEqual(none, [])
  })

  test('R19: a role is held where another one has it as a part, one of a client too', async () => {
    assert.deepEqual(await held({}), [])
    assert.deepEqual(await held({ staff: ['fallback-reviewer'] }), ['fallback-reviewer'])
    assert.deepEqual(await held({ 'app/lead': ['fallback-desk-lead'] }), ['fallback-desk-lead'])
  })
})
