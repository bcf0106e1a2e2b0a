import { z } from 'zod'
import type { CaseStory } from '../../app/operations/show-story.ts'
import type { ToldEntry } from '../../app/operations/told-history.ts'
import type { FailurePattern } from '../../app/pattern/pattern-ports.ts'
import type { Approval, EvidenceReview, Ratification } from '../../app/people-ports.ts'
import type { Review } from '../../domain/review/review.ts'
import type { WireStory } from '../contract/operations/case-story.ts'
import { dayOf, timeOf, timeOrNull, wireEvidence } from './wire.ts'
import { wireDecision } from './wire-decision.ts'

/** What was told of a declared override, as it was sealed. */
const account = z.object({ what: z.string(), reason: z.string(), approvedBy: z.string().nullable() })

/**
 * A case's story on the wire, member by member: no token of an approver, no number that the waiting person sees, nothing of
 * the login's own ids, whatever the story of the app may come to hold.
 */
export const wireStory = (story: CaseStory): WireStory => ({
  case: wireCase(story),
  mayDo: [...story.mayDo],
  isDecoy: story.isDecoy ?? null,
  decision: story.decision === undefined ? null : wireDecision(story.decision),
  request: story.request === undefined ? null : wireRequest(story.request),
  approvals: story.approvals.map(wireApproval),
  ratification: story.ratification === undefined ? null : wireRatification(story.ratification),
  evidence: {
    items: story.evidence.items.map(wireEvidence),
    missing: [...story.evidence.missing],
    evidenceDigest: story.evidence.evidenceDigest,
  },
  evidenceReview: story.evidenceReview === undefined ? null : wireEvidenceReview(story.evidenceReview),
  reviews: story.reviews.map(wireReview),
  declared: story.declared === undefined ? null : wireDeclared(story.declared),
  pattern: story.pattern === undefined ? null : wirePattern(story.pattern),
  history: story.history.map(wireEntry),
})

const wireCase = ({ case: current, tier, userName, ownership }: CaseStory): WireStory['case'] => ({
  id: current.id,
  user: current.user,
  userName: userName ?? null,
  client: current.client,
  state: current.state,
  version: current.version,
  profile: current.profile,
  tier,
  owner: ownership?.owner ?? null,
  deputy: ownership?.deputy ?? null,
  policy: current.policyDigest,
  path: current.path ?? null,
  failureClass: current.failureClass,
  attempts: current.attempts,
  openedAt: timeOf(current.openedAt),
  expiresAt: timeOf(current.expiresAt),
  grantedAt: timeOrNull(current.grantedAt),
  endsAt: timeOrNull(current.endsAt),
})

const wireRequest = (request: NonNullable<CaseStory['request']>): NonNullable<WireStory['request']> => ({
  facts: { ...request.facts },
  factsDigest: request.factsDigest,
  askedAt: timeOf(request.askedAt),
  clearedAt: timeOrNull(request.clearedAt),
  demands: request.demands.map(({ group, count, given }) => ({ group, count, given })),
  methods: [...request.methods],
  distinctMethods: request.distinctMethods,
  verbalWithinSeconds: request.verbalWithinSeconds ?? null,
  lastDay: { asked: request.lastDay.asked, denied: request.lastDay.denied },
})

const wireApproval = (one: Approval): WireStory['approvals'][number] => ({
  person: { id: one.id, name: one.name },
  verdict: one.verdict,
  state: one.state,
  method: one.method ?? null,
  seen: one.seen === undefined ? null : { place: one.seen.place, document: one.seen.document },
  reason: one.reason,
  at: timeOf(one.at),
  acr: one.acr ?? null,
  authTime: timeOf(one.authTime),
  recordedBy: one.recordedBy ?? null,
  confirmBy: timeOrNull(one.confirmBy),
})

const wireRatification = ({ group, dueAt, state, by }: Ratification): NonNullable<WireStory['ratification']> => ({
  group,
  dueAt: timeOf(dueAt),
  state,
  by: by ?? null,
})

const wireEvidenceReview = (one: EvidenceReview): NonNullable<WireStory['evidenceReview']> => ({
  person: { id: one.id, name: one.name },
  verdict: one.verdict,
  reason: one.reason,
  evidenceDigest: one.evidenceDigest,
  at: timeOf(one.at),
  acr: one.acr ?? null,
  authTime: timeOf(one.authTime),
})

const wireReview = ({ id, reason, openedAt, dueAt, done }: Review): WireStory['reviews'][number] => ({
  id,
  kind: reason,
  openedAt: timeOf(openedAt),
  dueAt: timeOf(dueAt),
  done:
    done === undefined
      ? null
      : {
          by: { id: done.by, name: done.byName },
          at: timeOf(done.at),
          cause: done.cause,
          confidence: done.confidence,
          action: done.action,
          actionOwner: done.actionOwner,
          actionDue: dayOf(done.actionDue),
          note: done.note,
        },
})

const wireDeclared = (declared: NonNullable<CaseStory['declared']>): NonNullable<WireStory['declared']> => {
  const { what, reason, approvedBy } = account.parse(declared.account)
  return { occurredAt: timeOf(declared.occurredAt), recordedAt: timeOf(declared.recordedAt), what, reason, approvedBy }
}

const wirePattern = (found: FailurePattern): NonNullable<WireStory['pattern']> => ({
  dimension: found.dimension,
  value: found.value,
  since: timeOf(found.since),
  until: timeOf(found.until),
  failures: found.failures,
  people: found.people,
  before: found.before ?? null,
  classes: { ...found.classes },
})

const wireEntry = (entry: ToldEntry): WireStory['history'][number] => ({
  seq: entry.seq,
  at: timeOf(entry.at),
  event: entry.event,
  state: entry.state,
  withheld: entry.isWithheld,
  actor: entry.actor ?? null,
  facts: entry.isWithheld ? {} : { ...entry.facts },
  previous: entry.previous,
  hash: entry.hash,
})
