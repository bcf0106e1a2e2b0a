import { z } from 'zod'
import { approvalStates } from '../../../app/people-ports.ts'
import { caseStates } from '../../../domain/case.ts'
import { acts, bands, verificationMethods } from '../../../domain/policy/ceilings.ts'
import { decisionReasons, outcomes, remarks } from '../../../domain/policy/decision.ts'
import { tiers } from '../../../domain/policy/facts.ts'
import { demand, seen } from './decisions.ts'
import { evidenceLine } from './evidence.ts'
import { pattern } from './failures.ts'
import { storyReview } from './reviews.ts'
import { digest, person, time } from './values.ts'

const signIn = { acr: z.string().nullable(), authTime: time }

const storyCase = z.strictObject({
  id: z.string(),
  user: z.string(),
  userName: z.string().nullable().describe('As Keycloak has it now; null where the account is gone.'),
  client: z.string(),
  state: z.enum(caseStates),
  version: z.int(),
  profile: z.string(),
  tier: z.enum(tiers),
  owner: z
    .string()
    .nullable()
    .describe('User name of who answers for it under the policy in force; null for its subject.'),
  deputy: z.string().nullable(),
  policy: z.string(),
  path: z.string().nullable(),
  failureClass: z.string(),
  attempts: z.int(),
  openedAt: time,
  expiresAt: time,
  grantedAt: time.nullable(),
  endsAt: time.nullable(),
})

const assessment = z.strictObject({
  rule: z.string(),
  profile: z.string(),
  tier: z.enum(tiers),
  band: z.enum(bands),
  score: z.strictObject({
    total: z.int(),
    contributions: z.array(
      z.strictObject({ id: z.string(), points: z.number(), because: z.enum(['holds', 'missing', 'cap']) }),
    ),
  }),
  remarks: z.array(z.enum(remarks)),
})

const terms = z.strictObject({
  paths: z.array(
    z.strictObject({
      id: z.string(),
      check: z.string(),
      level: z.int(),
      acr: z.string(),
      amr: z.array(z.string()),
    }),
  ),
  sessionSeconds: z.int(),
  grantSeconds: z.int(),
  challengeSeconds: z.int(),
  attempts: z.int(),
  approvals: z.array(z.strictObject({ group: z.string(), count: z.int() })),
  evidenceReview: z.boolean(),
  evidence: z.string().nullable(),
  ratification: z.strictObject({ group: z.string(), withinSeconds: z.int() }).nullable(),
})

const decision = z.strictObject({
  outcome: z.enum(outcomes),
  reason: z.enum(decisionReasons).nullable(),
  retryAt: time.nullable(),
  assessment: assessment.nullable(),
  terms: terms.nullable(),
})

/** What approvers decide about. The number that the waiting person sees is nowhere in an answer (C09). */
const request = z.strictObject({
  facts: z.record(z.string(), z.unknown()).describe('Exactly what `factsDigest` is the digest of, as canonical JSON.'),
  factsDigest: digest,
  askedAt: time,
  clearedAt: time.nullable(),
  demands: z.array(demand),
  methods: z.array(z.enum(verificationMethods)).describe('Ways to make sure who asks that the next approver may take.'),
  distinctMethods: z.boolean().describe('Whether each approver needs another way than those before.'),
  verbalWithinSeconds: z.int().nullable().describe('null where no spoken approval is taken.'),
  lastDay: z
    .strictObject({ asked: z.int(), denied: z.int() })
    .describe('Requests of this person in the last 24 hours, this one among them, and how many were told no.'),
})

const approval = z.strictObject({
  person,
  verdict: z.enum(['approve', 'deny']),
  state: z.enum(approvalStates),
  method: z.enum(verificationMethods).nullable(),
  seen: seen.nullable().describe('null unless it was in person.'),
  reason: z.string(),
  at: time,
  ...signIn,
  recordedBy: z.string().nullable().describe('Who wrote a spoken approval down.'),
  confirmBy: time.nullable(),
})

const ratification = z.strictObject({
  group: z.string(),
  dueAt: time,
  state: z.enum(['pending', 'ratified', 'refused', 'lapsed']),
  by: z.string().nullable(),
})

const evidenceReview = z.strictObject({
  person,
  verdict: z.enum(['accept', 'refuse']),
  reason: z.string(),
  evidenceDigest: digest,
  at: time,
  ...signIn,
})

/** Facts and chain as they were written, so that whoever reads them can check the hashes of what is not withheld. */
const historyEntry = z.strictObject({
  seq: z.int(),
  at: time,
  event: z.string(),
  state: z.enum(caseStates),
  withheld: z
    .boolean()
    .describe('Whether this caller is not told what was said: `facts` is empty then, and the hash cannot be checked.'),
  actor: z
    .string()
    .nullable()
    .describe('null where it is withheld, unless it is the caller, the subject or the system.'),
  facts: z.record(z.string(), z.unknown()),
  previous: digest,
  hash: digest,
})

export const caseStory = z.strictObject({
  case: storyCase,
  mayDo: z.array(z.enum(acts)).describe('What the authority matrix allows the caller on this case.'),
  isDecoy: z
    .boolean()
    .nullable()
    .describe('Whether the person is made up; null but for auditors, and for those who may decide about it.'),
  decision: decision.nullable(),
  request: request.nullable(),
  approvals: z.array(approval),
  ratification: ratification.nullable(),
  evidence: z.strictObject({ items: z.array(evidenceLine), missing: z.array(z.string()), evidenceDigest: digest }),
  evidenceReview: evidenceReview.nullable(),
  reviews: z.array(storyReview),
  declared: z
    .strictObject({
      occurredAt: time,
      recordedAt: time,
      what: z.string(),
      reason: z.string(),
      approvedBy: z.string().nullable(),
    })
    .nullable(),
  pattern: pattern.nullable().describe('What repeats, where the case is one of a pattern of failures.'),
  history: z.array(historyEntry),
})
export type WireStory = z.infer<typeof caseStory>
export type WireDecision = z.infer<typeof decision>
