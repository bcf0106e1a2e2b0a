import { riskGroupCaps, riskGroups } from './ceilings.ts'
import { ask, checkHolds } from './check-holds.ts'
import { type FactName, factsOf } from './condition.ts'
import { type DocumentPath, type DocumentProblem, type DocumentWarning, problemIf } from './document-problem.ts'
import { withInner } from './fact-values.ts'
import type { Policy, RiskFactor } from './policy.ts'
import type { Budget } from './reachable.ts'

/**
 * Whether a fact is one that nobody can bring about by claiming it or by choosing where, when and how to sign in: what
 * Keycloak or the bridge keeps about the person. Only such facts may lower a score.
 */
const isBeyondClaim: Readonly<Record<FactName, boolean>> = {
  realm: true, // signed by Keycloak, and the account's own
  client: false, // the person chooses where to sign in
  tier: true, // roles and groups, from Keycloak
  failureClass: false, // the browser's word, or brought about at will
  failureTrust: false, // follows the class
  device: false, // a cookie is no proof (NIST SP 800-63B-4, 2.2)
  factor: true, // credentials that Keycloak or the bridge keeps
  role: true,
  group: true,
  zone: false, // an address can be borrowed
  requiredLevel: false, // the application chosen
  requestedLevel: false, // the application chosen
  failureCount: false, // brought about at will
  recentFallbacks: true, // counted by the bridge
  disputes: true,
  factorAgeSeconds: true, // when Keycloak or the bridge saw it set up
  firstFactorAgeSeconds: false, // waiting makes it older, signing in again younger
  rolloutBucket: true, // a hash of the account
  outsideHours: false, // the person chooses when to sign in
  outage: true, // declared by people
  suitabilityPlan: false, // must not count at all
}

/** The risk table: points inside their bounds, and for what may have any. */
export const checkRisk = (policy: Policy, budget: Budget): readonly DocumentProblem[] =>
  policy.risk.factors.flatMap((factor, index) => {
    const at = ['risk', 'factors', index]
    return [
      ...checkHolds(policy, [...at, 'when'], factor.when, budget),
      ...checkPoints(factor, at),
      ...(factor.points < 0 ? checkNegative(policy, factor, at, budget) : []),
      ...checkSuitability(policy, factor, at),
    ]
  })

const checkPoints = ({ points, group }: RiskFactor, at: DocumentPath): readonly DocumentProblem[] => [
  ...problemIf(points === 0, [...at, 'points'], 'points_zero', 'must not be 0: such a line says nothing.'),
  ...problemIf(
    points > riskGroupCaps[group],
    [...at, 'points'],
    'points_above_cap',
    `must be at most ${riskGroupCaps[group]}, the cap of the group "${group}".`,
  ),
]

const checkNegative = (
  policy: Policy,
  { when }: RiskFactor,
  at: DocumentPath,
  budget: Budget,
): readonly DocumentProblem[] => {
  const claimed = [...factsOf(when)].filter((name) => !isBeyondClaim[name])
  const allowed = Object.entries(isBeyondClaim).flatMap(([name, isAllowed]) => (isAllowed ? [name] : []))
  const isUnconditional = ask(policy, { not: when }, [], budget) !== 'reachable'
  return [
    ...problemIf(
      claimed.length > 0,
      [...at, 'points'],
      'points_from_claim',
      `must not be negative for ${claimed.join(', ')}, which a person can bring about. Only these lower a score: ${allowed.join(', ')}.`,
    ),
    ...problemIf(
      claimed.length === 0 && isUnconditional,
      [...at, 'points'],
      'points_from_claim',
      'must not be negative for a condition that always holds.',
    ),
  ]
}

/** A plan never changes a score, neither by its name nor by that of its group (R46). */
const checkSuitability = (policy: Policy, { when }: RiskFactor, at: DocumentPath): readonly DocumentProblem[] => {
  const groups = withInner(when).flatMap(({ group }) => group ?? [])
  const asksForGroup = groups.some((group) =>
    policy.suitabilityGroups.some((plan) => group === plan || group.startsWith(`${plan}/`)),
  )
  return problemIf(
    factsOf(when).has('suitabilityPlan') || asksForGroup,
    [...at, 'when'],
    'points_for_suitability',
    'must not ask for a suitability plan or its group; what shall not count for such people gets waivedBySuitability (R46).',
  )
}

/** An empty list of approvers means that nobody may approve: where an approval can be asked for, that is a refusal. */
export const warnOfApprovals = (policy: Policy): readonly DocumentWarning[] => {
  const canNeedApproval = highestScore(policy) >= policy.risk.bands.approval
  return policy.profiles
    .filter(({ approvals }) => approvals.length === 0)
    .filter(({ minimumBand, name }) => canNeedApproval || minimumBand !== 'self-service' || name === 'privileged')
    .map(({ name }) => ({
      at: ['profiles', name, 'approvals'],
      code: 'nobody_may_approve',
      sentence: 'names nobody who may approve: every case that needs an approval is refused.',
    }))
}

/** The most that the risk table can come to, whoever it is about. */
export const highestScore = ({ risk: { factors } }: Policy): number => {
  const ofGroups = riskGroups.map((group) => {
    const bad = factors.filter((factor) => factor.group === group && factor.points > 0)
    return Math.min(
      riskGroupCaps[group],
      bad.reduce((total, { points }) => total + points, 0),
    )
  })
  return Math.min(
    100,
    ofGroups.reduce((total, points) => total + points, 0),
  )
}
