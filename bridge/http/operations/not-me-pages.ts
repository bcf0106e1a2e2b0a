import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express'
import helmet from 'helmet'
import { z } from 'zod'
import type { Log, Metrics } from '../../app/ports.ts'
import { causeOf } from '../../domain/cause-of.ts'
import { BridgeError, type ErrorCode, errorCodes } from '../../domain/errors.ts'
import { codeOf, statusOfCode } from '../problem.ts'
import { type Language, type NotMeMessage, notMePage, styleSource } from './not-me-html.ts'
import type { Operations } from './operations.ts'
import { limitAddress, type RateLimits } from './rate-limits.ts'
import { operationBodyErrors } from './read-body.ts'

export type NotMeDeps = {
  operations: Pick<Operations, 'disputeCase'>
  rateLimits: RateLimits
  log: Log
  metrics: Pick<Metrics, 'operationAnswered'>
}

const form = z.object({ word: z.string().max(100) })

/**
 * The page for whoever says that a fallback was not theirs, by the word of the notice: no sign-in, no cookie, no script.
 * The word comes in a body, is in no address and no log, and the person is told plainly whether it worked.
 */
export const createNotMePages = (deps: NotMeDeps): Router => {
  const router = express.Router()
  router.use(
    helmet.contentSecurityPolicy({
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: [styleSource],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    }),
  )
  router.get('/', (request, response) => {
    deps.metrics.operationAnswered('notMe', 'ok')
    sendPage(request, response, 200)
  })
  router.post(
    '/',
    limitAddress(deps.rateLimits),
    express.urlencoded({ extended: false, limit: 1_024, parameterLimit: 4, inflate: false }),
    async (request, response) => {
      if (request.body === undefined) throw new BridgeError('body_media_type')
      const read = form.safeParse(request.body)
      const disputed = read.success ? await deps.operations.disputeCase.byWord(read.data.word) : undefined
      const code = disputed === undefined ? 'case_unknown' : 'ok'
      deps.metrics.operationAnswered('notMe', code)
      deps.log.info('operation answered', { action: 'notMe', ...(code === 'ok' ? {} : { code }) })
      if (disputed === undefined) sendPage(request, response, 404, 'unknown')
      else sendPage(request, response, 200, 'done')
    },
  )
  router.use(createPageOfError(deps))
  return router
}

/** An error of this page is a page: whoever is here cannot read a problem document. */
const createPageOfError =
  ({ log, metrics }: NotMeDeps): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const code = codeOf(error, operationBodyErrors)
    metrics.operationAnswered('notMe', code)
    const report = errorCodes[code].kind === 'fault' ? log.error : log.warn
    report('operation refused', { action: 'notMe', code, status: statusOfCode(code), error: causeOf(error) })
    if (response.headersSent) return next(error)
    sendPage(request, response, statusOfCode(code), messageOf(code))
  }

const messageOf = (code: ErrorCode): NotMeMessage => (code === 'too_many_requests' ? 'wait' : 'failed')

const sendPage = (request: Request, response: Response, status: number, message?: NotMeMessage): void => {
  response
    .status(status)
    .vary('Accept-Language')
    .type('html')
    .send(notMePage(languageOf(request), message))
}

const languageOf = (request: Request): Language => (request.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en')
