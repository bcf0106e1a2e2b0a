import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { policyGroup } from '../../bridge/cli/policy-group.ts'
import { runProgram } from '../../bridge/cli/run-program.ts'
import { composePolicyCommands } from '../../bridge/compose-cli.ts'
import { REPOSITORY } from '../../keycloak-config/server/locations.ts'

/** How a command ended, and what it wrote. */
export type CliRun = { code: number | null; out: string; err: string }

/** A command that runs in a process of its own: what it has written so far, and how it ends. */
export type RunningCli = { written: Readonly<CliRun>; ended: Promise<CliRun> }

type ProcessWishes = { env?: Readonly<Record<string, string>>; input?: string }

/** Starts `fallback-bridge …`, with nothing in its environment but what is given. */
export const startCli = (args: readonly string[], { env = {}, input = '' }: ProcessWishes = {}): RunningCli => {
  const child = spawn(process.execPath, ['bridge/cli.ts', ...args], { cwd: REPOSITORY, env })
  const written: CliRun = { code: null, out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    written.out += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    written.err += chunk
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const endWithUs = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', endWithUs)
  const ended = once(child, 'close').then(([code]): CliRun => {
    process.off('exit', endWithUs)
    return { ...written, code }
  })
  return { written, ended }
}

/** Starts one and waits for its end. */
export const runCli = (args: readonly string[], wishes: ProcessWishes = {}): Promise<CliRun> =>
  startCli(args, wishes).ended

/** What a command that runs in this process is given. */
export type CliWishes = { env?: Readonly<Record<string, string>>; input?: string; clock?: () => number }

/** Runs the same commands in this process, which is much faster. */
export const callCli = async (
  args: readonly string[],
  { env = {}, input = '', clock = () => Date.now() }: CliWishes = {},
): Promise<CliRun> => {
  const run: CliRun = { code: null, out: '', err: '' }
  const tell = (text: string): void => {
    run.err += text
  }
  const readText = (file: string): string | undefined => {
    if (file === '-') return input
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  const commands = composePolicyCommands({ environment: env, readText, clock, tell: (line) => tell(`${line}\n`) })
  const write = (text: string): void => {
    run.out += text
  }
  run.code = await runProgram(args, { version: '0', groups: [policyGroup(commands)], write, tell })
  return run
}
