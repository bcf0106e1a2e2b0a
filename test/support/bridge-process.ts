import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'

/** How a bridge ended: its exit code, and all that it wrote. */
export type BridgeEnd = { code: number | null; output: string; errors: string }

/** A bridge in a process of its own, as `npm start` runs it, with nothing in its environment but what is given. */
export type BridgeProcess = {
  signal: (signal: NodeJS.Signals) => void
  /** What it has logged so far, a line an entry. */
  log: () => readonly Record<string, unknown>[]
  ended: Promise<BridgeEnd>
}

/** Starts one; it is killed if it outlives the test's process by mistake. */
export const runBridge = (env: Readonly<Record<string, string>>): BridgeProcess => {
  const child = spawn(process.execPath, ['bridge/main.ts'], { cwd: REPOSITORY, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  const endWithUs = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', endWithUs)
  const ended = once(child, 'close').then(([code]): BridgeEnd => {
    process.off('exit', endWithUs)
    return { code, output, errors }
  })
  return {
    signal: (signal) => {
      child.kill(signal)
    },
    log: () =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ended,
  }
}
