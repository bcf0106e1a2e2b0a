import type { CaseState } from '../../domain/case.ts'
import type { ErrorCode } from '../../domain/errors.ts'

/** Why an act of a person is refused: a code of the closed list, and what it is about where that helps. Nothing changed. */
export type OperationRefusal = { outcome: 'refused'; code: OperationRefusalCode; about?: readonly string[] }

export type OperationRefusalCode = Extract<
  ErrorCode,
  | 'case_unknown'
  | 'act_not_allowed'
  | 'kept_apart'
  | 'account_unfit'
  | 'case_stale'
  | 'case_over'
  | 'facts_changed'
  | 'match_wrong'
  | 'method_not_allowed'
  | 'reason_malformed'
  | 'evidence_missing'
  | 'evidence_unopened'
  | 'evidence_changed'
  | 'evidence_malformed'
  | 'evidence_unknown'
  | 'approval_not_needed'
  | 'verbal_not_allowed'
  | 'approver_unfit'
  | 'not_named'
  | 'agent_cap_reached'
  | 'review_unknown'
  | 'review_done'
  | 'finding_malformed'
  | 'time_malformed'
  | 'subject_unknown'
  | 'no_active_policy'
>

/** A refusal with its code; `about` names items, parts or fields, never a person. */
export const refuse = (code: OperationRefusalCode, about?: readonly string[]): OperationRefusal =>
  about === undefined ? { outcome: 'refused', code } : { outcome: 'refused', code, about }

/** What an act leads to: the case as it then stands. */
export type ActedOn = { outcome: 'done'; state: CaseState; version: number }
