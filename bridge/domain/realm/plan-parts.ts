import type { InstallRecord } from './install-record.ts'
import type { RealmChange } from './realm-change.ts'
import { bridgeRoles, haveMappers, pilotRole, readEvents, scopeDescription, scopeMappers } from './realm-parts.ts'
import type { RealmState } from './realm-state.ts'
import type { RealmWish } from './realm-wish.ts'

/** Roles, the client scope with its mappers, and the pilot's group. */
export type PartPlan = {
  roles: readonly RealmChange[]
  changes: readonly RealmChange[]
  record: Partial<InstallRecord>
}

/** Works out what beside flows and settings has to be there. */
export const planParts = (state: RealmState, wish: RealmWish, before: InstallRecord): PartPlan => {
  const { bridgeClient, scope } = state
  const { clientId } = wish
  const wantedRoles = { ...bridgeRoles, ...(wish.pilotGroup === undefined ? {} : pilot) }
  const granted = [...Object.keys(bridgeRoles).map((role) => `${clientId}/${role}`), readEvents]
  const applications = state.clients.filter(
    (client) => client.takesLogins && (wish.onlyClient === undefined || client.clientId === wish.onlyClient),
  )
  const unscoped = applications.filter(({ defaultScopes }) => !defaultScopes.includes('fallback-bridge'))
  const givesPilot = wish.pilotGroup !== undefined && state.group?.pilotRoles.includes(pilotRole) !== true
  return {
    roles: [
      ...Object.entries(wantedRoles)
        .filter(([role]) => bridgeClient?.roles.includes(role) !== true)
        .map(([role, description]) => ({ kind: 'create_role', clientId, role, description }) as const),
      ...granted
        .filter((role) => bridgeClient?.grantedRoles.includes(role) !== true)
        .map((role) => ({ kind: 'grant_role', clientId, role }) as const),
    ],
    changes: [
      ...(scope === undefined
        ? [{ kind: 'create_scope', description: scopeDescription, mappers: scopeMappers } as const]
        : []),
      ...(scope === undefined || haveMappers(scope.mappers, scopeMappers)
        ? []
        : [{ kind: 'set_mappers', mappers: scopeMappers } as const]),
      ...(wish.onlyClient !== undefined || scope?.isRealmDefault === true
        ? []
        : [{ kind: 'add_realm_scope' } as const]),
      ...unscoped.map((client) => ({ kind: 'add_client_scope', clientId: client.clientId }) as const),
      ...(givesPilot && wish.pilotGroup !== undefined
        ? [{ kind: 'give_pilot_role', group: wish.pilotGroup, clientId, role: pilotRole } as const]
        : []),
    ],
    record: {
      scopedClients: [...new Set([...before.scopedClients, ...unscoped.map((client) => client.clientId)])],
      pilotGroups: [
        ...new Set([...before.pilotGroups, ...(givesPilot && wish.pilotGroup !== undefined ? [wish.pilotGroup] : [])]),
      ],
    },
  }
}

const pilot = { [pilotRole]: 'May use the fallback while it is tried out' }
