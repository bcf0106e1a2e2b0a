import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { decodeJwt } from 'jose'
import { findFreePorts } from '../../keycloak-config/server/ports.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type BridgeProcess, runBridge } from '../support/bridge-process.ts'
import { type FallbackRealm, openFallbackRealm } from '../support/fallback-realm.ts'
import { answerWith, type FaultProxy, pass, startFaultProxy } from '../support/fault-proxy.ts'
import { ecPem, ed25519Pem, leastEnvironment } from '../support/settings-environment.ts'
import { sharedKeycloak } from '../support/shared-keycloak.ts'
import { createPasskeyUser, openTab } from '../support/tab.ts'

describe('a bridge that shall not start', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-start-'))
  })
  after(() => rm(folder, { recursive: true }))

  const file = async (name: string, text: string, mode = 0o600): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, text)
    await chmod(path, mode)
    return path
  }
  const environment = (differs: Record<string, string | undefined>) =>
    leastEnvironment({
      FALLBACK_BRIDGE_DATABASE_URL: `sqlite:${join(folder, 'bridge.sqlite')}`,
      FALLBACK_BRIDGE_OPERATIONS_PORT: '0',
      ...differs,
    })
  /** The sentences with which it refuses; it says nothing else, and no secret at all. */
  const refusal = async (differs: Record<string, string | undefined>): Promise<readonly string[]> => {
    const { code, output, errors } = await runBridge(environment(differs)).ended
    assert.equal(code, 78)
    assert.doesNotMatch(output, /"level":"(info|error)"/)
    for (const secret of [ecPem, ed25519Pem, 'hunter2-hunter2-hunter2']) {
      assert.ok(!errors.includes(secret.trim().split('\n').at(-2) ?? secret))
    }
    const sentences = errors.trimEnd().split('\n')
    for (const sentence of sentences) assert.match(sentence, /^[A-Z].*[.?]$/)
    return sentences
  }

  test('I11 I14: unknown, missing, malformed and dangerous settings are all told at once, and no value is quoted', async () => {
    const busy = { FALLBACK_BRIDGE_PORT: '8480', FALLBACK_BRIDGE_MANAGEMENT_PORT: '8480' }
    const sentences = await refusal({
      ...busy,
      FALLBACK_BRIDGE_REALM: 'demo',
      FALLBACK_BRIDGE_REALMS: '../master',
      FALLBACK_BRIDGE_KEYCLOAK_URL: 'http://keycloak.example',
      FALLBACK_BRIDGE_HOST: '0.0.0.0',
      FALLBACK_BRIDGE_CLIENT_SECRET: 'hunter2-hunter2-hunter2',
      FALLBACK_BRIDGE_ANSWER_KEY: undefined,
      FALLBACK_BRIDGE_DATA_KEY: 'c2hvcnQ=',
      FALLBACK_BRIDGE_LOG_LEVEL: 'debug',
      FALLBACK_BRIDGE_POLICY_FILE: ' ',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    })
    for (const expected of [
      /^FALLBACK_BRIDGE_REALM is no setting; is FALLBACK_BRIDGE_REALMS meant\?$/,
      /^FALLBACK_BRIDGE_REALMS must be different realm names/,
      /^FALLBACK_BRIDGE_KEYCLOAK_URL is plain http beyond this machine/,
      /^FALLBACK_BRIDGE_HOST is reachable from other machines without TLS/,
      /^Exactly one of FALLBACK_BRIDGE_CLIENT_KEY and FALLBACK_BRIDGE_CLIENT_SECRET/,
      /^FALLBACK_BRIDGE_ANSWER_KEY is required/,
      /^FALLBACK_BRIDGE_DATA_KEY must/,
      /^FALLBACK_BRIDGE_LOG_LEVEL must be/,
      /^FALLBACK_BRIDGE_POLICY_FILE is blank/,
      /^FALLBACK_BRIDGE_PORT and FALLBACK_BRIDGE_MANAGEMENT_PORT are the same/,
      /^NODE_TLS_REJECT_UNAUTHORIZED=0 would accept any server/,
    ]) {
      assert.equal(sentences.filter((sentence) => expected.test(sentence)).length, 1, String(expected))
    }
    assert.equal(sentences.length, 11)
  })

  test('I11: a secret’s file that is open to all, missing, empty, or given beside the value is refused', async () => {
    const sentences = await refusal({
      FALLBACK_BRIDGE_CLIENT_KEY: undefined,
      FALLBACK_BRIDGE_CLIENT_KEY_FILE: await file('open.pem', ecPem, 0o644),
      FALLBACK_BRIDGE_ANSWER_KEY_FILE: await file('answer.pem', ed25519Pem),
      FALLBACK_BRIDGE_DATA_KEY: undefined,
      FALLBACK_BRIDGE_DATA_KEY_FILE: join(folder, 'nowhere'),
      FALLBACK_BRIDGE_DATABASE_URL: undefined,
      FALLBACK_BRIDGE_DATABASE_URL_FILE: await file('empty', '\n'),
    })
    assert.deepEqual(sentences.toSorted(), [
      'FALLBACK_BRIDGE_ANSWER_KEY and FALLBACK_BRIDGE_ANSWER_KEY_FILE are both given; keep one.',
      'FALLBACK_BRIDGE_CLIENT_KEY_FILE names a file that everybody can read or change; set its mode to 600 or 400.',
      'FALLBACK_BRIDGE_DATABASE_URL_FILE names an empty file.',
      'FALLBACK_BRIDGE_DATA_KEY_FILE names a file that cannot be read.',
    ])
  })

  test('I5 I14: a policy that cannot be read, or that exceeds a ceiling, is refused', async () => {
    assert.deepEqual(await refusal({ FALLBACK_BRIDGE_POLICY_FILE: join(folder, 'none.yaml') }), [
      'FALLBACK_BRIDGE_POLICY_FILE names a file that cannot be read.',
    ])
    const demo = await readFile(new URL('../../keycloak-config/demo/policy.yaml', import.meta.url), 'utf8')
    const generous = await file('policy.yaml', demo.replace('attempts: 5', 'attempts: 500'))
    const [sentence = ''] = await refusal({ FALLBACK_BRIDGE_POLICY_FILE: generous })
    assert.match(sentence, /^FALLBACK_BRIDGE_POLICY_FILE, line \d+: profiles\.standard\.limits\.attempts must be/)
  })

  test('a port that somebody else has is named', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const { port } = server.address() as AddressInfo
    const sentences = await refusal({ FALLBACK_BRIDGE_PORT: String(port), FALLBACK_BRIDGE_MANAGEMENT_PORT: '0' })
    assert.deepEqual(sentences, [`Cannot listen on 127.0.0.1 port ${port}.`])
    server.close()
  })
})

