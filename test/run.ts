import { spawnSync } from 'node:child_process'

/** One stage of the test command: what it is called, what it runs, and how long it may take (10 minutes). */
type Stage = { name: string; command: string; args: readonly string[]; withinMinutes?: number }

const WITHIN_MINUTES = 10
/** A test or a hook that hangs fails then, and the others go on: no real one takes half as long on a busy machine. */
const TEST_WITHIN_MS = 300_000

const tests = (name: string, pattern: string, ...options: readonly string[]): Stage => ({
  name,
  command: process.execPath,
  args: ['--test', '--test-reporter=spec', `--test-timeout=${TEST_WITHIN_MS}`, ...options, pattern],
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
  {
    ...tests(
      'e2e',
      'test/e2e/**/*.test.ts',
      '--test-concurrency=1',
      // A browser that hangs would keep its test file from ending after the test has failed.
      '--test-force-exit',
      '--test-global-setup=test/support/start-keycloak-once.ts',
    ),
    withinMinutes: 45,
  },
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
    const minutes = stage.withinMinutes ?? WITHIN_MINUTES
    const { status, error } = spawnSync(stage.command, stage.args, { stdio: 'inherit', timeout: minutes * 60_000 })
    if (error !== undefined) process.stdout.write(`Stage ${stage.name} was ended: ${error.message}\n`)
    return { ...stage, passed: status === 0, seconds: Math.round((performance.now() - startedAt) / 1000) }
  })

process.stdout.write('\n')
for (const { name, passed, seconds } of results) {
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds} s\n`)
}
process.exitCode = results.every((result) => result.passed) ? 0 : 1
