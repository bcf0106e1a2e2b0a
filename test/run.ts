import { spawnSync } from 'node:child_process'

/** One stage of the test command: what it is called, and what it runs. */
type Stage = { name: string; command: string; args: readonly string[] }

const tests = (name: string, pattern: string, ...options: readonly string[]): Stage => ({
  name,
  command: process.execPath,
  args: ['--test', '--test-reporter=spec', ...options, pattern],
})

const npx = (name: string, ...args: readonly string[]): Stage => ({
  name,
  command: 'npx',
  args: ['--no-install', ...args],
})

const stages: readonly Stage[] = [
  npx('lint', 'biome', 'check', '--error-on-warnings', '.'),
  npx('types', 'tsc', '--noEmit'),
  tests('unit', 'test/unit/**/*.test.ts'),
  tests('http', 'test/http/**/*.test.ts'),
  tests('store', 'test/store/**/*.test.ts'),
  tests('jobs', 'test/jobs/**/*.test.ts'),
  tests('races', 'test/races/**/*.test.ts'),
  tests('crash', 'test/crash/**/*.test.ts'),
  tests('twins', 'test/twins/**/*.test.ts'),
  { name: 'provider', command: process.execPath, args: ['keycloak-config/server/test-provider.ts'] },
  tests('package', 'test/package/**/*.test.ts'),
  tests(
    'e2e',
    'test/e2e/**/*.test.ts',
    '--test-concurrency=1',
    '--test-global-setup=test/support/start-keycloak-once.ts',
  ),
]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name))
if (unknown.length > 0) {
  process.stderr.write(
    `Unknown stage ${unknown.join(', ')}; there are: ${stages.map((stage) => stage.name).join(', ')}.\n`,
  )
  process.exit(2)
}

const results = stages
  .filter((stage) => wanted.length === 0 || wanted.includes(stage.name))
  .map((stage) => {
    process.stdout.write(`\n== ${stage.name}\n`)
    const startedAt = performance.now()
    const { status } = spawnSync(stage.command, stage.args, { stdio: 'inherit' })
    return { ...stage, passed: status === 0, seconds: Math.round((performance.now() - startedAt) / 1000) }
  })

process.stdout.write('\n')
for (const { name, passed, seconds } of results) {
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds} s\n`)
}
process.exitCode = results.every((result) => result.passed) ? 0 : 1
