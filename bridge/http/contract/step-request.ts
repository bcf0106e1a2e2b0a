import { z } from 'zod'
import { failureClasses } from '../../domain/failure.ts'

/** Protocol version this bridge speaks; see docs/protocol.md. */
export const protocolVersion = 1
export const requestType = 'fallback-step+jwt'
/** Longest life of a request, in seconds. */
export const requestLifetimeSeconds = 60

const token = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/)
const id = z.string().min(1).max(255)
/** Text that a browser may have chosen: capped, and without control characters or broken surrogates. */
const hostileText = (length: number) =>
  z.string().transform((text) => text.toWellFormed().replaceAll(/\p{C}/gu, ' ').slice(0, length).toWellFormed())
const epochMs = z.int().min(0)

const agentText = hostileText(100)
const names = z.array(z.string().max(255)).max(200)

const common = {
  iss: z.string(),
  aud: z.string(),
  jti: token,
  iat: z.int(),
  exp: z.int(),
  protocol: z.literal(protocolVersion),
  provider: z.string().max(32),
  server: z.string().max(32),
  operation: token,
  realm: id,
  sub: id,
  sid: id,
  tab: id,
  client: id,
  execution: id,
  failure: z
    .strictObject({
      class: z.enum(failureClasses),
      detail: hostileText(200).default(''),
      at: epochMs,
      count: z.int().min(1).max(1_000_000),
      credentialType: z.string().max(64).default(''),
      execution: id,
    })
    .optional(),
  firstFactor: z.strictObject({ kind: z.literal('password'), at: epochMs }).optional(),
  factors: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('bridge-totp'), handle: token, createdAt: epochMs.optional() }),
        z.strictObject({ type: z.literal('keycloak-otp'), createdAt: epochMs.optional() }),
      ]),
    )
    .max(10),
  requestedAcr: z.int().optional(),
  // What the policy's conditions look at; older jars send none of it.
  subject: z.strictObject({ roles: names.optional(), groups: names.optional() }).optional(),
  requiredLevel: z.int().min(0).optional(),
  completed: z
    .array(z.strictObject({ type: z.literal('passkey'), at: epochMs }))
    .max(10)
    .optional(),
  device: z
    .discriminatedUnion('state', [
      z.strictObject({ state: z.literal('known'), since: epochMs }),
      z.strictObject({ state: z.literal('new') }),
    ])
    .optional(),
  agent: z
    .strictObject({
      device: agentText.optional(),
      browser: agentText.optional(),
      system: agentText.optional(),
      systemVersion: agentText.optional(),
    })
    .optional(),
  authenticators: z
    .array(z.string().regex(/^[0-9a-f-]{36}$/))
    .max(20)
    .optional(),
  ip: z.string().max(64),
  userAgent: hostileText(256),
  locale: z.string().max(35).optional(),
}

const noInput = z.strictObject({}).optional()
const label = hostileText(128)

/** Claims of a step request, one shape an action. Unknown claims are refused. */
export const stepRequest = z.discriminatedUnion('action', [
  z.strictObject({ ...common, action: z.literal('begin'), input: noInput }),
  z.strictObject({
    ...common,
    action: z.literal('choose'),
    input: z.strictObject({ path: z.string().max(64).optional() }).default({}),
  }),
  z.strictObject({
    ...common,
    action: z.literal('submit'),
    input: z.strictObject({ code: z.unknown().optional() }).default({}),
  }),
  z.strictObject({
    ...common,
    action: z.literal('report'),
    input: z.strictObject({ attempt: token, result: z.enum(['passed', 'failed']) }),
  }),
  z.strictObject({ ...common, action: z.literal('poll'), input: noInput }),
  z.strictObject({ ...common, action: z.literal('cancel'), input: noInput }),
  z.strictObject({
    ...common,
    action: z.literal('begin_enrolment'),
    input: z.strictObject({ label, issuer: label }),
  }),
  z.strictObject({
    ...common,
    action: z.literal('confirm_enrolment'),
    input: z.strictObject({ factor: token, code: z.unknown().optional(), label, issuer: label }),
  }),
])

export type StepRequest = z.infer<typeof stepRequest>
