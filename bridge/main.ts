import { readFileSync } from 'node:fs'
import { type RunningBridge, startBridge } from './compose.ts'
import { type Config, readConfig } from './config.ts'
import { readPolicy } from './policy/read-policy.ts'
import { createLogger } from './telemetry/logger.ts'

const clock = () => Date.now()

/** Tells what is wrong, one sentence a line, and ends: nothing was started. */
const refuseToStart = (problems: readonly string[]): never => {
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.exit(78)
}

const config = ((): Config => {
  const read = readConfig(process.env)
  return 'problems' in read ? refuseToStart(read.problems) : read.config
})()
const log = createLogger({ clock, level: config.logLevel, stream: process.stdout })

/** The text of the policy file, where one is named; a file that is wrong keeps the bridge from starting. */
const policyFile = ((): string | undefined => {
  const file = config.policyFile
  if (file === undefined) return undefined
  const text = ((): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return refuseToStart(['FALLBACK_BRIDGE_POLICY_FILE names a file that cannot be read.'])
    }
  })()
  const read = readPolicy(text, { file })
  if ('policy' in read) return text
  return refuseToStart(
    read.problems.map(({ line, sentence }) => `FALLBACK_BRIDGE_POLICY_FILE, line ${line}: ${sentence}`),
  )
})()

const bridge = await startBridge({ config, policyFile, log, clock }).catch(
  (error: unknown): RunningBridge =>
    refuseToStart([error instanceof Error ? error.message : 'The bridge could not start.']),
)

/** Stops in order, within the grace; a second signal, or the end of the grace, stops at once. */
const stop = (signal: NodeJS.Signals): void => {
  log.info('stopping', { kind: signal })
  for (const again of ['SIGTERM', 'SIGINT'] as const) process.once(again, () => process.exit(1))
  setTimeout(() => {
    log.error('the grace is over, stopping at once')
    process.exit(1)
  }, config.shutdownGraceSeconds * 1000).unref()
  bridge.stop().then(
    () => {
      log.info('stopped')
      process.exit(0)
    },
    () => process.exit(1),
  )
}
let isStopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isStopping) return
    isStopping = true
    stop(signal)
  })
}
