import { z } from 'zod'
import { asId, type CaseId, type EvidenceId, type Instant, type ReviewId, type UserId } from '../../../domain/ids.ts'

const plainText = /^\P{Cc}*$/u
const isWellFormed = (text: string): boolean => text.isWellFormed()
const idText = z.string().regex(/^[A-Za-z0-9-]{1,64}$/)

/** A short text of one line, without control characters. */
export const line = (longest: number) => z.string().min(1).max(longest).regex(plainText).refine(isWellFormed)
/** A text whose form the use case judges, so that its refusal has a code of its own; far above what any one takes. */
export const prose = z.string().max(8_192)

export const caseId = idText.transform((text) => asId<CaseId>(text))
export const evidenceId = idText.transform((text) => asId<EvidenceId>(text))
export const reviewId = idText.transform((text) => asId<ReviewId>(text))
/** Keycloak's id of a user; those of a federation are no UUIDs. */
export const userId = line(255).transform((text) => asId<UserId>(text))
export const version = z.int().min(1).describe('Version of the case as it was shown; a stale one is refused.')
export const digest = z.string().regex(/^[0-9a-f]{64}$/)
export const match = z
  .string()
  .regex(/^[0-9]{3}$/)
  .describe('The three digits that the waiting person reads from their page.')
export const reason = prose.describe('10 to 500 characters on one line.')

/** A time as it comes in: ISO 8601 with its offset from UTC. */
export const timeIn = z.iso.datetime({ offset: true }).transform((text): Instant => Date.parse(text))
/** A day as it comes in, and the beginning of it in UTC. */
export const dayIn = z.iso.date().transform((text): Instant => Date.parse(text))

/** A time as it goes out: ISO 8601 in UTC. */
export const time = z.iso.datetime()
export const day = z.iso.date()

/** A query's whole number up to a bound. */
export const count = (most: number, standard: number) =>
  z
    .string()
    .regex(/^[0-9]{1,3}$/)
    .transform(Number)
    .refine((value) => value >= 1 && value <= most)
    .default(standard)
    .meta({ type: 'integer', minimum: 1, maximum: most })

/** A query's list: the name once for each value. */
export const listOf = <Value extends z.ZodType>(value: Value) =>
  z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(value).max(20).optional(),
  )

/** A person as others are told of them: never more than id and user name. */
export const person = z.strictObject({ id: z.string(), name: z.string() })

export const nothing = z.strictObject({})
export const casePath = z.strictObject({ case: caseId })
