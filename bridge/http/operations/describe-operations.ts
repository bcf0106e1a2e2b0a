import { z } from 'zod'
import { type ErrorCode, errorCodes } from '../../domain/errors.ts'
import { problem } from '../contract/operations/problem.ts'
import { statusOfCode } from '../problem.ts'
import type { Route } from './route.ts'
import { operationRoutes } from './routes.ts'

/** Codes that any route of a signed-in person may answer with. */
const everywhere: readonly ErrorCode[] = [
  'token_missing',
  'token_refused',
  'account_unfit',
  'input_malformed',
  'too_many_requests',
  'keycloak_refused',
  'keycloak_unreachable',
  'internal',
  'unavailable',
]
const ofActs: readonly ErrorCode[] = ['step_up_needed', 'case_conflict']
const ofBodies: readonly ErrorCode[] = ['body_media_type', 'body_too_large']

const problemSchema = { $ref: '#/components/schemas/Problem' }

/** The OpenAPI 3.1 document of the operations API, from the very schemas that guard it. */
export const describeOperations = () => ({
  openapi: '3.1.1',
  info: {
    title: 'Keycloak Fallback Bridge: operations',
    version: '1',
    description:
      'What people do on cases: see, approve, review, revoke, dispute. Callers are people with an access token of a served realm; the realm of a call is the one that issued its token, and no other exists for it. Acts need a fresh sign-in (RFC 9470). See docs/operations-api.md.',
    license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  security: [{ person: [] }],
  paths: {
    ...pathsOf(operationRoutes),
    '/v1/openapi.json': {
      get: {
        operationId: 'readDescription',
        summary: 'This document.',
        security: [],
        responses: { 200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: {} } } } },
      },
    },
  },
  components: {
    schemas: { Problem: schemaOf(problem, 'output') },
    securitySchemes: { person: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
  },
})

const pathsOf = (routes: readonly Route[]) => {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) }
  return paths
}

const operationOf = (route: Route) => ({
  operationId: route.operation,
  summary: route.summary,
  'x-access': route.access,
  parameters: [...parametersOf(route.input.path, 'path'), ...parametersOf(route.input.query, 'query')],
  ...(route.method === 'get'
    ? {}
    : {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(route.input.body, 'input') } },
        },
      }),
  responses: {
    200: { description: 'Done.', content: { 'application/json': { schema: schemaOf(route.output, 'output') } } },
    ...refusalsOf(route),
  },
})

const parametersOf = (schema: z.ZodType, where: 'path' | 'query') => {
  const { properties = {}, required = [] } = schemaOf(schema, 'input')
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: property,
  }))
}

const refusalsOf = (route: Route) => {
  const codes = [
    ...everywhere,
    ...(route.access === 'act' ? ofActs : []),
    ...(route.method === 'post' ? ofBodies : []),
    ...route.refusals,
  ]
  const statuses = [...new Set(codes.map(statusOfCode))].sort((a, b) => a - b)
  return Object.fromEntries(
    statuses.map((status) => {
      const some = codes.filter((code) => statusOfCode(code) === status)
      const description = some.map((code) => `\`${code}\`: ${errorCodes[code].text}`).join('\n')
      return [status, { description, content: { 'application/problem+json': { schema: problemSchema } } }]
    }),
  )
}

/** A schema as OpenAPI 3.1 takes it: JSON Schema 2020-12. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // A query's number is a text to the schema that reads it, and a number to whoever sends it. A format says it all.
      if (jsonSchema.type === 'integer' || jsonSchema.format !== undefined) delete jsonSchema.pattern
    },
  })
  return described
}
