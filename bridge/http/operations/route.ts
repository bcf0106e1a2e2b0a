import type { z } from 'zod'
import type { OperationName } from '../../app/operations/operation-names.ts'
import type { OperationRefusal, OperationRefusalCode } from '../../app/operations/refusal.ts'
import type { Actor } from '../../app/people-ports.ts'
import type { Clock } from '../../app/ports.ts'
import { BridgeError } from '../../domain/errors.ts'
import { aboutOf } from './about-input.ts'
import type { Operations } from './operations.ts'

/** `see` needs a person's token; `act` a fresh and strong sign-in beside it. */
export type Access = 'see' | 'act'

/** What a handler is given beside the caller and the checked input. */
export type RouteDeps = { operations: Operations; clock: Clock }

export type Answered<Body> = { outcome: 'answered'; body: Body }

/** Path, query and body as they came, not looked at yet. */
export type RawInput = { path: unknown; query: unknown; body: unknown }

type Definition<Path extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Output extends z.ZodType> = {
  operation: OperationName
  summary: string
  method: 'get' | 'post'
  /** As OpenAPI writes it: `/v1/cases/{case}`. */
  path: string
  access: Access
  /** The answer is for keeping, not for showing: a browser that gets it saves it. */
  isAttachment?: true
  /** Bytes of the greatest body. */
  bodyBytes?: number
  input: { path: Path; query: Query; body: Body }
  output: Output
  /** Codes with which the use case may refuse. */
  refusals: readonly OperationRefusalCode[]
  handler: (
    deps: RouteDeps,
    actor: Actor,
    input: { path: z.output<Path>; query: z.output<Query>; body: z.output<Body> },
  ) => Promise<Answered<z.input<Output>> | OperationRefusal>
}

/** A route as a value: its schemas check what comes in and goes out, give the types, and describe it in OpenAPI. */
export type Route = Omit<Definition<z.ZodType, z.ZodType, z.ZodType, z.ZodType>, 'handler'> & {
  bodyBytes: number
  handle: (
    deps: RouteDeps,
    actor: Actor,
    raw: RawInput,
  ) => Promise<Answered<unknown> | OperationRefusal | { outcome: 'malformed'; about: readonly string[] }>
}

const usualBodyBytes = 16_384

/** With which every route may refuse: an act asks once more who acts. */
const everywhere: readonly OperationRefusalCode[] = ['account_unfit']

/**
 * Makes a route. Its output is checked in production too: what its schema does not name never leaves.
 * @throws BridgeError internal where an output is not what the schema says, or a refusal none that the route declares
 */
export const defineRoute = <
  Path extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Output extends z.ZodType,
>({
  handler,
  ...route
}: Definition<Path, Query, Body, Output>): Route => ({
  bodyBytes: usualBodyBytes,
  ...route,
  handle: async (deps, actor, raw) => {
    const path = route.input.path.safeParse(raw.path)
    const query = route.input.query.safeParse(raw.query)
    const body = route.input.body.safeParse(raw.body)
    if (!path.success || !query.success || !body.success) {
      return { outcome: 'malformed', about: aboutOf([path, query, body]) }
    }
    const result = await handler(deps, actor, { path: path.data, query: query.data, body: body.data })
    if (result.outcome === 'refused') {
      if ([...route.refusals, ...everywhere].includes(result.code)) return result
      throw new BridgeError('internal', { cause: { code: 'refusal_undeclared' } })
    }
    const checked = route.output.safeParse(result.body)
    if (!checked.success) throw new BridgeError('internal', { cause: { code: 'output_malformed' } })
    return { outcome: 'answered', body: checked.data }
  },
})

/** Says a use case's result on the wire; a refusal stays one. */
export const answered = async <Done extends { outcome: 'done' }, Body>(
  coming: Promise<Done | OperationRefusal>,
  wire: (done: Done) => Body,
): Promise<Answered<Body> | OperationRefusal> => {
  const result = await coming
  return result.outcome === 'refused' ? result : { outcome: 'answered', body: wire(result) }
}
