import { ask, checkHolds, tangled } from './check-holds.ts'
import { type DocumentPath, type DocumentProblem, problemIf } from './document-problem.ts'
import type { Policy, Rule } from './policy.ts'
import type { Budget } from './reachable.ts'

/** Rules: each has one outcome, and a login can come to it; and no shorter session that can never be. */
export const checkRules = (policy: Policy, budget: Budget): readonly DocumentProblem[] => [
  ...policy.rules.flatMap(checkTarget),
  ...policy.rules.flatMap((_rule, index) => checkReach(policy, index, budget)),
  ...policy.profiles.flatMap(({ name, degrade }) =>
    degrade === undefined ? [] : checkHolds(policy, ['profiles', name, 'degrade', 'when'], degrade.when, budget),
  ),
]

const checkTarget = ({ profile, deny }: Rule, index: number): readonly DocumentProblem[] =>
  problemIf(
    (profile === undefined) === (deny === undefined),
    ['rules', index],
    'rule_target',
    'must have either a profile or "deny: true", not both and not neither.',
  )

const checkReach = (policy: Policy, index: number, budget: Budget): readonly DocumentProblem[] => {
  const rule = policy.rules[index]
  if (rule === undefined) return []
  const at: DocumentPath = ['rules', index, 'when']
  const ownProblems = checkHolds(policy, at, rule.when, budget)
  if (ownProblems.length > 0) return ownProblems
  const before = policy.rules.slice(0, index)
  const found = ask(
    policy,
    rule.when,
    before.map(({ when }) => when),
    budget,
  )
  if (found === 'reachable') return []
  const always = before.find(({ when }) => ask(policy, { not: when }, [], budget) === 'unreachable')
  if (always !== undefined) {
    const sentence = `must stand before the rule "${always.name}", which always holds: no login gets as far as this one.`
    return [{ at, code: 'rule_after_always', sentence }]
  }
  if (found === 'unknown') return [tangled(at)]
  const sentence = 'must hold for somebody whom no earlier rule takes: this rule can never match.'
  return [{ at, code: 'rule_never_matches', sentence }]
}
