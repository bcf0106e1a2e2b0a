import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describePlan } from '../../../../bridge/domain/realm/describe-plan.ts'
import type { Flow, FlowNode } from '../../../../bridge/domain/realm/flow-tree.ts'
import { planRealm, type RealmPlan } from '../../../../bridge/domain/realm/plan-realm.ts'
import type { RealmChange } from '../../../../bridge/domain/realm/realm-change.ts'
import type { RealmState } from '../../../../bridge/domain/realm/realm-state.ts'
import type { RealmWish } from '../../../../bridge/domain/realm/realm-wish.ts'
import { own, stock } from '../../../../bridge/domain/realm/step-providers.ts'
import type { WantedNode } from '../../../../bridge/domain/realm/wanted-flow.ts'
import {
  companyFlow,
  deepFlow,
  demoExport,
  everySecondFactor,
  flowsOf,
  passwordlessFlow,
  realmWith,
  step,
  stockExport,
  subFlow,
  wishFor,
} from '../../../support/realm-states.ts'

const planned = (state: RealmState, wish: RealmWish = wishFor()): RealmPlan => {
  const plan = planRealm(state, wish)
  if ('refusals' in plan) assert.fail(JSON.stringify(plan.refusals))
  return plan
}
const refusals = (state: RealmState, wish: RealmWish = wishFor()): readonly string[] => {
  const plan = planRealm(state, wish)
  return 'refusals' in plan ? plan.refusals.map(({ code, at }) => `${code}: ${at}`) : []
}
const kinds = ({ changes }: RealmPlan): string[] => changes.map(({ kind }) => kind)
const builtFlows = ({ changes }: RealmPlan) =>
  changes.filter((change): change is RealmChange & { kind: 'build_flow' } => change.kind === 'build_flow')
const lines = (nodes: readonly WantedNode[], depth = 0): string[] =>
  nodes.flatMap((node) => [
    `${'  '.repeat(depth)}${node.kind === 'flow' ? node.alias : node.provider} ${node.requirement}`,
    ...(node.kind === 'flow' ? lines(node.children, depth + 1) : []),
  ])
const steps = (nodes: readonly WantedNode[]): WantedNode[] =>
  nodes.flatMap((node) => (node.kind === 'flow' ? steps(node.children) : [node]))
const forms = (...children: FlowNode[]): Flow =>
  companyFlow('mine', [step(stock.cookie, 'ALTERNATIVE'), subFlow('forms of mine', 'ALTERNATIVE', children)])
const password = step(stock.usernamePassword)

