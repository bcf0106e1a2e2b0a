import express, { type Express } from 'express'
import helmet from 'helmet'
import type { AnswerStep } from '../app/answer-step.ts'
import type { Clock, Log, Metrics } from '../app/ports.ts'
import type { StepCommand } from '../app/step-command.ts'
import { BridgeError } from '../domain/errors.ts'
import { isSupportedServer } from '../domain/server-version.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import { createProblemHandler } from './problem.ts'
import type { SignAnswer } from './sign-answer.ts'
import { stepCommandOf } from './step-command-of.ts'
import type { VerifyRequest } from './verify-request.ts'

export type StepServerDeps = {
  verifyRequest: VerifyRequest
  answerStep: AnswerStep
  signAnswer: SignAnswer
  log: Log
  metrics: Metrics
  clock: Clock
  /** True once the bridge is stopping: no new step is taken. */
  isDraining: () => boolean
}

const jwtType = 'application/jwt'

/** The Express app that Keycloak calls: `POST /v1/step` and nothing else. */
export const createStepServer = (deps: StepServerDeps): Express => {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } }))
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  app.post('/v1/step', express.text({ type: jwtType, limit: '16kb', inflate: false }), async (request, response) => {
    const startedAt = deps.clock()
    if (deps.isDraining()) throw new BridgeError('unavailable')
    if (typeof request.body !== 'string') throw new BridgeError('request_media_type')
    const verified = await deps.verifyRequest(request.body)
    if (!isSupportedServer(verified.request.server)) throw new BridgeError('server_too_old')
    const command = stepCommandOf(verified.realm, verified.request)
    const answer = await deps.answerStep(command)
    report(deps, command, answer, deps.clock() - startedAt)
    response.type(jwtType).send(await deps.signAnswer(answer, { jti: command.jti, issuer: verified.request.iss }))
  })
  app.all('/v1/step', () => {
    throw new BridgeError('method_unknown')
  })
  app.use(() => {
    throw new BridgeError('route_unknown')
  })
  app.use(createProblemHandler(deps))
  return app
}

const report = (
  { log, metrics }: StepServerDeps,
  command: StepCommand,
  answer: StepAnswer,
  durationMs: number,
): void => {
  const reason = answer.kind === 'denied' ? answer.reason : 'error' in answer ? (answer.error ?? '') : ''
  metrics.stepAnswered(command.action, answer.kind, reason, durationMs / 1000)
  log.info('step answered', {
    realm: command.binding.realm,
    ...('case' in answer && answer.case !== undefined ? { case: answer.case } : {}),
    action: command.action,
    kind: answer.kind,
    ...(reason === '' ? {} : { reason }),
    requestId: command.jti,
    durationMs,
  })
}
