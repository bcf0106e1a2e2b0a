import { recordAttribute, writeRecord } from './install-record.ts'
import { peopleClient, peopleClientId, peopleMappers, policyRole } from './people-parts.ts'
import type { RealmPlan } from './plan-realm.ts'
import { actionConfig, wantedEvents } from './plan-settings.ts'
import { actionName, bridgeRoles, scopeDescription, scopeMappers, scopeName } from './realm-parts.ts'
import type { RealmState } from './realm-state.ts'
import type { RealmWish } from './realm-wish.ts'
import { own } from './step-providers.ts'
import type { WantedNode } from './wanted-flow.ts'

/** A value of HCL: an expression stands as it is, everything else is quoted. */
type Value = string | number | boolean | { expression: string } | readonly string[] | { [name: string]: string }
type Attributes = Readonly<Record<string, Value | undefined>>

/**
 * The wished state for Terraform's Keycloak provider (`keycloak/keycloak`, 5.x). Settings of the realm itself belong into
 * the company's own `keycloak_realm`, of which there can be one only: they stand in a comment at the top.
 */
export const exportForTerraform = (state: RealmState, wish: RealmWish, plan: RealmPlan): string => {
  const realm: Value = { expression: 'data.keycloak_realm.this.id' }
  const client: Value = { expression: 'keycloak_openid_client.fallback_bridge.id' }
  const account: Value = { expression: 'keycloak_openid_client.fallback_bridge.service_account_user_id' }
  const ofRealm = plan.bindings.find(({ client: of }) => of === undefined)
  const { eventsEnabled, adminEventsEnabled, adminEventsDetailsEnabled, enabledEventTypes } = wantedEvents(state.events)
  const resources = [
    block('data "keycloak_realm" "this"', { realm: state.realm }),
    block('data "keycloak_openid_client" "realm_management"', { realm_id: realm, client_id: 'realm-management' }),
    resource('openid_client', 'fallback_bridge', {
      realm_id: realm,
      client_id: wish.clientId,
      name: 'Fallback bridge',
      access_type: 'CONFIDENTIAL',
      service_accounts_enabled: true,
      standard_flow_enabled: false,
      implicit_flow_enabled: false,
      direct_access_grants_enabled: false,
      client_authenticator_type: 'client-jwt',
      extra_config: {
        'use.jwks.string': 'true',
        ...(wish.jwks === undefined ? {} : { 'jwks.string': wish.jwks }),
        [recordAttribute]: writeRecord(plan.record),
      },
    }),
    ...Object.entries(bridgeRoles).flatMap(([role, description]) => [
      resource('role', nameOf(role), { realm_id: realm, client_id: client, name: role, description }),
      resource('openid_client_service_account_role', nameOf(role), {
        realm_id: realm,
        service_account_user_id: account,
        client_id: client,
        role: { expression: `keycloak_role.${nameOf(role)}.name` },
      }),
    ]),
    resource('openid_client_service_account_role', 'view_events', {
      realm_id: realm,
      service_account_user_id: account,
      client_id: { expression: 'data.keycloak_openid_client.realm_management.id' },
      role: 'view-events',
    }),
    resource(
      'realm_events',
      'this',
      {
        realm_id: realm,
        events_enabled: eventsEnabled,
        admin_events_enabled: adminEventsEnabled,
        admin_events_details_enabled: adminEventsDetailsEnabled,
        ...(enabledEventTypes.length === 0 ? {} : { enabled_event_types: enabledEventTypes }),
      },
      // Who listens beside the log is not this file's to say.
      ['events_listeners'],
    ),
    resource('required_action', 'fallback_bridge_enrol', {
      realm_id: realm,
      alias: own.enrolment,
      name: actionName,
      enabled: true,
      config: { ...actionConfig(wish) },
    }),
    resource('openid_client_scope', 'fallback_bridge', {
      realm_id: realm,
      name: scopeName,
      description: scopeDescription,
      include_in_token_scope: false,
    }),
    ...scopeMappers.map(({ name, mapper, config }) =>
      resource('generic_protocol_mapper', nameOf(name), {
        realm_id: realm,
        client_scope_id: { expression: 'keycloak_openid_client_scope.fallback_bridge.id' },
        name,
        protocol: 'openid-connect',
        protocol_mapper: mapper,
        config: { ...config },
      }),
    ),
    ...peopleResources(realm, wish, plan),
    ...plan.flows.flatMap(({ alias, description, children }) => [
      resource('authentication_flow', nameOf(alias), {
        realm_id: realm,
        alias,
        description,
        provider_id: 'basic-flow',
      }),
      ...flowResources(realm, 'authentication_flow', alias, children),
    ]),
    ...(ofRealm === undefined
      ? []
      : [
          resource('authentication_bindings', 'browser', {
            realm_id: realm,
            browser_flow: { expression: `keycloak_authentication_flow.${nameOf(ofRealm.flow)}.alias` },
          }),
        ]),
  ]
  return `${header(state, wish, plan)}\n${resources.join('\n')}`
}

const header = (state: RealmState, { levels }: RealmWish, { bindings }: RealmPlan): string =>
  [
    '# Written by fallback-bridge realm export. Belongs into your own keycloak_realm resource:',
    `#   attributes = { "acr.loa.map" = ${quoted(JSON.stringify({ ...state.acrMap, ...levels }))} }`,
    '#   web_authn_policy { user_verification_requirement = "required" }',
    '#   web_authn_passwordless_policy { user_verification_requirement = "required" }',
    '# Into each application’s default scopes: "fallback-bridge".',
    ...bindings.flatMap(({ client, flow }) =>
      client === undefined
        ? []
        : [
            `# Into the client ${client}: authentication_flow_binding_overrides { browser_id = keycloak_authentication_flow.${nameOf(flow)}.id }`,
          ],
    ),
    '',
  ].join('\n')

