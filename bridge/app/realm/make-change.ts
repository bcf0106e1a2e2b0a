import { recordAttribute, writeRecord } from '../../domain/realm/install-record.ts'
import type { RealmChange } from '../../domain/realm/realm-change.ts'
import { buildFlow } from './build-flow.ts'
import type { RealmAdmin } from './realm-ports.ts'

/** Makes one change in the realm. */
export const makeChange = (admin: RealmAdmin, change: RealmChange): Promise<void> => {
  switch (change.kind) {
    case 'create_client': {
      const { clientId, jwks, record } = change
      return admin.createClient({ clientId, jwks, attributes: { [recordAttribute]: writeRecord(record) } })
    }
    case 'set_client_keys':
      return admin.setClientAttributes(change.clientId, { 'use.jwks.string': 'true', 'jwks.string': change.jwks })
    case 'save_record':
      return admin.setClientAttributes(change.clientId, {
        [recordAttribute]: change.record === undefined ? undefined : writeRecord(change.record),
      })
    case 'create_role':
      return admin.createClientRole(change.clientId, change.role, change.description)
    case 'grant_role':
      return admin.grantRole(change.clientId, change.role)
    case 'set_events':
      return admin.setEvents(change.values)
    case 'set_user_verification':
      return admin.setUserVerification({ twoFactor: change.twoFactor, passwordless: change.passwordless })
    case 'set_acr_map':
      return admin.setAcrMap(change.map)
    case 'register_action':
      return admin.registerAction(change.name)
    case 'set_action':
      return admin.setAction({ enabled: change.enabled, config: change.config })
    case 'remove_action':
      return admin.removeAction()
    case 'create_scope':
      return admin.createScope(change.description, change.mappers)
    case 'set_mappers':
      return admin.setMappers(change.mappers)
    case 'add_realm_scope':
      return admin.setRealmScope()
    case 'add_client_scope':
      return admin.addClientScope(change.clientId)
    case 'remove_client_scope':
      return admin.removeClientScope(change.clientId)
    case 'remove_scope':
      return admin.removeScope()
    case 'give_pilot_role':
      return admin.giveGroupRole(change.group, change.clientId, change.role)
    case 'take_pilot_role':
      return admin.takeGroupRole(change.group, change.clientId, change.role)
    case 'create_realm_role':
      return admin.createRealmRole(change.role, change.description)
    case 'delete_realm_role':
      return admin.deleteRealmRole(change.role)
    case 'create_people_client':
      return admin.createPeopleClient(change.clientId, change.mappers)
    case 'set_people_client':
      return admin.setPeopleClient(change.clientId)
    case 'set_people_mappers':
      return admin.setClientMappers(change.clientId, change.mappers)
    case 'add_scope_role':
      return admin.addScopeRole(change.clientId, change.role)
    case 'build_flow':
      return buildFlow(admin, change.flow)
    case 'bind_client':
      return admin.bindClient(change.clientId, change.flow)
    case 'bind_realm':
      return admin.bindRealm(change.flow)
    case 'delete_flow':
      return admin.deleteFlow(change.flow)
    case 'delete_client':
    case 'delete_people_client':
      return admin.deleteClient(change.clientId)
  }
}
