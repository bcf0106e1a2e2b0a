import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = (pattern: string): string[] =>
  globSync(pattern, { cwd: root, exclude: ['node_modules/**', '**/target/**', '.cache/**'] }).map((path) =>
    path.split(sep).join('/'),
  )
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** What each room of the bridge may import, beside itself. `compose` and `main` may import all. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  app: ['domain'],
  http: ['app', 'domain'],
  store: ['app', 'domain'],
  keycloak: ['app', 'domain'],
  crypto: ['app', 'domain'],
  policy: ['app', 'domain'],
  telemetry: ['app', 'domain'],
  notify: ['app', 'domain'],
  jobs: ['app', 'domain'],
  config: ['crypto', 'domain'],
  'operations-client': ['domain'],
  cli: ['app', 'domain', 'policy', 'operations-client'],
}

/** Entry points that share their name with a room, and may import all. */
const entries: readonly string[] = ['bridge/cli.ts']

const importsOf = (path: string): string[] =>
  [...read(path).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')

const roomOf = (path: string): string => path.split('/')[1]?.replace(/\.ts$/, '') ?? ''

describe('the house', () => {
  const sources = files('bridge/**/*.ts')

  test('data flows one way: each room imports only what lies below it', () => {
    const wrong = sources.flatMap((path) => {
      const allowed = entries.includes(path) ? undefined : mayImport[roomOf(path)]
      if (allowed === undefined) return []
      return importsOf(path)
        .filter((name) => name.startsWith('.'))
        .map((name) =>
          relative(root, resolve(root, dirname(path), name))
            .split(sep)
            .join('/'),
        )
        .filter((target) => roomOf(target) !== roomOf(path) && !allowed.includes(roomOf(target)))
        .map((target) => `${path} imports ${target}`)
    })
    assert.deepEqual(wrong, [])
  })

  test('the domain imports no platform, no library, and reads no clock and no randomness', () => {
    for (const path of sources.filter((source) => /^bridge\/(domain|app)\//.test(source))) {
      const foreign = importsOf(path).filter((name) => !name.startsWith('.'))
      assert.deepEqual(foreign, [], path)
      assert.doesNotMatch(read(path), /Date\.now\(|new Date\(\)|Math\.random\(|process\.|globalThis/, path)
    }
  })

  test('no file is longer than 400 lines', () => {
    const all = [...files('{bridge,keycloak-config,test}/**/*.ts'), ...files('keycloak-config/**/*.{java,ftl}')]
    assert.deepEqual(
      all.filter((path) => read(path).split('\n').length > 400),
      [],
    )
  })

  test('no barrels, no default exports, no rooms without a meaning', () => {
    for (const path of files('{bridge,keycloak-config,test}/**/*.ts')) {
      assert.doesNotMatch(path, /(^|\/)(utils?|helpers?|common|types|misc)(\/|\.ts$)|\/index\.ts$/, path)
      assert.doesNotMatch(read(path), /^export default /m, path)
    }
  })
})
