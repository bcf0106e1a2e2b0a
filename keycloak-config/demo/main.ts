import { DEMO_DECIDING, DEMO_POLICY_ADMINS, DEMO_USER, DEMO_WAITING } from '../realm/realm.ts'
import { ensureProgram } from '../server/debian-package.ts'
import { type Progress, printProgress } from '../server/progress.ts'
import { SetupError } from '../server/setup-error.ts'
import { ADMIN_USER, type RunningDemo, startDemo } from './demo-parts.ts'
import { forgetDemo } from './demo-state.ts'
import { helpText, parseOptions } from './options.ts'
import { runTour } from './tour.ts'

const instructions = ({ appUrl, operationsUrl, keycloakUrl, realm, secrets, commandLineEnv }: RunningDemo): string => `
Sign in            ${appUrl}
  as               ${DEMO_USER}
  password         ${secrets.userPassword}
The first time, Keycloak asks ${DEMO_USER} to set up a passkey and a fallback code (any authenticator app). Then sign out
and in again, and cancel the passkey check: Keycloak asks for the fallback code instead.

Others wait for people: ${DEMO_WAITING.approval} for ${DEMO_DECIDING.deskLead}; ${DEMO_WAITING.evidenceReview} for ${DEMO_DECIDING.manager}, then ${DEMO_DECIDING.reviewer}; ${DEMO_WAITING.ratification} for ${DEMO_DECIDING.deskLead}
and ${DEMO_DECIDING.manager}, and afterwards for ${DEMO_DECIDING.analyst}. The password of all is the same. They
decide with npx fallback-bridge case list --waiting, show, approve (docs/approvals.md):
  export FALLBACK_BRIDGE_OPERATIONS_URL=${operationsUrl} FALLBACK_BRIDGE_OPERATIONS_REALM=${realm}

The event log      ${keycloakUrl}/admin/master/console/#/${realm}/events/user-events (LOGIN, LOGIN_ERROR)
                   ${keycloakUrl}/admin/master/console/#/${realm}/events/admin-events (BIOMETRIC_OVERRIDE)
  as               ${ADMIN_USER}
  password         ${secrets.adminPassword}

The policy         npx fallback-bridge policy list, explain --case …, off, on, history, with these settings:
${Object.entries(commandLineEnv)
  .map(([name, value]) => `  export ${name}=${value}`)
  .join('\n')}
  signing in as    ${DEMO_POLICY_ADMINS.join(' or ')}
  password         ${secrets.userPassword}

The operations API ${operationsUrl}/v1/openapi.json (docs/operations-api.md)
“It was not me”    ${operationsUrl}/not-me

Ctrl-C ends all of it.
`

const printError: Progress = (line) => {
  process.stderr.write(`${line}\n`)
}

const parts: { stop(): Promise<void> }[] = []
let stopping: Promise<unknown> | undefined
let isWaitingForCtrlC = false

/** Stops what was started, the last part first; a second call waits for the first. */
const stopParts = (): Promise<unknown> => {
  stopping ??= Promise.allSettled(parts.toReversed().map((part) => part.stop()))
  return stopping
}

const interrupted = new Promise<string>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve)
  // A signal to npm alone ends the shell between npm and this process, and never arrives here.
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) resolve('npm has ended')
  }, 500).unref()
})

const runDemo = async (): Promise<number> => {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (options.help) {
    printProgress(helpText())
    return 0
  }
  const progress = options.json ? printError : printProgress
  if (options.tour) await ensureProgram('chromium', progress)
  if (options.fresh) await forgetDemo()
  const demo = await startDemo(options.ports, parts, progress)
  if (!options.tour) {
    progress(instructions(demo))
    isWaitingForCtrlC = true
    throw new SetupError(await demo.ended)
  }
  const report = await runTour(demo, progress)
  if (options.json) printProgress(JSON.stringify(report, null, 2))
  progress('The whole story worked.')
  return 0
}

const finish = async (): Promise<number> => {
  try {
    const outcome = await Promise.race([runDemo(), interrupted])
    if (typeof outcome === 'number') return outcome
    printError(`${outcome}: stopping`)
    return isWaitingForCtrlC ? 0 : 130
  } catch (error) {
    printError(error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error))
    return 1
  } finally {
    await stopParts()
  }
}

// Whatever still waits for something is of no use to anybody now.
process.exit(await finish())
