import { readFileSync } from 'node:fs'
import type { Flow, FlowNode, Requirement } from '../../bridge/domain/realm/flow-tree.ts'
import type { RealmState } from '../../bridge/domain/realm/realm-state.ts'
import { type RealmWish, usualLevels } from '../../bridge/domain/realm/realm-wish.ts'
import { own, stock } from '../../bridge/domain/realm/step-providers.ts'

type Execution = {
  authenticator?: string
  authenticatorFlow?: boolean
  flowAlias?: string
  authenticatorConfig?: string
  requirement: string
  priority: number
}
/** The part of Keycloak's realm export that tells of flows. */
export type RealmExport = {
  browserFlow: string
  authenticationFlows: {
    alias: string
    description?: string
    providerId: string
    topLevel: boolean
    builtIn: boolean
    authenticationExecutions: Execution[]
  }[]
  authenticatorConfig: { alias: string; config: Record<string, string> }[]
}

/** A realm export of this repository. */
export const readExport = (path: string): RealmExport =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as RealmExport

/** What Keycloak 26.7.5 puts into a new realm as its browser flow. */
export const stockExport = (): RealmExport => readExport('test/support/stock-realm.json')
/** The demo realm, whose flows were put together by hand. */
export const demoExport = (): RealmExport => readExport('keycloak-config/realm/demo-realm.json')

/** The top-level flows of an export, as trees. */
export const flowsOf = (exported: RealmExport): Flow[] => {
  const childrenOf = (alias: string): FlowNode[] => {
    const found = exported.authenticationFlows.find((flow) => flow.alias === alias)
    return (found?.authenticationExecutions ?? [])
      .toSorted((a, b) => a.priority - b.priority)
      .map((one): FlowNode => {
        const requirement = one.requirement as Requirement
        if (one.authenticatorFlow !== true) {
          const config = exported.authenticatorConfig.find((each) => each.alias === one.authenticatorConfig)
          return {
            kind: 'step',
            provider: one.authenticator ?? '',
            requirement,
            config: config === undefined ? undefined : { alias: config.alias, values: config.config },
          }
        }
        const flow = exported.authenticationFlows.find((each) => each.alias === one.flowAlias)
        const alias = one.flowAlias ?? ''
        return {
          kind: 'flow',
          alias,
          description: flow?.description ?? '',
          type: flow?.providerId ?? 'basic-flow',
          requirement,
          children: childrenOf(alias),
        }
      })
  }
  return exported.authenticationFlows
    .filter(({ topLevel }) => topLevel)
    .map(({ alias, description, builtIn }) => ({
      id: `id of ${alias}`,
      alias,
      description: description ?? '',
      builtIn,
      children: childrenOf(alias),
    }))
}

/** A step of a flow. */
export const step = (
  provider: string,
  requirement: Requirement = 'REQUIRED',
  values?: Record<string, string>,
): FlowNode => ({
  kind: 'step',
  provider,
  requirement,
  config: values === undefined ? undefined : { alias: `settings of ${provider}`, values },
})

/** A flow inside a flow. */
export const subFlow = (
  alias: string,
  requirement: Requirement,
  children: FlowNode[],
  type = 'basic-flow',
): FlowNode => ({
  kind: 'flow',
  alias,
  description: '',
  type,
  requirement,
  children,
})

/** A top-level flow of a company's own. */
export const companyFlow = (alias: string, children: FlowNode[]): Flow => ({
  id: `id of ${alias}`,
  alias,
  description: 'Our own',
  builtIn: false,
  children,
})

/** A flow as many have it: a name, then the passkey, else password and code. */
export const passwordlessFlow = (): Flow =>
  companyFlow('passkey first', [
    step(stock.cookie, 'ALTERNATIVE'),
    subFlow('passkey forms', 'ALTERNATIVE', [
      step(stock.username),
      subFlow('proof', 'REQUIRED', [
        step(stock.passkey, 'ALTERNATIVE'),
        subFlow('password and code', 'ALTERNATIVE', [step(stock.password), step('auth-otp-form')]),
      ]),
    ]),
  ])

/** A flow of forms alone, in which passkeys are taken where the realm allows it: a name, then a password. */
export const formsFlow = (): Flow =>
  companyFlow('name then password', [
    step(stock.cookie, 'ALTERNATIVE'),
    subFlow('name and password', 'ALTERNATIVE', [step(stock.username), step(stock.password)]),
  ])

