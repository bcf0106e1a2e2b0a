import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { z } from 'zod'
import { version } from '../../bridge/version.ts'
import { buildReleaseJar } from '../../keycloak-config/release/build-release-jar.ts'
import { CHECKSUMS, makeRelease, type Release } from '../../keycloak-config/release/make-release.ts'
import { ensureBuildTools } from '../../keycloak-config/server/build-tools.ts'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'
import { findFreePort } from '../../keycloak-config/server/ports.ts'
import { printProgress } from '../../keycloak-config/server/progress.ts'
import { runProgram } from '../../keycloak-config/server/run-program.ts'
import { waitUntil } from '../../keycloak-config/server/wait-until.ts'
import { type InstalledPackage, installPackage } from '../support/installed-package.ts'
import { leastEnvironment, pemOf } from '../support/settings-environment.ts'

const lockFile = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string(), integrity: z.string().optional(), dev: z.boolean().optional() }),
  ),
})
const bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.string(), version: z.string() }) }),
  components: z.array(
    z.object({ purl: z.string(), hashes: z.array(z.object({ alg: z.string(), content: z.string() })) }),
  ),
})
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')

describe('a release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-release-'))
  let release: Release
  let installed: InstalledPackage
  const file = (ending: string): string => {
    const found = release.files.find(({ name }) => name.endsWith(ending))
    assert.ok(found, ending)
    return join(release.folder, found.name)
  }
  before(async () => {
    release = await makeRelease(await ensureBuildTools(printProgress), printProgress)
    installed = await installPackage(join(folder, 'installed'), file('.tgz'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  describe('its npm package, installed into an empty folder', () => {
    const packs = () => join(installed.folder, 'bridge/policy/packs')

    test('tells its version and its commands', async () => {
      assert.deepEqual(await installed.run('fallback-bridge', ['--version']), {
        code: 0,
        output: `${version}\n`,
        errors: '',
      })
      const help = await installed.run('fallback-bridge', ['--help'])
      assert.equal(help.code, 0)
      for (const group of ['policy', 'realm']) assert.match(help.output, new RegExp(`^  ${group}\\b`, 'm'))
    })

    test('R1: checks each of the policies it brings, and refuses a broken one', async () => {
      const files = readdirSync(packs())
      assert.ok(files.length >= 8)
      for (const pack of files) {
        const checked = await installed.run('fallback-bridge', ['policy', 'check', join(packs(), pack)])
        assert.equal(checked.code, 0, pack + checked.output + checked.errors)
      }
      writeFileSync(join(folder, 'broken.yaml'), 'engine: 1\n')
      const refused = await installed.run('fallback-bridge', ['policy', 'check', join(folder, 'broken.yaml')])
      assert.notEqual(refused.code, 0)
    })

    test('prints the public halves of the bridge’s keys', async () => {
      const [answer, client] = ['answer.pem', 'client.pem'].map((name) => join(folder, name))
      writeFileSync(answer ?? '', pemOf(generateKeyPairSync('ed25519').privateKey))
      writeFileSync(client ?? '', pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey))
      const shown = await installed.run('fallback-bridge-keys', [answer ?? '', client ?? ''])
      assert.match(shown.output, /^Bridge key thumbprint: [\w-]{43}\nClient JWKS: \{"keys":\[\{"kty":"EC"/)
    })

    test('starts the bridge, which says that it lives and stops in order', async () => {
      const managementPort = String(await findFreePort())
      const bridge = installed.start(
        'fallback-bridge-server',
        leastEnvironment({
          FALLBACK_BRIDGE_DATABASE_URL: `sqlite:${join(folder, 'bridge.db')}`,
          FALLBACK_BRIDGE_POLICY_FILE: join(packs(), 'standard.yaml'),
          FALLBACK_BRIDGE_PORT: '0',
          FALLBACK_BRIDGE_MANAGEMENT_PORT: managementPort,
        }),
      )
      await waitUntil('the bridge takes steps', async () => bridge.output().includes('the bridge takes steps'))
      const live = await fetch(`http://127.0.0.1:${managementPort}/health/live`)
      assert.deepEqual(await live.json(), { status: 'live' })
      bridge.signal('SIGTERM')
      const { code, output, errors } = await bridge.ended
      assert.deepEqual({ code, errors }, { code: 0, errors: '' })
      assert.ok(output.includes(`"version":"${version}"`))
    })

    test('refuses wrong settings with sentences and exit code 78', async () => {
      const refused = await installed.run('fallback-bridge-server', [], { FALLBACK_BRIDGE_PORT: '8480' })
      assert.equal(refused.code, 78)
      assert.match(refused.errors, /^FALLBACK_BRIDGE_REALMS is required\.$/m)
    })

    test('refuses an older Node with one sentence', async () => {
      const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.18.0' } })`
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` }
      for (const command of ['fallback-bridge', 'fallback-bridge-server', 'fallback-bridge-keys']) {
        const refused = await installed.run(command, ['--version'], env)
        assert.equal(refused.code, 1)
        assert.match(refused.errors, /^The bridge needs Node 24 or later, and v\S+ is running\.\n$/)
      }
    })

    test('brings each production dependency in the version that was tested, and no development dependency', () => {
      const tested = lockFile.parse(JSON.parse(readFileSync(`${REPOSITORY}package-lock.json`, 'utf8'))).packages
      const brought = lockFile.parse(
        JSON.parse(readFileSync(join(folder, 'installed/node_modules/.package-lock.json'), 'utf8')),
      ).packages
      const production = Object.entries(tested).filter(([path, { dev }]) => path !== '' && dev !== true)
      assert.ok(production.length > 100)
      assert.deepEqual(
        Object.entries(brought)
          .filter(([path]) => path !== 'node_modules/keycloak-fallback-bridge')
          .map(([path, { version: one, integrity }]) => [path, one, integrity])
          .toSorted(),
        production.map(([path, { version: one, integrity }]) => [path, one, integrity]).toSorted(),
      )
    })

    test('holds no source, no test, no key, no script, and lets nobody import its inside', async () => {
      const names = readdirSync(installed.folder, { recursive: true, encoding: 'utf8' })
      assert.deepEqual(
        names.filter((name) => /\.ts$|\.test\.|\.pem$|\.db$|(^|\/)\.|tsconfig|Dockerfile/.test(name)),
        [],
      )
      const manifest = z
        .looseObject({ engines: z.object({ node: z.string() }), bin: z.record(z.string(), z.string()) })
        .parse(JSON.parse(readFileSync(join(installed.folder, 'package.json'), 'utf8')))
      for (const name of ['scripts', 'devDependencies', 'private', 'allowScripts'])
        assert.equal(manifest[name], undefined)
      assert.equal(manifest.engines.node, '>=24')
      assert.deepEqual(Object.keys(manifest.bin), ['fallback-bridge', 'fallback-bridge-server', 'fallback-bridge-keys'])
      writeFileSync(
        join(folder, 'installed/import.mjs'),
        `import schema from 'keycloak-fallback-bridge/policy.schema.json' with { type: 'json' }
         console.log(typeof schema.properties, import.meta.resolve('keycloak-fallback-bridge/packs/standard.yaml').slice(-13))
         await import('keycloak-fallback-bridge/bridge/compose.js').catch((error) => console.log(error.code))`,
      )

      const { output } = await runProgram(process.execPath, [join(folder, 'installed/import.mjs')])
      assert.equal(output, 'object standard.yaml\nERR_PACKAGE_PATH_NOT_EXPORTED')
    })
  })

  test('in the repository, npx runs the same command from its sources', async () => {
    const manifest = z.object({ bin: z.record(z.string(), z.string()) })
    const { bin } = manifest.parse(JSON.parse(readFileSync(`${REPOSITORY}package.json`, 'utf8')))
    for (const source of Object.values(bin))
      assert.match(readFileSync(REPOSITORY + source, 'utf8'), /^#!\/usr\/bin\/env node\n/)
    const ran = await runProgram('npx', ['--no-install', 'fallback-bridge', '--version'], { cwd: REPOSITORY })
    assert.deepEqual(ran, { code: 0, output: version })
  })

  test('the provider jar is the same, byte for byte, in another folder, time zone, language and umask', async () => {
    const before = { umask: process.umask(0o077), zone: process.env['TZ'], language: process.env['LC_ALL'] }
    Object.assign(process.env, { TZ: 'Pacific/Auckland', LC_ALL: 'C' })
    try {
      const again = await buildReleaseJar(await ensureBuildTools(printProgress), join(folder, 'again'), printProgress)
      assert.equal(sha256(again.jar), sha256(file('.jar')))
      assert.equal(sha256(again.bom), sha256(file(`provider-${version}.cdx.json`)))
    } finally {
      process.umask(before.umask)
      for (const [name, value] of [
        ['TZ', before.zone],
        ['LC_ALL', before.language],
      ] as const) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    }
  })

  test('every file of it is in the checksums, which are right', () => {
    const lines = readFileSync(join(release.folder, CHECKSUMS), 'utf8').trimEnd().split('\n')
    const names = readdirSync(release.folder).filter((name) => name !== CHECKSUMS)
    assert.equal(names.length, 4)
    assert.deepEqual(lines.toSorted(), names.map((name) => `${sha256(join(release.folder, name))}  ${name}`).toSorted())
    assert.deepEqual(
      release.files.map(({ name, sha256: hash }) => `${hash}  ${name}`),
      lines,
    )
  })

  test('the bridge’s bill of materials names each production dependency, its version and its hash', () => {
    const { metadata, components } = bom.parse(JSON.parse(readFileSync(file(`bridge-${version}.cdx.json`), 'utf8')))
    assert.deepEqual(metadata.component, { name: 'keycloak-fallback-bridge', version })
    const locked = lockFile.parse(JSON.parse(readFileSync(`${REPOSITORY}package-lock.json`, 'utf8'))).packages
    const expected = Object.entries(locked)
      .filter(([path, { dev }]) => path !== '' && dev !== true)
      .map(([path, one]) => {
        const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length).replace('@', '%40')
        const hash = Buffer.from(one.integrity?.replace('sha512-', '') ?? '', 'base64').toString('hex')
        return `pkg:npm/${name}@${one.version} ${hash}`
      })
    assert.deepEqual(
      new Set(components.map(({ purl, hashes }) => `${purl} ${hashes.find(({ alg }) => alg === 'SHA-512')?.content}`)),
      new Set(expected),
    )
  })

  test('the jar’s bill of materials names each artefact it is compiled against, and its version', () => {
    const { metadata, components } = bom.parse(JSON.parse(readFileSync(file(`provider-${version}.cdx.json`), 'utf8')))
    assert.deepEqual(metadata.component, { name: 'keycloak-fallback-bridge', version })
    const pom = readFileSync(`${REPOSITORY}keycloak-config/provider/pom.xml`, 'utf8')
    const property = (name: string) => pom.match(new RegExp(`<${name}>(.+)</${name}>`))?.[1]
    const declared = [...pom.matchAll(/<dependency>(.+?)<\/dependency>/gs)].flatMap(([, text = '']) => {
      const [group, artifact, variable] = ['groupId', 'artifactId', 'version'].map(
        (tag) => text.match(new RegExp(`<${tag}>(.+?)</${tag}>`))?.[1],
      )
      const isTest = text.includes('<scope>test</scope>')
      return isTest ? [] : [`pkg:maven/${group}/${artifact}@${property(variable?.slice(2, -1) ?? '')}?type=jar`]
    })
    assert.equal(declared.length, 8)
    const named = components.map(({ purl }) => purl)
    assert.deepEqual(
      declared.filter((purl) => !named.includes(purl)),
      [],
    )
    assert.ok(!named.some((purl) => purl.includes('junit')))
  })
})
