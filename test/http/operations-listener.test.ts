import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type RunningBridge, startBridge } from '../../bridge/compose.ts'
import { readConfig } from '../../bridge/config.ts'
import { type FakeIssuer, startFakeIssuer } from '../support/fake-issuer.ts'
import { createRecordingLog } from '../support/recording-log.ts'
import { leastEnvironment } from '../support/settings-environment.ts'

describe('the operations listener of a whole bridge, by its settings', () => {
  let keycloak: FakeIssuer
  let folder: string
  let bridge: RunningBridge
  before(async () => {
    keycloak = await startFakeIssuer()
    folder = await mkdtemp(join(tmpdir(), 'fallback-bridge-listener-'))
    const read = readConfig(
      leastEnvironment({
        FALLBACK_BRIDGE_ID: 'test-bridge',
        FALLBACK_BRIDGE_KEYCLOAK_URL: keycloak.url,
        FALLBACK_BRIDGE_DATABASE_URL: `sqlite:${join(folder, 'bridge.sqlite')}`,
        FALLBACK_BRIDGE_PORT: '0',
        FALLBACK_BRIDGE_MANAGEMENT_PORT: '0',
        FALLBACK_BRIDGE_OPERATIONS_PORT: '0',
        FALLBACK_BRIDGE_OPERATIONS_CLIENTS: 'my-console, my-script',
        FALLBACK_BRIDGE_OPERATIONS_ACR: 'gold,silver',
        FALLBACK_BRIDGE_OPERATIONS_MAX_AGE_SECONDS: '120',
      }),
    )
    assert.ok('config' in read)
    const policy = new URL('../../keycloak-config/demo/policy.yaml', import.meta.url)
    const clock = () => Date.now()
    bridge = await startBridge({
      config: read.config,
      policyFile: await readFile(policy, 'utf8'),
      log: createRecordingLog(),
      clock,
    })
  })
  after(async () => {
    await bridge.stop()
    await keycloak.close()
    await rm(folder, { recursive: true })
  })

  const url = (path: string, port = bridge.operations.port) => `http://127.0.0.1:${port}${path}`
  /** This Keycloak knows nobody, so whoever passes all checks of the token has no account. */
  const passed = 'account_unfit'
  const tell = async (differs: Record<string, unknown>, path = '/v1/cases/fb-1/disputes') => {
    const auth_time = Math.floor(Date.now() / 1000) - 60
    const claims = { azp: 'my-console', acr: 'gold', jti: 'token-1', auth_time, ...differs }
    const response = await fetch(url(path), {
      method: path === '/v1/cases' ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${await keycloak.make.token({ claims })}`, 'content-type': 'application/json' },
    })
    const { code } = (await response.json()) as { code: string }
    return { code, challenge: response.headers.get('www-authenticate') ?? '' }
  }

  test('takes tokens of the clients that are named, and of no other', async () => {
    assert.equal((await tell({})).code, passed)
    assert.equal((await tell({ azp: 'my-script' })).code, passed)
    assert.equal((await tell({ azp: 'fallback-bridge-cli' })).code, 'token_refused')
  })

  test('C10: an act needs the level and the age that are set, and the challenge tells them; reading does not', async () => {
    const old = { auth_time: Math.floor(Date.now() / 1000) - 130 }
    for (const differs of [old, { acr: 'passkey' }]) {
      const { code, challenge } = await tell(differs)
      assert.equal(code, 'step_up_needed')
      assert.match(challenge, /acr_values="gold silver", max_age="120"$/)
      assert.equal((await tell(differs, '/v1/cases')).code, passed)
    }
    assert.equal((await tell({ acr: 'silver' })).code, passed)
  })

  test('K03: takes tokens for this bridge alone', async () => {
    assert.equal((await tell({ aud: ['other-bridge', 'account'] })).code, 'token_refused')
  })

  test('is a listener of its own: no step is taken there, and no call of a person elsewhere', async () => {
    assert.equal((await fetch(url('/v1/step'), { method: 'POST' })).status, 404)
    assert.equal((await fetch(url('/health/ready'))).status, 404)
    for (const { port } of [bridge.step, bridge.management]) {
      assert.equal((await fetch(url('/v1/openapi.json', port))).status, 404)
      assert.equal((await fetch(url('/not-me', port))).status, 404)
    }
    const described = await fetch(url('/v1/openapi.json'))
    assert.equal(((await described.json()) as { openapi: string }).openapi, '3.1.1')
    assert.equal((await fetch(url('/not-me'))).status, 200)
  })
})
