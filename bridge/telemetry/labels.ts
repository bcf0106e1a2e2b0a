import { operationNames } from '../app/operations/operation-names.ts'
import type { StepAction } from '../app/step-command.ts'
import { denialReasons } from '../domain/denial.ts'
import { errorCodes } from '../domain/errors.ts'
import type { StepAnswer } from '../domain/step-answer.ts'

const namesOf = <Name extends string>(names: Record<Name, true>): readonly string[] => Object.keys(names)

/** Actions of a step; the compiler refuses a list that is not whole. */
export const actionLabels = namesOf<StepAction['action']>({
  begin: true,
  choose: true,
  submit: true,
  report: true,
  cancel: true,
  poll: true,
  begin_enrolment: true,
  confirm_enrolment: true,
})

/** Kinds of answers. */
export const kindLabels = namesOf<StepAnswer['kind']>({
  code: true,
  choose: true,
  local_check: true,
  wait: true,
  granted: true,
  denied: true,
  cancelled: true,
  enrol: true,
  enrolled: true,
})

/** Why an answer was not a plain one. */
export const reasonLabels: readonly string[] = [...denialReasons, 'invalid_code']
/** Codes of problems. */
export const refusalLabels: readonly string[] = Object.keys(errorCodes)

/** Operations of people. */
export const operationLabels: readonly string[] = operationNames

/** The value where the list has it, else `other`. */
export const labelOf = (list: readonly string[], value: string): string => (list.includes(value) ? value : 'other')