describe('a bridge that stops', () => {
  let realm: FallbackRealm
  /** In front of the bridge, to see what Keycloak sends. */
  let toBridge: FaultProxy
  /** In front of Keycloak, to make it slow. */
  let toKeycloak: FaultProxy
  let folder: string
  let request: () => Promise<string>
  before(async () => {
    const keycloak = await sharedKeycloak()
    toBridge = await startFaultProxy(() => 'http://localhost:1')
    toBridge.behave(answerWith(400, 'text/plain', ''))
    toKeycloak = await startFaultProxy(() => keycloak.baseUrl)
    realm = await openFallbackRealm(keycloak, { bridgeUrl: toBridge.url, withoutBridge: true })
    folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-stop-'))
    const user = await createPasskeyUser(realm, 'ada')
    request = async () => {
      toBridge.clear()
      const tab = openTab(realm.application)
      await tab.open()
      await tab.enterPassword(user)
      await tab.failPasskey()
      return toBridge.recorded[0]?.request.body ?? ''
    }
  })
  after(async () => {
    await realm.remove()
    await toBridge.close()
    await toKeycloak.close()
    await rm(folder, { recursive: true })
  })

  /** Secrets from files, as an installation has them. */
  const environment = (ports: readonly number[]) =>
    leastEnvironment({
      FALLBACK_BRIDGE_ID: realm.bridgeOptions.bridgeId,
      FALLBACK_BRIDGE_KEYCLOAK_URL: toKeycloak.url,
      FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE: realm.bridgeOptions.keycloakUrl,
      FALLBACK_BRIDGE_REALMS: realm.realm,
      FALLBACK_BRIDGE_CLIENT_KEY: undefined,
      FALLBACK_BRIDGE_CLIENT_KEY_FILE: realm.keys.clientKeyFile,
      FALLBACK_BRIDGE_ANSWER_KEY: undefined,
      FALLBACK_BRIDGE_ANSWER_KEY_FILE: realm.keys.answerKeyFile,
      FALLBACK_BRIDGE_DATA_KEY: undefined,
      FALLBACK_BRIDGE_DATA_KEY_FILE: realm.keys.dataKeyFile,
      FALLBACK_BRIDGE_DATABASE_URL: `sqlite:${join(folder, 'bridge.sqlite')}`,
      FALLBACK_BRIDGE_POLICY_FILE: new URL('../../keycloak-config/demo/policy.yaml', import.meta.url).pathname,
      FALLBACK_BRIDGE_PORT: String(ports[0]),
      FALLBACK_BRIDGE_MANAGEMENT_PORT: String(ports[1]),
      FALLBACK_BRIDGE_OPERATIONS_PORT: '0',
    })
  const start = async (t: TestContext): Promise<{ bridge: BridgeProcess; port: number; managementUrl: string }> => {
    const ports = await findFreePorts(2)
    const bridge = runBridge(environment(ports))
    t.after(() => bridge.signal('SIGKILL'))
    const managementUrl = `http://127.0.0.1:${ports[1]}`
    await waitUntil('the bridge is ready', () =>
      fetch(`${managementUrl}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    return { bridge, port: ports[0] ?? 0, managementUrl }
  }
  const post = (port: number, body: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/v1/step`, { method: 'POST', headers: { 'content-type': 'application/jwt' }, body })
  const untilDraining = (bridge: BridgeProcess): Promise<unknown> =>
    waitUntil('the bridge is stopping', () => bridge.log().some(({ message }) => message === 'stopping'))

  test('I6: SIGTERM lets a slow request end, takes no other, and the bridge ends with 0', async (t) => {
    const { bridge, port } = await start(t)
    const { promise: gate, resolve: open } = Promise.withResolvers<void>()
    toKeycloak.clear()
    toKeycloak.behave(async (exchange) => {
      if (exchange.request.path.endsWith('/certs')) await gate
      await pass(exchange)
    })
    const slow = post(port, await request())
    await waitUntil('the bridge asks for the realm’s keys', () =>
      toKeycloak.recorded.some(({ request }) => request.path.endsWith('/certs')),
    )
    bridge.signal('SIGTERM')
    await untilDraining(bridge)
    await assert.rejects(post(port, 'anything'))
    open()
    const response = await slow
    assert.equal(response.status, 200)
    assert.equal(decodeJwt(await response.text())['kind'], 'denied')
    assert.equal((await bridge.ended).code, 0)
    toKeycloak.behave(pass)
  })

  test('K11: neither an idle connection nor half a request keeps the bridge from ending with 0', async (t) => {
    const { bridge, port, managementUrl } = await start(t)
    const managementPort = Number(new URL(managementUrl).port)
    const open = async (to: number, text: string): Promise<Socket> => {
      const socket = connect(to, '127.0.0.1')
      await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
      socket.on('error', () => {})
      if (text !== '') socket.write(text)
      return socket
    }
    const half =
      'POST /v1/step HTTP/1.1\r\nHost: bridge\r\nContent-Type: application/jwt\r\nContent-Length: 100\r\n\r\nabc'
    const sockets = await Promise.all([
      open(port, ''),
      open(port, 'POST /v1/step HT'),
      open(port, half),
      open(managementPort, ''),
      open(managementPort, 'GET /health'),
    ])
    assert.equal((await post(port, await request())).status, 200)
    bridge.signal('SIGTERM')
    assert.equal((await bridge.ended).code, 0)
    for (const socket of sockets) socket.destroy()
  })

  test('D12: a second bridge on the same database file is refused with a sentence, and the first goes on', async (t) => {
    const { bridge, port } = await start(t)
    const second = await runBridge(environment([0, 0])).ended
    assert.equal(second.code, 78)
    assert.match(second.errors, /^Another bridge has this database file open\. .*\.\n$/)
    assert.equal((await post(port, await request())).status, 200)
    bridge.signal('SIGINT')
    assert.equal((await bridge.ended).code, 0)
  })
})
