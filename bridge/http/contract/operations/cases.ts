import { z } from 'zod'
import { caseStates } from '../../../domain/case.ts'
import { profileNames } from '../../../domain/policy/ceilings.ts'
import { tiers } from '../../../domain/policy/facts.ts'
import { caseId, count, listOf, prose, reason, time, timeIn, userId } from './values.ts'

export const listCasesQuery = z.strictObject({
  state: listOf(z.enum(caseStates)),
  profile: z.enum(profileNames).optional(),
  user: userId.optional(),
  waiting: z.enum(['true', 'false']).optional().describe('Only those on which people are asked.'),
  since: timeIn.optional(),
  until: timeIn.optional(),
  limit: count(100, 50),
  after: caseId.optional().describe('`next` of the page before.'),
})

export const caseLine = z.strictObject({
  id: z.string(),
  state: z.enum(caseStates),
  user: z.string(),
  client: z.string(),
  profile: z.string(),
  tier: z.enum(tiers),
  owner: z.string().nullable().describe('User name of who answers for it; null for its subject, and without a policy.'),
  openedAt: time,
  expiresAt: time,
  version: z.int(),
  deniedInLastDay: z
    .int()
    .nullable()
    .describe('How often its person was told no in the last 24 hours; null where nobody is asked about the case.'),
})

export const listedCases = z.strictObject({
  cases: z.array(caseLine),
  next: z.string().nullable().describe('Where the next page begins; a page may be short, and even empty, before that.'),
})

export const exportedCase = z.strictObject({
  export: z
    .string()
    .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/)
    .describe('A compact JWS of the type `fallback-case-export+jwt`, by the key that signs answers.'),
})

/** What an act on a case leads to. */
export const actedOn = z.strictObject({ state: z.enum(caseStates), version: z.int() })

export const revocation = z.strictObject({ reason })
export const disputed = z.strictObject({ state: z.enum(caseStates) })

export const pastOverride = z.strictObject({
  user: userId,
  client: userId,
  occurredAt: timeIn.describe('Within the last 90 days.'),
  what: prose.describe('What was done; 10 to 500 characters on one line.'),
  approvedBy: z.string().min(1).max(255).optional().describe('Who is said to have allowed it.'),
  reason,
})
export const declaredCase = z.strictObject({ case: z.string() })
