import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { REPOSITORY } from '../server/locations.ts'
import { assertPortFree } from '../server/ports.ts'
import { type Progress, withHeartbeat } from '../server/progress.ts'
import { lastLines } from '../server/run-program.ts'
import { SetupError } from '../server/setup-error.ts'
import { type SupervisedProcess, startSupervised } from '../server/supervised-process.ts'
import { waitUntil } from '../server/wait-until.ts'
import type { DevelopmentKeys } from './demo-state.ts'

/** How to start one bridge, with development keys and the demo's policy. */
export type BridgeOptions = {
  bridgeId: string
  /** Keycloak's base URL and the realms the bridge serves there. */
  keycloakUrl: string
  realms: string[]
  clientId: string
  keys: DevelopmentKeys
  port: number
  managementPort: number
  /** Where people's calls are taken; a free port that nobody is told where absent. */
  operationsPort?: number
  /** `sqlite:<path>` or a PostgreSQL URL; a SQLite file in `dataDir` where nothing else is said. */
  databaseUrl?: string
  /** Log and database. */
  dataDir: string
  /** Further settings (`FALLBACK_BRIDGE_…`). */
  env?: Record<string, string>
  portSettings?: { port: string; managementPort: string }
  /** Gets the bridge as soon as its process exists, before it is ready: for stopping it in between. */
  onStart?: (bridge: SupervisedProcess) => void
  progress: Progress
}

/** A bridge that answers. */
export type RunningBridge = {
  readonly baseUrl: string
  readonly managementUrl: string
  /** Absent where no port was given. */
  readonly operationsUrl: string | undefined
  readonly pid: number
  readonly logFile: string
  /** Resolves when the bridge has ended, however that came about. */
  readonly exited: Promise<void>
  stop(): Promise<void>
  kill(): Promise<void>
}

const READY_WITHIN_MS = 30_000

const environment = (options: BridgeOptions): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('FALLBACK_BRIDGE_'))),
  FALLBACK_BRIDGE_ID: options.bridgeId,
  FALLBACK_BRIDGE_KEYCLOAK_URL: options.keycloakUrl,
  FALLBACK_BRIDGE_REALMS: options.realms.join(','),
  FALLBACK_BRIDGE_CLIENT_ID: options.clientId,
  FALLBACK_BRIDGE_CLIENT_KEY_FILE: options.keys.clientKeyFile,
  FALLBACK_BRIDGE_ANSWER_KEY_FILE: options.keys.answerKeyFile,
  FALLBACK_BRIDGE_DATA_KEY_FILE: options.keys.dataKeyFile,
  FALLBACK_BRIDGE_DATABASE_URL: options.databaseUrl ?? `sqlite:${join(options.dataDir, 'bridge.sqlite')}`,
  FALLBACK_BRIDGE_POLICY_FILE: join(REPOSITORY, 'keycloak-config/demo/policy.yaml'),
  FALLBACK_BRIDGE_PORT: String(options.port),
  FALLBACK_BRIDGE_MANAGEMENT_PORT: String(options.managementPort),
  FALLBACK_BRIDGE_OPERATIONS_PORT: String(options.operationsPort ?? 0),
  ...options.env,
})

/**
 * Starts the bridge on the loopback interface and waits until its readiness page says so. Throws a SetupError that names
 * a busy port and the setting for it, or that shows the readiness page and the end of the log.
 */
export const startBridge = async (options: BridgeOptions): Promise<RunningBridge> => {
  const { port, managementPort, operationsPort, dataDir, progress } = options
  const settings = options.portSettings ?? { port: 'the option port', managementPort: 'the option managementPort' }
  await assertPortFree({ port, purpose: 'the bridge', setting: settings.port })
  await assertPortFree({ port: managementPort, purpose: "the bridge's health page", setting: settings.managementPort })
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const logFile = join(dataDir, 'bridge.log')
  await writeFile(logFile, '')
  const server = await startSupervised({
    command: process.execPath,
    args: [join(REPOSITORY, 'bridge/main.ts')],
    env: environment(options),
    cwd: REPOSITORY,
    logFile,
  })
  options.onStart?.(server)
  const managementUrl = `http://127.0.0.1:${managementPort}`
  let page = 'nothing'
  const isReady = (): Promise<boolean> =>
    fetch(`${managementUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      async (response) => {
        page = await response.text()
        return response.ok
      },
      () => false,
    )
  const ready = waitUntil(
    'the bridge is ready',
    async () => (!server.isRunning() ? ('ended' as const) : (await isReady()) ? ('ready' as const) : false),
    { withinMs: READY_WITHIN_MS },
  ).catch(() => 'late' as const)
  const outcome = await withHeartbeat(ready, progress, (seconds) => `  The bridge is starting, ${seconds} s`)
  if (outcome !== 'ready') {
    await server.kill()
    const sentence =
      outcome === 'ended' ? 'The bridge ended while starting' : `The bridge was not ready (its readiness page: ${page})`
    throw new SetupError(`${sentence}; the last lines of ${logFile}:\n${lastLines(await readFile(logFile, 'utf8'))}`)
  }
  return {
    baseUrl: `http://localhost:${port}`,
    managementUrl,
    operationsUrl: operationsPort === undefined ? undefined : `http://localhost:${operationsPort}`,
    pid: server.pid,
    exited: server.exited,
    logFile,
    stop: () => server.stop(),
    kill: () => server.kill(),
  }
}
