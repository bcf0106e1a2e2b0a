import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applyPlan } from '../../../../bridge/app/realm/apply-plan.ts'
import { examineBridge, type SeenBridge } from '../../../../bridge/domain/realm/examine-bridge.ts'
import { examineAsked, type FoundAsked } from '../../../../bridge/domain/realm/examine-people.ts'
import { examineRealm } from '../../../../bridge/domain/realm/examine-realm.ts'
import { examineSurroundings, type Seen } from '../../../../bridge/domain/realm/examine-surroundings.ts'
import type { Flow, FlowNode } from '../../../../bridge/domain/realm/flow-tree.ts'
import type { RealmState } from '../../../../bridge/domain/realm/realm-state.ts'
import { own, stock } from '../../../../bridge/domain/realm/step-providers.ts'
import { createFakeRealm } from '../../../support/fake-realm-admin.ts'
import { deepFlow, realmWith, step, theirs, wishFor } from '../../../support/realm-states.ts'

const healthy = async (): Promise<RealmState> => {
  const realm = createFakeRealm(realmWith([deepFlow()]))
  await applyPlan({ admin: realm.admin, wish: wishFor(), progress: () => undefined })
  return realm.state()
}
const codes = (state: RealmState): string[] => examineRealm(state, 'fallback-bridge').map(({ code }) => code)

/** The bound flow with every step changed. */
const withSteps = (state: RealmState, change: (node: FlowNode) => FlowNode): RealmState => {
  const each = (node: FlowNode): FlowNode =>
    node.kind === 'flow' ? { ...node, children: node.children.map(each) } : change(node)
  const flows = state.flows.map(
    (flow): Flow => (flow.alias === state.browserFlow ? { ...flow, children: flow.children.map(each) } : flow),
  )
  return { ...state, flows }
}
const replaced = (from: string, to: FlowNode) => (node: FlowNode) =>
  node.kind === 'step' && node.provider === from ? { ...to, requirement: node.requirement } : node

const seenRealm = {
  name: 'staff',
  findings: [],
  versions: { provider: '0.1.3' },
  levels: { biometric: 4, fallback: [2] },
}
const seenBridge: SeenBridge = {
  version: '0.1.0',
  bridgeId: 'fallback-bridge',
  answerKey: 't'.repeat(43),
  clientKey: 'one',
  database: { weak: [] },
  realms: [seenRealm],
}

