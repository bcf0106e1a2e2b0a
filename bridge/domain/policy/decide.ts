import { isMember } from './authority.ts'
import { type Band, stricterBand, wholeUpTo } from './ceilings.ts'
import { holds } from './condition.ts'
import {
  type Assessment,
  compareStrictness,
  type Decision,
  type OfferedPath,
  type Remark,
  type Terms,
} from './decision.ts'
import type { Facts } from './facts.ts'
import { askedFor, giveNothing, limitsFor, reviewFor } from './limits-for.ts'
import { offerPaths } from './offer-paths.ts'
import type { Limits, Policy, Profile, Rule } from './policy.ts'
import { hasSuitabilityPlan, readFacts, readRisk, tierOf } from './read-facts.ts'
import { bandOf, scoreOf } from './score.ts'

/** The engine whose rules this is; documents and stored decisions name it, and its meaning never changes. */
export const engine = 1

/**
 * Decides whether and by which paths a person may continue. Pure: the same policy and facts give the same decision,
 * byte for byte (R9, I13). What is missing never helps: a rule that a missing fact leaves open is taken beside those
 * after it, and the strictest outcome of all counts.
 */
export const decide = (policy: Policy | undefined, facts: Facts): Decision => {
  if (policy === undefined) return refuse('no_active_policy')
  if (facts.switchedOff !== undefined) return refuse('switched_off')
  if (facts.failure === undefined) return refuse('failure_missing')
  if (facts.firstFactor === undefined) return refuse('first_factor_missing')
  const candidates = chooseRules(policy, facts).map((rule) => follow(policy, facts, rule))
  const strictest = candidates.reduce<Decision | undefined>(stricter, undefined) ?? refuse('no_rule_matches')
  return forDecoy(policy, facts, strictest)
}

/**
 * A decoy gets what anybody would, as far as people are asked, with a mark by which the case ends when they have said yes;
 * what would let anybody else in refuses. Somebody whose groups are not known is none: a made-up account has few.
 */
const forDecoy = ({ decoys }: Policy, { groups = [] }: Facts, decision: Decision): Decision => {
  if (decoys === undefined || !isMember(groups, decoys.group) || !('terms' in decision)) return decision
  return decision.outcome === 'escalate'
    ? { ...decision, terms: { ...decision.terms, decoy: decoys.group } }
    : refuse('decoy', decision.assessment)
}

type Chosen = { rule: Rule | undefined; isLeftOpen: boolean }

/** The first rule that holds, after every rule before it that a missing fact leaves open. */
const chooseRules = (policy: Policy, facts: Facts): Chosen[] => {
  const reader = readFacts(policy, facts)
  const chosen: Chosen[] = []
  for (const rule of policy.rules) {
    const truth = holds(rule.when, reader)
    if (truth === true) return [...chosen, { rule, isLeftOpen: chosen.length > 0 }]
    if (truth === undefined) chosen.push({ rule, isLeftOpen: true })
  }
  return [...chosen, { rule: undefined, isLeftOpen: chosen.length > 0 }]
}

const stricter = (best: Decision | undefined, next: Decision): Decision =>
  best !== undefined && compareStrictness(best, next) >= 0 ? best : next

const follow = (policy: Policy, facts: Facts, { rule, isLeftOpen }: Chosen): Decision => {
  if (rule === undefined) return refuse('no_rule_matches')
  const profile = policy.profiles.find(({ name }) => name === rule.profile)
  if (profile === undefined || rule.deny !== undefined) return refuse('policy_denies')
  return assess(policy, facts, { profile, rule: rule.name, isLeftOpen })
}

type Situation = { profile: Profile; rule: string; isLeftOpen: boolean }

const assess = (policy: Policy, facts: Facts, { profile, rule, isLeftOpen }: Situation): Decision => {
  const tier = tierOf(policy, facts)
  const isPrivileged = tier === 'privileged' || profile.name === 'privileged'
  const score = scoreOf(policy, {
    reader: readRisk(policy, facts),
    isPrivileged,
    hasSuitabilityPlan: hasSuitabilityPlan(policy, facts),
  })
  const ofScore = bandOf(policy, score.total)
  const ofProfile = stricterBand(ofScore, profile.minimumBand)
  const ofTier = isPrivileged ? stricterBand(ofProfile, 'approval') : ofProfile
  const isOwned = facts.owners[profile.owner] === 'enabled'
  const band = isOwned ? ofTier : stricterBand(ofTier, 'approval')
  const limits = limitsFor(policy, profile, tier)
  const remarks: Remark[] = [
    ...remarkIf(isLeftOpen, 'rule_left_open'),
    ...remarkIf(ofProfile !== ofScore, 'band_raised_by_profile'),
    ...remarkIf(ofTier !== ofProfile, 'band_raised_for_privileged'),
    ...remarkIf(!isOwned, 'owner_not_active'),
    ...remarkIf(isPrivileged && isHalved(limits, profile.limits), 'limits_halved_for_privileged'),
  ]
  const assessment: Assessment = { rule, profile: profile.name, tier, score, band, remarks }
  const decision =
    refuseByPast(facts, limits, assessment) ??
    grant(policy, facts, { profile, limits, assessment, isPrivileged, isOwned })
  return untilUnlocked(facts, decision, assessment)
}

