import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { oldestNode } from '../../bridge/bin/require-node.ts'
import { settingNames, prefix as settingPrefix, settings } from '../../bridge/config/settings.ts'
import { minimumServerVersion } from '../../bridge/domain/server-version.ts'
import { DEMO_REALM } from '../../keycloak-config/realm/realm.ts'
import { PACKAGE_FOLDER } from '../../keycloak-config/release/build-package.ts'
import { publishedManifest } from '../../keycloak-config/release/published-manifest.ts'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const service = z.looseObject({
  image: z.string().optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  privileged: z.never().optional(),
  network_mode: z.never().optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
})
const compose = z
  .looseObject({
    services: z.record(z.string(), service),
    secrets: z.record(z.string(), z.object({ file: z.string() })),
  })
  .parse(parse(read('docker-compose.yml')))
const bridge = service.parse(compose.services['bridge'])
const keycloak = service.parse(compose.services['keycloak'])
const dockerfiles = { bridge: read('bridge/Dockerfile'), keycloak: read('keycloak-config/Dockerfile') }
/** The images a Dockerfile gives away: what follows each FROM but those of stages that only build. */
const givenAway = (dockerfile: string): readonly string[] =>
  dockerfile.split(/^(?=FROM )/m).filter((stage) => stage.startsWith('FROM ') && !/^FROM \S+ AS build$/m.test(stage))

