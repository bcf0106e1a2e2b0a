import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { policyRole } from '../../../bridge/app/policy/sign-in-person.ts'
import { ownersOf } from '../../../bridge/domain/policy/ordinary-login.ts'
import { readPolicy } from '../../../bridge/policy/read-policy.ts'
import {
  asPlaceholderValue,
  DEMO_CLIENTS,
  DEMO_FLOWS,
  DEMO_POLICY_ADMINS,
  DEMO_USER,
  demoRealm,
} from '../../../keycloak-config/realm/realm.ts'

const settings = {
  bridgeUrl: 'http://localhost:8480',
  bridgeId: 'a "quoted" id',
  bridgeKeyThumbprints: ['one', 'two'],
  clientJwks: { keys: [{ kty: 'EC', kid: 'k' }] },
  appUrl: 'http://localhost:8280',
  userPassword: 'back\\slash',
}

type Execution = { authenticator?: string; flowAlias?: string; authenticatorConfig?: string; requirement: string }
type Flow = { alias: string; authenticationExecutions: Execution[] }

const realm = demoRealm(settings)
const flows = realm.authenticationFlows as Flow[]
const configs = realm.authenticatorConfig as { alias: string; config: Record<string, string> }[]
const flow = (alias: string): Flow => flows.find((one) => one.alias === alias) ?? assert.fail(alias)
const inside = (alias: string): string[] =>
  flow(alias).authenticationExecutions.flatMap(({ authenticator, flowAlias }) =>
    flowAlias === undefined ? [authenticator ?? ''] : inside(flowAlias),
  )

