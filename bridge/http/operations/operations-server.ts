import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Response,
} from 'express'
import helmet from 'helmet'
import type { OperationName } from '../../app/operations/operation-names.ts'
import type { SignInDemand } from '../../app/operations/recent-sign-in.ts'
import type { ResolveActor, TokenHolder, VerifyToken } from '../../app/operations/resolve-actor.ts'
import type { Log, Metrics } from '../../app/ports.ts'
import { causeOf } from '../../domain/cause-of.ts'
import { BridgeError, type ErrorCode, errorCodes } from '../../domain/errors.ts'
import { codeOf, sendProblem, statusOfCode } from '../problem.ts'
import { describeOperations } from './describe-operations.ts'
import { createNotMePages } from './not-me-pages.ts'
import { limitCaller, type RateLimits, usualRateLimits } from './rate-limits.ts'
import { operationBodyErrors, readJsonBody } from './read-body.ts'
import type { Route, RouteDeps } from './route.ts'
import { operationRoutes } from './routes.ts'
import { challengeOf } from './step-up-challenge.ts'

export type OperationsServerDeps = RouteDeps & {
  verifyToken: VerifyToken
  resolveActor: ResolveActor
  /** What an act asks of the sign-in, as the challenge tells it. */
  demand: SignInDemand
  log: Log
  metrics: Pick<Metrics, 'operationAnswered'>
  /** True once the bridge is stopping: nothing new is taken. */
  isDraining: () => boolean
  rateLimits?: RateLimits
}

const descriptionPath = '/v1/openapi.json'

/**
 * The Express app that people call, by a command line or a console: JSON in and out, a bearer token in the header and
 * nowhere else, no cookies and no cross-origin answers.
 */
export const createOperationsServer = (deps: OperationsServerDeps): Express => {
  const { isDraining, rateLimits = usualRateLimits } = deps
  const holders = new WeakMap<Request, TokenHolder>()
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(helmet({ contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"] } } }))
  app.use((request, response, next) => {
    response.set('Cache-Control', 'no-store')
    if (isDraining()) throw new BridgeError('unavailable')
    // Express would answer it by the handler of GET, which may write something down.
    if (request.method === 'HEAD') throw new BridgeError('method_unknown')
    next()
  })

  const limit = limitCaller(rateLimits, (request) => {
    const holder = holders.get(request)
    return JSON.stringify([holder?.realm, holder?.user])
  })
  const readToken: RequestHandler = async (request, _response, next) => {
    const token = bearerOf(request)
    if (token === undefined) throw new BridgeError('token_missing')
    const holder = await deps.verifyToken(token)
    if (holder === undefined) throw new BridgeError('token_refused')
    holders.set(request, holder)
    next()
  }
  for (const route of operationRoutes) {
    const body = route.method === 'post' ? readJsonBody(route.bodyBytes) : []
    app[route.method](expressPathOf(route), readToken, limit, ...body, run(deps, route, holders))
  }

  const description = JSON.stringify(describeOperations())
  app.get(descriptionPath, (_request, response) => {
    deps.metrics.operationAnswered('readDescription', 'ok')
    response.type('application/json').send(description)
  })
  app.use('/not-me', createNotMePages({ ...deps, rateLimits }))

  const paths = new Set([...operationRoutes.map(expressPathOf), descriptionPath])
  for (const path of paths) {
    app.all(path, (_request, response) => {
      const methods = operationRoutes.filter((route) => expressPathOf(route) === path).map(({ method }) => method)
      response.set('Allow', methods.length === 0 ? 'GET' : methods.join(', ').toUpperCase())
      throw new BridgeError('method_unknown')
    })
  }
  app.use(() => {
    throw new BridgeError('route_unknown')
  })
  app.use(createRefusalHandler(deps))
  return app
}

const run =
  (deps: OperationsServerDeps, route: Route, holders: WeakMap<Request, TokenHolder>): RequestHandler =>
  async (request, response) => {
    const startedAt = deps.clock()
    const holder = holders.get(request)
    if (holder === undefined) throw new BridgeError('token_missing')
    const resolved = await deps.resolveActor(holder, route.access === 'act')
    if ('refused' in resolved) throw new BridgeError(resolved.refused)
    const raw = { path: request.params, query: request.query, body: route.method === 'post' ? request.body : {} }
    const result = await route.handle(deps, resolved.actor, raw)
    const code =
      result.outcome === 'answered' ? undefined : result.outcome === 'malformed' ? 'input_malformed' : result.code
    deps.metrics.operationAnswered(route.operation, code ?? 'ok')
    deps.log.info('operation answered', {
      realm: holder.realm,
      action: route.operation,
      // Whatever has passed the schema is an id, and no text of the caller's.
      ...(result.outcome !== 'malformed' && 'case' in request.params ? { case: String(request.params['case']) } : {}),
      ...(code === undefined ? {} : { code }),
      durationMs: deps.clock() - startedAt,
    })
    if (result.outcome === 'answered') {
      if (route.isAttachment === true) response.set('Content-Disposition', 'attachment')
      response.json(result.body)
    } else sendRefusal(response, deps, code ?? 'internal', result.about)
  }

/** What is thrown on the way to a use case, or out of one, becomes a problem here and nowhere else. */
const createRefusalHandler =
  (deps: OperationsServerDeps): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    // A path that cannot be decoded is nobody's.
    const code = error instanceof URIError ? 'route_unknown' : codeOf(error, operationBodyErrors)
    const operation = operationOf(request)
    deps.metrics.operationAnswered(operation ?? 'other', code)
    const report = errorCodes[code].kind === 'fault' ? deps.log.error : deps.log.warn
    report('operation refused', {
      ...(operation === undefined ? {} : { action: operation }),
      code,
      status: statusOfCode(code),
      error: causeOf(error),
    })
    if (response.headersSent) return next(error)
    sendRefusal(response, deps, code)
  }

const sendRefusal = (
  response: Response,
  { demand }: OperationsServerDeps,
  code: ErrorCode,
  about?: readonly string[],
): void => {
  const challenge = challengeOf(code, demand)
  if (challenge !== undefined) response.set('WWW-Authenticate', challenge)
  sendProblem(response, code, about)
}

const bearer = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i

const bearerOf = (request: Request): string | undefined => bearer.exec(request.get('authorization') ?? '')?.[1]

const expressPathOf = ({ path }: Pick<Route, 'path'>): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

const operationOf = (request: Request): OperationName | undefined => {
  const path: unknown = request.route?.path
  return operationRoutes.find((route) => expressPathOf(route) === path && route.method === request.method.toLowerCase())
    ?.operation
}
