import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { sharedAccountRole } from '../../../bridge/app/approval/check-approvals.ts'
import { auditorRole } from '../../../bridge/app/operations/act-on-case.ts'
import { policyRole } from '../../../bridge/app/policy/sign-in-person.ts'
import { asId, type UserId } from '../../../bridge/domain/ids.ts'
import { mayAct } from '../../../bridge/domain/policy/authority.ts'
import { decide } from '../../../bridge/domain/policy/decide.ts'
import { termsOf } from '../../../bridge/domain/policy/decision.ts'
import type { Tier } from '../../../bridge/domain/policy/facts.ts'
import { ordinaryLogin, ownersOf } from '../../../bridge/domain/policy/ordinary-login.ts'
import type { Policy } from '../../../bridge/domain/policy/policy.ts'
import { readPolicy } from '../../../bridge/policy/read-policy.ts'
import {
  asPlaceholderValue,
  DEMO_CLIENTS,
  DEMO_DECIDING,
  DEMO_FLOWS,
  DEMO_PEOPLE,
  DEMO_POLICY_ADMINS,
  DEMO_USER,
  DEMO_WAITING,
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
      const ratifiers = policy.profiles.flatMap(({ ratification }) => ratification?.group ?? [])
      for (const group of [...approvers, ...ratifiers, ...policy.privileged.groups, ...policy.suitabilityGroups]) {
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

  const demo = ((): Policy => {
    const file = 'keycloak-config/demo/policy.yaml'
    const read = readPolicy(readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8'), { file })
    return 'policy' in read ? read.policy : assert.fail(file)
  })()
  const rolesOf = (path: string) => realm.groups?.find((group) => group.path === path)?.realmRoles ?? []
  const person = (name: string) => {
    const found = realm.users?.find(({ username }) => username === name) ?? assert.fail(name)
    const groups = found.groups ?? []
    const own = found.realmRoles?.filter((role) => !role.startsWith('default-roles-')) ?? []
    return { ...found, groups, roles: [...own, ...groups.flatMap(rolesOf)] }
  }

  test('I4: every group that the demo’s policy asks has somebody who may answer, for each tier that can come', () => {
    const members = (path: string) =>
      Object.values(DEMO_DECIDING)
        .map(person)
        .filter(({ groups }) => groups.includes(path))
    for (const profile of demo.profiles) {
      const tier = profile.name === 'privileged' ? 'privileged' : 'standard'
      const tiers: readonly Tier[] = profile.name === 'break-glass' ? ['standard', 'privileged'] : [tier]
      const asked = [...profile.approvals, ...(profile.ratification === undefined ? [] : [profile.ratification])]
      for (const { group: path } of asked) {
        for (const about of tiers) {
          const able = members(path).filter(({ username = '', groups, roles }) => {
            const kind = { act: 'approve', profile: profile.name, tier: about } as const
            const one = { id: asId<UserId>(`id-of-${username}`), name: username, roles, groups }
            const mayDecide = mayAct(demo, one, { ...kind, subjectGroups: [], subjectManager: undefined })
            return mayDecide && !roles.includes(sharedAccountRole)
          })
          assert.ok(able.length > 0, `${profile.name}: ${path}`)
        }
      }
    }
  })

  test('R36: the people of the demo show what each case waits for', () => {
    const outcomeFor = (name: string) => {
      const { groups } = person(name)
      const decision = decide(demo, { ...ordinaryLogin(demo), groups })
      const terms = termsOf(decision)
      return [decision.outcome, terms?.approvals.length, terms?.evidenceReview, terms?.ratification !== undefined]
    }
    assert.deepEqual(outcomeFor(DEMO_USER), ['grant_alternate', 0, false, false])
    assert.deepEqual(outcomeFor(DEMO_WAITING.approval), ['escalate', 1, false, false])
    assert.deepEqual(outcomeFor(DEMO_WAITING.evidenceReview), ['escalate', 1, true, false])
    assert.deepEqual(outcomeFor(DEMO_WAITING.ratification), ['escalate', 2, false, true])
  })

  test('R16: an account of several people bears the role that the bridge refuses, and the auditor the one it knows', () => {
    const { roles, attributes } = person(DEMO_DECIDING.shared)
    assert.ok(roles.includes(sharedAccountRole) && roles.includes('fallback-desk-lead'))
    assert.equal(attributes, undefined)
    assert.deepEqual(person(DEMO_DECIDING.auditor).roles, [auditorRole])
  })

  test('I4: whose account it is can be told, by an attribute that people cannot change or see', () => {
    const [provider] = (realm.components?.['org.keycloak.userprofile.UserProfileProvider'] ?? []) as {
      config: Record<string, string[]>
    }[]
    const { attributes, unmanagedAttributePolicy } = JSON.parse(provider?.config['kc.user.profile.config']?.[0] ?? '')
    type Attribute = { name: string; permissions: { view: string[]; edit: string[] }; displayName: string }
    const named = (name: string): Attribute => attributes.find((one: Attribute) => one.name === name)
    for (const name of ['employeeId', 'manager']) {
      assert.deepEqual(named(name).permissions, { view: ['admin'], edit: ['admin'] }, name)
    }
    assert.equal(unmanagedAttributePolicy, undefined)
    assert.equal(named('firstName').displayName, '$\u007bfirstName}')
    const ids = DEMO_PEOPLE.flatMap((name) => person(name).attributes?.['employeeId'] ?? [])
    assert.equal(ids.length, DEMO_PEOPLE.length - 1)
    assert.equal(new Set(ids).size, ids.length)
  })

  test('R41: managers are people of the realm, and who reviews evidence is in no line with who approves', () => {
    const managerOf = (name: string) => person(name).attributes?.['manager']?.[0]
    const managers = DEMO_PEOPLE.flatMap((name) => managerOf(name) ?? [])
    const everybody = realm.users?.map(({ username }) => username)
    for (const manager of managers) assert.ok(everybody?.includes(manager), manager)
    assert.equal(managerOf(DEMO_WAITING.evidenceReview), DEMO_DECIDING.manager, 'the manager approves of a report')
    const { manager, deskLead, reviewer } = DEMO_DECIDING
    for (const approver of [manager, deskLead]) {
      assert.notEqual(managerOf(reviewer), approver)
      assert.notEqual(managerOf(approver), reviewer)
    }
  })
})