const remarkIf = (holdsTrue: boolean, remark: Remark): Remark[] => (holdsTrue ? [remark] : [])

const isHalved = (limits: Limits, asked: Limits): boolean =>
  limits.sessionSeconds < asked.sessionSeconds || limits.grantSeconds < asked.grantSeconds

/** What the account's past forbids for good, before anything else is looked at; and limits that give nothing. */
const refuseByPast = ({ account }: Facts, limits: Limits, assessment: Assessment): Decision | undefined => {
  if (giveNothing(limits)) return refuse('policy_denies', assessment)
  if (account.failuresSinceSuccess >= limits.failuresUntilRebind) return refuse('rebind_required', assessment)
  if (account.casesInLastDay >= limits.casesPerDay) return refuse('case_limit', assessment)
  if (account.grantsInLastWeek >= limits.grantsPerWeek) return refuse('fallbacks_used_up', assessment)
  return undefined
}

/** A lock makes waiting of what could be granted; it never makes a refusal milder. */
const untilUnlocked = ({ account, at }: Facts, decision: Decision, assessment: Assessment): Decision =>
  decision.outcome === 'deny' || account.lockedUntil === null || account.lockedUntil <= at
    ? decision
    : { engine, outcome: 'deny_with_retry', reason: 'user_locked', retryAt: account.lockedUntil, assessment }

type Grounds = {
  profile: Profile
  limits: Limits
  assessment: Assessment
  isPrivileged: boolean
  isOwned: boolean
}

const grant = (policy: Policy, facts: Facts, grounds: Grounds): Decision => {
  const { profile, limits, assessment, isPrivileged, isOwned } = grounds
  if (assessment.band === 'closed') return refuse('risk_too_high', assessment)
  const offer = offerPaths(policy, profile, facts)
  if ('reason' in offer) return refuse(offer.reason, assessment)
  const terms: Terms = {
    paths: offer.paths,
    limits,
    approvals: [],
    evidenceReview: false,
    evidence: profile.evidence ?? null,
    review: reviewFor(profile.review),
  }
  const proved = offer.paths.filter(isAlreadyProved)
  if (proved.length > 0 && !isPrivileged && isOwned) {
    return {
      engine,
      outcome: 'grant_alternate',
      terms: { ...terms, paths: proved },
      assessment: remarked(assessment, 'continues_without_biometric'),
    }
  }
  if (assessment.band === 'self-service') return selfService(policy, facts, { profile, terms, assessment })
  return escalate(profile, terms, assessment)
}

/** A phishing-resistant factor that succeeded in this login lets it continue without another person (R26). */
const isAlreadyProved = (path: OfferedPath): boolean => path.check === 'completed-passkey'

const selfService = (
  policy: Policy,
  facts: Facts,
  { profile, terms, assessment }: { profile: Profile; terms: Terms; assessment: Assessment },
): Decision => {
  const { degrade } = profile
  if (degrade === undefined || holds(degrade.when, readFacts(policy, facts)) === false) {
    return { engine, outcome: 'grant_alternate', terms, assessment }
  }
  const sessionSeconds = wholeUpTo(terms.limits.sessionSeconds, degrade.sessionSeconds)
  if (sessionSeconds === 0) return refuse('policy_denies', assessment)
  return {
    engine,
    outcome: 'degrade',
    terms: { ...terms, limits: { ...terms.limits, sessionSeconds } },
    assessment: remarked(assessment, 'shortened_by_degrade'),
  }
}

/** An empty list of approvers means nobody (I4), and so does a group of which nobody, or no number, is asked for. */
const escalate = (profile: Profile, terms: Terms, assessment: Assessment): Decision => {
  const isAsked = profile.approvals.every(({ count }) => Number.isSafeInteger(count) && count > 0)
  if (profile.approvals.length === 0 || !isAsked) return refuse('nobody_may_approve', assessment)
  return {
    engine,
    outcome: 'escalate',
    reason: 'approval_needed',
    terms: {
      ...terms,
      approvals: profile.approvals,
      evidenceReview: needsEvidenceReview(assessment.band),
      ...askedFor(profile, assessment.tier),
    },
    assessment,
  }
}

const needsEvidenceReview = (band: Band): boolean => band === 'review'

const remarked = (assessment: Assessment, remark: Remark): Assessment => ({
  ...assessment,
  remarks: [...assessment.remarks, remark],
})

const refuse = (
  reason: Extract<Decision, { outcome: 'deny' }>['reason'],
  assessment: Assessment | null = null,
): Decision => ({ engine, outcome: 'deny', reason, assessment })
