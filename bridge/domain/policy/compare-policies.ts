import { compareConditions } from './compare-conditions.ts'
import { type Decided, type DecisionChange, groupDecisions } from './compare-decisions.ts'
import { compareFields } from './compare-fields.ts'
import { decide } from './decide.ts'
import { factSpace } from './fact-space.ts'
import type { Facts } from './facts.ts'
import type { FieldChange } from './field-change.ts'
import type { Policy } from './policy.ts'
import { differencesOf, meetAgain } from './recorded-login.ts'

/** What changes from one version of a policy to another, and for whom. Plain JSON. */
export type Comparison = {
  /** Whether anything is looser, or could not be judged: then the change needs a second person. */
  isLoosening: boolean
  fields: readonly FieldChange[]
  decisions: readonly DecisionChange[]
  /** How many logins both versions decided; not complete where values were too many to try all pairs of them. */
  tried: { generated: number; recorded: number; isComplete: boolean }
}

/**
 * Compares two versions field by field, and by what they decide over generated logins and over recorded ones. Where
 * nothing was active before, everything was refused, and every rule that lets anybody in is looser. Deterministic.
 * @param sample how many pseudo-random logins are tried beside the systematic ones
 */
export const comparePolicies = (
  before: Policy | undefined,
  after: Policy,
  recorded: readonly Facts[] = [],
  { seed = 1, sample = 3000 }: { seed?: number; sample?: number } = {},
): Comparison => {
  const { points, isComplete } = factSpace(before === undefined ? [after] : [before, after], { seed, sample })
  const past = recorded.map((facts) => meetAgain(after, facts))
  const generated = points.map(
    ({ facts, example }): Decided => ({
      before: decide(before, facts),
      after: decide(after, facts),
      from: 'generated',
      example,
    }),
  )
  const real = past.map(
    (facts): Decided => ({
      before: decide(before, facts),
      after: decide(after, facts),
      from: 'recorded',
      example: differencesOf(after, facts),
    }),
  )
  const logins = [...points.map(({ facts }) => facts), ...past]
  const fields =
    before === undefined ? [] : [...compareFields(before, after), ...compareConditions(before, after, logins)]
  const decisions = groupDecisions([...generated, ...real])
  const letsIn = before === undefined && after.rules.some(({ deny }) => deny === undefined)
  const isInDoubt = fields.length > 0 && !isComplete
  const isLooser = [...fields, ...decisions].some(({ direction, isJudged }) => direction === 'looser' || !isJudged)
  return {
    isLoosening: letsIn || isInDoubt || isLooser,
    fields,
    decisions,
    tried: { generated: points.length, recorded: past.length, isComplete },
  }
}
