import { z } from 'zod'
import { seenDocuments } from '../domain/approval/made-sure.ts'
import { canonicalJson } from '../domain/canonical-json.ts'
import { caseEvents, caseStates } from '../domain/case.ts'
import { type CaseExport, exportVersion } from '../domain/export/case-export.ts'
import { asId, type CaseId, type RealmName } from '../domain/ids.ts'

/** `newer`: an export of a form that this version does not know. `malformed`: none, or not in its one canonical text. */
export type ReadExport = { outcome: 'read'; told: CaseExport } | { outcome: 'refused'; because: 'newer' | 'malformed' }

const instant = z.int()
const orNull = <Value extends z.ZodType>(value: Value) => value.nullable()
const person = z.strictObject({ id: z.string(), name: z.string() })
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const texts = z.record(z.string(), z.json())
const signIn = { acr: orNull(z.string()), authTime: instant, token: z.string(), at: instant }

const row = z.strictObject({
  id: z.string(),
  user: z.string(),
  userName: orNull(z.string()),
  client: z.string(),
  state: z.string(),
  version: z.int(),
  profile: z.string(),
  policyDigest: digest,
  path: orNull(z.string()),
  offered: z.array(z.string()),
  failureClass: z.string(),
  attempts: z.int(),
  openedAt: instant,
  expiresAt: instant,
  grantedAt: orNull(instant),
  endsAt: orNull(instant),
})

const approval = z.strictObject({
  approval: z.string(),
  ...person.shape,
  verdict: z.enum(['approve', 'deny']),
  state: z.enum(['counted', 'pending', 'confirmed', 'refused', 'lapsed']),
  method: orNull(z.string()),
  seen: z.strictObject({ place: z.string(), document: z.enum(seenDocuments) }).exactOptional(),
  reason: z.string(),
  factsDigest: digest,
  ...signIn,
  recordedBy: orNull(z.string()),
  confirmBy: orNull(instant),
})

const evidence = z.strictObject({
  id: z.string(),
  item: z.string(),
  kind: z.string(),
  by: person,
  at: instant,
  late: z.boolean(),
  sha256: digest,
  size: z.int(),
  mediaType: z.string(),
})

const evidenceReview = z.strictObject({
  ...person.shape,
  verdict: z.enum(['accept', 'refuse']),
  evidenceDigest: digest,
  reason: z.string(),
  ...signIn,
})

const review = z.strictObject({
  id: z.string(),
  reason: z.string(),
  openedAt: instant,
  dueAt: instant,
  done: orNull(
    z.strictObject({
      by: person,
      at: instant,
      cause: z.string(),
      confidence: z.string(),
      action: z.string(),
      actionOwner: z.string(),
      actionDue: instant,
      note: z.string(),
    }),
  ),
})

const entry = z.strictObject({
  realm: z.string().transform((name) => asId<RealmName>(name)),
  case: z.string().transform((id) => asId<CaseId>(id)),
  seq: z.int(),
  at: instant,
  event: z.enum(['open', ...caseEvents]),
  state: z.enum(caseStates),
  actor: z.string(),
  facts: texts,
  previous: digest,
  hash: digest,
})

const event = z.strictObject({
  id: z.string(),
  name: z.string(),
  at: instant,
  state: z.enum(['due', 'written', 'confirmed', 'parked']),
  writtenAt: orNull(instant),
  representation: texts,
})

const caseExport = z.strictObject({
  export: z.literal(exportVersion),
  issuer: z.string(),
  bridge: z.string(),
  realm: z.string(),
  exportedAt: instant,
  exportedBy: person,
  case: row,
  decision: orNull(z.strictObject({ at: instant, policyDigest: digest, facts: z.string(), decision: z.string() })),
  policy: orNull(z.strictObject({ digest, name: z.string(), revision: z.int(), text: z.string() })),
  request: orNull(
    z.strictObject({
      facts: texts,
      factsDigest: digest,
      askedAt: instant,
      clearedAt: orNull(instant),
      voidedAt: orNull(instant),
    }),
  ),
  approvals: z.array(approval),
  ratification: orNull(
    z.strictObject({ group: z.string(), dueAt: instant, state: z.string(), by: orNull(z.string()) }),
  ),
  evidence: z.array(evidence),
  openings: z.array(z.strictObject({ evidence: z.string(), person: z.string(), at: instant })),
  evidenceReview: orNull(evidenceReview),
  reviews: z.array(review),
  declared: orNull(z.strictObject({ occurredAt: instant, recordedAt: instant, account: z.string() })),
  dispute: orNull(z.strictObject({ user: z.string(), at: instant })),
  notices: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.string(),
      channel: z.string(),
      at: instant,
      state: z.string(),
      settledAt: orNull(instant),
    }),
  ),
  history: z.array(entry),
  events: z.array(event),
})

const ofNewerForm = z.object({ export: z.int().min(exportVersion + 1) })

/** Far more than a case of years has; whatever reads or checks an export goes as deep as it is, and takes time for each. */
const mostLevels = 50
const mostValues = 200_000

/**
 * Reads the payload of a signed export: every member that is not known, missing, or written in another way, is refused, and
 * so is a payload of more levels or values than any case has.
 */
export const readExport = (payload: string): ReadExport => {
  const given = parse(payload)
  if (ofNewerForm.safeParse(given).success) return { outcome: 'refused', because: 'newer' }
  if (!isWithinBounds(given)) return { outcome: 'refused', because: 'malformed' }
  const read = caseExport.safeParse(given)
  return read.success && isCanonical(read.data, payload)
    ? { outcome: 'read', told: read.data }
    : { outcome: 'refused', because: 'malformed' }
}

const parse = (payload: string): unknown => {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}

/** Level by level, so that no depth is too much for it. */
const isWithinBounds = (given: unknown): boolean => {
  let level: unknown[] = [given]
  let count = 0
  for (let depth = 0; level.length > 0; depth += 1) {
    count += level.length
    if (depth > mostLevels || count > mostValues) return false
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
  return true
}

/** So that a member that stands twice, or a number that is no safe integer, is no way to say two things. */
const isCanonical = (told: CaseExport, payload: string): boolean => {
  try {
    return canonicalJson(told) === payload
  } catch {
    return false
  }
}