describe('the demo realm', () => {
  test('every placeholder is filled, with signs that JSON would not take as they are', () => {
    assert.doesNotMatch(JSON.stringify(realm), /\$\{/)
    const step = configs.find(({ alias }) => alias === 'two-factor fallback')?.config
    assert.equal(step?.['bridgeId'], settings.bridgeId)
    assert.equal(step?.['bridgeKeyThumbprints'], 'one,two')
    const bridge = realm.clients?.find(({ clientId }) => clientId === DEMO_CLIENTS.bridge)
    assert.deepEqual(JSON.parse(String(bridge?.attributes?.['jwks.string'])), settings.clientJwks)
    assert.equal(JSON.parse(`"${asPlaceholderValue(settings.userPassword)}"`), settings.userPassword)
  })

  test('no placeholder has a default and no representation carries an id', () => {
    const ids = JSON.stringify(realm).match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/g)
    assert.equal(ids, null)
  })

  test('another name is taken over wherever it counts', () => {
    const other = demoRealm({ ...settings, realm: 'other', flow: 'passwordless' })
    assert.equal(other.realm, 'other')
    assert.equal(other.browserFlow, DEMO_FLOWS.passwordless)
    const user = other.users?.find(({ username }) => username === DEMO_USER)
    assert.deepEqual(user?.realmRoles, ['default-roles-other'])
  })

  for (const top of Object.values(DEMO_FLOWS)) {
    test(`I1: in "${top}" the fallback step stands behind its condition, and the level of authentication comes first`, () => {
      const order = inside(top)
      const step = order.indexOf('fallback-bridge-step')
      assert.ok(step > order.indexOf('fallback-bridge-condition-failed'))
      assert.ok(order.indexOf('fallback-bridge-condition-failed') > order.findIndex((id) => id.includes('watch')))
      for (const { alias, authenticationExecutions } of flows) {
        const levels = authenticationExecutions.map(({ authenticator }) => authenticator?.includes('level-of') === true)
        assert.ok(levels.lastIndexOf(true) <= 0, alias)
      }
    })
  }

  test('each configuration is used once, and each flow that is named is there', () => {
    const executions = flows.flatMap(({ authenticationExecutions }) => authenticationExecutions)
    const used = executions.flatMap(({ authenticatorConfig }) => authenticatorConfig ?? [])
    assert.deepEqual(used.toSorted(), configs.map(({ alias }) => alias).toSorted())
    for (const { flowAlias } of executions) if (flowAlias !== undefined) flow(flowAlias)
  })

  test('events are kept with their details, user verification is required, wrong codes are counted', () => {
    assert.ok(realm.eventsEnabled && realm.adminEventsEnabled && realm.adminEventsDetailsEnabled)
    assert.ok(realm.enabledEventTypes?.includes('LOGIN') && realm.enabledEventTypes.includes('LOGIN_ERROR'))
    const policy = realm as Record<string, unknown>
    assert.equal(policy['webAuthnPolicyUserVerificationRequirement'], 'required')
    assert.equal(policy['webAuthnPolicyPasswordlessUserVerificationRequirement'], 'required')
    assert.ok(realm.bruteForceProtected && (realm.failureFactor ?? 0) > 0)
  })

  test('I12: the fallback has the lower level, and its methods name no passkey', () => {
    const config = (alias: string) => configs.find((one) => one.alias === alias)?.config ?? assert.fail(alias)
    for (const name of ['two-factor', 'passwordless']) {
      assert.ok(
        Number(config(`${name} level 1`)['loa-condition-level']) <
          Number(config(`${name} level 2`)['loa-condition-level']),
      )
      assert.equal(config(`${name} fallback`)['default.reference.value'], 'otp')
    }
  })

  test('the bridge’s account may read events and use the provider’s endpoint, and nothing else', () => {
    const account = realm.users?.find(({ serviceAccountClientId }) => serviceAccountClientId === DEMO_CLIENTS.bridge)
    assert.deepEqual(account?.clientRoles, {
      'realm-management': ['view-events'],
      'fallback-bridge': ['write-override-events', 'end-fallback-sessions', 'read-user-facts'],
    })
    assert.equal(account?.realmRoles, undefined)
  })

  const commandLine = realm.clients?.find(({ clientId }) => clientId === DEMO_CLIENTS.commandLine)

  test('people sign in to the command line by the device grant and no other, and nothing can be redirected', () => {
    assert.ok(commandLine?.publicClient)
    assert.equal(commandLine.attributes?.['oauth2.device.authorization.grant.enabled'], 'true')
    assert.equal(commandLine.attributes?.['use.refresh.tokens'], 'false')
    const { standardFlowEnabled, implicitFlowEnabled, directAccessGrantsEnabled, serviceAccountsEnabled } = commandLine
    assert.deepEqual(
      [standardFlowEnabled, implicitFlowEnabled, directAccessGrantsEnabled, serviceAccountsEnabled],
      [false, false, false, false],
    )
    assert.deepEqual([commandLine.redirectUris, commandLine.webOrigins], [[], []])
  })

  test('K03: its tokens are for the bridge’s id, and carry the one role it needs', () => {
    const audience = commandLine?.protocolMappers?.find(
      ({ protocolMapper }) => protocolMapper === 'oidc-audience-mapper',
    )
    assert.equal(audience?.config?.['included.custom.audience'], settings.bridgeId)
    assert.equal(commandLine?.fullScopeAllowed, false)
    assert.deepEqual(realm.scopeMappings, [{ client: DEMO_CLIENTS.commandLine, roles: [policyRole] }])
  })

  test('I12: its tokens tell a fallback session, so that the bridge can refuse one', () => {
    const notes = commandLine?.protocolMappers?.map(({ config }) => [
      config?.['user.session.note'],
      config?.['claim.name'],
    ])
    assert.ok(notes?.some(([note, claim]) => note === 'fallback.case' && claim === 'fallback_case'))
  })

  test('R10: everybody and every group and role that the starter policies name is there; two people may change them', () => {
    const named = ['bridge/policy/packs/standard.yaml', 'keycloak-config/demo/policy.yaml'].map((file) => {
      const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
      const read = readPolicy(text, { file })
      return 'policy' in read ? read.policy : assert.fail(file)
    })
    const users = realm.users?.flatMap(({ username = '', enabled }) => (enabled ? [username] : []))
    const groups = realm.groups?.map(({ path }) => path)
    const roles = realm.roles?.realm?.map(({ name }) => name)
    for (const policy of named) {
      for (const owner of ownersOf(policy)) assert.ok(users?.includes(owner), owner)
      const approvers = policy.profiles.flatMap(({ approvals }) => approvals.map(({ group }) => group))
      for (const group of [...approvers, ...policy.privileged.groups, ...policy.suitabilityGroups]) {
        assert.ok(groups?.includes(group), group)
      }
      for (const { role } of policy.authority) assert.ok(roles?.includes(role), role)
    }
    const admins = realm.users?.filter(({ realmRoles }) => realmRoles?.includes(policyRole))
    assert.deepEqual(
      admins?.map(({ username }) => username),
      [...DEMO_POLICY_ADMINS],
    )
  })
})
