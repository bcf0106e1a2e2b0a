import { lastLines, runProgram } from '../server/run-program.ts'
import { SetupError } from '../server/setup-error.ts'

/** What an npm around this process would tell one inside it, its own folder among it, is left out. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')))

/**
 * Runs npm in a folder and gives what it printed. No install script runs.
 * @throws SetupError with npm's last lines
 */
export const runNpm = (folder: string, ...args: string[]): Promise<string> =>
  run(folder, 'npm', ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args])

/** Runs a command of the repository's own dependencies, as `npx` does. */
export const runInstalled = (folder: string, command: string, ...args: string[]): Promise<string> =>
  run(folder, `node_modules/.bin/${command}`, args)

const run = async (folder: string, command: string, args: string[]): Promise<string> => {
  const { code, output } = await runProgram(command, args, { cwd: folder, env: cleanEnvironment() })
  if (code === 0) return output
  throw new SetupError(`${[command, ...args].join(' ')} failed; its last lines:\n${lastLines(output)}`)
}
