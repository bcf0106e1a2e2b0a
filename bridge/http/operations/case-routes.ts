import type { CaseLine, ListCasesAsk } from '../../app/operations/list-cases.ts'
import { caseStates, isWaiting } from '../../domain/case.ts'
import { caseStory } from '../contract/operations/case-story.ts'
import {
  actedOn,
  declaredCase,
  disputed,
  exportedCase,
  listCasesQuery,
  listedCases,
  pastOverride,
  revocation,
} from '../contract/operations/cases.ts'
import { casePath, nothing } from '../contract/operations/values.ts'
import { answered, defineRoute } from './route.ts'
import { timeOf, wireActedOn } from './wire.ts'
import { wireStory } from './wire-story.ts'

const listCases = defineRoute({
  operation: 'listCases',
  summary: 'Lists the cases that the caller may see, newest first.',
  method: 'get',
  path: '/v1/cases',
  access: 'see',
  input: { path: nothing, query: listCasesQuery, body: nothing },
  output: listedCases,
  refusals: ['no_active_policy'],
  handler: ({ operations }, actor, { query }) => {
    const { state = caseStates, waiting, profile, user, since, until, limit, after } = query
    const states = waiting === 'true' ? state.filter(isWaiting) : state
    const ask: ListCasesAsk = { states, profile, user, since, until, limit, after }
    return answered(operations.listCases(actor, ask), ({ cases, next }) => ({
      cases: cases.map(wireLine),
      next: next ?? null,
    }))
  },
})

const wireLine = (line: CaseLine) => ({
  id: line.id,
  state: line.state,
  user: line.user,
  client: line.client,
  profile: line.profile,
  tier: line.tier,
  owner: line.owner ?? null,
  openedAt: timeOf(line.openedAt),
  expiresAt: timeOf(line.expiresAt),
  version: line.version,
  deniedInLastDay: line.deniedInLastDay ?? null,
})

const showCase = defineRoute({
  operation: 'showCase',
  summary: 'Tells a case’s whole story, as far as the caller may see it.',
  method: 'get',
  path: '/v1/cases/{case}',
  access: 'see',
  input: { path: casePath, query: nothing, body: nothing },
  output: caseStory,
  refusals: ['case_unknown', 'no_active_policy'],
  handler: ({ operations }, actor, { path }) => answered(operations.showStory(actor, path), wireStory),
})

const exportCase = defineRoute({
  operation: 'exportCase',
  summary: 'Gives an auditor a case’s whole story, signed by the bridge, to be verified offline.',
  method: 'get',
  path: '/v1/cases/{case}/export',
  access: 'act',
  isAttachment: true,
  input: { path: casePath, query: nothing, body: nothing },
  output: exportedCase,
  refusals: ['case_unknown', 'no_active_policy', 'act_not_allowed', 'kept_apart'],
  handler: ({ operations }, actor, { path }) =>
    answered(operations.exportCase(actor, path), (done) => ({ export: done.export })),
})

const revokeCase = defineRoute({
  operation: 'revokeCase',
  summary: 'Takes a case back, and the session that it gave.',
  method: 'post',
  path: '/v1/cases/{case}/revocations',
  access: 'act',
  input: { path: casePath, query: nothing, body: revocation },
  output: actedOn,
  refusals: ['case_unknown', 'no_active_policy', 'act_not_allowed', 'reason_malformed', 'case_over'],
  handler: ({ operations }, actor, { path, body }) =>
    answered(operations.revokeCase(actor, { ...path, reason: body.reason }), wireActedOn),
})

const disputeCase = defineRoute({
  operation: 'disputeCase',
  summary: '“This was not me”, by the subject: takes the session back and opens an incident.',
  method: 'post',
  path: '/v1/cases/{case}/disputes',
  access: 'act',
  input: { path: casePath, query: nothing, body: nothing },
  output: disputed,
  refusals: ['case_unknown', 'no_active_policy', 'act_not_allowed'],
  handler: ({ operations }, actor, { path }) =>
    answered(operations.disputeCase.bySubject(actor, path), ({ state }) => ({ state })),
})

const declarePastOverride = defineRoute({
  operation: 'declarePastOverride',
  summary: 'Writes down an override that happened outside, and opens its review.',
  method: 'post',
  path: '/v1/past-overrides',
  access: 'act',
  input: { path: nothing, query: nothing, body: pastOverride },
  output: declaredCase,
  refusals: [
    'no_active_policy',
    'act_not_allowed',
    'reason_malformed',
    'subject_unknown',
    'kept_apart',
    'time_malformed',
  ],
  handler: ({ operations }, actor, { body }) => {
    const { user, client, occurredAt, what, approvedBy, reason } = body
    const declared = operations.declareOverride(actor, { user, client, occurredAt, what, approvedBy, reason })
    return answered(declared, (done) => ({ case: done.case }))
  },
})

/** Cases: seeing and exporting them, taking them back, disputing them, declaring past ones. */
export const caseRoutes = [listCases, showCase, exportCase, revokeCase, disputeCase, declarePastOverride]
