import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'
import type RoleRepresentation from '@keycloak/keycloak-admin-client/lib/defs/roleRepresentation.js'
import { z } from 'zod'
import type { Asked, FoundAsked } from '../domain/realm/examine-people.ts'
import { peopleClientId, peopleRoles } from '../domain/realm/people-parts.ts'
import type { MapperState, PeopleClientState, PeopleRoleState, PeopleState } from '../domain/realm/realm-state.ts'
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
  const inOthers = mine.length === 0 ? new Set() : await namesInOthers(client, realm, roles, clients)
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
  const [scopeRoles, scopeMappers] = await Promise.all([
    client.clients.listRealmScopeMappings({ realm, id: found.id }),
    readScopeMappers(client, realm, found.defaultClientScopes ?? []),
  ])
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
    scopeMappers,
    hasLightTokens: set['client.use.lightweight.access.token.enabled'] === 'true',
    scopeRoles: scopeRoles.flatMap(({ name }) => name ?? []),
  }
}

/** A scope that is bound to roles is left out of the tokens of whoever has none of them. */
const readScopeMappers = async (
  client: KeycloakAdminClient,
  realm: string,
  names: readonly string[],
): Promise<readonly MapperState[]> => {
  if (names.length === 0) return []
  const scopes = (await client.clientScopes.find({ realm })).filter(({ name = '' }) => names.includes(name))
  const mappers = await Promise.all(
    scopes.map(async ({ id, protocolMappers }) => {
      if (id === undefined) throw unreadable()
      const { realmMappings = [], clientMappings = {} } = await client.clientScopes.listScopeMappings({ realm, id })
      return realmMappings.length + Object.keys(clientMappings).length > 0 ? [] : mappersOf(protocolMappers)
    }),
  )
  return mappers.flat()
}

/**
 * Realm roles that are part of another one, of the realm or of a client: whoever has that one has them, and Keycloak counts
 * no holder.
 */
const namesInOthers = async (
  client: KeycloakAdminClient,
  realm: string,
  roles: readonly RoleRepresentation[],
  clients: readonly ClientRepresentation[],
): Promise<ReadonlySet<string>> => {
  const all = [...roles]
  for (const { id } of clients) {
    if (id === undefined) throw unreadable()
    all.push(...(await client.clients.listRoles({ realm, id })))
  }
  const names = new Set<string>()
  for (const { id, composite } of all) {
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
  { groups, roles, telling = [] }: Asked,
): Promise<FoundAsked> => {
  const known = new Set((await client.roles.find({ realm, briefRepresentation: true })).map(({ name }) => name))
  const found = await Promise.all(
    groups.map(async (path) => {
      const id = await findGroup(client, realm, path)
      return { path, id, hasMembers: id !== undefined && (await hasMembers(client, realm, id)) }
    }),
  )
  const told = await Promise.all(telling.map(async (path) => ({ path, id: await findGroup(client, realm, path) })))
  const paths = (wanted: (one: (typeof found)[number]) => boolean) => found.filter(wanted).map(({ path }) => path)
  return {
    missing: paths(({ id }) => id === undefined),
    empty: paths(({ id, hasMembers: has }) => id !== undefined && !has),
    rolesMissing: roles.filter((role) => !known.has(role)),
    tellingMissing: told.filter(({ id }) => id === undefined).map(({ path }) => path),
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
