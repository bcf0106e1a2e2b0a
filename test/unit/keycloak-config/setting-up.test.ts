import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { developmentKeys } from '../../../keycloak-config/demo/demo-state.ts'
import { helpText, PORT_NAMES, parseOptions } from '../../../keycloak-config/demo/options.ts'
import { assertChecksum, sha256OfFile } from '../../../keycloak-config/server/fetch-keycloak.ts'
import {
  KEYCLOAK_ARTEFACT_VERSION,
  KEYCLOAK_SERVER_VERSION,
  MINIMUM_SERVER_VERSION,
} from '../../../keycloak-config/server/keycloak-version.ts'
import { assertPortFree, findFreePorts } from '../../../keycloak-config/server/ports.ts'
import { SetupError } from '../../../keycloak-config/server/setup-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-setting-up-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const isSetupError =
  (...parts: string[]) =>
  (error: unknown): boolean =>
    error instanceof SetupError && parts.every((part) => error.message.includes(part))

describe('setting up', () => {
  test('an archive with another checksum is refused with both checksums', async () => {
    const path = join(folder, 'archive.zip')
    writeFileSync(path, 'not what was pinned')
    const actual = await sha256OfFile(path)
    await assertChecksum(path, actual)
    await assert.rejects(assertChecksum(path, '0'.repeat(64)), isSetupError(actual, '0'.repeat(64)))
  })

  test('a busy port is named together with what it is for and the setting that changes it', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const use = { port, purpose: 'the bridge', setting: '--bridge-port' }
    await assert.rejects(assertPortFree(use), isSetupError(String(port), 'the bridge', '--bridge-port'))
    await new Promise((resolve) => server.close(resolve))
    await assertPortFree(use)
  })

  test('free ports are all different', async () => {
    const ports = await findFreePorts(5)
    assert.equal(new Set(ports).size, 5)
  })

  test('ports come from the command line, then from the environment; nonsense is named', () => {
    const { ports } = parseOptions(['--port', '9001'], { FALLBACK_DEMO_PORT: '9002', FALLBACK_DEMO_APP_PORT: '9003' })
    assert.equal(ports.keycloak, 9001)
    assert.equal(ports.app, 9003)
    for (const bad of ['0', '65536', '80a', '-1', '1e3']) {
      assert.throws(() => parseOptions([], { FALLBACK_DEMO_PORT: bad }), isSetupError('FALLBACK_DEMO_PORT', bad))
    }
    assert.throws(() => parseOptions(['--prot', '1'], {}), isSetupError('--prot', '--help'))
  })

  test('the help names each port', () => {
    const text = helpText()
    for (const port of Object.values(parseOptions([], {}).ports)) assert.ok(text.includes(String(port)))
    assert.equal(PORT_NAMES.length, 6)
  })

  test('development keys stay the same, and only their owner may read them', async () => {
    const keys = await developmentKeys(join(folder, 'keys'))
    assert.deepEqual(await developmentKeys(join(folder, 'keys')), keys)
    assert.match(keys.answerKeyThumbprint, /^[A-Za-z0-9_-]{43}$/)
    assert.ok(!JSON.stringify(keys.clientJwks).includes('"d"'))
    assert.equal(Buffer.from(readFileSync(keys.dataKeyFile, 'utf8'), 'base64').length, 32)
  })

  test('files that repeat a Keycloak version repeat the pinned one', () => {
    const pom = readFileSync(new URL('../../../keycloak-config/provider/pom.xml', import.meta.url), 'utf8')
    assert.ok(pom.includes(`>${KEYCLOAK_ARTEFACT_VERSION}<`))
    assert.equal(MINIMUM_SERVER_VERSION, KEYCLOAK_SERVER_VERSION)
  })
})
