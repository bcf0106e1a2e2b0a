import type { PathId } from '../ids.ts'
import { type Band, type ProfileName, type RiskGroup, riskGroups } from './ceilings.ts'
import { holds } from './condition.ts'
import type { Decision, DecisionReason, OfferedPath, Outcome, Remark, Terms } from './decision.ts'
import { termsOf } from './decision.ts'
import type { Check, Facts, Tier } from './facts.ts'
import { checkToAsk, isInForce, levelOf } from './offer-paths.ts'
import type { Path, Policy, Profile } from './policy.ts'
import { readFacts } from './read-facts.ts'
import { bandOf, type Contribution } from './score.ts'

/** Why a path is not offered. Closed. */
export const pathRefusals = [
  'no_profile',
  'not_in_profile',
  'not_approved_yet',
  'review_over',
  'check_missing',
  'nothing_to_ask',
  'below_its_floor',
  'below_required_level',
  'stronger_factor_proved',
  'decision_refuses',
] as const
export type PathRefusal = (typeof pathRefusals)[number]

/** A line of the score, with what the policy says of it; caps have no group or source of their own. */
export type ExplainedContribution = Contribution & { group: RiskGroup | null; why: string; source: string }

/** Why a decision is what it is. Plain JSON. */
export type Explanation = {
  outcome: Outcome
  reason: DecisionReason | null
  /** Epoch milliseconds; until then the account is locked. */
  retryAt: number | null
  /** Every rule in the policy's order, up to the one that holds: `open` where a missing fact leaves it so. */
  rules: readonly { name: string; holds: 'yes' | 'no' | 'open' }[]
  rule: string | null
  profile: ProfileName | null
  tier: Tier | null
  score: { total: number; contributions: readonly ExplainedContribution[] } | null
  /** The band of the score alone, and the one that held. */
  bandOfScore: Band | null
  band: Band | null
  remarks: readonly Remark[]
  offered: readonly OfferedPath[]
  /** All other paths of the policy. `missing` are the checks the person cannot pass. */
  notOffered: readonly { id: PathId; title: string; why: PathRefusal; missing: readonly Check[] }[]
  terms: Terms | null
}

/** Explains a decision that this policy took on these facts. */
export const explainDecision = (policy: Policy, facts: Facts, decision: Decision): Explanation => {
  const { assessment } = decision
  const profile = policy.profiles.find(({ name }) => name === assessment?.profile)
  const offered = termsOf(decision)?.paths ?? []
  return {
    outcome: decision.outcome,
    reason: 'reason' in decision ? decision.reason : null,
    retryAt: 'retryAt' in decision ? decision.retryAt : null,
    rules: tracedRules(policy, facts),
    rule: assessment?.rule ?? null,
    profile: assessment?.profile ?? null,
    tier: assessment?.tier ?? null,
    score:
      assessment === null
        ? null
        : {
            total: assessment.score.total,
            contributions: assessment.score.contributions.map((one) => explained(policy, one)),
          },
    bandOfScore: assessment === null ? null : bandOf(policy, assessment.score.total),
    band: assessment?.band ?? null,
    remarks: assessment?.remarks ?? [],
    offered,
    notOffered: policy.paths
      .filter(({ id }) => !offered.some((one) => one.id === id))
      .map((path) => ({ id: path.id, title: path.title, ...whyNot(policy, profile, path, facts, decision) })),
    terms: termsOf(decision) ?? null,
  }
}

const tracedRules = (policy: Policy, facts: Facts): Explanation['rules'] => {
  const reader = readFacts(policy, facts)
  const traced = policy.rules.map(({ name, when }) => {
    const truth = holds(when, reader)
    return { name, holds: truth === undefined ? ('open' as const) : truth ? ('yes' as const) : ('no' as const) }
  })
  const first = traced.findIndex((rule) => rule.holds === 'yes')
  return first === -1 ? traced : traced.slice(0, first + 1)
}

const explained = (policy: Policy, contribution: Contribution): ExplainedContribution => {
  const factor = policy.risk.factors.find(({ id }) => id === contribution.id)
  if (factor !== undefined && contribution.because !== 'cap') {
    return { ...contribution, group: factor.group, why: factor.why, source: factor.source }
  }
  const group = riskGroups.find((name) => contribution.id === `cap:${name}`) ?? null
  const why =
    group === null ? 'A score stays between 0 and 100.' : `Facts of the group ${group} are correlated and capped.`
  return { ...contribution, group, why, source: 'engine 1' }
}

type WhyNot = { why: PathRefusal; missing: readonly Check[] }

/** The first obstacle, in the engine's own order. */
const whyNot = (policy: Policy, profile: Profile | undefined, path: Path, facts: Facts, decision: Decision): WhyNot => {
  const because = (why: PathRefusal, missing: readonly Check[] = []): WhyNot => ({ why, missing })
  if (profile === undefined) return because('no_profile')
  if (!profile.paths.includes(path.id)) return because('not_in_profile')
  if (!isInForce(path, facts.at)) return because(facts.at < path.approvedAt ? 'not_approved_yet' : 'review_over')
  if (checkToAsk(path, facts) === undefined) {
    const missing = missingChecks(path, facts)
    return because(missing.length > 0 ? 'check_missing' : 'nothing_to_ask', missing)
  }
  const level = levelOf(policy, profile, path)
  if (level < path.floor) return because('below_its_floor')
  if (level < facts.requiredLevel) return because('below_required_level')
  return because(termsOf(decision) === undefined ? 'decision_refuses' : 'stronger_factor_proved')
}

const missingChecks = ({ allOf, anyOf }: Path, facts: Facts): readonly Check[] => {
  const lacks = (check: Check): boolean =>
    check === 'password' ? facts.firstFactor === undefined : !facts.available.some((one) => one.check === check)
  return [...allOf.filter(lacks), ...(anyOf.length > 0 && anyOf.every(lacks) ? anyOf : [])]
}
