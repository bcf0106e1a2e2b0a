import { readFileSync } from 'node:fs'
import type { PolicySource } from './app/ports.ts'
import { type RunningBridge, startBridge } from './compose.ts'
import { type Config, readConfig } from './config.ts'
import { parsePolicy } from './policy/parse-policy.ts'
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

/** Without a policy file there is no active policy, and every fallback is refused (R1). */
const policy = ((): PolicySource => {
  if (config.policyFile === undefined) {
    log.warn('no policy is active: every fallback is refused')
    return () => undefined
  }
  const text = ((file: string): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch {
      return refuseToStart(['FALLBACK_BRIDGE_POLICY_FILE names a file that cannot be read.'])
    }
  })(config.policyFile)
  const parsed = parsePolicy(text)
  return 'problems' in parsed ? refuseToStart(parsed.problems) : () => parsed.policy
})()

const bridge = await startBridge({ config, policy, log, clock }).catch(
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
