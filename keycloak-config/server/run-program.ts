import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How a program ended, with everything it printed (standard output and error in the order they came). */
export type ProgramResult = {
  code: number | null
  output: string
}

/** What to run it with; `onLine` sees each line as it comes. */
export type ProgramOptions = {
  cwd?: string
  env?: NodeJS.ProcessEnv
  onLine?: (line: string) => void
}

/**
 * Runs a program to its end. Standard input is closed, so nothing can wait for an answer. Resolves with any exit code;
 * rejects only if the program cannot be started. If this process exits first, the program is told to stop.
 */
export const runProgram = (command: string, args: string[], options: ProgramOptions = {}): Promise<ProgramResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const stop = (): void => {
      child.kill('SIGTERM')
    }
    process.once('exit', stop)
    const lines: string[] = []
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        options.onLine?.(line)
      })
    }
    child.once('error', (error) => {
      process.removeListener('exit', stop)
      reject(error)
    })
    child.once('close', (code) => {
      process.removeListener('exit', stop)
      resolve({ code, output: lines.join('\n') })
    })
  })

/** The last lines of an output, indented, for an error message. */
export const lastLines = (output: string, count = 15): string =>
  output
    .trimEnd()
    .split('\n')
    .slice(-count)
    .map((line) => `  ${line}`)
    .join('\n')
