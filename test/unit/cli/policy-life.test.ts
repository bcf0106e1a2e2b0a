import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { UnitOfWork } from '../../../bridge/app/ports.ts'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { asId, type RealmName, type UserId } from '../../../bridge/domain/ids.ts'
import { decide } from '../../../bridge/domain/policy/decide.ts'
import { ordinaryLogin } from '../../../bridge/domain/policy/ordinary-login.ts'
import { openDatabase } from '../../../bridge/store/open-database.ts'
import { createUnitOfWork } from '../../../bridge/store/unit-of-work.ts'
import { freshCase } from '../../store/both-engines/fixtures.ts'
import { demoPolicy } from '../../support/builders.ts'
import { type FakeIssuer, startFakeIssuer } from '../../support/fake-issuer.ts'
import { type CliRun, callCli } from '../../support/run-cli.ts'

const policyFile = 'keycloak-config/demo/policy.yaml'
const text = readFileSync(new URL(`../../../${policyFile}`, import.meta.url), 'utf8')
const digest = sha256(text)
const reason = ['--reason', 'the trial of the fallback begins']
const owner = { sub: 'user-1', preferred_username: 'policy-owner' }
const deputy = { sub: 'user-2', preferred_username: 'policy-deputy' }

const account = ({ sub, preferred_username }: typeof owner, differs: object = {}) => ({
  id: sub,
  username: preferred_username,
  enabled: true,
  serviceAccount: false,
  roles: [],
  groups: [],
  ...differs,
})

