import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { waitUntil } from './wait-until.ts'

/** A server started by us, with all processes it starts itself. */
export type SupervisedProcess = {
  /** Leader of a process group of its own. */
  readonly pid: number
  /** Resolves when the leader has ended, however that came about. */
  readonly exited: Promise<void>
  isRunning(): boolean
  /** Asks the whole group to end (SIGTERM) and insists (SIGKILL) after `graceMs`; resolves when none is left. */
  stop(graceMs?: number): Promise<void>
  /** Ends the whole group at once, as a power cut would; resolves when none is left. */
  kill(): Promise<void>
}

/** What to start; its output goes to the end of `logFile`. */
export type SupervisedCommand = {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd?: string
  logFile: string
}

/** Sends a signal to a process group; false if there is no such group any more. */
const signalGroup = (pid: number, signal: NodeJS.Signals | 0): boolean => {
  try {
    process.kill(-pid, signal)
    return true
  } catch {
    return false
  }
}

/** Whether a process runs in this group; one that has ended and waits for its parent to notice does not count. */
const runsInGroup = (processId: string, group: number): boolean => {
  try {
    const [state, , processGroup] = readFileSync(`/proc/${processId}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return Number(processGroup) === group && state !== 'Z'
  } catch {
    return false
  }
}

const isGroupRunning = (group: number): boolean => {
  if (!signalGroup(group, 0)) return false
  if (process.platform !== 'linux') return true
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && runsInGroup(name, group))
}

/**
 * Ends the group when this process is gone, even by SIGKILL: a shell that reads a pipe of which we hold the other end.
 * It sits in a group of its own, so that Ctrl-C in the terminal does not take it away before its task.
 */
const LIFELINE =
  'read -r _; kill -TERM -"$1"; for _ in 1 2 3 4 5 6; do sleep 0.5; kill -0 -"$1" || exit; done; kill -KILL -"$1"'

const guard = (pid: number): ChildProcess => {
  const shell = spawn('sh', ['-c', LIFELINE, 'lifeline', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.on('error', () => undefined)
  shell.unref()
  return shell
}

/**
 * Starts a server in a process group of its own and makes sure that nothing of it outlives this process. Rejects if the
 * command cannot be started.
 */
export const startSupervised = async ({
  command,
  args,
  env,
  cwd,
  logFile,
}: SupervisedCommand): Promise<SupervisedProcess> => {
  const log = openSync(logFile, 'a')
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${command} has no process id`)
  const lifeline = guard(pid)
  const groupIsGone = (): Promise<boolean> =>
    waitUntil(`process group ${pid} has ended`, () => !isGroupRunning(pid), { withinMs: 30_000, everyMs: 20 })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
  })
  // A leader that ends by itself leaves nobody in its group whom we would want to keep.
  const cleared = exited.then(async () => {
    signalGroup(pid, 'SIGKILL')
    lifeline.kill('SIGKILL')
    await groupIsGone()
  })
  cleared.catch(() => undefined)

  return {
    pid,
    exited,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    stop: async (graceMs = 10_000) => {
      signalGroup(pid, 'SIGTERM')
      const insist = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
      await cleared.finally(() => clearTimeout(insist))
    },
    kill: async () => {
      signalGroup(pid, 'SIGKILL')
      await cleared
    },
  }
}
