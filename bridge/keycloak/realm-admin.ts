import KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type { RealmAdmin } from '../app/realm/realm-ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { scopeName } from '../domain/realm/realm-parts.ts'
import { own } from '../domain/realm/step-providers.ts'
import { failureOf, unreadable } from './failure.ts'
import { findGroup } from './find-group.ts'
import { createInstallerToken, type InstallerTokenDeps } from './installer-token.ts'
import { readAsked } from './read-people.ts'
import { readRealm } from './read-realm.ts'
import { createRealmFlows } from './realm-flows.ts'
import { createRealmPeople } from './realm-people.ts'
import { unlessGone, unlessThere } from './tolerate.ts'

export type RealmAdminDeps = Omit<InstallerTokenDeps, 'realm' | 'timeoutMs'> & {
  /** Realm that is worked on, and the one in which the installer signs in. */
  realm: string
  signInRealm: InstallerTokenDeps['realm']
  timeoutMs?: number
}

/** Keycloak's admin API for the realm tool, by an installer's identity. Redirects are not followed. */
export const createRealmAdmin = (deps: RealmAdminDeps): RealmAdmin => {
  const { url, realm, signInRealm, timeoutMs = 30_000 } = deps
  const client = new KeycloakAdminClient({
    baseUrl: url,
    realmName: realm,
    timeout: timeoutMs,
    requestOptions: { redirect: 'error' },
  })
  client.registerTokenProvider({ getAccessToken: createInstallerToken({ ...deps, realm: signInRealm, timeoutMs }) })

  const clientOf = async (clientId: string) => {
    const [found] = await client.clients.find({ realm, clientId })
    return found?.clientId === clientId ? found : undefined
  }
  const idOf = async (clientId: string): Promise<string> => {
    const found = await clientOf(clientId)
    if (found?.id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'client_gone' } })
    return found.id
  }
  const roleOf = async (
    clientId: string,
    role: string,
  ): Promise<{ client: string; role: { id: string; name: string } }> => {
    const id = await idOf(clientId)
    const found = await client.clients.findRole({ realm, id, roleName: role })
    if (found?.id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'role_gone' } })
    return { client: id, role: { id: found.id, name: role } }
  }
  const scopeOf = async () => client.clientScopes.findOneByName({ realm, name: scopeName })
  const scopeId = async (): Promise<string> => {
    const id = (await scopeOf())?.id
    if (id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'scope_gone' } })
    return id
  }
  const groupId = async (path: string): Promise<string> => {
    const id = await findGroup(client, realm, path)
    if (id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'group_gone' } })
    return id
  }
  const change = (values: object): Promise<void> => client.realms.update({ realm }, values)

  const calls: RealmAdmin = {
    read: (ask) => readRealm(client, realm, ask),
    readAsked: (asked) => readAsked(client, realm, asked),

    createClient: async ({ clientId, jwks, attributes }) => {
      if ((await clientOf(clientId)) !== undefined) return
      await client.clients.create({
        realm,
        clientId,
        name: 'Fallback bridge',
        description: 'The bridge’s own identity: its service account writes and reads override events',
        publicClient: false,
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: true,
        clientAuthenticatorType: 'client-jwt',
        attributes: { 'use.jwks.string': 'true', 'jwks.string': jwks, ...attributes },
      })
    },
    setClientAttributes: async (clientId, attributes) => {
      const found = await clientOf(clientId)
      if (found?.id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'client_gone' } })
      // Keycloak takes an attribute away that comes empty.
      const wanted = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, value ?? '']))
      await client.clients.update({ realm, id: found.id }, { ...found, attributes: { ...found.attributes, ...wanted } })
    },
    deleteClient: async (clientId) => {
      const found = await clientOf(clientId)
      if (found?.id !== undefined) await client.clients.del({ realm, id: found.id })
    },
    createClientRole: async (clientId, role, description) => {
      const id = await idOf(clientId)
      await unlessThere(client.clients.createRole({ realm, id, name: role, description }))
    },
    grantRole: async (clientId, role) => {
      const [owner = '', name = ''] = role.split('/')
      const { client: ownerId, role: found } = await roleOf(owner, name)
      const account = await client.clients.getServiceAccountUser({ realm, id: await idOf(clientId) })
      if (account.id === undefined) throw unreadable()
      await client.users.addClientRoleMappings({ realm, id: account.id, clientUniqueId: ownerId, roles: [found] })
    },

    setEvents: (events) => change({ ...events, enabledEventTypes: [...events.enabledEventTypes] }),
    setUserVerification: async ({ twoFactor, passwordless }) => {
      const found = await client.realms.findOne({ realm })
      // Keycloak sets a whole policy anew, with its own defaults for whatever is not sent along.
      const policies = Object.entries(found ?? {}).filter(([name]) => name.startsWith('webAuthnPolicy'))
      await change({
        ...Object.fromEntries(policies),
        webAuthnPolicyUserVerificationRequirement: twoFactor,
        webAuthnPolicyPasswordlessUserVerificationRequirement: passwordless,
      })
    },
    setAcrMap: async (map) => {
      const found = await client.realms.findOne({ realm })
      // Keycloak keeps no attribute that is not sent along.
      const { 'acr.loa.map': _, ...others } = found?.attributes ?? {}
      await change({ attributes: map === undefined ? others : { ...others, 'acr.loa.map': JSON.stringify(map) } })
    },
    registerAction: async (name) => {
      const waiting = await client.authenticationManagement.getUnregisteredRequiredActions({ realm } as never)
      if (!waiting.some(({ providerId }) => providerId === own.enrolment)) return
      await client.authenticationManagement.registerRequiredAction({ realm, providerId: own.enrolment, name })
    },
    setAction: async ({ enabled, config }) => {
      const alias = own.enrolment
      const found = await client.authenticationManagement.getRequiredActionForAlias({ realm, alias })
      if (found === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'action_gone' } })
      await client.authenticationManagement.updateRequiredAction(
        { realm, alias },
        { ...found, enabled, config: { ...config } },
      )
    },
    removeAction: async () => {
      await unlessGone(client.authenticationManagement.deleteRequiredAction({ realm, alias: own.enrolment }))
    },

    createScope: async (description, mappers) => {
      if ((await scopeOf()) !== undefined) return
      await client.clientScopes.create({
        realm,
        name: scopeName,
        description,
        protocol: 'openid-connect',
        attributes: { 'include.in.token.scope': 'false', 'display.on.consent.screen': 'false' },
        protocolMappers: mappers.map(({ name, mapper, config }) => ({
          name,
          protocol: 'openid-connect',
          protocolMapper: mapper,
          config: { ...config },
        })),
      })
    },
    setMappers: async (mappers) => {
      const id = await scopeId()
      const there = await client.clientScopes.listProtocolMappers({ realm, id })
      for (const { name, mapper, config } of mappers) {
        const wanted = { name, protocol: 'openid-connect', protocolMapper: mapper, config: { ...config } }
        const found = there.find((one) => one.name === name)
        if (found?.id === undefined) await client.clientScopes.addProtocolMapper({ realm, id }, wanted)
        else
          await client.clientScopes.updateProtocolMapper({ realm, id, mapperId: found.id }, { ...wanted, id: found.id })
      }
    },
    removeScope: async () => {
      const id = (await scopeOf())?.id
      if (id === undefined) return
      await unlessGone(client.clientScopes.delDefaultClientScope({ realm, id }))
      await client.clientScopes.del({ realm, id })
    },
    setRealmScope: async () => client.clientScopes.addDefaultClientScope({ realm, id: await scopeId() }),
    addClientScope: async (clientId) => {
      await client.clients.addDefaultClientScope({ realm, id: await idOf(clientId), clientScopeId: await scopeId() })
    },
    removeClientScope: async (clientId) => {
      const found = await clientOf(clientId)
      if (found?.id === undefined) return
      await client.clients.delDefaultClientScope({ realm, id: found.id, clientScopeId: await scopeId() })
    },
    giveGroupRole: async (group, clientId, name) => {
      const [id, { client: clientUniqueId, role }] = await Promise.all([groupId(group), roleOf(clientId, name)])
      await client.groups.addClientRoleMappings({ realm, id, clientUniqueId, roles: [role] })
    },
    takeGroupRole: async (group, clientId, name) => {
      const id = await findGroup(client, realm, group)
      const found = await clientOf(clientId)
      if (id === undefined || found === undefined) return
      const { client: clientUniqueId, role } = await roleOf(clientId, name)
      await client.groups.delClientRoleMappings({ realm, id, clientUniqueId, roles: [role] })
    },

    ...createRealmPeople(client, realm),
    ...createRealmFlows(client, realm),

    bindRealm: (alias) => change({ browserFlow: alias }),
    bindClient: async (clientId, alias) => {
      const found = await clientOf(clientId)
      if (found?.id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'client_gone' } })
      const flows = await client.authenticationManagement.getFlows({ realm } as never)
      const id = alias === undefined ? '' : flows.find((flow) => flow.alias === alias)?.id
      if (id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'flow_gone' } })
      const others = found.authenticationFlowBindingOverrides ?? {}
      await client.clients.update(
        { realm, id: found.id },
        { ...found, authenticationFlowBindingOverrides: { ...others, browser: id } },
      )
    },
  }
  return withFailures(calls)
}

/** Every call fails with an error of the bridge alone; its cause is a code. */
const withFailures = (calls: RealmAdmin): RealmAdmin =>
  Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      async (...given: never[]) => {
        try {
          return await (call as (...args: never[]) => Promise<unknown>)(...given)
        } catch (error) {
          throw failureOf(error)
        }
      },
    ]),
  ) as unknown as RealmAdmin
