import { z } from 'zod'
import type { RealmStatus } from '../app/ports.ts'
import { unreadable } from './failure.ts'

/** `written` tells 201 from 200: whether the event was written now, or stood there before. */
export const writtenAnswer = z.object({ written: z.boolean() })
/** A fallback session; what else the endpoint tells of it is not needed here. */
export const sessionAnswer = z.object({ id: z.string().min(1), case: z.string().min(1) })
/** State of a named owner's account. */
export const ownerAnswer = z.object({ state: z.enum(['enabled', 'disabled', 'absent']) })
/** Admin events, as far as the read-back looks at them. */
export const adminEventsAnswer = z.array(
  z.object({ resourceType: z.string().optional(), resourcePath: z.string().optional() }),
)

export const statusAnswer: z.ZodType<Omit<RealmStatus, 'surplusRights'>> = z.object({
  server: z.string(),
  provider: z.string(),
  protocol: z.int(),
  issuer: z.string(),
  eventsEnabled: z.boolean(),
  adminEventsEnabled: z.boolean(),
  adminEventsDetailsEnabled: z.boolean(),
  bruteForceProtected: z.boolean(),
  webAuthnUserVerification: z.string(),
  webAuthnPasswordlessUserVerification: z.string(),
  // The provider of an earlier release does not tell of them.
  templatesMissing: z.array(z.string()).default([]),
  languagesMissing: z.array(z.string()).default([]),
})

/**
 * Reads an answer, whose form is never taken on trust: a proxy's page with status 200 is no success.
 * @throws BridgeError keycloak_unreachable
 */
export const readAnswer = <Answer>(schema: z.ZodType<Answer>, answer: unknown): Answer => {
  const parsed = schema.safeParse(answer)
  if (!parsed.success) throw unreadable()
  return parsed.data
}