/** The client by which people sign in, with no scope of the realm and what its tokens hold, and the roles. */
const peopleResources = (realm: Value, { bridgeId }: RealmWish, { people }: RealmPlan): readonly string[] => {
  const client: Value = { expression: 'keycloak_openid_client.fallback_bridge_cli.id' }
  const { name, description } = peopleClient
  const roles = Object.entries(people.roles).map(([role, about]) =>
    resource('role', nameOf(role), { realm_id: realm, name: role, description: about }),
  )
  if (!people.client) return roles
  // Where somebody else made the role, the file only looks it up.
  const isRoleMade = policyRole in people.roles
  const found = isRoleMade ? [] : [block('data "keycloak_role" "policy_admin"', { realm_id: realm, name: policyRole })]
  const role = isRoleMade ? `keycloak_role.${nameOf(policyRole)}.id` : 'data.keycloak_role.policy_admin.id'
  return [
    ...roles,
    ...found,
    resource('openid_client', 'fallback_bridge_cli', {
      realm_id: realm,
      client_id: peopleClientId,
      name,
      description,
      access_type: 'PUBLIC',
      standard_flow_enabled: false,
      implicit_flow_enabled: false,
      direct_access_grants_enabled: false,
      service_accounts_enabled: false,
      full_scope_allowed: false,
      oauth2_device_authorization_grant_enabled: true,
      use_refresh_tokens: false,
    }),
    resource('openid_client_default_scopes', 'fallback_bridge_cli', {
      realm_id: realm,
      client_id: client,
      default_scopes: [],
    }),
    resource('openid_client_optional_scopes', 'fallback_bridge_cli', {
      realm_id: realm,
      client_id: client,
      optional_scopes: [],
    }),
    resource('generic_role_mapper', 'fallback_bridge_cli', {
      realm_id: realm,
      client_id: client,
      role_id: { expression: role },
    }),
    ...peopleMappers(bridgeId).map((one) =>
      resource('generic_protocol_mapper', nameOf(`cli ${one.name}`), {
        realm_id: realm,
        client_id: client,
        name: one.name,
        protocol: 'openid-connect',
        protocol_mapper: one.mapper,
        config: { ...one.config },
      }),
    ),
  ]
}

/** Steps and flows inside a flow; their priorities hold the order. */
const flowResources = (realm: Value, kind: string, parent: string, nodes: readonly WantedNode[]): readonly string[] =>
  nodes.flatMap((node, at) => {
    const parentAlias = { expression: `keycloak_${kind}.${nameOf(parent)}.alias` }
    const common = {
      realm_id: realm,
      parent_flow_alias: parentAlias,
      requirement: node.requirement,
      priority: (at + 1) * 10,
    }
    if (node.kind === 'flow') {
      return [
        resource('authentication_subflow', nameOf(node.alias), {
          ...common,
          alias: node.alias,
          description: node.description,
          provider_id: node.type,
        }),
        ...flowResources(realm, 'authentication_subflow', node.alias, node.children),
      ]
    }
    const name = nameOf(`${parent} ${(at + 1) * 10} ${node.provider}`)
    return [
      resource('authentication_execution', name, { ...common, authenticator: node.provider }),
      ...(node.config === undefined
        ? []
        : [
            resource(
              'authentication_execution_config',
              name,
              {
                realm_id: realm,
                execution_id: { expression: `keycloak_authentication_execution.${name}.id` },
                alias: node.config.name,
                config: { ...node.config.values },
              },
              Object.keys(node.config.values)
                .filter(isMasked)
                .map((key) => `config[${quoted(key)}]`),
            ),
          ]),
    ]
  })

const nameOf = (text: string): string => {
  const name = text.toLowerCase().replace(/[^a-z0-9]+/g, '_')
  return /^[a-z]/.test(name) ? name : `_${name}`
}

/** Keycloak's admin API gives stars for these, so that every plan would want to change them. */
const isMasked = (key: string): boolean => key.startsWith('default.reference.')

const resource = (type: string, name: string, attributes: Attributes, ignored: readonly string[] = []): string =>
  block(`resource "keycloak_${type}" "${name}"`, attributes, ignored)

const block = (head: string, attributes: Attributes, ignored: readonly string[] = []): string =>
  [
    `${head} {`,
    ...Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [`  ${name} = ${literal(value)}`],
    ),
    ...(ignored.length === 0 ? [] : ['  lifecycle {', `    ignore_changes = [${ignored.join(', ')}]`, '  }']),
    '}\n',
  ].join('\n')

const literal = (value: Value): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map(quoted).join(', ')}]`
  if (isExpression(value)) return value.expression
  const entries = Object.entries(value as Readonly<Record<string, string>>)
  return ['{', ...entries.map(([name, one]) => `    ${quoted(name)} = ${quoted(one)}`), '  }'].join('\n')
}

/** A map with one member of this name would be one too; none of ours has it. */
const isExpression = (value: object): value is { expression: string } => 'expression' in value

/** A template marker in a value would be run by Terraform. */
const quoted = (text: string): string => JSON.stringify(text).replace(/([$%])(?=\{)/g, '$1$1')
