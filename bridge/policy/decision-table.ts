import { type Band, bands } from '../domain/policy/ceilings.ts'
import { decide } from '../domain/policy/decide.ts'
import { type Decision, type Terms, termsOf } from '../domain/policy/decision.ts'
import { type Facts, type Tier, tiers } from '../domain/policy/facts.ts'
import { ordinaryLogin } from '../domain/policy/ordinary-login.ts'
import type { Policy, Profile, RiskFactor } from '../domain/policy/policy.ts'
import { conditionWords } from './condition-words.ts'
import { durationWords } from './duration-words.ts'
import { code, codes, table } from './markdown.ts'
import { approvalWords } from './render-profile.ts'

/** One line of the table: what the engine decides for people of a tier under a profile, at a band's lowest score. */
export type DecisionRow = { profile: Profile['name']; tier: Tier; band: Band; score: number; decision: Decision }

/**
 * The decision for every profile, tier and band of a policy, taken by the engine itself: for a person who can pass
 * every check but another passkey, whose owners are enabled, in a login that is ordinary in all else. Rules and risk
 * factors are replaced, so that each profile and each score is met. Deterministic.
 */
export const decisionTable = (policy: Policy): readonly DecisionRow[] =>
  policy.profiles.flatMap((profile) =>
    tiers.flatMap((tier) =>
      bands
        .filter((band) => scoreFor(policy, band) !== undefined)
        .map((band): DecisionRow => {
          const score = scoreFor(policy, band) ?? 0
          return {
            profile: profile.name,
            tier,
            band,
            score,
            decision: decide(withScore(policy, profile, score), factsFor(policy, tier)),
          }
        }),
    ),
  )

/** The table in Markdown, with a line on what a shorter session depends on. */
export const renderDecisionTable = (policy: Policy): string => {
  const rows = decisionTable(policy).map(({ profile, tier, band, score, decision }) => {
    const terms = termsOf(decision)
    return [
      code(profile),
      tier,
      `${band} (${score})`,
      [code(decision.outcome), ...('reason' in decision ? [code(decision.reason)] : [])].join(' '),
      terms === undefined ? '' : codes(terms.paths.map(({ id }) => id)),
      terms === undefined || terms.approvals.length === 0 ? '' : askedWords(terms),
      terms === undefined ? '' : [...(terms.evidenceReview ? ['reviewed'] : []), ...asked(terms.evidence)].join(' '),
      terms === undefined ? '' : durationWords(terms.limits.sessionSeconds),
    ]
  })
  const degraded = policy.profiles.flatMap(({ name, degrade }) =>
    degrade === undefined
      ? []
      : [
          `In ${code(name)}, a session of self-service is ${durationWords(degrade.sessionSeconds)} at most (${code('degrade')}) where this may hold: ${conditionWords(degrade.when)}.`,
        ],
  )
  return [
    table(['profile', 'tier', 'band (score)', 'decision', 'paths', 'approvals', 'evidence', 'session'], rows),
    ...degraded,
  ].join('\n\n')
}

/** Who is asked, before and after, and whether a spoken word counts. */
const askedWords = (terms: Terms): string =>
  [
    approvalWords(terms),
    ...(terms.distinctMethods === true ? ['each makes sure in another way'] : []),
    ...(terms.verbal === undefined ? [] : [`spoken, if confirmed within ${durationWords(terms.verbal.withinSeconds)}`]),
    ...ratifiedWords(terms),
  ].join('; ')

const ratifiedWords = ({ ratification }: Terms): string[] => {
  if (ratification === undefined) return []
  return [`ratified within ${durationWords(ratification.withinSeconds)} by another of ${code(ratification.group)}`]
}

const asked = (evidence: string | null): string[] => (evidence === null ? [] : [code(evidence)])

/** The lowest score of a band; undefined where the policy leaves no score to it. */
const scoreFor = ({ risk: { bands: starts } }: Policy, band: Band): number | undefined => {
  const from = { 'self-service': 0, approval: starts.approval, review: starts.review, closed: starts.closed }[band]
  const to = { 'self-service': starts.approval, approval: starts.review, review: starts.closed, closed: 101 }[band]
  return from < to ? from : undefined
}

/** Two groups together reach every band's start. */
const withScore = (policy: Policy, profile: Profile, score: number): Policy => {
  const factor = (group: RiskFactor['group'], points: number): RiskFactor => ({
    id: `table-${group}`,
    group,
    when: { always: true },
    points,
    source: '',
    why: '',
    waivedBySuitability: false,
  })
  const first = Math.min(score, 60)
  return {
    ...policy,
    rules: [{ name: 'table', when: { always: true }, profile: profile.name }],
    risk: { ...policy.risk, factors: [factor('failure', first), factor('privilege', score - first)] },
  }
}

/** An ordinary login. Who administers Keycloak is privileged whatever the policy says. */
const factsFor = (policy: Policy, tier: Tier): Facts => ({
  ...ordinaryLogin(policy),
  roles: tier === 'privileged' ? ['realm-management/realm-admin'] : [],
})
