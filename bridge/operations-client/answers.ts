import { z } from 'zod'

/**
 * What the commands read of the API's answers. States, reasons and other codes stay words: a newer bridge may know more
 * of them, and its cases must be seen all the same.
 */

/** ISO 8601, read as epoch milliseconds. */
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const person = z.object({ id: z.string(), name: z.string() })
const demand = z.object({ group: z.string(), count: z.int(), given: z.int() })

const caseLine = z.object({
  id: z.string(),
  state: z.string(),
  user: z.string(),
  client: z.string(),
  profile: z.string(),
  tier: z.string(),
  owner: z.string().nullable(),
  openedAt: time,
  expiresAt: time,
  version: z.int(),
})

const listedCase = caseLine.extend({ deniedInLastDay: z.int().nullable() })
export type CaseLine = z.output<typeof listedCase>

export const listedCases = z.object({ cases: z.array(listedCase), next: z.string().nullable() })

const assessment = z.object({
  rule: z.string(),
  band: z.string(),
  score: z.object({
    total: z.number(),
    contributions: z.array(z.object({ id: z.string(), points: z.number(), because: z.string() })),
  }),
  remarks: z.array(z.string()),
})

const decision = z.object({
  outcome: z.string(),
  reason: z.string().nullable(),
  retryAt: time.nullable(),
  assessment: assessment.nullable(),
  terms: z
    .object({
      paths: z.array(z.object({ id: z.string(), check: z.string(), level: z.number(), acr: z.string() })),
      sessionSeconds: z.number(),
      grantSeconds: z.number(),
      approvals: z.array(z.object({ group: z.string(), count: z.int() })),
      evidenceReview: z.boolean(),
      evidence: z.string().nullable(),
      ratification: z.object({ group: z.string(), withinSeconds: z.number() }).nullable(),
    })
    .nullable(),
})

const approval = z.object({
  person,
  verdict: z.string(),
  state: z.string(),
  method: z.string().nullable(),
  seen: z.object({ place: z.string(), document: z.string() }).nullable(),
  reason: z.string(),
  at: time,
  acr: z.string().nullable(),
  recordedBy: z.string().nullable(),
  confirmBy: time.nullable(),
})

const evidenceLine = z.object({
  id: z.string(),
  item: z.string(),
  kind: z.string(),
  by: person,
  at: time,
  late: z.boolean(),
  sha256: z.string(),
  size: z.int(),
  mediaType: z.string(),
})
export type EvidenceLine = z.output<typeof evidenceLine>

const storyReview = z.object({
  id: z.string(),
  kind: z.string(),
  openedAt: time,
  dueAt: time,
  done: z
    .object({
      by: person,
      at: time,
      cause: z.string(),
      confidence: z.string(),
      action: z.string(),
      actionOwner: z.string(),
      actionDue: z.string(),
      note: z.string(),
    })
    .nullable(),
})

export const caseStory = z.object({
  case: caseLine.extend({
    userName: z.string().nullable(),
    deputy: z.string().nullable(),
    path: z.string().nullable(),
    failureClass: z.string(),
    attempts: z.int(),
    grantedAt: time.nullable(),
    endsAt: time.nullable(),
  }),
  mayDo: z.array(z.string()),
  isDecoy: z.boolean().nullable(),
  decision: decision.nullable(),
  request: z
    .object({
      facts: z.record(z.string(), z.unknown()),
      factsDigest: z.string(),
      askedAt: time,
      clearedAt: time.nullable(),
      demands: z.array(demand),
      methods: z.array(z.string()),
      distinctMethods: z.boolean(),
      verbalWithinSeconds: z.number().nullable(),
      lastDay: z.object({ asked: z.int(), denied: z.int() }),
    })
    .nullable(),
  approvals: z.array(approval),
  ratification: z.object({ group: z.string(), dueAt: time, state: z.string(), by: z.string().nullable() }).nullable(),
  evidence: z.object({ items: z.array(evidenceLine), missing: z.array(z.string()), evidenceDigest: z.string() }),
  evidenceReview: z.object({ person, verdict: z.string(), reason: z.string(), at: time }).nullable(),
  reviews: z.array(storyReview),
  declared: z
    .object({
      occurredAt: time,
      recordedAt: time,
      what: z.string(),
      reason: z.string(),
      approvedBy: z.string().nullable(),
    })
    .nullable(),
  pattern: z
    .object({
      dimension: z.string(),
      value: z.string(),
      since: time,
      until: time,
      failures: z.int(),
      people: z.int(),
      before: z.int().nullable(),
      classes: z.record(z.string(), z.int()),
    })
    .nullable(),
  history: z.array(
    z.object({
      seq: z.int(),
      at: time,
      event: z.string(),
      state: z.string(),
      withheld: z.boolean(),
      actor: z.string().nullable(),
      facts: z.record(z.string(), z.unknown()),
    }),
  ),
})
export type CaseStory = z.output<typeof caseStory>

