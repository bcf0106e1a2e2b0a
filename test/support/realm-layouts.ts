import type RealmRepresentation from '@keycloak/keycloak-admin-client/lib/defs/realmRepresentation.js'
import type { Flow, FlowNode } from '../../bridge/domain/realm/flow-tree.ts'

/** The realm without anything of the fallback in it: its applications, and Keycloak's own flows. */
export const withoutFallback = (realm: RealmRepresentation): RealmRepresentation => {
  const {
    attributes: _a,
    authenticationFlows: _f,
    authenticatorConfig: _c,
    browserFlow: _b,
    roles: _r,
    scopeMappings: _s,
    groups,
    requiredActions,
    ...rest
  } = realm
  const stock = {
    ...rest,
    eventsEnabled: false,
    adminEventsEnabled: false,
    adminEventsDetailsEnabled: false,
    webAuthnPolicyUserVerificationRequirement: 'preferred',
    requiredActions: requiredActions?.filter(({ alias }) => alias !== 'fallback-bridge-enrol') ?? [],
    // Keycloak makes every role that somebody has.
    groups: groups?.map(({ realmRoles: _, ...group }) => group) ?? [],
    users:
      rest.users
        ?.filter(({ serviceAccountClientId }) => serviceAccountClientId === undefined)
        .map((user) => ({
          ...user,
          realmRoles: user.realmRoles?.filter((role) => !role.startsWith('fallback-')) ?? [],
        })) ?? [],
    clients:
      rest.clients
        ?.filter(({ clientId = '' }) => !['fallback-bridge', 'fallback-bridge-cli'].includes(clientId))
        .map(({ protocolMappers: _, ...client }) => client) ?? [],
  }
  return stock
}

/**
 * The realm with flows of a company's own, the first of which is bound. Steps of somebody else become steps that let
 * everybody on.
 */
export const withFlow = (realm: RealmRepresentation, bound: Flow, ...others: readonly Flow[]): RealmRepresentation => ({
  ...realm,
  browserFlow: bound.alias,
  authenticationFlows: [bound, ...others].flatMap(({ alias, children }) => flowsOf(alias, true, children)),
})

/** The realm with passkeys taken in its forms. */
export const withPasskeysInForms = (realm: RealmRepresentation): RealmRepresentation => ({
  ...realm,
  webAuthnPolicyPasswordlessPasskeysEnabled: true,
})

const flowsOf = (
  alias: string,
  topLevel: boolean,
  nodes: readonly FlowNode[],
): NonNullable<RealmRepresentation['authenticationFlows']> => [
  {
    alias,
    description: 'Our own',
    providerId: 'basic-flow',
    topLevel,
    builtIn: false,
    authenticationExecutions: nodes.map((node, at) => ({
      requirement: node.requirement,
      priority: (at + 1) * 10,
      ...(node.kind === 'flow'
        ? { flowAlias: node.alias, authenticatorFlow: true }
        : { authenticator: node.provider.replace(/^acme-.*/, 'allow-access-authenticator') }),
    })),
  },
  ...nodes.flatMap((node) => (node.kind === 'flow' ? flowsOf(node.alias, false, node.children) : [])),
]
