import type KeycloakAdminClient from '@keycloak/keycloak-admin-client'
import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js'
import { z } from 'zod'
import type { ReadAsk } from '../app/realm/realm-ports.ts'
import { recordAttribute } from '../domain/realm/install-record.ts'
import { pilotRole, scopeName } from '../domain/realm/realm-parts.ts'
import type { BridgeClientState, GroupState, RealmState, ScopeState } from '../domain/realm/realm-state.ts'
import { own } from '../domain/realm/step-providers.ts'
import { readAnswer } from './answers.ts'
import { unreadable } from './failure.ts'
import { findGroup } from './find-group.ts'
import { mappersOf } from './mappers-of.ts'
import { readPeople } from './read-people.ts'
import { flowsOfExport, realmExport } from './realm-export.ts'

/** Keycloak's own applications: their tokens are nobody's business. */
const builtInClients = [
  'account',
  'account-console',
  'admin-cli',
  'broker',
  'realm-management',
  'security-admin-console',
]

const providers = z.array(z.object({ id: z.string() }))
const levels = z.record(z.string(), z.coerce.number())

/** Reads what the realm tool looks at, through an installer's admin client. */
export const readRealm = async (client: KeycloakAdminClient, realm: string, ask: ReadAsk): Promise<RealmState> => {
  const [exported, known, clients, defaults] = await Promise.all([
    client.realms.export({ realm, exportClients: false, exportGroupsAndRoles: false }),
    client.authenticationManagement.getAuthenticatorProviders({ realm } as never),
    client.clients.find({ realm }),
    client.clientScopes.listDefaultClientScopes({ realm } as never),
  ])
  const read = readAnswer(realmExport, exported)
  const flows = flowsOfExport(read)
  const aliasOf = (id: string | undefined): string | undefined =>
    id === undefined || id === '' ? undefined : (flows.find((flow) => flow.id === id)?.alias ?? id)
  const action = read.requiredActions.find(({ alias }) => alias === own.enrolment)
  const [bridgeClient, scope, group, people] = await Promise.all([
    readBridgeClient(
      client,
      realm,
      clients.find(({ clientId }) => clientId === ask.clientId),
    ),
    readScope(
      client,
      realm,
      defaults.some(({ name }) => name === scopeName),
    ),
    ask.pilotGroup === undefined ? undefined : readGroup(client, realm, ask.pilotGroup, ask.clientId),
    readPeople(client, realm, clients),
  ])
  return {
    realm,
    server: read.keycloakVersion ?? '',
    steps: readAnswer(providers, known).map(({ id }) => id),
    browserFlow: read.browserFlow,
    flows,
    flowAliases: read.authenticationFlows.map(({ alias }) => alias),
    ssoSessionMaxLifespan: read.ssoSessionMaxLifespan,
    acrMap: readLevels(read.attributes['acr.loa.map']),
    events: {
      eventsEnabled: read.eventsEnabled,
      adminEventsEnabled: read.adminEventsEnabled,
      adminEventsDetailsEnabled: read.adminEventsDetailsEnabled,
      enabledEventTypes: read.enabledEventTypes.toSorted(),
    },
    userVerification: {
      twoFactor: read.webAuthnPolicyUserVerificationRequirement,
      passwordless: read.webAuthnPolicyPasswordlessUserVerificationRequirement,
    },
    webAuthnPolicies: Object.fromEntries(
      Object.entries(exported).filter(([name]) => name.startsWith('webAuthnPolicy')),
    ),
    realmScopes: defaults.flatMap(({ name }) => name ?? []),
    upkeep: {
      bruteForceProtected: read.bruteForceProtected,
      maxSecondaryFailures: read.maxSecondaryAuthFailures ?? 0,
      eventsSeconds: read.eventsExpiration ?? 0,
      adminEventsSeconds: Number(read.attributes['adminEventsExpiration'] ?? 0),
      sendsMail: (read.smtpServer['host'] ?? '') !== '',
    },
    passkeysInForm: read.webAuthnPolicyPasswordlessPasskeysEnabled === true,
    action: action === undefined ? undefined : { enabled: action.enabled, config: action.config },
    clients: clients
      .filter(({ clientId }) => clientId !== undefined && clientId !== ask.clientId)
      .map((one) => ({
        id: idOf(one),
        clientId: one.clientId ?? '',
        ownFlow: aliasOf(one.authenticationFlowBindingOverrides?.['browser']),
        takesLogins: takesLogins(one),
        defaultScopes: one.defaultClientScopes ?? [],
      })),
    bridgeClient,
    scope,
    group,
    people,
  }
}

