import { denialReasons } from '../domain/denial.ts'
import { type ErrorCode, errorCodes } from '../domain/errors.ts'
import { statusOfCode } from './problem.ts'

/** What an operator does about each error. */
const remedies: Readonly<Record<ErrorCode, string>> = {
  request_malformed: 'The jar and the bridge are of different releases; install those of one release.',
  request_unauthenticated:
    'Compare issuer, bridge id and clocks: `FALLBACK_BRIDGE_REALMS`, `FALLBACK_BRIDGE_KEYCLOAK_ISSUER_BASE`, `FALLBACK_BRIDGE_ID`. If they are right, somebody else is calling.',
  request_replayed: 'None: the request was used. If it is frequent, somebody replays captured requests.',
  request_too_large: 'None: genuine requests are far smaller.',
  request_media_type: 'None: the jar sends the right type.',
  server_too_old: 'Update Keycloak to 26.7.5 or later.',
  route_unknown: 'Check the bridge URL in the step’s configuration: it is the base, without `/v1/step`.',
  method_unknown: 'As for `route_unknown`.',
  case_conflict: 'None: two requests met; the later one is tried again.',
  token_missing: 'Sign in and send the access token as `Authorization: Bearer …`.',
  token_refused:
    'Sign in with the client that `FALLBACK_BRIDGE_OPERATIONS_CLIENTS` names, as a person, not by a fallback; compare audience and clocks.',
  step_up_needed: 'Sign in again as the `WWW-Authenticate` header says (RFC 9470), then repeat the call.',
  input_malformed: 'Compare the call with `/v1/openapi.json`; `about` names the fields.',
  body_too_large: 'Send a smaller attachment; docs/operations-api.md has the bounds.',
  body_media_type: 'Send JSON.',
  too_many_requests: 'Wait as long as `Retry-After` says.',
  case_unknown: 'None: it does not exist, is of another realm, or is not for this caller to see.',
  act_not_allowed: 'Give the role a line in the policy’s authority matrix, or let somebody else act.',
  kept_apart:
    'Somebody else must act: `about` names the part that this person, or their other account, had already, or `reporting_line`, where they are the manager or a report of somebody who decided.',
  account_unfit: 'Act with a personal, enabled account.',
  case_stale: 'Read the case again and decide on what it then shows.',
  case_over: 'Read the case again; what it waits for is in its state.',
  facts_changed: 'Read the case again and decide on what it then shows.',
  match_wrong: 'Ask the waiting person for the three digits on their page; make sure that this is their case.',
  method_not_allowed: 'Use one of the ways that `about` names, as the case lists them.',
  reason_malformed: 'Write one or two sentences.',
  evidence_missing: 'Add what `about` names.',
  evidence_unopened: 'Open what `about` names.',
  evidence_changed: 'Read the evidence again and decide on what it then is.',
  evidence_malformed:
    'Compare with the schema of the profile; `about` names what is wrong. `already_reviewed` can be added once the person was let in.',
  evidence_unknown: 'None.',
  approval_not_needed: 'Somebody of another demanded group must approve.',
  verbal_not_allowed: 'Let the approver decide from an own session.',
  approver_unfit: 'Name somebody who may approve and has not taken part.',
  not_named: 'Only the named approver confirms, and only a member of the ratifying group ratifies.',
  agent_cap_reached: 'Let somebody else decide; the cap never widens.',
  review_unknown: 'None.',
  review_done: 'None.',
  finding_malformed: '`about` names the fields.',
  time_malformed:
    'Give a time within the last 90 days; for statistics, a span of a year at most, from 1970 on, that is not empty.',
  subject_unknown: 'Give Keycloak’s id of the user.',
  no_active_policy: 'Activate a policy (docs/policy.md).',
  secret_unreadable: 'The data key that sealed this secret is missing from `FALLBACK_BRIDGE_DATA_KEY`; add it again.',
  keycloak_refused: 'Keycloak refused an event for good; the log names it, and the outbox keeps it as parked.',
  keycloak_unreachable:
    'Look at the readiness page: Keycloak is away, or the service account lacks a right. It is tried again.',
  notice_unsendable:
    'The mail server or the receiver of the webhook is away, or refuses the bridge; the log’s cause says which. It is tried again.',
  unavailable: 'The bridge is stopping, or its database or the realm’s keys cannot be reached.',
  internal: 'A fault of the bridge; its log has the class of the error beside the request’s id.',
}

