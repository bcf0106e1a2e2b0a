import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runNpm } from '../../keycloak-config/release/run-npm.ts'
import { type ChildEnd, collectUntilEnd } from './child-end.ts'

/** The npm package as somebody has it who installed its tarball into an empty folder. */
export type InstalledPackage = {
  /** Its own folder, below node_modules. */
  folder: string
  /** Runs one of its commands to its end, with nothing in its environment but what is given. */
  run: (command: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<ChildEnd>
  /** Starts one that goes on; give `ended` a signal to wait for. */
  start: (command: string, env: Readonly<Record<string, string>>) => StartedCommand
}

export type StartedCommand = {
  output: () => string
  signal: (signal: NodeJS.Signals) => void
  ended: Promise<ChildEnd>
}

/** Installs a tarball into this folder, as a user does. */
export const installPackage = async (into: string, tarball: string): Promise<InstalledPackage> => {
  mkdirSync(into, { recursive: true })
  writeFileSync(join(into, 'package.json'), '{ "private": true }\n')
  await runNpm(into, 'install', '--prefer-offline', '--omit-lockfile-registry-resolved', tarball)
  const begin = (command: string, args: readonly string[], env: Readonly<Record<string, string>>): StartedCommand => {
    const path = `${dirname(process.execPath)}:/usr/bin:/bin`
    const child = spawn(join(into, 'node_modules/.bin', command), args, { cwd: into, env: { PATH: path, ...env } })
    const { output, ended } = collectUntilEnd(child)
    return {
      output,
      signal: (signal) => {
        child.kill(signal)
      },
      ended,
    }
  }
  return {
    folder: join(into, 'node_modules/keycloak-fallback-bridge'),
    run: (command, args, env = {}) => begin(command, args, env).ended,
    start: (command, env) => begin(command, [], env),
  }
}
