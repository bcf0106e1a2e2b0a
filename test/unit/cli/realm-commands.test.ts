import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import type { RealmAdmin } from '../../../bridge/app/realm/realm-ports.ts'
import { createRealmCommands } from '../../../bridge/cli/realm-commands.ts'
import { realmGroup } from '../../../bridge/cli/realm-group.ts'
import { createReadWish } from '../../../bridge/cli/realm-wish.ts'
import { runProgram } from '../../../bridge/cli/run-program.ts'
import { publicJwkOf } from '../../../bridge/crypto/public-keys.ts'
import { BridgeError } from '../../../bridge/domain/errors.ts'
import type { Seen } from '../../../bridge/domain/realm/examine-surroundings.ts'
import type { FlowNode } from '../../../bridge/domain/realm/flow-tree.ts'
import { own, stock } from '../../../bridge/domain/realm/step-providers.ts'
import { createFakeRealm, type FakeRealm } from '../../support/fake-realm-admin.ts'
import { deepFlow, flowsOf, realmWith, stockExport, theirs } from '../../support/realm-states.ts'

const pemOf = (type: 'public' | 'private'): string => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return type === 'public'
    ? publicKey.export({ type: 'spki', format: 'pem' }).toString()
    : privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
const files: Record<string, string> = {
  'answer.pem': pemOf('private'),
  'client.pem': pemOf('public'),
  'private.json': '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"x","d":"secret"}]}',
  'none.pem': 'no key',
}
const wished = [
  '--bridge-url',
  'https://bridge.example.org',
  '--answer-key-file',
  'answer.pem',
  '--client-key-file',
  'client.pem',
]

const seen: Seen = {
  keycloakAheadMs: 0,
  bridgeAheadMs: undefined,
  readiness: undefined,
  bridgeAnswers: true,
  bridge: undefined,
}

const run = async (realm: RealmAdmin & { seen?: Seen }, ...args: string[]) => {
  const { seen: looked = seen, ...admin } = realm
  const out: string[] = []
  const err: string[] = []
  const commands = createRealmCommands({
    readWish: createReadWish({ readText: (file) => files[file], publicJwkOf }),
    openRealm: async () => ({ admin, lookAround: async () => looked }),
    tell: (line) => err.push(`${line}\n`),
    version: '0.0.0',
  })
  const exit = await runProgram(['realm', ...args, '--realm', 'staff'], {
    version: '0.0.0',
    groups: [realmGroup(commands)],
    write: (text) => out.push(text),
    tell: (text) => err.push(text),
  })
  return { exit, out: out.join(''), err: err.join('') }
}
const deep = (): FakeRealm => createFakeRealm(realmWith([deepFlow()]))

