import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { type CaseCliWishes, callCaseCli, privateFolder } from '../../support/call-case-cli.ts'
import { type FakeIssuer, startFakeIssuer } from '../../support/fake-issuer.ts'
import {
  caseId,
  type FakeOperations,
  refuses,
  says,
  startFakeOperations,
  stepUp,
  wireStory,
} from '../../support/fake-operations.ts'

const reason = ['--reason', 'somebody else is signed in as her']

describe('who acts by a case command', () => {
  let fake: FakeOperations
  let issuer: FakeIssuer
  let folder: string
  let file: string
  before(async () => {
    fake = await startFakeOperations()
    issuer = await startFakeIssuer()
  })
  after(async () => {
    // The fake's closing may find a breach; a server left open would then wait for ever.
    await issuer.close()
    await fake.close()
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  beforeEach(() => {
    folder = privateFolder()
    file = join(folder, 'fallback-bridge', 'sign-in.json')
    fake.calls.length = 0
    issuer.posted.length = 0
    issuer.polls = [() => ({ status: 400, body: { error: 'access_denied' } })]
    fake.answers = {
      'GET cases': () => says({ cases: [], next: null }),
      [`POST cases/${caseId}/revocations`]: () => says({ state: 'revoked', version: 4 }),
    }
  })

  const env = (differs: Readonly<Record<string, string>> = {}) => ({
    FALLBACK_BRIDGE_OPERATIONS_URL: fake.url,
    FALLBACK_BRIDGE_KEYCLOAK_URL: issuer.url,
    XDG_RUNTIME_DIR: folder,
    ...differs,
  })
  const call = (args: readonly string[], wishes: CaseCliWishes = {}) => callCaseCli(args, { env: env(), ...wishes })
  /** Keycloak gives one token a sign-in, in this order. */
  const signsIn = (...tokens: string[]) => {
    issuer.polls = tokens.map((access_token) => () => ({
      status: 200,
      body: { access_token, token_type: 'Bearer', expires_in: 300, refresh_token: 'never-kept' },
    }))
  }
  const tokens = () => fake.calls.map(({ token }) => token)
  const signIns = () => issuer.posted.filter(({ path }) => path === 'auth/device')

  test('somebody signs in for one command by the device flow, and the token is shown and kept nowhere', async () => {
    signsIn('token-1')
    const run = await call(['list', '--realm', 'demo'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.err, /Sign in within 10 minutes at:\n.*user_code=ABCD-EFGH\n.*ABCD-EFGH/)
    assert.deepEqual(tokens(), ['token-1'])
    assert.doesNotMatch(run.out + run.err, /token-1|never-kept/)
    assert.equal(existsSync(file), false)
  })

  test('a sign-in for several commands stands in a file of this user alone, and never a refresh token', async () => {
    signsIn('token-1')
    const run = await call(['sign-in', '--realm', 'demo', '--json'])
    assert.equal(run.code, 0, run.err)
    assert.doesNotMatch(run.out + run.err, /token-1/)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder, 'fallback-bridge')).mode & 0o777, 0o700)
    const kept = readFileSync(file, 'utf8')
    assert.match(kept, /token-1/)
    assert.doesNotMatch(kept, /never-kept|refresh/)

    issuer.posted.length = 0
    assert.equal((await call(['list'])).code, 0)
    assert.equal((await call(['revoke', caseId, ...reason, '--realm', 'demo'])).code, 0)
    assert.deepEqual(tokens(), ['token-1', 'token-1', 'token-1'])
    assert.deepEqual(signIns(), [])

    assert.equal((await call(['sign-out'])).code, 0)
    assert.equal(existsSync(file), false)
    assert.match((await call(['sign-out'])).out, /No sign-in was kept/)
    assert.match((await call(['list'])).err, /to which realm/)
  })

  test('a kept sign-in is used for its own API, realm and time alone', async () => {
    signsIn('token-1')
    await call(['sign-in', '--realm', 'demo'])
    fake.calls.length = 0

    const another = await call(['list', '--realm', 'other'])
    assert.deepEqual([another.code, tokens()], [75, []], another.err)
    assert.match(another.err, /kept sign-in is for realm demo/)
    const { FALLBACK_BRIDGE_KEYCLOAK_URL: _unknown, ...noKeycloak } = env()
    const withoutAddress = await callCaseCli(['list', '--realm', 'other'], { env: noKeycloak })
    assert.deepEqual([withoutAddress.code, tokens()], [78, []], withoutAddress.err)
    const elsewhere = await startFakeOperations()
    elsewhere.answers = fake.answers
    signsIn('token-2')
    try {
      await call(['list', '--realm', 'demo', '--url', elsewhere.url])
    } finally {
      await elsewhere.close()
    }
    assert.deepEqual(
      elsewhere.calls.map(({ token }) => token),
      ['token-2'],
    )

    signsIn('token-3')
    const later = () => Date.now() + 295_000
    await call(['list', '--realm', 'demo'], { clock: later })
    await call(['list', '--realm', 'demo', '--keycloak-url', 'http://127.0.0.1:9'])
    assert.deepEqual(tokens(), ['token-3'])
  })

  test('a file that others can read, that is another’s, or a link is not used, and a folder that is open not written', async () => {
    signsIn('token-1')
    await call(['sign-in', '--realm', 'demo'])
    const kept = readFileSync(file, 'utf8')
    const isUnused = async () => {
      fake.calls.length = 0
      signsIn('token-2')
      await call(['list', '--realm', 'demo'])
      assert.deepEqual(tokens(), ['token-2'])
    }
    chmodSync(file, 0o640)
    await isUnused()
    rmSync(file)
    writeFileSync(join(folder, 'elsewhere.json'), kept, { mode: 0o600 })
    symlinkSync(join(folder, 'elsewhere.json'), file)
    await isUnused()
    rmSync(file)
    writeFileSync(file, 'no JSON', { mode: 0o600 })
    await isUnused()
    writeFileSync(file, kept, { mode: 0o600 })
    chmodSync(join(folder, 'fallback-bridge'), 0o755)
    await isUnused()
    signsIn('token-3')
    const run = await call(['sign-in', '--realm', 'demo'])
    assert.equal(run.code, 78)
    assert.match(run.err, /XDG_RUNTIME_DIR/)
    assert.doesNotMatch(readFileSync(file, 'utf8'), /token-3/)
  })

  test('a sign-in that the bridge does not take is not kept', async () => {
    fake.answers['GET cases'] = () => refuses(401, 'token_refused')
    signsIn('token-1')
    const run = await call(['sign-in', '--realm', 'demo'])
    assert.equal(run.code, 1)
    assert.match(run.err, /does not take your sign-in[\s\S]*--realm/)
    assert.equal(existsSync(file), false)
  })

  test('RFC 9470: a challenge leads to one new sign-in, with its level and age, and the sentence why', async () => {
    signsIn('token-1')
    await call(['sign-in', '--realm', 'demo'])
    fake.calls.length = 0
    issuer.posted.length = 0
    fake.answers[`POST cases/${caseId}/revocations`] = ({ token }) =>
      token === 'token-2' ? says({ state: 'revoked', version: 4 }) : stepUp('passkey gold', '600')
    signsIn('token-2')
    const run = await call(['revoke', caseId, ...reason])
    assert.equal(run.code, 0, run.err)
    assert.match(run.err, /at level passkey or gold and not older than 10 minutes/)
    assert.deepEqual(tokens(), ['token-1', 'token-2'])
    assert.deepEqual(
      signIns().map(({ form }) => [form.get('acr_values'), form.get('max_age')]),
      [['passkey gold', '600']],
    )
    assert.match(readFileSync(file, 'utf8'), /token-2/)
  })

  test('a challenge that the new sign-in does not meet is a refusal, and nobody is asked a third time', async () => {
    fake.answers[`POST cases/${caseId}/revocations`] = () => stepUp()
    signsIn('token-1', 'token-2', 'token-3')
    const run = await call(['revoke', caseId, ...reason, '--realm', 'demo'])
    assert.equal(run.code, 1)
    assert.deepEqual(tokens(), ['token-1', 'token-2'])
    assert.match(run.err, /private window/)
  })

  test('a command of several calls asks for one new sign-in at most', async () => {
    fake.answers[`GET cases/${caseId}`] = ({ token }) => (token === 'token-1' ? stepUp() : says(wireStory()))
    fake.answers[`POST cases/${caseId}/decisions`] = () => stepUp()
    signsIn('token-1', 'token-2', 'token-3')
    const run = await call(['deny', caseId, ...reason, '--yes', '--realm', 'demo'])
    assert.equal(run.code, 1)
    assert.deepEqual(tokens(), ['token-1', 'token-2', 'token-2'])
  })

  test('a kept token that is not taken any more leads to a new sign-in; one that is fresh does not', async () => {
    signsIn('token-1')
    await call(['sign-in', '--realm', 'demo'])
    fake.calls.length = 0
    fake.answers['GET cases'] = ({ token }) =>
      token === 'token-2' ? says({ cases: [], next: null }) : refuses(401, 'token_refused')
    signsIn('token-2')
    const run = await call(['list'])
    assert.equal(run.code, 0, run.err)
    assert.deepEqual(tokens(), ['token-1', 'token-2'])

    await call(['sign-out'])
    fake.calls.length = 0
    signsIn('token-3', 'token-4')
    assert.equal((await call(['list', '--realm', 'demo'])).code, 1)
    assert.deepEqual(tokens(), ['token-3'])
  })

  test('a token from the environment, or from a file of this user, is used as it is, and nobody is asked to sign in', async () => {
    const given = await issuer.make.token({})
    const direct = await callCaseCli(['list'], { env: env({ FALLBACK_BRIDGE_ACCESS_TOKEN: given }) })
    assert.equal(direct.code, 0, direct.err)
    const tokenFile = join(folder, 'token')
    writeFileSync(tokenFile, `${given}\n`, { mode: 0o600 })
    assert.equal((await callCaseCli(['list'], { env: env({ FALLBACK_BRIDGE_ACCESS_TOKEN_FILE: tokenFile }) })).code, 0)
    assert.deepEqual(tokens(), [given, given])

    fake.answers['GET cases'] = () => stepUp()
    const old = await callCaseCli(['list'], { env: env({ FALLBACK_BRIDGE_ACCESS_TOKEN: given }) })
    assert.equal(old.code, 1)
    assert.match(old.err, /FALLBACK_BRIDGE_ACCESS_TOKEN/)
    assert.deepEqual(signIns(), [])
    assert.doesNotMatch(direct.out + direct.err + old.err, new RegExp(given))

    fake.calls.length = 0
    const wrong = await callCaseCli(['list', '--realm', 'other'], { env: env({ FALLBACK_BRIDGE_ACCESS_TOKEN: given }) })
    assert.equal(wrong.code, 2)
    assert.match(wrong.err, /another realm/)
    chmodSync(tokenFile, 0o644)
    const open = await callCaseCli(['list'], { env: env({ FALLBACK_BRIDGE_ACCESS_TOKEN_FILE: tokenFile }) })
    assert.deepEqual([open.code, fake.calls.length], [78, 0])
  })

  test('settings that are missing, malformed or dangerous are told at once, and nothing is called', async () => {
    const says78 = async (differs: Readonly<Record<string, string>>, pattern: RegExp, args: readonly string[] = []) => {
      const run = await callCaseCli(['list', ...args], { env: differs })
      assert.deepEqual([run.code, run.out], [78, ''], run.err)
      assert.match(run.err, pattern)
    }
    await says78({}, /give --url, or set FALLBACK_BRIDGE_OPERATIONS_URL/)
    await says78({ FALLBACK_BRIDGE_OPERATIONS_URL: 'ftp://x' }, /must be an http or https URL/)
    await says78({ FALLBACK_BRIDGE_OPERATIONS_URL: 'http://bridge.example.org' }, /would show your token/)
    await says78({ FALLBACK_BRIDGE_OPERATIONS_UR: 'https://x.test' }, /is FALLBACK_BRIDGE_OPERATIONS_URL meant/)
    await says78({ ...env(), FALLBACK_BRIDGE_ACCESS_TOKEN: 'a\nb' }, /holds no access token/)
    await says78(env(), /is no name of a realm/, ['--realm', '../x'])
    const noKeycloak = { FALLBACK_BRIDGE_OPERATIONS_URL: fake.url, XDG_RUNTIME_DIR: folder }
    await says78(noKeycloak, /--keycloak-url/, ['--realm', 'demo'])
    assert.deepEqual(fake.calls, [])
  })

  test('a declined sign-in is told so', async () => {
    const run = await call(['list', '--realm', 'demo'])
    assert.deepEqual([run.code, run.out], [1, ''])
    assert.match(run.err, /declined/)
  })

  test('where no folder can be made, a sign-in is not kept, and the command says what to set', async () => {
    writeFileSync(join(folder, 'fallback-bridge'), 'a file is in the way')
    signsIn('token-1')
    const run = await call(['sign-in', '--realm', 'demo'])
    assert.equal(run.code, 78)
    assert.match(run.err, /XDG_RUNTIME_DIR/)
  })

  test('a folder that is there already and this user’s alone is used', async () => {
    mkdirSync(join(folder, 'fallback-bridge'), { mode: 0o700 })
    signsIn('token-1')
    assert.equal((await call(['sign-in', '--realm', 'demo'])).code, 0)
  })
})
