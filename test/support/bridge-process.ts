import { spawn } from 'node:child_process'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'
import { type ChildEnd, collectUntilEnd } from './child-end.ts'

/** A bridge in a process of its own, as `npm start` runs it, with nothing in its environment but what is given. */
export type BridgeProcess = {
  signal: (signal: NodeJS.Signals) => void
  /** What it has logged so far, a line an entry. */
  log: () => readonly Record<string, unknown>[]
  ended: Promise<ChildEnd>
}

/** Starts one. */
export const runBridge = (env: Readonly<Record<string, string>>): BridgeProcess => {
  const child = spawn(process.execPath, ['bridge/main.ts'], { cwd: REPOSITORY, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const { output, ended } = collectUntilEnd(child)
  return {
    signal: (signal) => {
      child.kill(signal)
    },
    log: () =>
      output()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    ended,
  }
}