describe('the container files, which no container engine has run here', () => {
  test('each variable that the compose file sets for the bridge is a setting, and no secret stands in it', () => {
    const known = settingNames.flatMap((name) => (settings[name].isSecret ? [name, `${name}_FILE`] : [name]))
    for (const name of Object.keys(bridge.environment)) {
      assert.ok(known.map((setting) => `${settingPrefix}${setting}`).includes(name), name)
    }
    for (const name of settingNames.filter((setting) => settings[setting].isSecret)) {
      assert.equal(bridge.environment[`${settingPrefix}${name}`], undefined, name)
    }
    for (const { environment } of Object.values(compose.services)) {
      const bare = Object.keys(environment).filter((name) => /(KEY|SECRET|PASSWORD|TOKEN|_URL)$/.test(name))
      // Addresses that hold no password.
      assert.deepEqual(bare, 'FALLBACK_BRIDGE_REALMS' in environment ? ['FALLBACK_BRIDGE_KEYCLOAK_URL'] : [])
    }
  })

  test('each required setting is set', () => {
    for (const name of settingNames.filter((setting) => settings[setting].isRequired)) {
      const given = [name, `${name}_FILE`].some((one) => bridge.environment[`${settingPrefix}${one}`] !== undefined)
      assert.ok(given, name)
    }
  })

  test('each secret file that the bridge is told of is a secret of the compose file that it gets', () => {
    const files = Object.entries(bridge.environment).filter(([, value]) => value.startsWith('/run/secrets/'))
    assert.ok(files.length >= 3)
    for (const [name, value] of files) {
      const secret = value.replace('/run/secrets/', '')
      assert.ok(bridge.secrets.includes(secret) && compose.secrets[secret] !== undefined, name)
    }
  })

  test('no service keeps a capability or can gain rights; all but Keycloak’s development mode have a read-only root', () => {
    for (const [name, { cap_drop, security_opt, read_only }] of Object.entries(compose.services)) {
      assert.deepEqual(cap_drop, ['ALL'], name)
      assert.deepEqual(security_opt, ['no-new-privileges:true'], name)
      assert.equal(read_only ?? false, name !== 'keycloak', name)
    }
    assert.match(bridge.user ?? '', /1000/)
  })

  test('each image that is given away ends as a user that is a number and not root, and says its version', () => {
    const images = Object.values(dockerfiles).flatMap(givenAway)
    assert.equal(images.length, 3)
    for (const image of images) {
      assert.match(image.match(/^USER .+$/gm)?.at(-1) ?? '', /^USER 1000(:1000)?$/, image)
      assert.match(image, /^LABEL org\.opencontainers\.image\.version=/m, image)
    }
  })

  test('no secret gets into a layer: named folders are copied, keys and caches are no part of the context', () => {
    for (const dockerfile of Object.values(dockerfiles)) {
      assert.doesNotMatch(dockerfile, /^(ARG|ADD)\b/m)
      assert.doesNotMatch(dockerfile, /^ENV .*(KEY|SECRET|PASSWORD|TOKEN)/im)
      assert.doesNotMatch(dockerfile, /^COPY (--\S+ )*\. /m)
    }
    const ignored = read('.dockerignore').trim().split('\n')
    for (const name of ['.git', '.cache', '.env*', 'node_modules', 'dist', '**/*.pem', '**/*.base64', '**/*.db']) {
      assert.ok(ignored.includes(name), name)
    }
  })

  test('the bridge’s image holds the built npm package, installed from its lock file, and no package manager', () => {
    const [image = ''] = givenAway(dockerfiles.bridge)
    const [, copied] = image.match(/^COPY --from=build (\S+) \.\/$/m) ?? []
    assert.equal(copied, `/build/${PACKAGE_FOLDER.slice(REPOSITORY.length).replace(/\/$/, '')}`)
    assert.equal(image.match(/^COPY/gm)?.length, 1)
    assert.match(image, /rm -rf \/usr\/local\/lib\/node_modules /)
    for (const install of dockerfiles.bridge.match(/npm ci.*$/gm) ?? []) assert.match(install, /--ignore-scripts$/)
    const defaults = settingNames.filter((name) => /(^|_)PORT$/.test(name)).map((name) => settings[name])
    const ports = defaults.flatMap((setting) => ('default' in setting ? [setting.default] : []))
    assert.match(image, new RegExp(`^EXPOSE ${ports.join(' ')}$`, 'm'))
    const command = z.tuple([z.literal('node'), z.string()]).parse(JSON.parse(image.match(/^CMD (.+)$/m)?.[1] ?? ''))
    const { bin } = publishedManifest(JSON.parse(read('package.json')), oldestNode)
    assert.equal(command[1], bin['fallback-bridge-server'])
    assert.match(image, new RegExp(`ln -s /app/${bin['fallback-bridge']} /usr/local/bin/fallback-bridge$`, 'm'))
  })

  test('each place that the bridge’s build reads is copied into it', () => {
    for (const path of ['package-lock.json', 'tsconfig.json', 'CHANGELOG.md', 'SECURITY.md', 'bridge']) {
      assert.match(dockerfiles.bridge, new RegExp(`^COPY .*\\b${path.replace('.', '\\.')} `, 'm'), path)
    }
  })

  test('pinned versions are the code’s own', () => {
    const manifest = z
      .object({ devDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')))
    const lock = z
      .object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })
      .parse(JSON.parse(read('package-lock.json')))
    assert.ok(manifest.devDependencies['node'])
    const node = lock.packages['node_modules/node']?.version
    const bases = [...dockerfiles.bridge.matchAll(/^FROM node:(\S+?)-/gm)].map(([, version]) => version)
    assert.deepEqual(bases, [node, node])
    assert.ok(
      !Object.values(dockerfiles).some((text) => /^FROM \S+(:latest| )/m.test(text.replaceAll(/ AS \w+$/gm, ''))),
    )
    assert.match(dockerfiles.keycloak, new RegExp(`^FROM keycloak/keycloak:${minimumServerVersion}$`, 'm'))
  })

  test('the health checks call what exists, on the ports that are set', () => {
    const bridgeCheck = bridge.healthcheck?.test.join(' ') ?? ''
    assert.match(bridgeCheck, new RegExp(`:${bridge.environment['FALLBACK_BRIDGE_MANAGEMENT_PORT']}/health/ready`))
    assert.match(read('bridge/http/management.ts'), /\/health\/ready/)
    assert.match(keycloak.healthcheck?.test.join(' ') ?? '', /127\.0\.0\.1\/9000 .*\/health\/ready/s)
    assert.equal(keycloak.environment['KC_HEALTH_ENABLED'], 'true')
  })

  test('the addresses of one service in another’s environment are its name and its port', () => {
    assert.equal(bridge.environment['FALLBACK_BRIDGE_KEYCLOAK_URL'], 'http://keycloak:8080')
    assert.equal(bridge.environment['FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE'], keycloak.environment['KC_HOSTNAME'])
    const writer = read('keycloak-config/demo/compose-keys.ts')
    assert.ok(writer.includes(`http://bridge:${bridge.environment['FALLBACK_BRIDGE_PORT']}`))
    assert.equal(bridge.environment['FALLBACK_BRIDGE_REALMS'], DEMO_REALM)
  })

  test('each secret of the compose file is written by the command that makes them, readable only where it must be', () => {
    const writer = read('keycloak-config/demo/compose-keys.ts') + read('keycloak-config/demo/demo-state.ts')
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      const written = file.replace('.cache/compose/', '').replace(/\$\{COMPOSE_PROFILES:-(\w+)\}/, '$1')
      assert.ok(writer.includes(`'${written}'`), name)
    }
    const profiles = Object.values(compose.services).flatMap(({ profiles }) => profiles)
    for (const profile of profiles) assert.ok(writer.includes(`'database-url.${profile}'`), profile)
  })

  test('each placeholder of the imported realm is written into the env file', () => {
    const writer = read('keycloak-config/demo/compose-keys.ts')
    for (const [, name] of read('keycloak-config/realm/demo-realm.json').matchAll(/\$\{(\w+)\}/g)) {
      assert.ok(writer.includes(`${name}:`), name)
    }
  })

  test('files that the images run and mount are there', () => {
    assert.ok(read('bridge/policy/packs/standard.yaml').length > 0)
    // --import-realm takes a file only under the name of its realm.
    const mount = `./keycloak-config/realm/demo-realm.json:/opt/keycloak/data/import/${DEMO_REALM}-realm.json:ro`
    assert.ok(keycloak.volumes.includes(mount))
    assert.match(read('keycloak-config/provider/pom.xml'), /<finalName>keycloak-fallback-bridge<\/finalName>/)
  })
})
