import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isSupportedServer, minimumServerVersion } from '../../bridge/domain/server-version.ts'
import { KEYCLOAK_SERVER_VERSION } from '../../keycloak-config/server/keycloak-version.ts'
import { serverVersionVariable } from '../support/keycloak.ts'
import { compatibilityPage, type Verdict } from './compatibility-page.ts'

/**
 * Runs the core story on several Keycloak servers: the fallback and the realm tool on those that are new enough, the
 * refusals on those that are not. Each is fetched through Maven and started by itself.
 */
const stories = ['test/e2e/fallback-login.test.ts', 'test/e2e/realm-tool.test.ts', 'test/e2e/realm-tool-forms.test.ts']
const refusals = ['test/compat/refused.test.ts']

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const { values } = parseArgs({
  options: {
    versions: { type: 'string', default: KEYCLOAK_SERVER_VERSION },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

const run = (version: string, files: readonly string[]): Promise<{ output: string; code: number }> =>
  new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        '--test',
        '--test-concurrency=1',
        '--test-reporter=tap',
        '--test-global-setup=test/support/start-keycloak-once.ts',
        ...files,
      ],
      { env: { ...process.env, [serverVersionVariable]: version } },
    )
    let output = ''
    const take = (chunk: Buffer): void => {
      output += chunk.toString()
      for (const line of chunk.toString().split('\n')) if (/^\s*(not )?ok \d|^Fetching|^ {2}\S/.test(line)) tell(line)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('close', (code) => resolve({ output, code: code ?? 1 }))
  })

const count = (output: string, what: string): number =>
  Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(output)?.[1] ?? 0)

const verdicts: Verdict[] = []
for (const version of values.versions.split(',').map((one) => one.trim())) {
  const isSupported = isSupportedServer(version)
  tell(`Keycloak ${version}: ${isSupported ? 'the whole story' : `older than ${minimumServerVersion}, the refusals`}`)
  const { output, code } = await run(version, isSupported ? stories : refusals)
  const [passed, failed] = [count(output, 'pass'), count(output, 'fail')]
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  verdicts.push({
    version,
    outcome: code !== 0 ? 'failed' : isSupported ? 'works' : 'refused',
    passed,
    failed,
    ...(code === 0
      ? {}
      : {
          problem: lines
            .filter((line) => /not ok|Error/.test(line))
            .slice(0, 5)
            .join('\n'),
        }),
  })
  tell(`Keycloak ${version}: ${verdicts.at(-1)?.outcome}, ${passed} tests passed, ${failed} failed`)
}
process.stdout.write(
  values.json
    ? `${JSON.stringify({ minimum: minimumServerVersion, verdicts }, null, 2)}\n`
    : `${verdicts.map(({ version, outcome, passed, failed }) => `${version.padEnd(10)} ${outcome.padEnd(8)} ${passed} passed, ${failed} failed`).join('\n')}\n`,
)
if (values.write) writeFileSync(new URL('../../docs/compatibility.md', import.meta.url), compatibilityPage(verdicts))
process.exitCode = verdicts.every(({ outcome }) => outcome !== 'failed') ? 0 : 1
