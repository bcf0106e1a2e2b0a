import { isCoherent } from './coherent.ts'
import type { DocumentPath, DocumentProblem } from './document-problem.ts'
import { withInner } from './fact-values.ts'
import type { Condition, Policy } from './policy.ts'
import { type Budget, type Reach, reach } from './reachable.ts'

/** A problem where a condition contradicts itself: no facts make it hold. */
export const checkHolds = (
  policy: Policy,
  at: DocumentPath,
  condition: Condition,
  budget: Budget,
): readonly DocumentProblem[] => {
  const found = ask(policy, condition, [], budget)
  if (found === 'reachable') return []
  if (found === 'unknown') return [tangled(at)]
  return [{ at, code: 'condition_never_holds', sentence: 'must be able to hold: this condition contradicts itself.' }]
}

/** Whether a login can be that a condition holds for, and none of the earlier ones. */
export const ask = (policy: Policy, wanted: Condition, earlier: readonly Condition[], budget: Budget): Reach => {
  const named = [wanted, ...earlier].flatMap(withInner).flatMap(({ group }) => group ?? [])
  return reach({ wanted, earlier, isCoherent: (facts) => isCoherent(policy, named, facts), budget })
}

/** Any doubt is a problem: what cannot be checked is not allowed. */
export const tangled = (at: DocumentPath): DocumentProblem => ({
  at,
  code: 'rules_too_tangled',
  sentence: 'must be simpler: with the conditions before it, it is too tangled to be checked. Name fewer values.',
})
