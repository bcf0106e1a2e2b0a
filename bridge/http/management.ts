import express, { type ErrorRequestHandler, type Express } from 'express'
import type { DescribeBridge } from '../app/describe-bridge.ts'
import type { Log } from '../app/ports.ts'
import type { RealmReport, RealmWatch } from '../app/realm-watch.ts'
import { unreachableText } from '../app/unreachable-realm.ts'
import { causeOf } from '../domain/cause-of.ts'
import { sendProblem } from './problem.ts'

export type ManagementDeps = {
  /** True once migrations are done, the listeners are open and every realm was looked at. */
  isStarted: () => boolean
  /** True from the signal to stop on. */
  isDraining: () => boolean
  /** Resolves if the database took a write just now. */
  probeDatabase: () => Promise<void>
  realmWatch: RealmWatch
  /** How the bridge is set up, for `realm doctor`. */
  describeBridge: DescribeBridge
  renderMetrics: () => Promise<{ contentType: string; text: string }>
  log: Log
  /** How long readiness waits for the database, in milliseconds. */
  probeTimeoutMs?: number
}

/** One line of the readiness page. Only `failed` makes the bridge not ready. */
type Check = { name: string; state: 'ok' | 'failed' | RealmReport['state']; text: string }

/**
 * The Express app of the management port: health and metrics. A realm's state is told and does not decide: an outage
 * of Keycloak, or one realm set up wrongly, must not take the bridge away from the others.
 */
export const createManagementServer = (deps: ManagementDeps): Express => {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    next()
  })
  app.get('/health/live', (_request, response) => {
    response.json({ status: 'live' })
  })
  app.get('/health/started', (_request, response) => {
    const isStarted = deps.isStarted()
    response.status(isStarted ? 200 : 503).json({ status: isStarted ? 'started' : 'starting' })
  })
  app.get('/health/ready', async (_request, response) => {
    const checks = [...(await ownChecks(deps)), ...realmChecks(deps.realmWatch)]
    const isReady = checks.every(({ state }) => state !== 'failed')
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not_ready', checks })
  })
  app.get('/facts', async (_request, response) => {
    response.json(await deps.describeBridge())
  })
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await deps.renderMetrics()
    response.set('Content-Type', contentType).send(text)
  })
  app.use((_request, response) => sendProblem(response, 'route_unknown'))
  app.use(createErrorHandler(deps.log))
  return app
}

const ownChecks = async (deps: ManagementDeps): Promise<readonly Check[]> => [
  check('start', deps.isStarted(), 'The start is done.', 'The bridge is still starting.'),
  check('drain', !deps.isDraining(), 'The bridge takes steps.', 'The bridge is stopping.'),
  check('database', await isWritable(deps), 'The database takes writes.', 'The database does not take writes.'),
]

const check = (name: string, isRight: boolean, good: string, bad: string): Check => ({
  name,
  state: isRight ? 'ok' : 'failed',
  text: isRight ? good : bad,
})

const isWritable = async ({ probeDatabase, log, probeTimeoutMs = 2_000 }: ManagementDeps): Promise<boolean> => {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const handle = setTimeout(() => reject(new DOMException('no answer', 'TimeoutError')), probeTimeoutMs)
  try {
    await Promise.race([probeDatabase(), tooLate])
    return true
  } catch (error) {
    log.error('database does not take writes', { error: causeOf(error) })
    return false
  } finally {
    clearTimeout(handle)
  }
}

const realmChecks = (realmWatch: RealmWatch): readonly Check[] =>
  [...realmWatch.current()].map(([realm, report]) => ({
    name: `realm ${realm}`,
    state: report.state,
    text: textOf(report),
  }))

const textOf = ({ state, findings, problem }: RealmReport): string => {
  switch (state) {
    case 'ready':
      return 'The realm is set up as the fallback needs it.'
    case 'unknown':
      return 'The realm was not looked at yet.'
    case 'unreachable':
      return unreachableText(problem)
    case 'warned':
    case 'refused':
      return findings.map(({ text }) => text).join(' ')
  }
}

const createErrorHandler =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    log.error('management request failed', { error: causeOf(error) })
    if (response.headersSent) return next(error)
    sendProblem(response, 'internal')
  }