const idOf = ({ id }: { id?: string }): string => {
  if (id === undefined) throw unreadable()
  return id
}

const takesLogins = ({
  clientId,
  protocol,
  standardFlowEnabled,
  implicitFlowEnabled,
  bearerOnly,
}: ClientRepresentation) =>
  protocol === 'openid-connect' &&
  bearerOnly !== true &&
  (standardFlowEnabled === true || implicitFlowEnabled === true) &&
  !builtInClients.includes(clientId ?? '')

const readLevels = (text: string | undefined): Readonly<Record<string, number>> | undefined => {
  if (text === undefined) return undefined
  try {
    return readAnswer(levels, JSON.parse(text))
  } catch {
    throw unreadable()
  }
}

const readBridgeClient = async (
  client: KeycloakAdminClient,
  realm: string,
  found: ClientRepresentation | undefined,
): Promise<BridgeClientState | undefined> => {
  if (found === undefined) return undefined
  const id = idOf(found)
  const isServiceOnly =
    found.serviceAccountsEnabled === true && found.publicClient !== true && found.standardFlowEnabled !== true
  const attributes = (found.attributes ?? {}) as Record<string, string>
  const [roles, grantedRoles] = await Promise.all([
    client.clients.listRoles({ realm, id }),
    found.serviceAccountsEnabled === true ? readGrantedRoles(client, realm, id) : [],
  ])
  return {
    id,
    isServiceOnly,
    jwks: attributes['jwks.string'],
    roles: roles.flatMap(({ name }) => name ?? []),
    grantedRoles,
    record: attributes[recordAttribute],
  }
}

const readGrantedRoles = async (client: KeycloakAdminClient, realm: string, id: string): Promise<readonly string[]> => {
  const { id: account } = await client.clients.getServiceAccountUser({ realm, id })
  if (account === undefined) throw unreadable()
  const { realmMappings = [], clientMappings = {} } = await client.users.listRoleMappings({ realm, id: account })
  const ofClients = Object.entries(clientMappings as Record<string, { mappings?: { name?: string }[] }>)
  return [
    ...realmMappings.flatMap(({ name }) => name ?? []),
    ...ofClients.flatMap(([name, { mappings = [] }]) => mappings.map((role) => `${name}/${role.name ?? ''}`)),
  ]
}

const readScope = async (
  client: KeycloakAdminClient,
  realm: string,
  isRealmDefault: boolean,
): Promise<ScopeState | undefined> => {
  const found = await client.clientScopes.findOneByName({ realm, name: scopeName })
  if (found === undefined) return undefined
  return {
    id: idOf(found),
    description: found.description ?? '',
    mappers: mappersOf(found.protocolMappers),
    isRealmDefault,
  }
}

const readGroup = async (
  client: KeycloakAdminClient,
  realm: string,
  path: string,
  clientId: string,
): Promise<GroupState | undefined> => {
  const id = await findGroup(client, realm, path)
  if (id === undefined) return undefined
  const { clientMappings = {} } = await client.groups.listRoleMappings({ realm, id })
  const mine = (clientMappings as Record<string, { mappings?: { name?: string }[] }>)[clientId]?.mappings ?? []
  return { path, pilotRoles: mine.flatMap(({ name }) => (name === pilotRole ? [name] : [])) }
}
