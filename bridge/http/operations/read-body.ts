import express, { type RequestHandler } from 'express'
import { BridgeError } from '../../domain/errors.ts'
import type { BodyErrors } from '../problem.ts'

const jsonType = 'application/json'

/** Codes for bodies that cannot be read. */
export const operationBodyErrors: BodyErrors = {
  'entity.too.large': 'body_too_large',
  'entity.parse.failed': 'input_malformed',
  'encoding.unsupported': 'body_media_type',
  'charset.unsupported': 'body_media_type',
  'request.aborted': 'input_malformed',
  'request.size.invalid': 'input_malformed',
}

/**
 * Reads a JSON body up to a bound. Any other type is refused, also an empty body without one: no form of a foreign page
 * can send this type without asking first, and nobody is told that they may (C01).
 */
export const readJsonBody = (limit: number): readonly RequestHandler[] => [
  express.json({ type: jsonType, limit, inflate: false }),
  (request, _response, next) => {
    if (request.body === undefined) {
      if (request.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== jsonType) {
        throw new BridgeError('body_media_type')
      }
      request.body = {}
    }
    next()
  },
]