export const exportedCase = z.object({ export: z.string() })

export const actedOn = z.object({ state: z.string(), version: z.int() })
export const decided = actedOn.extend({ approvals: z.array(demand) })
export const verballyApproved = actedOn.extend({ confirmBy: time })
export const disputed = z.object({ state: z.string() })
export const declaredCase = z.object({ case: z.string() })

export const evidenceList = z.object({
  items: z.array(evidenceLine),
  missing: z.array(z.string()),
  opened: z.array(z.string()),
  evidenceDigest: z.string(),
})
export const addedEvidence = z.object({ evidence: z.string(), late: z.boolean(), missing: z.array(z.string()) })

export const openedEvidence = z.union([
  z.object({ item: z.string(), kind: z.string(), sha256: z.string(), text: z.string() }),
  z.object({ item: z.string(), kind: z.string(), sha256: z.string(), mediaType: z.string(), content: z.base64() }),
])

export const listedReviews = z.object({
  reviews: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      case: z.string(),
      severity: z.int(),
      overdue: z.boolean(),
      openedAt: time,
      dueAt: time,
    }),
  ),
  next: z.string().nullable(),
})
export type ReviewLine = z.output<typeof listedReviews>['reviews'][number]

export const statistics = z.object({
  since: time,
  until: time,
  cases: z.array(z.object({ state: z.string(), profile: z.string(), count: z.int() })),
  verbalPending: z.int(),
  unratified: z.int(),
  /** How people decide; for auditors only. */
  approvers: z.array(z.object({ person, approved: z.int(), denied: z.int(), medianSeconds: z.int(), hasty: z.int() })),
  /** Their older decisions are left out. */
  cut: z.boolean(),
})

export const countedFailures = z.object({
  since: time,
  until: time,
  values: z.array(
    z.object({
      value: z.string(),
      tooFew: z.boolean(),
      failures: z.int().nullable(),
      people: z.int().nullable(),
      before: z.int().nullable(),
    }),
  ),
  /** There are more values. */
  cut: z.boolean(),
})
const toldOfDecisions = z.union([
  z.object({ standing: z.literal('too_few'), decisions: z.int() }),
  z.object({
    standing: z.literal('known'),
    points: z.int(),
    figures: z.object({
      decisions: z.int(),
      cases: z.int(),
      approved: z.int(),
      denied: z.int(),
      approvedPercent: z.int().nullable(),
      own: z.int(),
      medianSeconds: z.int().nullable(),
      hasty: z.int(),
      outsideHours: z.int().nullable(),
      outsideHoursPercent: z.int().nullable(),
      spoken: z.int(),
      fallen: z.int(),
      returned: z.int(),
      unratified: z.int(),
    }),
    findings: z.array(
      z.object({
        finding: z.string(),
        count: z.int(),
        of: z.int().nullable(),
        points: z.int(),
        fix: z.string(),
        people: z.array(person),
      }),
    ),
  }),
])

export const chains = z.object({
  since: time,
  until: time,
  decisions: z.int(),
  cut: z.boolean(),
  readFrom: time,
  chains: z.array(
    z.object({
      profile: z.string(),
      demands: z.array(z.object({ group: z.string(), count: z.int() })),
      evidenceReview: z.boolean(),
      busiest: z.object({ person, cases: z.int(), of: z.int() }).nullable(),
      told: toldOfDecisions,
    }),
  ),
  approvers: z.array(z.object({ person, told: toldOfDecisions })),
  decoys: z.array(z.object({ person, approved: z.int(), decisions: z.int() })),
})
export type Chains = z.output<typeof chains>

const withFacts = z.object({ request: z.object({ facts: z.record(z.string(), z.json()) }) })

/** The facts of a story exactly as they came, for their digest; undefined where there are none. */
export const factsAsTheyCame = (json: unknown): Readonly<Record<string, z.core.util.JSONType>> | undefined => {
  const parsed = withFacts.safeParse(json)
  return parsed.success ? parsed.data.request.facts : undefined
}
