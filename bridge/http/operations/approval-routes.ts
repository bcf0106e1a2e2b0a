import { actedOn } from '../contract/operations/cases.ts'
import {
  confirmation,
  decided,
  decision,
  ratificationAsk,
  verbalApproval,
  verballyApproved,
} from '../contract/operations/decisions.ts'
import { casePath, nothing } from '../contract/operations/values.ts'
import { answered, defineRoute } from './route.ts'
import { timeOf, wireActedOn } from './wire.ts'

const decideApproval = defineRoute({
  operation: 'decideApproval',
  summary: 'Approves or denies a case, on exactly the facts that were shown.',
  method: 'post',
  path: '/v1/cases/{case}/decisions',
  access: 'act',
  input: { path: casePath, query: nothing, body: decision },
  output: decided,
  refusals: [
    'case_unknown',
    'no_active_policy',
    'act_not_allowed',
    'reason_malformed',
    'case_over',
    'kept_apart',
    'case_stale',
    'facts_changed',
    'match_wrong',
    'method_not_allowed',
    'approval_not_needed',
    'evidence_missing',
    'agent_cap_reached',
  ],
  handler: ({ operations }, actor, { path, body }) => {
    const { version, factsDigest, match = '', reason } = body
    const deciding = operations.decideApproval(
      actor,
      body.verdict === 'approve'
        ? { ...path, ...body }
        : { ...path, verdict: body.verdict, version, factsDigest, match, reason },
    )
    return answered(deciding, (done) => ({
      ...wireActedOn(done),
      approvals: done.demands.map(({ group, count, given }) => ({ group, count, given })),
    }))
  },
})

const recordVerbalApproval = defineRoute({
  operation: 'recordVerbalApproval',
  summary: 'Writes a spoken approval down, which the named approver must confirm.',
  method: 'post',
  path: '/v1/cases/{case}/verbal-approvals',
  access: 'act',
  input: { path: casePath, query: nothing, body: verbalApproval },
  output: verballyApproved,
  refusals: [
    'case_unknown',
    'no_active_policy',
    'act_not_allowed',
    'reason_malformed',
    'case_over',
    'verbal_not_allowed',
    'case_stale',
    'facts_changed',
    'match_wrong',
    'method_not_allowed',
    'approver_unfit',
    'kept_apart',
    'approval_not_needed',
    'evidence_missing',
    'agent_cap_reached',
  ],
  handler: ({ operations }, actor, { path, body }) =>
    answered(operations.recordVerbalApproval(actor, { ...path, ...body }), (done) => ({
      ...wireActedOn(done),
      confirmBy: timeOf(done.confirmBy),
    })),
})

const confirmVerbalApproval = defineRoute({
  operation: 'confirmVerbalApproval',
  summary: 'Confirms a spoken approval, by whoever is said to have given it, or says that it is not so.',
  method: 'post',
  path: '/v1/cases/{case}/confirmations',
  access: 'act',
  input: { path: casePath, query: nothing, body: confirmation },
  output: actedOn,
  refusals: ['case_unknown', 'no_active_policy', 'not_named', 'reason_malformed', 'case_over', 'act_not_allowed'],
  handler: ({ operations }, actor, { path, body: { verdict, reason } }) =>
    answered(operations.confirmVerbalApproval(actor, { ...path, verdict, reason }), wireActedOn),
})

const ratifyGrant = defineRoute({
  operation: 'ratifyGrant',
  summary: 'Ratifies what was done ahead of it, or takes it back.',
  method: 'post',
  path: '/v1/cases/{case}/ratifications',
  access: 'act',
  input: { path: casePath, query: nothing, body: ratificationAsk },
  output: actedOn,
  refusals: [
    'case_unknown',
    'no_active_policy',
    'act_not_allowed',
    'reason_malformed',
    'not_named',
    'case_over',
    'kept_apart',
  ],
  handler: ({ operations }, actor, { path, body: { verdict, reason } }) =>
    answered(operations.ratifyGrant(actor, { ...path, verdict, reason }), wireActedOn),
})

/** Approvals: by the approver, spoken and written down, confirmed, and given afterwards. */
export const approvalRoutes = [decideApproval, recordVerbalApproval, confirmVerbalApproval, ratifyGrant]