describe('doctor', () => {
  test('complaint 12: holds what the bridge says of itself against the realm: versions, keys, database, levels, findings', async () => {
    const good = await healthy()
    const told = (differs: Partial<SeenBridge>, realm: Partial<SeenBridge['realms'][number]> = {}, tool = '0.1.9') =>
      examineBridge({ ...seenBridge, realms: [{ ...seenRealm, ...realm }], ...differs }, good, tool).map(
        ({ severity, code }) => `${severity} ${code}`,
      )
    assert.deepEqual(told({}), [])
    assert.deepEqual(told({ clientKey: null }), [], 'it signs in by a secret')
    assert.deepEqual(told({}, { versions: null, levels: null }), [], 'not looked at yet, and no policy')
    assert.deepEqual(told({}, {}, '0.2.0'), ['warn bridge_version'])
    assert.deepEqual(told({}, { versions: { provider: '0.2.0' } }), ['warn jar_newer'])
    assert.deepEqual(told({ version: '0.10.0' }, { versions: { provider: '0.9.0' } }, '0.10.1'), ['warn jar_older'])
    assert.deepEqual(told({ answerKey: 'x'.repeat(43) }), ['bad answer_key_unpinned'])
    assert.deepEqual(told({ bridgeId: 'other' }), ['bad bridge_id_differs'])
    assert.deepEqual(told({ clientKey: 'two' }), ['bad client_key_unknown'])
    assert.deepEqual(told({ database: { weak: ['fsync is off'] } }), ['bad database_not_durable'])
    assert.deepEqual(told({}, { levels: { biometric: 2, fallback: [1] } }), ['bad policy_levels'])
    assert.deepEqual(told({}, { levels: { biometric: 4, fallback: [1, 2] } }), ['bad policy_levels'])
    assert.deepEqual(told({}, { levels: { biometric: 3, fallback: [2] } }), ['bad policy_levels'])
    const findings = [
      { severity: 'refuse', code: 'protocol_mismatch', text: 'Other protocol.' },
      { severity: 'warn', code: 'templates_missing', text: 'No pages.' },
    ] as const
    assert.deepEqual(told({}, { findings }), ['bad protocol_mismatch', 'warn templates_missing'])
    assert.ok(examineBridge({ ...seenBridge, bridgeId: 'other' }, good, '0.1.0').every(({ mend }) => mend.length > 10))
  })

  test('complaint 12: finds nothing in a realm as the tool leaves it', async () => {
    assert.deepEqual(codes(await healthy()), [])
  })

  test('complaint 12: finds each thing that can be wrong, by a code of its own', async () => {
    const good = await healthy()
    const client = good.bridgeClient
    const { people } = good
    const cli = people.client
    assert.ok(client && cli)
    const { events, upkeep, userVerification } = good
    const sick: [string, Partial<RealmState>][] = [
      ['server_too_old', { server: '26.7.4' }],
      ['jar_missing', { steps: [] }],
      ['client_missing', { bridgeClient: undefined }],
      ['client_is_other', { bridgeClient: { ...client, isServiceOnly: false } }],
      ['keys_missing', { bridgeClient: { ...client, jwks: undefined } }],
      ['roles_missing', { bridgeClient: { ...client, grantedRoles: client.grantedRoles.slice(1) } }],
      [
        'roles_surplus',
        { bridgeClient: { ...client, grantedRoles: [...client.grantedRoles, 'realm-management/manage-users'] } },
      ],
      ['events_off', { events: { ...events, eventsEnabled: false } }],
      ['admin_events_off', { events: { ...events, adminEventsEnabled: false } }],
      ['admin_event_details_off', { events: { ...events, adminEventsDetailsEnabled: false } }],
      ['event_types_missing', { events: { ...events, enabledEventTypes: ['LOGIN'] } }],
      ['events_expire', { upkeep: { ...upkeep, eventsSeconds: 86_400 } }],
      ['admin_events_expire', { upkeep: { ...upkeep, adminEventsSeconds: 86_400 } }],
      ['user_verification_two_factor', { userVerification: { ...userVerification, twoFactor: 'preferred' } }],
      ['user_verification_passwordless', { userVerification: { ...userVerification, passwordless: 'preferred' } }],
      ['acr_map', { acrMap: { fallback: 4, standard: 3, passkey: 4 } }],
      ['enrolment_off', { action: { enabled: false, config: good.action?.config ?? {} } }],
      [
        'settings_differ',
        { action: { enabled: true, config: { ...good.action?.config, bridgeUrl: 'https://other.example.org' } } },
      ],
      ['not_bound', { browserFlow: 'company' }],
      ['brute_force_off', { upkeep: { ...upkeep, bruteForceProtected: false } }],
      ['no_last_limit', { upkeep: { ...upkeep, maxSecondaryFailures: 0 } }],
      ['people_client_missing', { people: { ...people, client: undefined } }],
      ['people_client_is_other', { people: { ...people, client: { ...cli, isDeviceOnly: false } } }],
      ['people_client_wide', { people: { ...people, client: { ...cli, hasFullScope: true } } }],
      ['people_client_wide', { people: { ...people, client: { ...cli, givesRefreshTokens: true } } }],
      ['people_audience_missing', { people: { ...people, client: { ...cli, mappers: cli.mappers.slice(1) } } }],
      [
        'people_roles_missing',
        { people: { ...people, roles: people.roles.filter(({ name }) => name !== 'fallback-shared-account') } },
      ],
      ['mail_missing', { upkeep: { ...upkeep, sendsMail: false } }],
    ]
    for (const [code, change] of sick) assert.ok(codes({ ...good, ...change }).includes(code), code)
    const wellMeant = { ...good, upkeep: { ...upkeep, eventsSeconds: 90 * 86_400, adminEventsSeconds: 0 } }
    assert.deepEqual(codes(wellMeant), [])
  })

  test('I12 E1: a client of people whose access tokens do not tell of a fallback is bad, and so is one that can do more', async () => {
    const { bridgeClient, ...rest } = await healthy()
    const good = { ...rest, bridgeClient: { ...(bridgeClient ?? assert.fail()), record: undefined } }
    const note = { 'user.session.note': 'fallback.case', 'claim.name': 'fallback_case', 'access.token.claim': 'true' }
    const mapper = { name: 'by hand', mapper: 'oidc-usersessionmodel-note-mapper', config: note }
    const client = { ...(theirs.client ?? assert.fail()), mappers: [...(theirs.client?.mappers ?? []), mapper] }
    const told = (differs: Partial<typeof client>) =>
      examineRealm({ ...good, people: { ...good.people, client: { ...client, ...differs } } }, 'fallback-bridge').map(
        ({ severity, code, mend }) => `${severity} ${code} ${mend.includes('fallback.case')}`,
      )
    assert.deepEqual(told({}), [])
    assert.deepEqual(
      told({ mappers: client.mappers.slice(0, 1), scopeMappers: [mapper] }),
      [],
      'a default scope has it',
    )
    const untold = ['bad people_fallback_untold true']
    assert.deepEqual(told({ mappers: client.mappers.slice(0, 1) }), untold)
    assert.deepEqual(told({ hasLightTokens: true }), untold)
    for (const key of Object.keys(note)) {
      const differs = { ...mapper, config: { ...note, [key]: 'false' } }
      assert.deepEqual(told({ mappers: [...client.mappers.slice(0, 1), differs] }), untold, key)
    }
    const light = { ...mapper, config: { ...note, 'access.token.claim': 'false', 'lightweight.claim': 'true' } }
    assert.deepEqual(told({ hasLightTokens: true, scopeMappers: [light] }), [])
    assert.deepEqual(told({ isDeviceOnly: false }), ['bad people_client_is_other false'])
    const ours = good.people.client ?? assert.fail()
    const without = { ...ours, mappers: ours.mappers.filter(({ name }) => name !== 'fallback case') }
    assert.ok(codes({ ...good, people: { ...good.people, client: without } }).includes('people_fallback_untold'))
  })

  test('R10 I4: says which groups the active policy asks that are missing or empty, and which roles are not there', () => {
    const none: FoundAsked = { missing: [], empty: [], rolesMissing: [], tellingMissing: [] }
    assert.deepEqual(examineAsked(none), [])
    const told = examineAsked({
      missing: ['/leads'],
      empty: ['/managers'],
      rolesMissing: ['may-approve'],
      tellingMissing: ['/teams'],
    })
    assert.deepEqual(
      told.map(({ severity, code, text }) => [severity, code, /(\S+)\.$/.exec(text)?.[1]]),
      [
        ['warn', 'approver_group_missing', '/leads'],
        ['warn', 'approver_group_empty', '/managers'],
        ['warn', 'authority_role_missing', 'may-approve'],
        ['warn', 'policy_group_missing', '/teams'],
      ],
    )
  })

  test('complaint 12 I1: finds a bound flow that can be walked around, and steps that should be others', async () => {
    const good = await healthy()
    const sick: [string, string, FlowNode][] = [
      ['without_failure', own.condition, step(stock.userConfigured)],
      ['stock_cookie', own.cookie, step(stock.cookie)],
      ['unwatched', own.watchTwoFactor, step(stock.twoFactor)],
      ['levels_differ', stock.level, step(stock.level, 'REQUIRED', { 'loa-condition-level': '7' })],
      ['step_not_set', own.fallback, step(own.fallback, 'REQUIRED', {})],
      [
        'plain_http',
        own.fallback,
        step(own.fallback, 'REQUIRED', { bridgeUrl: 'http://b.example.org', bridgeKeyThumbprints: 'x' }),
      ],
    ]
    for (const [code, from, to] of sick) assert.ok(codes(withSteps(good, replaced(from, to))).includes(code), code)
    assert.ok(codes({ ...good, passkeysInForm: true }).includes('form_unwatched'))
  })

  test('complaint 12: finds clocks that differ, ports that do not answer, and what the bridge says of itself', () => {
    const fine: Seen = {
      keycloakAheadMs: 900,
      bridgeAheadMs: -900,
      readiness: [
        { name: 'database', state: 'ok', text: '' },
        { name: 'realm staff', state: 'ready', text: '' },
        { name: 'realm other', state: 'refused', text: 'not ours' },
      ],
      bridgeAnswers: true,
      bridge: seenBridge,
    }
    const told = (differs: Partial<Seen>) =>
      examineSurroundings({ ...fine, ...differs }, 'staff').map(({ severity, code }) => `${severity} ${code}`)
    assert.deepEqual(told({}), [])
    assert.deepEqual(told({ readiness: undefined, bridgeAnswers: undefined, keycloakAheadMs: undefined }), [])
    assert.deepEqual(told({ keycloakAheadMs: 4_000 }), ['warn clock_skew'])
    assert.deepEqual(told({ bridgeAheadMs: -20_000 }), ['bad clock_skew'])
    assert.deepEqual(told({ readiness: 'unreachable' }), ['bad bridge_unreachable'])
    assert.deepEqual(told({ bridgeAnswers: false }), ['warn step_port_unreachable'])
    assert.deepEqual(told({ readiness: [{ name: 'database', state: 'failed', text: 'no' }] }), [
      'bad bridge_failed',
      'bad realm_not_served',
    ])
    const warned = { readiness: [{ name: 'realm staff', state: 'warned', text: 'old jar' }] }
    assert.deepEqual(told({ ...warned, bridge: undefined }), ['warn bridge_warned', 'warn bridge_silent'])
    assert.deepEqual(told(warned), [], 'what it is comes by itself')
  })
})
