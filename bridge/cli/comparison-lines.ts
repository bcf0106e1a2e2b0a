import type { DecisionChange } from '../domain/policy/compare-decisions.ts'
import type { Comparison } from '../domain/policy/compare-policies.ts'
import type { FieldChange } from '../domain/policy/field-change.ts'

/** A comparison of two policies as people read it: fields first, then whom the change meets. */
export const comparisonLines = ({ fields, decisions, tried }: Comparison): readonly string[] => {
  const { generated, recorded, isComplete } = tried
  return [
    ...(fields.length === 0 ? ['No field differs.'] : ['Fields:', ...fields.map(fieldLine)]),
    ...(decisions.length === 0
      ? [`No decision differs, of ${generated} generated and ${recorded} recorded logins.`]
      : [`Decisions, of ${generated} generated and ${recorded} recorded logins:`, ...decisions.flatMap(decisionLines)]),
    ...(isComplete ? [] : ['Not every pair of values could be tried, so a difference counts as loosening.']),
  ]
}

const fieldLine = ({ field, before, after, ...judged }: FieldChange): string =>
  `  ${label(judged)} ${field}: ${shown(before)} → ${shown(after)}`

const decisionLines = ({ before, after, generated, recorded, example, ...judged }: DecisionChange): string[] => {
  const { facts, missing } = example
  const { at, ...others } = facts
  // As `explain --facts` takes them.
  const shownFacts = { ...(at === undefined ? {} : { at: new Date(at).toISOString() }), ...others }
  const differs = {
    ...(Object.keys(facts).length === 0 ? {} : { facts: shownFacts }),
    ...(missing.length === 0 ? {} : { missing }),
  }
  return [
    `  ${label(judged)} ${whatOf(before)} → ${whatOf(after)}, for ${generated} generated and ${recorded} recorded logins`,
    `            as ${Object.keys(differs).length === 0 ? 'an ordinary login' : JSON.stringify(differs)}`,
  ]
}

const whatOf = ({ outcome, profile }: DecisionChange['before']): string =>
  profile === null ? outcome : `${outcome} (${profile})`

const label = ({ direction, isJudged }: Pick<FieldChange, 'direction' | 'isJudged'>): string =>
  (isJudged ? (direction === 'other' ? 'changed' : direction) : 'unclear').padEnd(9)

const shown = (value: FieldChange['before']): string => (value === null ? 'none' : JSON.stringify(value))
