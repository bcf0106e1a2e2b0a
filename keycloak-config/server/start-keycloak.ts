import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertPortFree } from './ports.ts'
import type { PreparedKeycloak } from './prepare-keycloak.ts'
import { type Progress, withHeartbeat } from './progress.ts'
import { lastLines } from './run-program.ts'
import { SetupError } from './setup-error.ts'
import { type SupervisedProcess, startSupervised } from './supervised-process.ts'
import { waitUntil } from './wait-until.ts'
import { linkFolder } from './work-folder.ts'

/**
 * Administrators that Keycloak creates when the database is new: a client for tools, and optionally a person for the
 * admin console. They stay as they were on a second start with the same data.
 */
export type BootstrapAdmins = {
  clientId: string
  clientSecret: string
  username?: string
  password?: string
}

/** How to start one Keycloak. */
export type KeycloakOptions = PreparedKeycloak & {
  port: number
  managementPort: number
  /** Database, log and a private copy of the server; a second start with it goes on where the first one ended. */
  dataDir: string
  admins: BootstrapAdmins
  /** Further settings in Keycloak's own words (`KC_…`), and anything else for its environment. */
  env?: Record<string, string>
  /** Compile for speed in the long run (measurements) instead of for a quick start (everything else). */
  longRunning?: boolean
  /** Settings that a message about a busy port names. */
  portSettings?: { port: string; managementPort: string }
  /** Gets the server as soon as its process exists, long before it is ready: for stopping it in between. */
  onStart?: (server: SupervisedProcess) => void
  progress: Progress
}

/** A Keycloak that answers. */
export type RunningKeycloak = {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** Leader of the process group of the server. */
  readonly pid: number
  readonly logFile: string
  /** Resolves when the server has ended, however that came about. */
  readonly exited: Promise<void>
  /** Ordered shutdown. */
  stop(): Promise<void>
  /** SIGKILL to all of it. */
  kill(): Promise<void>
}

const READY_WITHIN_MS = 180_000

/**
 * A copy of the prepared server for this data folder alone, by hard links: Keycloak keeps temporary files and its
 * transaction log inside its own folder, and two servers must not share those.
 */
const ownCopy = async (home: string, dataDir: string): Promise<string> => {
  const copy = join(dataDir, 'server')
  const origin = join(dataDir, 'server-origin')
  const current = existsSync(origin) ? await readFile(origin, 'utf8') : undefined
  if (current === home) return copy
  await rm(origin, { force: true })
  await rm(copy, { recursive: true, force: true })
  await linkFolder(home, copy)
  await writeFile(origin, home)
  return copy
}

const startArguments = ({ port, managementPort, dataDir }: KeycloakOptions): string[] => [
  'start',
  '--optimized',
  '--http-enabled=true',
  '--http-host=localhost',
  `--http-port=${port}`,
  `--hostname=http://localhost:${port}`,
  `--http-management-port=${managementPort}`,
  '--cache=local',
  `--db-url=jdbc:h2:file:${join(dataDir, 'database/keycloak')};NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE`,
  '--log-level=info,io.smallrye.health:error',
]

/** Our own environment without what would reconfigure this Keycloak behind our back. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(KC_|QUARKUS_|JAVA_OPTS)/.test(name)))

const environment = ({ javaHome, admins, env, longRunning }: KeycloakOptions): NodeJS.ProcessEnv => ({
  ...inherited(),
  JAVA_HOME: javaHome,
  // A third less time until ready: the first compiler of the JVM only.
  ...(longRunning === true ? {} : { JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1' }),
  KC_BOOTSTRAP_ADMIN_CLIENT_ID: admins.clientId,
  KC_BOOTSTRAP_ADMIN_CLIENT_SECRET: admins.clientSecret,
  ...(admins.username === undefined ? {} : { KC_BOOTSTRAP_ADMIN_USERNAME: admins.username }),
  ...(admins.password === undefined ? {} : { KC_BOOTSTRAP_ADMIN_PASSWORD: admins.password }),
  ...env,
})

const isReady = (managementPort: number): Promise<boolean> =>
  fetch(`http://localhost:${managementPort}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  )

/**
 * Starts Keycloak on the loopback interface and waits until it is ready. Throws a SetupError that names a busy port and
 * the setting for it, or that shows the last lines of the log if the server ended or did not get ready.
 */
export const startKeycloak = async (options: KeycloakOptions): Promise<RunningKeycloak> => {
  const { port, managementPort, dataDir, progress } = options
  const settings = options.portSettings ?? { port: 'the option port', managementPort: 'the option managementPort' }
  await assertPortFree({ port, purpose: 'Keycloak', setting: settings.port })
  await assertPortFree({ port: managementPort, purpose: "Keycloak's health page", setting: settings.managementPort })
  await mkdir(dataDir, { recursive: true })
  const home = await ownCopy(options.home, dataDir)
  const logFile = join(dataDir, 'keycloak.log')
  await writeFile(logFile, '')
  const server = await startSupervised({
    command: 'bash',
    args: [join(home, 'bin/kc.sh'), ...startArguments(options)],
    env: environment(options),
    logFile,
  })
  options.onStart?.(server)
  const fail = async (sentence: string): Promise<never> => {
    await server.kill()
    throw new SetupError(`${sentence}; the last lines of ${logFile}:\n${lastLines(await readFile(logFile, 'utf8'))}`)
  }
  const ready = waitUntil(
    'Keycloak is ready',
    async () =>
      !server.isRunning() ? ('ended' as const) : (await isReady(managementPort)) ? ('ready' as const) : false,
    { withinMs: READY_WITHIN_MS, everyMs: 150 },
  ).catch(() => 'late' as const)
  const outcome = await withHeartbeat(ready, progress, (seconds) => `  Keycloak is starting, ${seconds} s`)
  if (outcome === 'ended') await fail('Keycloak ended while starting')
  if (outcome === 'late') await fail(`Keycloak was not ready after ${READY_WITHIN_MS / 1_000} s`)
  return {
    baseUrl: `http://localhost:${port}`,
    pid: server.pid,
    exited: server.exited,
    logFile,
    stop: () => server.stop(),
    kill: () => server.kill(),
  }
}
