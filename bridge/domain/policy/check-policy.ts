import { checkApprovers } from './check-approvers.ts'
import { checkAuthority, warnOfOversight } from './check-authority.ts'
import { checkBreakGlass, checkVerbal } from './check-break-glass.ts'
import { checkConditions, warnOfConditions } from './check-conditions.ts'
import { checkLimits } from './check-limits.ts'
import { checkMethods } from './check-methods.ts'
import { checkNames } from './check-names.ts'
import { checkPaths } from './check-paths.ts'
import { checkRisk, warnOfApprovals } from './check-risk.ts'
import { checkRules } from './check-rules.ts'
import { checkTests } from './check-tests.ts'
import type { DocumentProblem, DocumentWarning } from './document-problem.ts'
import type { Policy } from './policy.ts'
import { documentBudget } from './reachable.ts'

/**
 * Checks what a policy's parts say of each other; the shape of each part, and each number's bounds, were checked when
 * it was read. A policy with a problem must not be used. Any doubt is a problem.
 */
export const checkPolicy = (
  policy: Policy,
): { problems: readonly DocumentProblem[]; warnings: readonly DocumentWarning[] } => {
  const budget = documentBudget()
  const plain = [
    ...checkNames(policy),
    ...checkPaths(policy),
    ...checkLimits(policy),
    ...checkConditions(policy),
    ...checkAuthority(policy),
    ...checkVerbal(policy),
    ...checkMethods(policy),
    ...checkBreakGlass(policy),
    ...checkTests(policy),
  ]
  // Searching is only worth its while where every condition by itself is sound.
  const isSound = !plain.some(({ code }) => code === 'condition_empty' || code === 'range_empty')
  const searched = isSound
    ? [...checkRules(policy, budget), ...checkRisk(policy, budget), ...checkApprovers(policy, budget)]
    : []
  return {
    problems: [...plain, ...searched],
    warnings: [...warnOfConditions(policy), ...warnOfApprovals(policy), ...warnOfOversight(policy)],
  }
}