describe('fallback-bridge realm', () => {
  test('R1 A10: plan shows the changes and makes none; --check says by its exit code that some wait', async () => {
    const realm = deep()
    const shown = await run(realm.admin, 'plan', ...wished)
    assert.equal(shown.exit, 0)
    assert.match(shown.out, /~ realm: browser flow "company" -> "company with fallback"/)
    assert.match(shown.out, /nothing was changed yet/)
    assert.equal((await run(realm.admin, 'plan', '--check', ...wished)).exit, 3)
    assert.deepEqual(realm.calls, [])
    await run(realm.admin, 'apply', ...wished)
    assert.equal((await run(realm.admin, 'plan', '--check', ...wished)).exit, 0)
  })

  test('R1: --json gives one document on standard output, and progress goes to standard error', async () => {
    const realm = deep()
    const { exit, out, err } = await run(realm.admin, 'apply', '--json', ...wished)
    assert.equal(exit, 0)
    const told = JSON.parse(out) as { outcome: string; verification: { proved: string[] } }
    assert.equal(told.outcome, 'applied')
    assert.deepEqual(told.verification.proved, ['company with fallback'])
    assert.match(err, /\+ client fallback-bridge/)
  })

  test('R1: verify tells drift by its exit code, remove takes all back, and both say so', async () => {
    const realm = deep()
    await run(realm.admin, 'apply', ...wished)
    const fine = await run(realm.admin, 'verify', ...wished)
    assert.equal(fine.exit, 0)
    assert.match(fine.out, /proved: no way through "company with fallback"/)
    realm.meddle((state) => ({ ...state, events: { ...state.events, adminEventsEnabled: false } }))
    const drift = await run(realm.admin, 'verify', ...wished)
    assert.equal(drift.exit, 1)
    assert.match(drift.out, /drift: ~ event log: admin events saved/)
    const dry = await run(realm.admin, 'remove', '--dry-run')
    assert.match(dry.out, /"company with fallback" -> "company"/)
    assert.equal(realm.state().browserFlow, 'company with fallback')
    assert.equal((await run(realm.admin, 'remove')).exit, 0)
    assert.equal(realm.state().browserFlow, 'company')
    assert.match((await run(realm.admin, 'remove')).out, /nothing of the fallback/)
  })

  test('complaint 12: a refusal names the place, says what to do, and exits with 1', async () => {
    const realm = createFakeRealm(realmWith(flowsOf(stockExport())))
    for (const command of ['plan', 'apply', 'verify']) {
      const { exit, out } = await run(realm.admin, command, ...wished)
      assert.equal(exit, 1, command)
      assert.match(out, /browser > forms > Browser - Conditional 2FA > webauthn-authenticator\n.*--enable-webauthn/)
    }
    assert.deepEqual(realm.calls, [])
  })

  test('complaint 12: what cannot be used is a usage fault: addresses, keys, levels, a private key among them', async () => {
    const { admin } = deep()
    const key = ['--answer-key-file', 'answer.pem']
    const faults: [string, ...string[]][] = [
      ['bridge_url', '--bridge-url', 'ftp://x', ...key],
      ['plain_http', '--bridge-url', 'http://bridge.example.org', ...key],
      ['answer_key', '--bridge-url', 'https://b.example.org'],
      ['answer_key', '--bridge-url', 'https://b.example.org', '--thumbprint', 'short'],
      ['answer_key', '--bridge-url', 'https://b.example.org', '--answer-key-file', 'none.pem'],
      ['client_key', '--bridge-url', 'https://b.example.org', ...key, '--jwks-file', 'private.json'],
      ['client_key', '--bridge-url', 'https://b.example.org', ...key, '--client-key-file', 'none.pem'],
      ['levels', '--bridge-url', 'https://b.example.org', ...key, '--levels', '3,2,4'],
    ]
    for (const [code, ...args] of faults) {
      const { exit, out } = await run(admin, 'plan', '--json', ...args)
      assert.equal(exit, 2, code)
      assert.equal((JSON.parse(out) as { error: { code: string } }).error.code, code)
      assert.doesNotMatch(out, /secret"/)
    }
    assert.equal((await run(admin, 'plan', '--bridge-url', 'http://localhost:8480', ...wished.slice(2))).exit, 0)
  })

  test('complaint 12: doctor says how to mend what is wrong, and finds nothing after apply', async () => {
    const realm = deep()
    const before = await run(realm.admin, 'doctor')
    assert.equal(before.exit, 1)
    assert.match(
      before.out,
      /! The realm has no client fallback-bridge. \[client_missing\]\n {2}Run `fallback-bridge realm apply`/,
    )
    await run(realm.admin, 'apply', ...wished)
    const after = await run(realm.admin, 'doctor', '--json')
    assert.equal(after.exit, 0)
    assert.deepEqual((JSON.parse(after.out) as { findings: object[] }).findings, [])
  })

  test('R10 complaint 12: doctor looks in the realm for the groups and roles that the bridge’s active policy asks', async () => {
    const found = { missing: ['/managers'], empty: [], rolesMissing: [], tellingMissing: ['/teams'] }
    const realm = createFakeRealm(realmWith([deepFlow()]), found)
    await run(realm.admin, 'apply', ...wished)
    const asked: unknown[] = []
    const admin: RealmAdmin = {
      ...realm.admin,
      readAsked: (one) => {
        asked.push(one)
        return realm.admin.readAsked(one)
      },
    }
    assert.doesNotMatch((await run(admin, 'doctor')).out, /managers/)
    const groups = { groups: ['/managers'], roles: ['fallback-manager'], telling: ['/teams'] }
    const about = { name: 'staff', findings: [], versions: null, levels: null }
    const bridge = { version: '0.0.0', bridgeId: 'x', answerKey: 'x', clientKey: null, database: { weak: [] } }
    const { out } = await run(
      { ...admin, seen: { ...seen, bridge: { ...bridge, realms: [{ ...about, asked: groups }] } } },
      'doctor',
    )
    assert.match(out, /\? The active policy asks groups that are not there: \/managers\. \[approver_group_missing\]/)
    assert.match(
      out,
      /\? The active policy tells people apart by groups that are not there: \/teams\. \[policy_group_missing\]/,
    )
    assert.deepEqual(asked, [groups])
  })

  test('R19: plan shows what people get before anything changes, and --without-people leaves it out', async () => {
    const realm = deep()
    const { out } = await run(realm.admin, 'plan', ...wished)
    assert.match(out, /^\+ client fallback-bridge-cli, by which people sign in/m)
    assert.match(out, /^\+ realm role fallback-shared-account: Marks an account that several people use/m)
    const without = await run(realm.admin, 'plan', '--without-people', ...wished)
    assert.doesNotMatch(without.out, /fallback-bridge-cli|realm role/)
  })

  test('I12: plan and verify say that tokens of a client somebody made by hand do not tell of a fallback; doctor fails', async () => {
    const realm = createFakeRealm(realmWith([deepFlow()], { people: theirs }))
    const untold = /note: Access tokens of fallback-bridge-cli do not tell of a fallback/
    assert.match((await run(realm.admin, 'plan', ...wished)).out, untold)
    await run(realm.admin, 'apply', ...wished)
    assert.match((await run(realm.admin, 'verify', ...wished)).out, untold)
    const { exit, out } = await run(realm.admin, 'doctor')
    assert.equal(exit, 1)
    assert.match(out, /^! Access tokens .*\[people_fallback_untold\]$/m)
  })

  test('complaint 12: a fault that two flows have is told of both, and what realm and bridge find once', async () => {
    const realm = deep()
    await run(realm.admin, 'apply', ...wished)
    const unwatched = (node: FlowNode): FlowNode =>
      node.kind === 'flow'
        ? { ...node, children: node.children.map(unwatched) }
        : { ...node, provider: node.provider === own.cookie ? stock.cookie : node.provider }
    realm.meddle((state) => ({
      ...state,
      events: { ...state.events, adminEventsEnabled: false },
      clients: state.clients.map((client) => ({ ...client, ownFlow: 'second' })),
      flows: state.flows.flatMap((flow) => {
        if (flow.alias !== state.browserFlow) return [flow]
        const sick = { ...flow, children: flow.children.map(unwatched) }
        return [sick, { ...sick, id: 'second', alias: 'second' }]
      }),
    }))
    const findings = [{ severity: 'warn', code: 'admin_events_off', text: 'As the bridge says it.' }] as const
    const about = { name: 'staff', findings, versions: null, levels: null }
    const bridge = {
      version: '0.0.0',
      bridgeId: 'fallback-bridge',
      answerKey: 'x',
      clientKey: null,
      database: { weak: [] },
    }
    const looked = { ...seen, bridge: { ...bridge, realms: [about] } }
    const { out } = await run({ ...realm.admin, seen: looked }, 'doctor', '--json')
    const told = (JSON.parse(out) as { findings: { code: string; text: string }[] }).findings
    const texts = (wanted: string) => told.filter(({ code }) => code === wanted).map(({ text }) => text)
    assert.deepEqual(texts('stock_cookie'), [
      'company with fallback has Keycloak’s own cookie step.',
      'second has Keycloak’s own cookie step.',
    ])
    assert.deepEqual(texts('admin_events_off'), ['Admin events are not saved: override events wait.'])
  })

  test('complaint 15: export says on standard error what keycloak-config-cli must not delete; the file stands alone on the other', async () => {
    const realm = createFakeRealm(realmWith(flowsOf(stockExport())))
    const { out, err } = await run(realm.admin, 'export', '--enable-webauthn', ...wished)
    assert.equal((JSON.parse(out) as { realm: string }).realm, 'staff')
    for (const kind of ['role', 'client', 'client-scope', 'scope-mapping', 'required-action', 'authentication-flow']) {
      assert.ok(err.includes(`--import.managed.${kind}=no-delete`), kind)
    }
    const terraform = await run(realm.admin, 'export', '--format', 'terraform', '--enable-webauthn', ...wished)
    assert.equal(terraform.err, '')
  })

  test('R19: remove says which roles stay because somebody has them, also when there is nothing else', async () => {
    const realm = deep()
    await run(realm.admin, 'apply', ...wished)
    realm.meddle(({ people, ...state }) => ({
      ...state,
      people: {
        ...people,
        roles: people.roles.map((role) => ({ ...role, isHeld: role.name === 'fallback-desk-lead' })),
      },
    }))
    const kept = /note: Realm roles that accounts, groups or other roles have are kept: fallback-desk-lead\. Take them/
    assert.match((await run(realm.admin, 'remove', '--dry-run')).out, kept)
    assert.match((await run(realm.admin, 'remove')).out, kept)
    assert.deepEqual(
      realm.state().people.roles.map(({ name }) => name),
      ['fallback-desk-lead'],
    )
    const again = await run(realm.admin, 'remove')
    assert.match(again.out, kept)
    assert.match(again.out, /nothing else of the fallback/)
  })

  test('A10: failures of Keycloak are told as what passes and what does not', async () => {
    const failing = (code: 'keycloak_unreachable' | 'keycloak_refused', cause: string): RealmAdmin => ({
      ...deep().admin,
      read: async () => {
        throw new BridgeError(code, { cause: { code: cause } })
      },
    })
    assert.equal((await run(failing('keycloak_unreachable', 'ECONNREFUSED'), 'plan', ...wished)).exit, 75)
    assert.equal((await run(failing('keycloak_unreachable', 'http_403'), 'plan', ...wished)).exit, 78)
    assert.equal((await run(failing('keycloak_unreachable', 'token_http_401'), 'remove')).exit, 78)
    assert.equal((await run(failing('keycloak_unreachable', 'http_404'), 'verify', ...wished)).exit, 2)
    assert.equal((await run(failing('keycloak_refused', 'flow_changed_meanwhile'), 'apply', ...wished)).exit, 75)
  })
})
