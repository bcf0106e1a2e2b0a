import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { settingNames, prefix as settingPrefix, settings } from '../../bridge/config/settings.ts'
import { minimumServerVersion } from '../../bridge/domain/server-version.ts'
import { DEMO_REALM } from '../../keycloak-config/realm/realm.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const service = z.looseObject({
  image: z.string().optional(),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
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

describe('the container files, which no container engine has run here', () => {
  test('each variable that the compose file sets for the bridge is a setting, and no secret stands in it', () => {
    const known = settingNames.flatMap((name) => (settings[name].isSecret ? [name, `${name}_FILE`] : [name]))
    for (const name of Object.keys(bridge.environment)) {
      assert.ok(known.map((setting) => `${settingPrefix}${setting}`).includes(name), name)
    }
    for (const name of settingNames.filter((setting) => settings[setting].isSecret && setting !== 'DATABASE_URL')) {
      assert.equal(bridge.environment[`${settingPrefix}${name}`], undefined, name)
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

  test('the bridge runs without root, on a read-only root, without capabilities', () => {
    assert.equal(bridge.read_only, true)
    assert.deepEqual(bridge.cap_drop, ['ALL'])
    assert.match(bridge.user ?? '', /1000/)
    assert.match(read('bridge/Dockerfile'), /^USER node$/m)
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
    for (const from of read('bridge/Dockerfile').matchAll(/^FROM node:(\S+?)-/gm)) assert.equal(from[1], node)
    assert.match(
      read('keycloak-config/Dockerfile'),
      new RegExp(`^FROM keycloak/keycloak:${minimumServerVersion}$`, 'm'),
    )
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

  test('each placeholder of the imported realm is written into the env file', () => {
    const writer = read('keycloak-config/demo/compose-keys.ts')
    for (const [, name] of read('keycloak-config/realm/demo-realm.json').matchAll(/\$\{(\w+)\}/g)) {
      assert.ok(writer.includes(`${name}:`), name)
    }
  })

  test('files that the images run and mount are there', () => {
    assert.ok(read('bridge/main.ts').length > 0)
    assert.ok(read('bridge/policy/packs/standard.yaml').length > 0)
    // --import-realm takes a file only under the name of its realm.
    const mount = `./keycloak-config/realm/demo-realm.json:/opt/keycloak/data/import/${DEMO_REALM}-realm.json:ro`
    assert.ok(keycloak.volumes.includes(mount))
    assert.match(read('keycloak-config/provider/pom.xml'), /<finalName>keycloak-fallback-bridge<\/finalName>/)
  })
})
