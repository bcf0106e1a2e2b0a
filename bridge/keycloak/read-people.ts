import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'
import type RoleRepresentation from '@keycloak/keycloak-admin-client/lib/defs/roleRepresentation.js'
import { z } from 'zod'
import type { Asked, FoundAsked } from '../domain/realm/examine-people.ts'
import { peopleClientId, peopleRoles } from '../domain/realm/people-parts.ts'
import type { PeopleClientState, PeopleRoleState, PeopleState } from '../domain/realm/realm-state.ts'
import { readAnswer } from './answers.ts'
import { unreadable } from './failure.ts'
import { findGroup } from './find-group.ts'
import { mappersOf } from './mappers-of.ts'

const attributes = z.record(z.string(), z.string()).default({})
const groupsWithRole = z.array(z.object({ id: z.string() }))

/** Reads the client by which people sign in, and the realm roles by which they act, through an installer's admin client. */
export const readPeople = async (
  client: KeycloakAdminClient,
  realm: string,
  clients: readonly ClientRepresentation[],
): Promise<PeopleState> => {
  const found = clients.find(({ clientId }) => clientId === peopleClientId)
  const roles = await client.roles.find({ realm, briefRepresentation: true })
  const mine = roles.filter(({ name = '' }) => name in peopleRoles)
  const inOthers = mine.length === 0 ? new Set() : await namesInOthers(client, realm, roles)
  return {
    client: found === undefined ? undefined : await readClient(client, realm, found),
    roles: await Promise.all(
      mine.map(
        async ({ name = '', description = '' }): Promise<PeopleRoleState> => ({
          name,
          description,
          isHeld: inOthers.has(name) || (await isHeld(client, realm, name)),
        }),
      ),
    ),
  }
}

const readClient = async (
  client: KeycloakAdminClient,
  realm: string,
  found: ClientRepresentation,
): Promise<PeopleClientState> => {
  if (found.id === undefined) throw unreadable()
  const set = readAnswer(attributes, found.attributes)
  const scopeRoles = await client.clients.listRealmScopeMappings({ realm, id: found.id })
  return {
    clientId: peopleClientId,
    description: found.description ?? '',
    isDeviceOnly:
      found.enabled === true &&
      found.publicClient === true &&
      set['oauth2.device.authorization.grant.enabled'] === 'true' &&
      [found.standardFlowEnabled, found.implicitFlowEnabled, found.directAccessGrantsEnabled].every(
        (flow) => flow !== true,
      ) &&
      found.serviceAccountsEnabled !== true &&
      (found.redirectUris ?? []).length === 0,
    hasFullScope: found.fullScopeAllowed === true,
    givesRefreshTokens: set['use.refresh.tokens'] !== 'false',
    mappers: mappersOf(found.protocolMappers),
    scopeRoles: scopeRoles.flatMap(({ name }) => name ?? []),
  }
}

/** Realm roles that are part of another one: whoever has that one has them, and Keycloak counts no holder. */
const namesInOthers = async (
  client: KeycloakAdminClient,
  realm: string,
  roles: readonly RoleRepresentation[],
): Promise<ReadonlySet<string>> => {
  const names = new Set<string>()
  for (const { id, composite } of roles) {
    if (composite !== true || id === undefined) continue
    for (const { name = '' } of await client.roles.getCompositeRolesForRealm({ realm, id })) names.add(name)
  }
  return names
}

const isHeld = async (client: KeycloakAdminClient, realm: string, name: string): Promise<boolean> => {
  const [users, groups] = await Promise.all([
    client.roles.findUsersWithRole({ realm, name, max: 1, briefRepresentation: true }),
    listGroupsWithRole(client, realm, name),
  ])
  return (users ?? []).length > 0 || groups.length > 0
}

/** The admin client has no method of its own for this call. */
const listGroupsWithRole = async (client: KeycloakAdminClient, realm: string, name: string) => {
  const list = client.roles.makeRequest<{ name: string; max: number }, unknown>({
    method: 'GET',
    path: '/roles/{name}/groups',
    urlParamKeys: ['name'],
  })
  return readAnswer(groupsWithRole, await list({ realm, name, max: 1 }))
}

/** Looks for the groups and roles that a policy asks; a group has members where one of its subgroups has. */
export const readAsked = async (
  client: KeycloakAdminClient,
  realm: string,
  { groups, roles }: Asked,
): Promise<FoundAsked> => {
  const known = new Set((await client.roles.find({ realm, briefRepresentation: true })).map(({ name }) => name))
  const found = await Promise.all(
    groups.map(async (path) => {
      const id = await findGroup(client, realm, path)
      return { path, id, hasMembers: id !== undefined && (await hasMembers(client, realm, id)) }
    }),
  )
  const paths = (wanted: (one: (typeof found)[number]) => boolean) => found.filter(wanted).map(({ path }) => path)
  return {
    missing: paths(({ id }) => id === undefined),
    empty: paths(({ id, hasMembers: has }) => id !== undefined && !has),
    rolesMissing: roles.filter((role) => !known.has(role)),
  }
}

const hasMembers = async (client: KeycloakAdminClient, realm: string, id: string): Promise<boolean> => {
  const members = await client.groups.listMembers({ realm, id, max: 1 })
  if (members.length > 0) return true
  for (const sub of await client.groups.listSubGroups({ realm, parentId: id, max: 1000 })) {
    if (sub.id !== undefined && (await hasMembers(client, realm, sub.id))) return true
  }
  return false
}
