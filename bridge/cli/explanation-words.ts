import type { DecisionReason, Outcome, Remark } from '../domain/policy/decision.ts'
import type { PathRefusal } from '../domain/policy/explain-decision.ts'

/** What each outcome means for the person. */
export const outcomeWords: Readonly<Record<Outcome, string>> = {
  grant_alternate: 'may go on by one of the offered paths',
  degrade: 'may go on by one of the offered paths, with a shorter session',
  escalate: 'waits for other people',
  deny_with_retry: 'is not let in now, and may try again later',
  deny: 'is not let in',
}

/** Why somebody is refused, or waits. */
export const reasonWords: Readonly<Record<DecisionReason, string>> = {
  no_active_policy: 'No policy is active in the realm.',
  switched_off: 'An off switch is thrown for the realm or for this application.',
  failure_missing: 'No biometric step recorded a failure in this login.',
  first_factor_missing: 'The password was not checked in this login.',
  no_rule_matches: 'No rule of the policy is about this login.',
  policy_denies: 'The rule that holds denies.',
  user_locked: 'There were too many wrong codes over all cases.',
  rebind_required: 'There were too many wrong codes without a right one; only a new enrolment helps.',
  case_limit: 'There were as many cases in 24 hours as the policy allows.',
  fallbacks_used_up: 'There were as many fallback logins in seven days as the policy allows.',
  risk_too_high: 'The score is in the band that the policy refuses.',
  no_path_available: 'The person can pass no approved path of the profile.',
  level_out_of_reach: 'The application requires a level of authentication that no path reaches.',
  nobody_may_approve: 'An approval is needed, and the policy names nobody who may give it.',
  approval_needed: 'An approval is needed.',
  decoy: 'The person is made up, to see how people decide; nobody is let in.',
}

/** What made the decision stricter, or milder. */
export const remarkWords: Readonly<Record<Remark, string>> = {
  band_raised_by_profile: 'the profile knows no milder band',
  band_raised_for_privileged: 'privileged people never help themselves',
  owner_not_active: 'the profile’s owner has no enabled account, so an approval is needed',
  rule_left_open: 'a missing fact left a rule open, so the strictest outcome counts',
  limits_halved_for_privileged: 'privileged people get at most half of the standard times',
  shortened_by_degrade: 'the condition of the shorter session may hold',
  continues_without_biometric: 'another passkey already succeeded in this login',
}

/** Why a path is not offered. */
export const pathRefusalWords: Readonly<Record<PathRefusal, string>> = {
  no_profile: 'no profile was chosen',
  not_in_profile: 'the profile does not have it',
  not_approved_yet: 'it is not approved yet',
  review_over: 'it is past its review date',
  check_missing: 'the person cannot pass',
  nothing_to_ask: 'it asks for nothing beside the password',
  below_its_floor: 'the profile lets it reach less than its floor',
  below_required_level: 'it does not reach the level the application requires',
  stronger_factor_proved: 'a stronger factor is already proved, and only that path is offered',
  decision_refuses: 'it could be walked, but the decision refuses',
}
