import { z } from 'zod'
import { caseStates } from '../../../domain/case.ts'
import { verificationMethods } from '../../../domain/policy/ceilings.ts'
import { digest, line, match, reason, time, version } from './values.ts'

const method = z.enum(verificationMethods).describe('How the approver made sure who asks.')

/** A denial is taken whatever version it was seen in, and without the number: a no always wins. */
export const decision = z.discriminatedUnion('verdict', [
  z.strictObject({ verdict: z.literal('approve'), version, factsDigest: digest, match, method, reason }),
  z.strictObject({
    verdict: z.literal('deny'),
    version,
    factsDigest: digest,
    match: match.optional(),
    method: method.optional(),
    reason,
  }),
])

/** How far a demand of the policy is met. */
export const demand = z.strictObject({ group: z.string(), count: z.int(), given: z.int() })

export const decided = z.strictObject({
  state: z.enum(caseStates),
  version: z.int(),
  approvals: z.array(demand),
})

export const verbalApproval = z.strictObject({
  approver: line(255).describe('Id or user name of who said yes, and must confirm it from an own session.'),
  version,
  factsDigest: digest,
  match,
  method,
  reason,
})
export const verballyApproved = z.strictObject({ state: z.enum(caseStates), version: z.int(), confirmBy: time })

export const confirmation = z.strictObject({ verdict: z.enum(['confirm', 'refuse']), reason })
export const ratificationAsk = z.strictObject({ verdict: z.enum(['ratify', 'refuse']), reason })
