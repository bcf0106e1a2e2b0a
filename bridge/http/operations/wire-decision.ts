import { type Assessment, type Decision, type Terms, termsOf } from '../../domain/policy/decision.ts'
import type { WireDecision } from '../contract/operations/case-story.ts'
import { timeOf } from './wire.ts'

/** A decision on the wire, member by member. */
export const wireDecision = (decision: Decision): WireDecision => {
  const terms = termsOf(decision)
  return {
    outcome: decision.outcome,
    reason: 'reason' in decision ? decision.reason : null,
    retryAt: 'retryAt' in decision ? timeOf(decision.retryAt) : null,
    assessment: decision.assessment === null ? null : wireAssessment(decision.assessment),
    terms: terms === undefined ? null : wireTerms(terms),
  }
}

const wireAssessment = ({
  rule,
  profile,
  tier,
  band,
  score,
  remarks,
}: Assessment): NonNullable<WireDecision['assessment']> => ({
  rule,
  profile,
  tier,
  band,
  score: {
    total: score.total,
    contributions: score.contributions.map(({ id, points, because }) => ({ id, points, because })),
  },
  remarks: [...remarks],
})

const wireTerms = ({
  paths,
  limits,
  approvals,
  evidenceReview,
  evidence,
  ratification,
}: Terms): NonNullable<WireDecision['terms']> => ({
  paths: paths.map(({ id, check, level, acr, amr }) => ({ id, check, level, acr, amr: [...amr] })),
  sessionSeconds: limits.sessionSeconds,
  grantSeconds: limits.grantSeconds,
  challengeSeconds: limits.challengeSeconds,
  attempts: limits.attempts,
  approvals: approvals.map(({ group, count }) => ({ group, count })),
  evidenceReview,
  evidence,
  ratification:
    ratification === undefined ? null : { group: ratification.group, withinSeconds: ratification.withinSeconds },
})
