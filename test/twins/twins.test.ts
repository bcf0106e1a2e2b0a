import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Twin, testFileOf, twins } from './twins.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** So many, spread over the list, where nothing is said; `npm run test:twins` makes all. */
const sample = process.env['TWINS'] === 'all' ? 1 : 8

/** Each check is taken out of a copy of the product, and the test that is there for it must go red. */
describe('evil twins', () => {
  let copy: string
  before(() => {
    copy = mkdtempSync(join(tmpdir(), 'fallback-bridge-twins-'))
    for (const part of ['bridge', 'test', 'keycloak-config/demo', 'package.json']) {
      cpSync(join(root, part), join(copy, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  })
  after(() => rmSync(copy, { recursive: true, force: true }))

  const failsIn = async (twin: Twin): Promise<boolean> => {
    const pattern = `^${twin.test.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`
    const args = ['--test', '--test-reporter=tap', `--test-name-pattern=${pattern}`, testFileOf(twin)]
    const child = spawn(process.execPath, args, {
      cwd: copy,
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    await once(child, 'close')
    const lines = Buffer.concat(output).toString().split('\n')
    const result = lines.find((line) => line.includes(' - ') && line.endsWith(` - ${twin.test}`))
    assert.ok(result, `the test ran: ${twin.test}`)
    return result.trimStart().startsWith('not ok')
  }

  for (const [index, twin] of twins.entries()) {
    if (index % sample !== 0) continue
    test(`without "${twin.without}" a test goes red: ${twin.test}`, async () => {
      const file = join(copy, twin.file)
      const source = readFileSync(file, 'utf8')
      assert.equal(source.split(twin.from).length, 2, `stands once in ${twin.file}`)
      writeFileSync(file, source.replace(twin.from, twin.to))
      try {
        assert.ok(await failsIn(twin))
      } finally {
        writeFileSync(file, source)
      }
    })
  }
})
