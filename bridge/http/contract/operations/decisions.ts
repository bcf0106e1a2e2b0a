import { z } from 'zod'
import { placePattern, seenDocuments } from '../../../domain/approval/made-sure.ts'
import { caseStates } from '../../../domain/case.ts'
import { verificationMethods } from '../../../domain/policy/ceilings.ts'
import { digest, line, match, reason, time, version } from './values.ts'

const how = 'How the approver made sure who asks.'
const method = z.enum(verificationMethods).describe(how)

/** Where somebody was met, and what was seen; no number of a document is taken (R23). */
export const seen = z.strictObject({
  place: z.string().regex(placePattern).describe('Where: 2 to 100 characters on one line.'),
  document: z.enum(seenDocuments).describe('What kind of document the approver saw; never its number.'),
})
const inPerson = { method: z.literal('in_person').describe(how), seen }
const otherwise = { method: method.exclude(['in_person']).describe(how) }

const approve = { verdict: z.literal('approve'), version, factsDigest: digest, match, reason }

/** A denial is taken whatever version it was seen in, and without the number: a no always wins. */
export const decision = z.discriminatedUnion('verdict', [
  z.discriminatedUnion('method', [
    z.strictObject({ ...approve, ...inPerson }),
    z.strictObject({ ...approve, ...otherwise }),
  ]),
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

const spoken = {
  approver: line(255).describe('Id or user name of who said yes, and must confirm it from an own session.'),
  version,
  factsDigest: digest,
  match,
  reason,
}
export const verbalApproval = z.discriminatedUnion('method', [
  z.strictObject({ ...spoken, ...inPerson }),
  z.strictObject({ ...spoken, ...otherwise }),
])
export const verballyApproved = z.strictObject({ state: z.enum(caseStates), version: z.int(), confirmBy: time })

export const confirmation = z.strictObject({ verdict: z.enum(['confirm', 'refuse']), reason })
export const ratificationAsk = z.strictObject({ verdict: z.enum(['ratify', 'refuse']), reason })
