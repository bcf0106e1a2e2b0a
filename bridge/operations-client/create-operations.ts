import type { z } from 'zod'
import {
  actedOn,
  addedEvidence,
  caseStory,
  chains,
  countedFailures,
  decided,
  declaredCase,
  disputed,
  evidenceList,
  exportedCase,
  listedCases,
  listedReviews,
  openedEvidence,
  statistics,
  verballyApproved,
} from './answers.ts'
import type { CallAsPerson } from './call-as-person.ts'
import type { OperationsCall } from './send-to-operations.ts'

type Query = NonNullable<OperationsCall<unknown>['query']>
type Body = NonNullable<OperationsCall<unknown>['body']>

/** What a decision is bound to: the case as it was shown. */
export type Shown = { version: number; factsDigest: string }

/** Where the approver met the person, and which kind of document they saw. */
export type Seen = { place: string; document: string }

/** How an approver made sure, and why they decide so; `seen` goes with `in_person` alone. */
export type Grounds = { match: string; method: string; seen?: Seen; reason: string }

export type Finding = {
  review: string
  cause: string
  confidence: string
  action: string
  actionOwner: string
  /** A day, `2027-01-31`. */
  actionDue: string
  note: string
}

export type PastOverride = {
  user: string
  client: string
  occurredAt: string
  what: string
  approvedBy?: string
  reason: string
}

/** The routes of the operations API that the commands use, each as a function. */
export const createOperations = <Refused>(call: CallAsPerson<Refused>) => {
  const get = <Value>(answer: z.ZodType<Value>, path: readonly string[], query: Query = {}) =>
    call({ method: 'GET', path, query, answer })
  const post = <Value>(answer: z.ZodType<Value>, path: readonly string[], body: Body) =>
    call({ method: 'POST', path, body, answer })

  return {
    listCases: (query: Query) => get(listedCases, ['cases'], query),
    showCase: (id: string) => get(caseStory, ['cases', id]),
    exportCase: (id: string) => get(exportedCase, ['cases', id, 'export']),
    approve: (id: string, decision: Shown & Grounds) =>
      post(decided, ['cases', id, 'decisions'], { verdict: 'approve', ...decision }),
    deny: (id: string, decision: Shown & { reason: string }) =>
      post(decided, ['cases', id, 'decisions'], { verdict: 'deny', ...decision }),
    recordVerbally: (id: string, approval: Shown & Grounds & { approver: string }) =>
      post(verballyApproved, ['cases', id, 'verbal-approvals'], approval),
    confirm: (id: string, verdict: 'confirm' | 'refuse', reason: string) =>
      post(actedOn, ['cases', id, 'confirmations'], { verdict, reason }),
    ratify: (id: string, verdict: 'ratify' | 'refuse', reason: string) =>
      post(actedOn, ['cases', id, 'ratifications'], { verdict, reason }),
    revoke: (id: string, reason: string) => post(actedOn, ['cases', id, 'revocations'], { reason }),
    dispute: (id: string) => post(disputed, ['cases', id, 'disputes'], {}),
    listEvidence: (id: string) => get(evidenceList, ['cases', id, 'evidence']),
    addEvidence: (id: string, item: string, content: { text: string } | { mediaType: string; content: string }) =>
      post(addedEvidence, ['cases', id, 'evidence'], { item, ...content }),
    openEvidence: (id: string, evidence: string) => get(openedEvidence, ['cases', id, 'evidence', evidence]),
    reviewEvidence: (
      id: string,
      review: { verdict: 'accept' | 'refuse'; version: number; evidenceDigest: string; reason: string },
    ) => post(actedOn, ['cases', id, 'evidence-reviews'], review),
    declare: (override: PastOverride) => post(declaredCase, ['past-overrides'], override),
    listReviews: (query: Query) => get(listedReviews, ['reviews'], query),
    review: (id: string, finding: Finding) => post(actedOn, ['cases', id, 'reviews'], finding),
    failures: (query: Query) => get(countedFailures, ['statistics', 'failures'], query),
    chains: (query: Query) => get(chains, ['statistics', 'chains'], query),
    statistics: (query: Query) => get(statistics, ['statistics'], query),
  }
}