describe('a plan', () => {
  test('R1: says everything in a safe order: who the bridge is, settings, the copy, and the binding last', () => {
    assert.deepEqual(kinds(planned(realmWith([deepFlow()]))), [
      'create_client',
      ...Array.from({ length: 3 }, () => 'create_role'),
      ...Array.from({ length: 4 }, () => 'grant_role'),
      'set_events',
      'set_user_verification',
      'set_acr_map',
      'register_action',
      'set_action',
      'create_scope',
      'add_realm_scope',
      'add_client_scope',
      ...Array.from({ length: 9 }, () => 'create_realm_role'),
      'create_people_client',
      'add_scope_role',
      'build_flow',
      'bind_realm',
    ])
  })

  test('A01: the service account gets its three roles and reading of events, and nothing else', () => {
    const granted = planned(realmWith([deepFlow()])).changes.flatMap((one) =>
      one.kind === 'grant_role' ? [one.role] : [],
    )
    assert.deepEqual(granted, [
      'fallback-bridge/write-override-events',
      'fallback-bridge/end-fallback-sessions',
      'fallback-bridge/read-user-facts',
      'realm-management/view-events',
    ])
  })

  test('R1: in Keycloak’s own flow the watch step stands in the place of the WebAuthn step, the gate behind it', () => {
    const [built] = builtFlows(planned(realmWith(flowsOf(stockExport())), wishFor({ enableWebAuthn: true })))
    const all = lines(built?.flow.children ?? [])
    const from = all.findIndex((line) => line.includes('Conditional 2FA'))
    assert.deepEqual(all.slice(from, from + 11), [
      '  browser with fallback Browser - Conditional 2FA CONDITIONAL',
      '    conditional-user-configured REQUIRED',
      '    conditional-credential REQUIRED',
      '    auth-otp-form ALTERNATIVE',
      '    fallback-bridge-watch-2fa ALTERNATIVE',
      '    browser with fallback alternate ALTERNATIVE',
      '      browser with fallback gate CONDITIONAL',
      '        conditional-level-of-authentication REQUIRED',
      '        fallback-bridge-condition-failed REQUIRED',
      '        fallback-bridge-step REQUIRED',
      '    auth-recovery-authn-code-form DISABLED',
    ])
    assert.equal(all[0], 'fallback-bridge-cookie ALTERNATIVE')
  })

  test('R20: who has a second factor of Keycloak’s own meets it before the gate', () => {
    const [built] = builtFlows(planned(realmWith([everySecondFactor()])))
    const all = lines(built?.flow.children ?? []).map((line) => line.trim())
    const from = all.indexOf('fallback-bridge-watch-2fa ALTERNATIVE')
    assert.deepEqual(all.slice(from, from + 4), [
      'fallback-bridge-watch-2fa ALTERNATIVE',
      'auth-otp-form ALTERNATIVE',
      'auth-recovery-authn-code-form ALTERNATIVE',
      'all factors with fallback alternate ALTERNATIVE',
    ])
  })

  test('R1: where forms take passkeys they are watched, and the gate stands behind everything else, for who gave no second factor', () => {
    const plan = planned(realmWith(flowsOf(stockExport()), { passkeysInForm: true }))
    const [built] = builtFlows(plan)
    const all = lines(built?.flow.children ?? [])
    const from = all.findIndex((line) => line.includes('watch-user-password'))
    assert.deepEqual(
      [all[from], ...all.slice(from + 7, from + 12)],
      [
        '  fallback-bridge-watch-user-password REQUIRED',
        '  browser with fallback form gate CONDITIONAL',
        '    conditional-level-of-authentication REQUIRED',
        '    fallback-bridge-condition-failed REQUIRED',
        '    conditional-credential REQUIRED',
        '    fallback-bridge-step REQUIRED',
      ],
    )
    assert.match(plan.notes.join('\n'), /webauthn-authenticator is switched off and stays so/)
  })

  test('R14: in a realm without passkeys in its forms no form is watched', () => {
    for (const flow of [deepFlow(), passwordlessFlow()]) {
      const [built] = builtFlows(planned(realmWith([flow])))
      assert.ok(!lines(built?.flow.children ?? []).some((line) => /watch-user|watch-password|form gate/.test(line)))
    }
  })

  test('R1: where the passkey comes before any password, the gate asks for one first', () => {
    const [built] = builtFlows(planned(realmWith([passwordlessFlow()])))
    const all = lines(built?.flow.children ?? []).map((line) => line.trim())
    const gate = all.indexOf('passkey first with fallback gate CONDITIONAL')
    assert.deepEqual(all.slice(gate + 1, gate + 5), [
      'conditional-level-of-authentication REQUIRED',
      'fallback-bridge-condition-failed REQUIRED',
      'auth-password-form REQUIRED',
      'fallback-bridge-step REQUIRED',
    ])
  })

  test('R1: a required step, also one under "user configured", stays one that users without a passkey meet as before', () => {
    const [required] = builtFlows(planned(realmWith([forms(password, step(stock.twoFactor))])))
    assert.match(
      lines(required?.flow.children ?? []).join('\n'),
      /passkey ALTERNATIVE\n +fallback-bridge-watch-2fa REQUIRED/,
    )
    const conditional = subFlow('second', 'CONDITIONAL', [step(stock.userConfigured), step(stock.twoFactor)])
    const [built] = builtFlows(planned(realmWith([forms(password, conditional)])))
    assert.match(
      lines(built?.flow.children ?? []).join('\n'),
      /conditional-user-configured REQUIRED\n +fallback-bridge-watch-2fa ALTERNATIVE\n +mine with fallback alternate/,
    )
  })

  test('R1 complaint 15: every name in a copy is one of its own, and no setting of a kept step is written', () => {
    for (const flow of [deepFlow(), passwordlessFlow(), forms(password, step(stock.twoFactor), step(stock.passkey))]) {
      const [built] = builtFlows(planned(realmWith([flow])))
      const named = steps(built?.flow.children ?? []).flatMap((node) =>
        node.kind === 'step' && node.config !== undefined ? [node.config.name] : [],
      )
      assert.equal(new Set(named).size, named.length)
      for (const name of named) assert.doesNotMatch(name, /[:/?#@!$&()*+,;=[\]\\]/)
    }
  })

  test('I12: after two watched steps in a row levels are given once, at the end, and to no login by either fallback', () => {
    const twice = forms(
      password,
      subFlow('first', 'REQUIRED', [step(stock.twoFactor)]),
      subFlow('again', 'REQUIRED', [step(stock.passkey)]),
    )
    const [built] = builtFlows(planned(realmWith([twice])))
    const all = lines(built?.flow.children ?? [])
    assert.deepEqual(
      all.filter((line) => line.includes('level CONDITIONAL')),
      ['  mine with fallback passkey level CONDITIONAL', '  mine with fallback standard level CONDITIONAL'],
    )
    assert.equal(all.filter((line) => line.includes('conditional-sub-flow-executed')).length, 4)
  })

  test('R1: a setting that names a flow inside the copied one names its copy', () => {
    const asks = subFlow('after one', 'CONDITIONAL', [
      step(stock.subFlow, 'REQUIRED', { flow_to_check: 'forms of mine', check_result: 'executed' }),
      step(stock.allow),
    ])
    const [built] = builtFlows(planned(realmWith([forms(password, step(stock.twoFactor), asks)])))
    const found = steps(built?.flow.children ?? []).find(
      (node) => node.kind === 'step' && node.provider === stock.subFlow && node.from !== undefined,
    )
    assert.ok(found?.kind === 'step')
    assert.equal(found.config?.values['flow_to_check'], 'mine with fallback forms of mine')
  })

  test('R13: a pilot’s gate asks for the role that the group gets; others stay where they can try again', () => {
    const state = realmWith([deepFlow()], { group: { path: '/pilot', pilotRoles: [] } })
    const plan = planned(state, wishFor({ pilotGroup: '/pilot' }))
    const all = steps(builtFlows(plan)[0]?.flow.children ?? [])
    const values = (provider: string) =>
      all.flatMap((node) => (node.kind === 'step' && node.provider === provider ? [node.config?.values] : []))
    assert.equal(values(stock.role)[0]?.['condUserRole'], 'fallback-bridge.fallback-pilot')
    assert.equal(values(own.watchTwoFactor)[0]?.['onFailure'], 'stay')
    assert.ok(kinds(plan).includes('give_pilot_role'))
  })

  test('R13: for one client the realm’s own binding is left alone, and so are other clients', () => {
    const plan = planned(realmWith([deepFlow()]), wishFor({ onlyClient: 'app' }))
    assert.ok(!kinds(plan).includes('bind_realm') && !kinds(plan).includes('add_realm_scope'))
    assert.deepEqual(plan.changes.at(-1), {
      kind: 'bind_client',
      clientId: 'app',
      flow: 'company with fallback',
      before: undefined,
    })
  })

  test('R1: a client with a flow of its own gets a copy of that; one without a passkey in it keeps it, and is named', () => {
    const own = companyFlow('portal', [subFlow('portal forms', 'ALTERNATIVE', [password, step(stock.twoFactor)])])
    const plain = companyFlow('plain', [subFlow('plain forms', 'ALTERNATIVE', [password])])
    const client = (clientId: string, ownFlow: string) => ({
      id: clientId,
      clientId,
      ownFlow,
      takesLogins: true,
      defaultScopes: [],
    })
    const plan = planned(
      realmWith([deepFlow(), own, plain], { clients: [client('a', 'portal'), client('b', 'plain')] }),
    )
    assert.deepEqual(
      builtFlows(plan).map(({ flow }) => flow.source),
      ['company', 'portal'],
    )
    assert.deepEqual(kinds(plan).slice(-2), ['bind_client', 'bind_realm'])
    assert.match(plan.notes.join('\n'), /b keeps its own flow plain/)
  })

  test('R1: event types that the realm saves stay, and those that are needed come to them', () => {
    const events = {
      eventsEnabled: true,
      adminEventsEnabled: true,
      adminEventsDetailsEnabled: true,
      enabledEventTypes: ['LOGIN', 'REGISTER'],
    }
    const change = planned(realmWith([deepFlow()], { events })).changes.find(({ kind }) => kind === 'set_events')
    assert.ok(change?.kind === 'set_events')
    assert.deepEqual(change.values.enabledEventTypes.slice(0, 3), ['LOGIN', 'REGISTER', 'LOGIN_ERROR'])
  })

  test('A10: the text shows what is new in a flow and what stays', () => {
    const text = describePlan(planned(realmWith([deepFlow()])).changes).join('\n')
    assert.match(text, /\+ flow "company with fallback", a copy of "company"/)
    assert.match(text, /watched: company > one > two > three > four > five > webauthn-authenticator/)
    assert.match(text, /\+ fallback-bridge-watch-2fa/)
    assert.match(text, / {3}acme-terms/)
    assert.match(text, /~ realm: browser flow "company" -> "company with fallback"$/)
  })
})

describe('a plan is refused, with a name and a place', () => {
  const webAuthn = step(stock.twoFactor)
  const cases: Readonly<Record<string, [RealmState, string, RealmWish?]>> = {
    'no WebAuthn step': [realmWith([forms(password)]), 'no_webauthn_step: mine'],
    'one that is switched off': [
      realmWith(flowsOf(stockExport())),
      'webauthn_disabled: browser > forms > Browser - Conditional 2FA > webauthn-authenticator',
    ],
    'one that Keycloak never runs': [
      realmWith([forms(password, step(stock.twoFactor, 'ALTERNATIVE'))]),
      'webauthn_unreachable: mine > forms of mine > webauthn-authenticator',
    ],
    'one before anybody is known': [
      realmWith([
        companyFlow('mine', [
          subFlow('f', 'ALTERNATIVE', [step(stock.passkey)]),
          subFlow('p', 'ALTERNATIVE', [password]),
        ]),
      ]),
      'user_unknown: mine > f > webauthn-authenticator-passwordless',
    ],
    'no password anywhere': [realmWith([forms(step(stock.username), step(stock.passkey))]), 'no_password_step: mine'],
    'a flow of a type of somebody else': [
      realmWith([forms(password, subFlow('odd', 'REQUIRED', [webAuthn], 'acme-flow'))]),
      'unknown_flow_type: mine > forms of mine > odd',
    ],
    'a script': [
      realmWith([forms(password, step('script-check.js'), webAuthn)]),
      'script_step: mine > forms of mine > script-check.js',
    ],
    'levels of its own': [
      realmWith([forms(password, subFlow('gold', 'CONDITIONAL', [step(stock.level), webAuthn]))]),
      'own_levels: mine > forms of mine > gold > conditional-level-of-authentication',
    ],
    'another required step under the same condition': [
      realmWith([
        forms(password, subFlow('c', 'CONDITIONAL', [step(stock.userConfigured), step('auth-otp-form'), webAuthn])),
      ]),
      'required_beside: mine > forms of mine > c > webauthn-authenticator',
    ],
    'settings that nobody can read': [
      realmWith([forms(password, step(stock.twoFactor, 'REQUIRED', { own: '**********' }))]),
      'masked_setting: mine > forms of mine > webauthn-authenticator',
    ],
    'a name that Keycloak takes for no copy': [
      realmWith([{ ...deepFlow(), alias: 'ours+more' }]),
      'reserved_character: ours+more',
    ],
    'a name without room': [
      realmWith([{ ...deepFlow(), alias: 'x'.repeat(121) }]),
      `name_too_long: ${'x'.repeat(121)}`,
    ],
    'an old server': [realmWith([deepFlow()], { server: '26.7.4' }), 'server_too_old: 26.7.4'],
    'no jar': [
      realmWith([deepFlow()], { steps: [own.watchTwoFactor, own.watchPasskey, own.condition, own.cookie] }),
      `jar_missing: ${own.fallback}`,
    ],
    'levels that could be mistaken': [realmWith([deepFlow()], { acrMap: { gold: 3 } }), 'acr_map_in_use: {"gold":3}'],
    'a scope of somebody else': [
      realmWith([deepFlow()], { scope: { id: '1', description: 'Ours', mappers: [], isRealmDefault: false } }),
      'name_taken: fallback-bridge',
    ],
    'a client that is for logins': [
      realmWith([deepFlow()], {
        bridgeClient: {
          id: '1',
          isServiceOnly: false,
          jwks: undefined,
          roles: [],
          grantedRoles: [],
          record: undefined,
        },
      }),
      'client_is_other: fallback-bridge',
    ],
    'no keys': [realmWith([deepFlow()]), 'keys_missing: fallback-bridge', wishFor({ jwks: undefined })],
    'an unknown client': [realmWith([deepFlow()]), 'client_unknown: other', wishFor({ onlyClient: 'other' })],
    'an unknown group': [realmWith([deepFlow()]), 'group_unknown: /pilot', wishFor({ pilotGroup: '/pilot' })],
  }
  for (const [name, [state, expected, wish]] of Object.entries(cases)) {
    test(`R1 complaint 7: ${name}`, () => {
      assert.deepEqual(refusals(state, wish), [expected])
    })
  }

  test('R1: the fallback put there by hand is named step by step', () => {
    assert.ok(
      refusals(realmWith(flowsOf(demoExport()))).some((line) => line.startsWith('fallback_by_hand: two-factor')),
    )
  })

  test('R1: what a wish can allow is then planned', () => {
    assert.deepEqual(
      refusals(realmWith([forms(step(stock.username), step(stock.passkey))]), wishFor({ addPasswordForm: true })),
      [],
    )
    const levels = { fallback: 4, standard: 5, passkey: 6 }
    assert.deepEqual(refusals(realmWith([deepFlow()], { acrMap: { gold: 7 } }), wishFor({ levels })), [])
  })
})
