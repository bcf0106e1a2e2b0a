import { existsSync } from 'node:fs'
import { findChromium, findJavaHome, findOnPath, findPostgresBinaries } from './find-program.ts'
import type { Progress } from './progress.ts'
import { lastLines, runProgram } from './run-program.ts'
import { SetupError } from './setup-error.ts'

type Program = {
  /** What a person calls it. */
  title: string
  find: () => Promise<string | undefined> | string | undefined
  /** Debian and Ubuntu packages, the first known one is installed. */
  packages: string[]
}

/** The lowest Java that Keycloak runs on and the provider compiles with. */
const MINIMUM_JAVA = 17

const PROGRAMS = {
  java: {
    title: `a Java Development Kit, version ${MINIMUM_JAVA} or later`,
    find: () => findJavaHome(MINIMUM_JAVA),
    packages: ['openjdk-21-jdk-headless', 'openjdk-17-jdk-headless', 'default-jdk-headless'],
  },
  maven: { title: 'Maven, version 3.6.3 or later', find: () => findOnPath('mvn'), packages: ['maven'] },
  chromium: { title: 'Chromium', find: findChromium, packages: ['chromium'] },
  postgres: { title: "PostgreSQL's server binaries", find: findPostgresBinaries, packages: ['postgresql'] },
} satisfies Record<string, Program>

/** Programs that the demo and the tests need beside Node. */
export type ProgramName = keyof typeof PROGRAMS

/** How to become root without being asked for a password, or nothing if there is no such way. */
const findRootPrefix = async (): Promise<string[] | undefined> => {
  if (process.getuid?.() === 0) return []
  const sudo = findOnPath('sudo')
  if (sudo === undefined) return undefined
  const { code } = await runProgram(sudo, ['-n', 'true'])
  return code === 0 ? [sudo, '-n'] : undefined
}

const QUIET_APT = ['-y', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0', '-o', 'DPkg::Lock::Timeout=300']

let packageListsRead: Promise<boolean> | undefined

/** Runs one command as root with a quiet apt and shows the lines that tell how far it is. */
const runAsRoot = (prefix: string[], args: string[], progress: Progress): ReturnType<typeof runProgram> => {
  const [command = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...args]
  return runProgram(command, rest, {
    onLine: (line) => {
      if (/^(Get:|Fetched|Unpacking|Setting up|E:)/.test(line)) progress(`    ${line}`)
    },
  })
}

const isKnownPackage = async (name: string): Promise<boolean> => {
  const { code, output } = await runProgram('apt-cache', ['show', '--no-all-versions', name])
  return code === 0 && output.includes('Package:')
}

/**
 * Debian's PostgreSQL package starts a server of its own as soon as it is installed. Only the binaries are wanted here,
 * so where the package's settings do not exist yet they are written first, without that server.
 */
const keepServerFromStarting = async (prefix: string[], progress: Progress): Promise<void> => {
  const settings = '/etc/postgresql-common/createcluster.conf'
  if (existsSync(settings)) return
  const script = `mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' > ${settings}`
  await runAsRoot(prefix, ['sh', '-c', script], progress)
}

const install = async (name: ProgramName, prefix: string[], progress: Progress): Promise<string | undefined> => {
  packageListsRead ??= runAsRoot(prefix, ['apt-get', 'update'], progress).then(({ code }) => code === 0)
  if (!(await packageListsRead)) return 'apt-get update failed'
  for (const candidate of PROGRAMS[name].packages) {
    if (!(await isKnownPackage(candidate))) continue
    if (name === 'postgres') await keepServerFromStarting(prefix, progress)
    progress(`  Installing Debian's package ${candidate}`)
    const { code, output } = await runAsRoot(prefix, ['apt-get', 'install', ...QUIET_APT, candidate], progress)
    return code === 0 ? undefined : `apt-get install ${candidate} failed:\n${lastLines(output)}`
  }
  return `no package of these is known: ${PROGRAMS[name].packages.join(', ')}`
}

/**
 * Finds a program, or installs it where apt-get may be used without a question (as root, or by a sudo that asks for no
 * password). Gives the JDK's home for `java`, the folder of the binaries for `postgres`, else the program's path.
 * Throws a SetupError that says in one sentence what to install.
 */
export const ensureProgram = async (name: ProgramName, progress: Progress): Promise<string> => {
  const { title, find, packages } = PROGRAMS[name]
  const found = await find()
  if (found !== undefined) return found
  const please = `Please install ${title}`
  if (findOnPath('apt-get') === undefined) throw new SetupError(`${please}, and start again.`)
  const byHand = `${please} (for example: apt-get install ${packages.at(-1)}), and start again`
  const prefix = await findRootPrefix()
  if (prefix === undefined)
    throw new SetupError(`${byHand}: installing it from here needs root or a sudo without password.`)
  progress(`${title[0]?.toUpperCase()}${title.slice(1)} is missing`)
  const failure = await install(name, prefix, progress)
  const installed = await find()
  if (installed !== undefined) return installed
  throw new SetupError(`${byHand}${failure === undefined ? '.' : `: ${failure}`}`)
}
