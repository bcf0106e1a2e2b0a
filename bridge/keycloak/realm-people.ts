import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type { RealmAdmin } from '../app/realm/realm-ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { peopleClient } from '../domain/realm/people-parts.ts'
import type { MapperState } from '../domain/realm/realm-state.ts'
import { unlessGone, unlessThere } from './tolerate.ts'

type PeopleCalls = Pick<
  RealmAdmin,
  'createRealmRole' | 'deleteRealmRole' | 'createPeopleClient' | 'setPeopleClient' | 'setClientMappers' | 'addScopeRole'
>

/** The part of the installer's port for the client and the roles of people who decide. It throws what the admin client throws. */
export const createRealmPeople = (client: KeycloakAdminClient, realm: string): PeopleCalls => {
  const clientOf = async (clientId: string) => {
    const [found] = await client.clients.find({ realm, clientId })
    if (found?.id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'client_gone' } })
    return { ...found, id: found.id }
  }

  return {
    createRealmRole: async (name, description) => {
      await unlessThere(client.roles.create({ realm, name, description }))
    },
    deleteRealmRole: (name) => unlessGone(client.roles.delByName({ realm, name })),
    createPeopleClient: async (clientId, mappers) => {
      await unlessThere(
        client.clients.create({
          realm,
          clientId,
          ...peopleClient,
          redirectUris: [],
          webOrigins: [],
          defaultClientScopes: [],
          optionalClientScopes: [],
          protocolMappers: mappers.map(asMapper),
        }),
      )
    },
    setPeopleClient: async (clientId) => {
      const found = await clientOf(clientId)
      const attributes = { ...found.attributes, ...peopleClient.attributes }
      // What it is called is whoever's; what it can do is not.
      const { name: _n, description: _d, ...abilities } = peopleClient
      const changed = { ...found, ...abilities, attributes, redirectUris: [], webOrigins: [] }
      await client.clients.update({ realm, id: found.id }, changed)
    },
    setClientMappers: async (clientId, mappers) => {
      const { id } = await clientOf(clientId)
      const there = await client.clients.listProtocolMappers({ realm, id })
      for (const wanted of mappers) {
        const mapperId = there.find(({ name }) => name === wanted.name)?.id
        if (mapperId === undefined) await client.clients.addProtocolMapper({ realm, id }, asMapper(wanted))
        else await client.clients.updateProtocolMapper({ realm, id, mapperId }, { ...asMapper(wanted), id: mapperId })
      }
    },
    addScopeRole: async (clientId, name) => {
      const { id } = await clientOf(clientId)
      const role = await client.roles.findOneByName({ realm, name })
      if (role?.id === undefined) throw new BridgeError('keycloak_refused', { cause: { code: 'role_gone' } })
      await client.clients.addRealmScopeMappings({ realm, id }, [{ id: role.id, name }])
    },
  }
}

const asMapper = ({ name, mapper, config }: MapperState) => ({
  name,
  protocol: 'openid-connect',
  protocolMapper: mapper,
  config: { ...config },
})
