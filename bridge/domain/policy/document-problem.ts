/** What can be wrong with what a document says, however it is written. Stable: programs may act on them. */
export const documentProblemCodes = [
  'duplicate_name',
  'unknown_profile',
  'unknown_path',
  'unknown_evidence',
  'unknown_zone',
  'unknown_owner',
  'unused_profile',
  'unused_path',
  'unused_evidence',
  'standard_missing',
  'same_person',
  'review_before_approval',
  'hours_empty',
  'no_check',
  'several_checks',
  'password_as_choice',
  'passkey_not_resistant',
  'resistant_without_passkey',
  'ceiling_too_high',
  'floor_above_ceiling',
  'never_offered',
  'limits_contradict',
  'privileged_too_wide',
  'privileged_self_service',
  'rule_target',
  'rule_never_matches',
  'rule_after_always',
  'rules_too_tangled',
  'condition_empty',
  'condition_never_holds',
  'range_empty',
  'bands_not_ascending',
  'points_zero',
  'points_above_cap',
  'points_from_claim',
  'points_for_suitability',
  'approves_and_reviews',
  'line_about_nobody',
  'nobody_could_approve',
  'nobody_could_review',
  'nobody_could_record',
  'evidence_needed',
  'verbal_not_allowed',
  'methods_too_few',
  'break_glass_approvals',
  'break_glass_self_service',
  'break_glass_unratified',
  'break_glass_review',
  'break_glass_session',
  'test_contradicts',
  'test_without_deny',
  'path_untested',
  'profile_untested',
] as const
export type DocumentProblemCode = (typeof documentProblemCodes)[number]

/** What is allowed and probably not meant. */
export const documentWarningCodes = [
  'zone_empty',
  'nobody_may_approve',
  'nobody_may_review',
  'nobody_may_revoke',
] as const
export type DocumentWarningCode = (typeof documentWarningCodes)[number]

/** Where something stands in the document: names of members and numbers of list entries, from the top. */
export type DocumentPath = readonly (string | number)[]

/** What is wrong, where, and what is allowed, for people: the sentence follows the name of the place. */
export type DocumentProblem = { at: DocumentPath; code: DocumentProblemCode; sentence: string }
export type DocumentWarning = { at: DocumentPath; code: DocumentWarningCode; sentence: string }

/** A problem as a list of one, and none where it does not apply. */
export const problemIf = (
  applies: boolean,
  at: DocumentPath,
  code: DocumentProblemCode,
  sentence: string,
): readonly DocumentProblem[] => (applies ? [{ at, code, sentence }] : [])