/** Keycloak's own layout with every second factor of its own switched on. */
export const everySecondFactor = (): Flow =>
  companyFlow('all factors', [
    step(stock.cookie, 'ALTERNATIVE'),
    subFlow('all forms', 'ALTERNATIVE', [
      step(stock.usernamePassword),
      subFlow('second factor', 'CONDITIONAL', [
        step(stock.userConfigured),
        step(stock.twoFactor, 'ALTERNATIVE'),
        step('auth-otp-form', 'ALTERNATIVE'),
        step('auth-recovery-authn-code-form', 'ALTERNATIVE'),
      ]),
    ]),
  ])

/** A flow that one application has of its own: password and passkey, both required. */
export const portalFlow = (): Flow =>
  companyFlow('portal', [
    step(stock.cookie, 'ALTERNATIVE'),
    subFlow('portal forms', 'ALTERNATIVE', [step(stock.usernamePassword), step(stock.twoFactor)]),
  ])

/** Password and passkey, both required, five levels deep, between steps of somebody else. */
export const deepFlow = (): Flow =>
  companyFlow('company', [
    step(stock.cookie, 'ALTERNATIVE'),
    subFlow('one', 'ALTERNATIVE', [
      step('acme-terms', 'REQUIRED', { secretText: '**********' }),
      subFlow('two', 'REQUIRED', [
        subFlow('three', 'REQUIRED', [
          step(stock.usernamePassword),
          subFlow('four', 'REQUIRED', [
            step('acme-audit'),
            subFlow('five', 'REQUIRED', [step(stock.twoFactor), step('acme-done')]),
          ]),
        ]),
      ]),
    ]),
  ])

/** A wish with everything usual. */
export const wishFor = (differs: Partial<RealmWish> = {}): RealmWish => ({
  bridgeUrl: 'https://bridge.example.org',
  bridgeId: 'fallback-bridge',
  thumbprints: ['t'.repeat(43)],
  allowPlainHttp: false,
  clientId: 'fallback-bridge',
  jwks: '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","kid":"one"}]}',
  pilotGroup: undefined,
  onlyClient: undefined,
  levels: usualLevels,
  enableWebAuthn: false,
  addPasswordForm: false,
  withPeople: true,
  ...differs,
})

/** A client for people as somebody made it by hand, in a realm without roles for them. */
export const theirs: RealmState['people'] = {
  client: {
    clientId: 'fallback-bridge-cli',
    description: 'By hand',
    isDeviceOnly: true,
    hasFullScope: false,
    givesRefreshTokens: false,
    mappers: [
      {
        name: 'their audience',
        mapper: 'oidc-audience-mapper',
        config: { 'included.custom.audience': 'fallback-bridge' },
      },
    ],
    scopeMappers: [],
    hasLightTokens: false,
    scopeRoles: ['fallback-policy-admin'],
  },
  roles: [],
}

const aliasesOf = (nodes: readonly FlowNode[]): string[] =>
  nodes.flatMap((node) => (node.kind === 'flow' ? [node.alias, ...aliasesOf(node.children)] : []))

/** A realm with these flows, the first of them bound, and one application. */
export const realmWith = (flows: readonly Flow[], differs: Partial<RealmState> = {}): RealmState => ({
  realm: 'staff',
  server: '26.7.5',
  steps: [...Object.values(own), ...Object.values(stock)],
  browserFlow: flows[0]?.alias ?? '',
  flows,
  flowAliases: flows.flatMap(({ alias, children }) => [alias, ...aliasesOf(children)]),
  ssoSessionMaxLifespan: 36_000,
  acrMap: undefined,
  events: { eventsEnabled: false, adminEventsEnabled: false, adminEventsDetailsEnabled: false, enabledEventTypes: [] },
  userVerification: { twoFactor: 'not specified', passwordless: 'required' },
  webAuthnPolicies: {
    webAuthnPolicyRpEntityName: 'keycloak',
    webAuthnPolicyUserVerificationRequirement: 'preferred',
    webAuthnPolicyResidentKey: 'new',
  },
  realmScopes: ['acr', 'basic'],
  upkeep: {
    bruteForceProtected: true,
    maxSecondaryFailures: 100,
    eventsSeconds: 0,
    adminEventsSeconds: 0,
    sendsMail: true,
  },
  passkeysInForm: false,
  action: undefined,
  clients: [{ id: 'id of app', clientId: 'app', ownFlow: undefined, takesLogins: true, defaultScopes: ['acr'] }],
  bridgeClient: undefined,
  scope: undefined,
  group: undefined,
  people: { client: undefined, roles: [] },
  ...differs,
})
