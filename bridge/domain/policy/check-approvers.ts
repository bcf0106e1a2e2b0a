import type { Act } from './ceilings.ts'
import { ask } from './check-holds.ts'
import { highestScore } from './check-risk.ts'
import { type DocumentProblem, problemIf } from './document-problem.ts'
import { type Tier, tiers } from './facts.ts'
import type { Policy, Profile } from './policy.ts'
import type { Budget } from './reachable.ts'

/**
 * Whether whoever is asked could ever answer (I4). For everybody whose case can wait under a profile some role may
 * approve; where evidence can be reviewed there is some, and a role that may review it; and where a spoken approval can
 * count, a role may write it down. An owner whose account is disabled makes cases of any profile wait.
 */
export const checkApprovers = (policy: Policy, budget: Budget): readonly DocumentProblem[] =>
  policy.profiles.filter(canWait).flatMap((profile) => {
    const met = tiersMet(policy, profile, budget)
    return [
      ...met.filter((tier) => !isGiven(policy, profile, 'approve', tier)).map((tier) => nobodyApproves(profile, tier)),
      ...(canBeReviewed(policy, profile) ? checkReview(policy, profile, met) : []),
      ...problemIf(
        profile.verbal !== undefined && !met.some((tier) => isGiven(policy, profile, 'open-for-another', tier)),
        ['profiles', profile.name, 'verbal'],
        'nobody_could_record',
        `must be usable, or go: no line of "authority" lets a role open-for-another under ${profile.name}.`,
      ),
    ]
  })

const nobodyApproves = ({ name }: Profile, tier: Tier): DocumentProblem => ({
  at: ['profiles', name, 'approvals'],
  code: 'nobody_could_approve',
  sentence: `must be answerable: no line of "authority" lets a role approve under ${name} for the tier ${tier} (I4).`,
})

const checkReview = (policy: Policy, profile: Profile, met: readonly Tier[]): readonly DocumentProblem[] => {
  const { name, evidence } = profile
  const alone = met.filter((tier) => !isGiven(policy, profile, 'review-evidence', tier))
  return [
    ...alone.map(
      (tier): DocumentProblem => ({
        at: ['profiles', name, 'minimumBand'],
        code: 'nobody_could_review',
        sentence: `can come to an evidence review, and no line of "authority" lets a role review-evidence under ${name} for the tier ${tier} (I4).`,
      }),
    ),
    ...problemIf(
      evidence === undefined,
      ['profiles', name],
      'evidence_needed',
      'must have "evidence": cases under it can come to an evidence review, which needs something to look at (R4).',
    ),
  ]
}

/** Under these profiles people can be asked; where none are named, a case is refused at once instead. */
export const canWait = ({ approvals, minimumBand }: Profile): boolean =>
  approvals.length > 0 && minimumBand !== 'closed'

const canBeReviewed = (policy: Policy, { minimumBand }: Profile): boolean =>
  minimumBand === 'review' || highestScore(policy) >= policy.risk.bands.review

const isGiven = (policy: Policy, { name }: Profile, act: Act, tier: Tier): boolean =>
  policy.authority.some(({ acts, profiles, tiers: about }) => {
    return acts.includes(act) && profiles.includes(name) && about.includes(tier)
  })

/** Tiers of people who can come under a profile, as far as that can be told; a doubt counts as yes. */
export const tiersMet = (policy: Policy, profile: Profile, budget: Budget): readonly Tier[] =>
  tiers.filter((tier) => canMeet(policy, profile, tier, budget))

/** Whether people of a tier can come under a profile, as far as that can be told; a doubt counts as yes. */
const canMeet = (policy: Policy, { name }: Profile, tier: Tier, budget: Budget): boolean =>
  policy.rules.some((rule, index) => {
    if (rule.profile !== name) return false
    const before = policy.rules.slice(0, index).map(({ when }) => when)
    return ask(policy, { all: [rule.when, { tier: [tier] }] }, before, budget) !== 'unreachable'
  })