describe('the life of a policy on the command line', () => {
  let fake: FakeIssuer
  let folder: string
  let url: string
  /** Settings that the acts of people do without. */
  let without: Record<string, string>
  before(async () => {
    fake = await startFakeIssuer()
  })
  after(() => fake.close())
  afterEach(() => rmSync(folder, { recursive: true }))
  beforeEach(() => {
    without = {}
    folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-cli-'))
    url = `sqlite:${join(folder, 'bridge.db')}`
    fake.posted.length = 0
    fake.people = [account(owner), account(deputy)]
  })

  const inDatabase = async (work: Parameters<UnitOfWork>[0] = async () => undefined): Promise<void> => {
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const database = await openDatabase(url, { clock: () => Date.now(), sha256, log })
    await createUnitOfWork(database, { sha256 })(work)
    await database.close()
  }

  const env = () => ({
    FALLBACK_BRIDGE_DATABASE_URL: url,
    FALLBACK_BRIDGE_REALMS: 'demo',
    FALLBACK_BRIDGE_KEYCLOAK_URL: fake.url,
    FALLBACK_BRIDGE_ID: 'test-bridge',
    FALLBACK_BRIDGE_CLIENT_SECRET: 'a-secret-of-the-client-of-the-bridge',
  })
  const call = (...args: string[]) => callCli(['policy', ...args], { env: env() })
  const by = async (claims: Readonly<Record<string, unknown>>, ...args: string[]): Promise<CliRun> => {
    const body = { access_token: await fake.make.token({ claims }), token_type: 'Bearer', expires_in: 300 }
    fake.polls = [() => ({ status: 200, body })]
    return callCli(['policy', ...args, '--realm', 'demo'], { env: { ...env(), ...without } })
  }
  const json = async (...args: string[]) => JSON.parse((await call(...args, '--json')).out)

  test('R6 R27: a first policy is proposed by one person and activated by another; the history names both', async () => {
    await inDatabase()
    const added = await by(owner, 'add', policyFile)
    assert.equal(added.code, 0, added.err)
    assert.match(added.err, /Sign in within 10 minutes at:\n.*device\?user_code=ABCD-EFGH\n.*ABCD-EFGH/)
    assert.match(added.out, new RegExp(`Added: demo, revision 1, in demo\n${digest}`))

    const short = digest.slice(0, 8)
    const withoutReason = await by(owner, 'activate', short)
    assert.deepEqual([withoutReason.code, withoutReason.out], [2, ''])
    assert.match(withoutReason.err, /--reason/)
    const proposed = await by(owner, 'activate', short, ...reason)
    assert.equal(proposed.code, 0, proposed.err)
    assert.match(proposed.out, /Proposed in demo.*\n.*second person/)
    const again = await by(owner, 'activate', short)
    assert.equal(again.code, 1)
    assert.match(again.err, /needs two people/)
    assert.equal((await json('list')).realms[0].active, null)
    assert.match(
      (await call('list')).out,
      /No policy is active[\s\S]*Proposed by policy-owner \(user:user-1\): the trial/,
    )

    const activated = await by(deputy, 'activate', policyFile, '--json')
    assert.equal(activated.code, 0, activated.err)
    assert.deepEqual(JSON.parse(activated.out).outcome, 'activated')
    assert.equal((await json('list')).realms[0].active.digest, digest)
    assert.match((await call('list')).out, new RegExp(`active +${digest.slice(0, 12)}`))

    const history = await json('history', '--realm', 'demo')
    assert.deepEqual(
      history.entries.map(({ event, actor }: { event: string; actor: string }) => [event, actor]),
      [
        ['draft_added', 'user:user-1'],
        ['proposed', 'user:user-1'],
        ['activated', 'user:user-2'],
      ],
    )
    assert.deepEqual(history.chain, { whole: true })
    const lines = (await call('history', '--realm', 'demo')).out
    assert.match(lines, /proposed {2}\w+ {2}by policy-owner \(user:user-1\): the trial of the fallback begins/)
    assert.match(lines, /The chain of 3 entries is whole\./)
    assert.equal((await by(deputy, 'activate', short, ...reason)).code, 1)
  })

  test('C04 R6: the second person is asked for in Keycloak: another account of the first is none, nor is one nobody can look at', async () => {
    await inDatabase()
    await by(owner, 'add', policyFile)
    await by(owner, 'activate', policyFile, ...reason)
    fake.people = [account(owner, { identity: 'E1' }), account(deputy, { identity: 'E1' })]
    const same = await by(deputy, 'activate', policyFile)
    assert.deepEqual([same.code, same.out], [1, ''])
    assert.match(same.err, /another of yours/)
    fake.people = [account(owner), account(deputy, { roles: ['fallback-shared-account'] })]
    assert.match((await by(deputy, 'activate', policyFile)).err, /cannot be told that you are another person/)
    fake.people = [account(owner, { identity: 'E1' }), account(deputy, { identity: 'E2' })]
    without = { FALLBACK_BRIDGE_CLIENT_SECRET: '' }
    assert.match((await by(deputy, 'activate', policyFile)).err, /FALLBACK_BRIDGE_CLIENT_KEY_FILE/)
    without = {}
    assert.equal((await json('list')).realms[0].active, null)
    assert.equal((await by(deputy, 'activate', policyFile)).code, 0)
  })

  test('a proposal is taken back, a policy deactivated, and both again are refused', async () => {
    await inDatabase()
    await by(owner, 'add', policyFile)
    await by(owner, 'activate', policyFile, ...reason)
    assert.equal((await by(deputy, 'withdraw', policyFile)).code, 0)
    const gone = await by(deputy, 'withdraw', policyFile)
    assert.deepEqual([gone.code, gone.out], [1, ''])
    assert.match(gone.err, /not proposed/)

    await by(owner, 'activate', policyFile, ...reason)
    await by(deputy, 'activate', policyFile)
    assert.equal((await by(owner, 'deactivate', '--reason', 'short')).code, 2)
    const off = await by(owner, 'deactivate', '--reason', 'the trial is over now')
    assert.equal(off.code, 0, off.err)
    assert.match(off.out, /every fallback is refused/)
    assert.equal((await by(owner, 'deactivate', '--reason', 'the trial is over now')).code, 1)
  })

  test('the off switch is thrown for a realm and for a client, and taken back', async () => {
    await inDatabase()
    const why = ['--reason', 'somebody attacks the fallback']
    assert.match((await by(owner, 'off', ...why)).out, /switched off: .*\(realm demo\)/)
    assert.match((await by(owner, 'off', ...why)).out, /already/)
    assert.match((await by(owner, 'off', '--client', 'demo-app', ...why)).out, /\(client demo-app of realm demo\)/)
    assert.match((await call('list')).out, /OFF {2}the whole realm, since .* by user:user-1: somebody attacks/)
    assert.match((await by(deputy, 'on', ...why)).out, /switched on again/)
    assert.deepEqual(
      (await json('list')).realms[0].switches.map(({ client }: { client: string }) => client),
      ['demo-app'],
    )
    assert.equal((await by(owner, 'off')).code, 2)
  })

  test('I12: acts of people are refused to a fallback session, and nothing is written', async () => {
    await inDatabase()
    for (const [claims, code] of [
      [{ ...owner, fallback_case: 'case-1' }, 'fallback_session'],
      [{ ...owner, realm_access: { roles: [] } }, 'role_missing'],
      [{ ...owner, azp: 'demo-app' }, 'token_of_another_client'],
    ] as const) {
      const refused = await by(claims, 'add', policyFile, '--json')
      assert.equal(refused.code, 1)
      assert.equal(JSON.parse(refused.out).error.code, code)
    }
    assert.deepEqual((await json('history', '--realm', 'demo')).entries, [])
    assert.equal(existsSync(join(folder, 'bridge.db')), true)
  })

  test('I12: a session that a case has let in changes no policy, though no claim of the token tells it', async () => {
    const letIn = { realm: asId<RealmName>('demo'), user: asId<UserId>(owner.sub), session: 'let-in' }
    await inDatabase((tx) =>
      tx.cases.insert(freshCase({ ...letIn, path: asId('a-path'), state: 'in_use', grantedAt: 1, endsAt: 2 })),
    )
    const refused = await by({ ...owner, sid: 'let-in' }, 'add', policyFile, '--json')
    assert.deepEqual([refused.code, JSON.parse(refused.out).error.code], [1, 'fallback_session'])
    assert.equal((await by({ ...owner, sid: 'another' }, 'add', policyFile)).code, 0)
  })

  test('nobody is asked to sign in for what cannot be done anyhow', async () => {
    await inDatabase()
    const wrong = join(folder, 'wrong.yaml')
    writeFileSync(wrong, text.replace('attempts: 5', 'attempts: 500'))
    for (const [args, code] of [
      [['add', wrong], 1],
      [['add', join(folder, 'none.yaml')], 2],
      [['activate', 'abcdefab'], 1],
      [['activate', 'abc'], 2],
      [['activate', policyFile, '--expires', 'tomorrow'], 2],
    ] as const) {
      assert.equal((await by(owner, ...args)).code, code, args.join(' '))
    }
    for (const args of [
      ['activate', policyFile, '--reason', 'short'],
      ['deactivate', '--reason', 'short'],
      ['off', '--reason', 'short'],
    ]) {
      assert.equal((await by(owner, ...args)).code, 2, args.join(' '))
    }
    assert.deepEqual(fake.posted, [])
  })

  test('an act that is declined, or a Keycloak that is away, is told', async () => {
    await inDatabase()
    fake.polls = [() => ({ status: 400, body: { error: 'access_denied' } })]
    assert.equal((await call('add', policyFile, '--realm', 'demo')).code, 1)
    fake.polls = [() => ({ status: 500, body: {} })]
    assert.equal((await call('add', policyFile, '--realm', 'demo')).code, 75)
  })

  test('a digest’s beginning must be long enough and mean one version', async () => {
    await inDatabase(async (tx) => {
      for (const end of ['1', '2']) {
        const digestOf = `${'a'.repeat(63)}${end}`
        const version = { realm: asId<never>('demo'), name: 'x', revision: 1, engine: 1 as const, text: 'x' }
        await tx.policies.addVersion({ ...version, digest: digestOf, addedAt: 1, addedBy: 'user:x' })
      }
    })
    const ambiguous = await call('render', 'aaaaaaaa')
    assert.deepEqual([ambiguous.code, ambiguous.out], [2, ''])
    assert.match(ambiguous.err, /2 versions begin with aaaaaaaa/)
    assert.equal((await call('render', 'aaaaaaa')).code, 2)
    assert.equal((await call('render', 'bbbbbbbb')).code, 1)
    const other = await call('render', `${'a'.repeat(63)}1`)
    assert.match(other.err, /no policy that this release reads/)
  })

  test('R9 I13: a case is explained from what is stored, and all cases are decided again', async () => {
    const policy = demoPolicy()
    const facts = { ...ordinaryLogin(policy), realm: 'demo', requiredLevel: 2 }
    const at = Date.now() - 60_000
    await inDatabase(async (tx) => {
      const version = { realm: asId<never>('demo'), digest, name: 'demo', revision: 1, engine: 1 as const, text }
      await tx.policies.addVersion({ ...version, addedAt: at, addedBy: 'user:x' })
      await tx.cases.insert(freshCase({ policyDigest: digest }))
      const decision = decide(policy, facts)
      await tx.decisions.insert({ realm: asId('demo'), case: asId('fb-1'), at, policyDigest: digest, facts, decision })
    })
    const why = await call('explain', '--case', 'fb-1', '--realm', 'demo')
    assert.equal(why.code, 0, why.err)
    assert.match(why.out, /the same, byte for byte[\s\S]*\[level_out_of_reach\][\s\S]*below_required_level/)
    const other = await call('explain', policyFile, '--case', 'fb-1', '--realm', 'demo')
    assert.match(other.out, /level_out_of_reach/)
    assert.equal((await call('explain', '--case', 'fb-2', '--realm', 'demo')).code, 1)

    const again = await call('replay', '--realm', 'demo')
    assert.equal(again.code, 0, again.err)
    assert.match(again.out, /^1 case decided again: every decision is the same/)
    assert.match((await call('replay', '--realm', 'demo', '--draft', policyFile)).out, /1 unchanged/)
    assert.equal((await call('replay', '--realm', 'demo', '--days', 'x')).code, 2)
    assert.equal((await json('replay', '--realm', 'demo', '--days', '1')).cases, 1)
    const diff = await call('diff', digest.slice(0, 8), policyFile, '--realm', 'demo')
    assert.match(diff.out, /No decision differs, of \d+ generated and 1 recorded logins/)
    const rendered = await call('render', digest.slice(0, 8), '--realm', 'demo')
    assert.match(rendered.out, /^# Trying the fallback out/)
  })

  test('a decision that no longer comes out the same fails replay and explain', async () => {
    const policy = demoPolicy()
    const facts = { ...ordinaryLogin(policy), realm: 'demo' }
    await inDatabase(async (tx) => {
      const version = { realm: asId<never>('demo'), digest, name: 'demo', revision: 1, engine: 1 as const, text }
      await tx.policies.addVersion({ ...version, addedAt: 1, addedBy: 'user:x' })
      await tx.cases.insert(freshCase({ policyDigest: digest }))
      const decision = decide(undefined, facts)
      const stored = { realm: asId<never>('demo'), case: asId<never>('fb-1'), at: Date.now() - 1000 }
      await tx.decisions.insert({ ...stored, policyDigest: digest, facts, decision })
    })
    const replay = await call('replay', '--realm', 'demo')
    assert.equal(replay.code, 1)
    assert.match(replay.out, /fb-1: decision_differs/)
    assert.equal((await call('explain', '--case', 'fb-1', '--realm', 'demo')).code, 1)
  })

  test('R52: while the bridge has the file open, the commands work beside it', async () => {
    const log = { info: () => {}, warn: () => {}, error: () => {} }
    const database = await openDatabase(url, { clock: () => Date.now(), sha256, log })
    try {
      assert.equal((await call('list')).code, 0)
    } finally {
      await database.close()
    }
  })
})
