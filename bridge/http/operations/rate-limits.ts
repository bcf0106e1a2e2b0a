import type { RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import { BridgeError } from '../../domain/errors.ts'

/** Calls of one person in a minute, and words that one address may try in a quarter of an hour. */
export type RateLimits = { callsPerMinute: number; wordsPerQuarter: number }

export const usualRateLimits: RateLimits = { callsPerMinute: 300, wordsPerQuarter: 10 }

/** An outer guard against floods; what one may decide in an hour is counted in the database, over all replicas. */
const limit = (windowMs: number, most: number, keyGenerator?: (request: Parameters<RequestHandler>[0]) => string) =>
  rateLimit({
    windowMs,
    limit: most,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Its advice goes to the console, and is about proxies that nobody here believes.
    validate: false,
    ...(keyGenerator === undefined ? {} : { keyGenerator }),
    handler: (_request, _response, next) => next(new BridgeError('too_many_requests')),
  })

/** By whoever the token was issued to. */
export const limitCaller = (
  { callsPerMinute }: RateLimits,
  callerOf: (request: Parameters<RequestHandler>[0]) => string,
) => limit(60_000, callsPerMinute, callerOf)

/** By the address at the other end of the connection; no forwarding header is read. IPv6 counts by network. */
export const limitAddress = ({ wordsPerQuarter }: RateLimits) => limit(900_000, wordsPerQuarter)
