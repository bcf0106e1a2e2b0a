import { isMasked } from './flow-tree.ts'
import { recordAttribute, writeRecord } from './install-record.ts'
import { peopleClient, peopleClientId, peopleMappers, policyRole } from './people-parts.ts'
import type { RealmPlan } from './plan-realm.ts'
import { actionConfig, wantedEvents } from './plan-settings.ts'
import { actionName, bridgeRoles, pilotRole, scopeDescription, scopeMappers, scopeName } from './realm-parts.ts'
import type { MapperState, RealmState } from './realm-state.ts'
import type { RealmWish } from './realm-wish.ts'
import { own } from './step-providers.ts'
import type { WantedFlow, WantedNode } from './wanted-flow.ts'
import { policiesForFile } from './web-authn-policies.ts'

/**
 * Options without which keycloak-config-cli deletes what it made from other files and does not find in this one: what the
 * file does not name is the company's own.
 */
export const configCliOptions: readonly string[] = [
  'authentication-flow',
  'required-action',
  'client',
  'client-scope',
  'scope-mapping',
  'role',
].map((kind) => `--import.managed.${kind}=no-delete`)

/** Steps whose settings Keycloak hides, so that no file can hold them. */
export const hiddenSettings = (flows: readonly WantedFlow[]): readonly string[] =>
  flows.flatMap(({ alias, children }) => hidden(alias, children))

const hidden = (place: string, nodes: readonly WantedNode[]): readonly string[] =>
  nodes.flatMap((node) => {
    if (node.kind === 'flow') return hidden(`${place} > ${node.alias}`, node.children)
    return Object.values(node.config?.values ?? {}).some(isMasked) ? [`${place} > ${node.provider}`] : []
  })

/**
 * The wished state as Keycloak's realm JSON, for keycloak-config-cli: everything the tool would make, by names and
 * without ids, and nothing else of the realm. Importing it twice changes nothing.
 */
export const exportForConfigCli = (state: RealmState, wish: RealmWish, plan: RealmPlan): object => {
  const { clientId } = wish
  const ofRealm = plan.bindings.find(({ client }) => client === undefined)
  const roles = { ...bridgeRoles, ...(wish.pilotGroup === undefined ? {} : { [pilotRole]: 'May use the fallback' }) }
  return {
    realm: state.realm,
    ...wantedEvents(state.events),
    ...policiesForFile(state.webAuthnPolicies),
    attributes: { 'acr.loa.map': JSON.stringify({ ...state.acrMap, ...wish.levels }) },
    clientScopes: [
      {
        name: scopeName,
        description: scopeDescription,
        protocol: 'openid-connect',
        attributes: { 'include.in.token.scope': 'false', 'display.on.consent.screen': 'false' },
        protocolMappers: scopeMappers.map(asMapper),
      },
    ],
    ...(wish.onlyClient === undefined
      ? { defaultDefaultClientScopes: [...new Set([...state.realmScopes, scopeName])] }
      : {}),
    clients: [
      {
        clientId,
        name: 'Fallback bridge',
        publicClient: false,
        standardFlowEnabled: false,
        implicitFlowEnabled: false,
        directAccessGrantsEnabled: false,
        serviceAccountsEnabled: true,
        clientAuthenticatorType: 'client-jwt',
        attributes: {
          'use.jwks.string': 'true',
          ...(wish.jwks === undefined ? {} : { 'jwks.string': wish.jwks }),
          [recordAttribute]: writeRecord(plan.record),
        },
      },
      ...(plan.people.client
        ? [
            {
              clientId: peopleClientId,
              ...peopleClient,
              redirectUris: [],
              webOrigins: [],
              defaultClientScopes: [],
              optionalClientScopes: [],
              protocolMappers: peopleMappers(wish.bridgeId).map(asMapper),
            },
          ]
        : []),
      ...applications(state, wish, plan),
    ],
    roles: {
      client: { [clientId]: asRoles(roles) },
      // An empty list would not say nothing: it would be no roles.
      ...(Object.keys(plan.people.roles).length === 0 ? {} : { realm: asRoles(plan.people.roles) }),
    },
    ...(plan.people.client ? { scopeMappings: [{ client: peopleClientId, roles: [policyRole] }] } : {}),
    users: [
      {
        username: `service-account-${clientId.toLowerCase()}`,
        enabled: true,
        serviceAccountClientId: clientId,
        clientRoles: { 'realm-management': ['view-events'], [clientId]: Object.keys(bridgeRoles) },
      },
    ],
    requiredActions: [
      {
        alias: own.enrolment,
        name: actionName,
        providerId: own.enrolment,
        enabled: true,
        defaultAction: false,
        priority: 1001,
        config: actionConfig(wish),
      },
    ],
    authenticationFlows: plan.flows.flatMap(({ alias, description, children }) =>
      asFlows(alias, description, true, children),
    ),
    authenticatorConfig: plan.flows.flatMap(({ children }) => asConfigs(children)),
    ...(ofRealm === undefined ? {} : { browserFlow: ofRealm.flow }),
  }
}

const asRoles = (roles: Readonly<Record<string, string>>): readonly object[] =>
  Object.entries(roles).map(([name, description]) => ({ name, description }))

const asMapper = ({ name, mapper, config }: MapperState): object => ({
  name,
  protocol: 'openid-connect',
  protocolMapper: mapper,
  config,
})

const applications = (state: RealmState, { onlyClient }: RealmWish, { bindings }: RealmPlan): readonly object[] =>
  state.clients
    .filter(({ clientId, takesLogins }) => takesLogins && (onlyClient === undefined || clientId === onlyClient))
    .map(({ clientId, defaultScopes }) => {
      const flow = bindings.find(({ client }) => client === clientId)?.flow
      return {
        clientId,
        defaultClientScopes: [...new Set([...defaultScopes, scopeName])],
        ...(flow === undefined ? {} : { authenticationFlowBindingOverrides: { browser: flow } }),
      }
    })

const asFlows = (
  alias: string,
  description: string,
  topLevel: boolean,
  nodes: readonly WantedNode[],
  type = 'basic-flow',
): readonly object[] => [
  {
    alias,
    description,
    providerId: type,
    topLevel,
    builtIn: false,
    authenticationExecutions: nodes.map((node, at) => ({
      requirement: node.requirement,
      priority: (at + 1) * 10,
      ...(node.kind === 'flow'
        ? { flowAlias: node.alias, authenticatorFlow: true }
        : {
            authenticator: node.provider,
            authenticatorFlow: false,
            ...(node.config === undefined ? {} : { authenticatorConfig: node.config.name }),
          }),
    })),
  },
  ...nodes.flatMap((node) =>
    node.kind === 'flow' ? asFlows(node.alias, node.description, false, node.children, node.type) : [],
  ),
]

const asConfigs = (nodes: readonly WantedNode[]): readonly object[] =>
  nodes.flatMap((node) => {
    if (node.kind === 'flow') return asConfigs(node.children)
    return node.config === undefined ? [] : [{ alias: node.config.name, config: node.config.values }]
  })