const reasonTexts: Readonly<Record<(typeof denialReasons)[number], string>> = {
  attempt_limit: 'as many wrong codes as the policy allows for one case',
  user_locked: 'too many wrong codes over all cases; until `retryAt`',
  rebind_required: 'too many wrong codes without a right one; only a new enrolment helps',
  no_path_available: 'the person owns no factor of an approved path',
  no_active_policy: 'no policy is active in the realm, or the active one cannot be read',
  first_factor_missing: 'the password was not checked in this login',
  failure_missing: 'no biometric step recorded a failure in this login',
  case_limit: 'as many cases in 24 hours as the policy allows',
  superseded: 'another login of the same person began a case, or was done with the passkey',
  expired: 'the time to prove a factor is over, or the case was cancelled',
  already_used: 'the case has given its grant',
  not_found: 'there is no case of exactly this login, or no such reserved attempt',
  context_mismatch: 'the address is in other network zones than when the case was opened',
  approval_denied: 'somebody who was asked for an approval, or reviewed the evidence, said no',
  approval_expired: 'nobody decided while the request waited',
  approval_void:
    'what was approved is not so any more, or somebody who approved may not approve any more; the request can be made anew',
  cool_down: 'somebody said no a short time ago; until `retryAt`',
  approval_requests_used_up: 'as many requests for an approval in 24 hours as one person may make',
  revoked: 'the case was revoked',
  unratified: 'what was let in ahead of a confirmation was not confirmed in time',
  enrolment_refused: 'no pending enrolment of this login, or too many wrong first codes',
  switched_off: 'an off switch is thrown for the realm or for this application',
  no_rule_matches: 'no rule of the policy is about this login',
  policy_denies: 'the rule that matches denies',
  fallbacks_used_up: 'as many fallback logins in seven days as the policy allows',
  risk_too_high: 'the score is in the band that the policy refuses',
  level_out_of_reach: 'the application requires a level of authentication that no path of the policy reaches',
  nobody_may_approve: 'the policy asks for an approval, and names nobody who may give it',
  approval_needed: 'the policy asks for an approval, which has not been given',
  decoy: 'the person is made up, to see how people decide; nobody is let in',
}

/** The text of docs/errors.md. */
export const describeErrors = (): string => `# Errors

Written by \`npm run docs\` from the code; do not edit.

## Problem documents

What the step endpoint answers instead of a signed answer, and the operations API to a call that it refuses (RFC 9457,
\`application/problem+json\`). The code is stable. Nobody is let in, and nothing was changed, after any of them.

| code | status | meaning | what to do |
|---|---|---|---|
${(Object.keys(errorCodes) as ErrorCode[])
  .map((code) => `| \`${code}\` | ${statusOfCode(code)} | ${errorCodes[code].text} | ${remedies[code]} |`)
  .join('\n')}

\`case_conflict\`, \`keycloak_refused\`, \`keycloak_unreachable\` and \`notice_unsendable\` arise behind the logins and stand in the log.

## Reasons of a signed \`denied\`

| reason | when |
|---|---|
${denialReasons.map((reason) => `| \`${reason}\` | ${reasonTexts[reason]} |`).join('\n')}

A jar that cannot use an answer shows "not available right now" and writes a LOGIN_ERROR event \`fallback_unavailable\`
whose detail \`reason\` says why, in words of its own.
`
