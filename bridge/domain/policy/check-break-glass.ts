import { breakGlassDemands, breakGlassSessionSeconds, verbalProfiles } from './ceilings.ts'
import { type DocumentPath, type DocumentProblem, problemIf } from './document-problem.ts'
import type { Policy } from './policy.ts'

/** What was only spoken counts under few profiles (R36). */
export const checkVerbal = (policy: Policy): readonly DocumentProblem[] =>
  policy.profiles.flatMap(({ name, verbal }) =>
    problemIf(
      verbal !== undefined && !verbalProfiles.includes(name),
      ['profiles', name, 'verbal'],
      'verbal_not_allowed',
      `must be left out: a spoken approval may only count under ${verbalProfiles.join(', ')} (R36).`,
    ),
  )

/** A glass is broken by several people, for a short time, and two pairs of eyes look at it afterwards (R35). */
export const checkBreakGlass = (policy: Policy): readonly DocumentProblem[] => {
  const profile = policy.profiles.find(({ name }) => name === 'break-glass')
  if (profile === undefined) return []
  const { approvals, minimumBand, ratification, review, limits } = profile
  const at = (...member: DocumentPath): DocumentPath => ['profiles', 'break-glass', ...member]
  const asked = approvals.reduce((total, { count }) => total + count, 0)
  const { samplePercent, withinSeconds } = review
  return [
    ...problemIf(
      asked < breakGlassDemands.approvals,
      at('approvals'),
      'break_glass_approvals',
      `must ask for ${breakGlassDemands.approvals} people at least, all groups together (R35).`,
    ),
    ...problemIf(
      minimumBand === 'self-service',
      at('minimumBand'),
      'break_glass_self_service',
      'must be approval, review or closed: nobody breaks the glass alone (R35).',
    ),
    ...problemIf(
      ratification === undefined,
      at(),
      'break_glass_unratified',
      'must have "ratification": what was done in an emergency is taken back unless somebody ratifies it (R35).',
    ),
    ...problemIf(
      samplePercent < 100,
      at('review', 'samplePercent'),
      'break_glass_review',
      'must be 100: every broken glass is looked at (R35).',
    ),
    ...problemIf(
      withinSeconds > breakGlassDemands.reviewSeconds,
      at('review', 'withinSeconds'),
      'break_glass_review',
      `must be at most ${breakGlassDemands.reviewSeconds}, a day (R35).`,
    ),
    ...problemIf(
      limits.sessionSeconds > breakGlassSessionSeconds,
      at('limits', 'sessionSeconds'),
      'break_glass_session',
      `must be at most ${breakGlassSessionSeconds}: an hour, then the glass is broken anew (R35).`,
    ),
  ]
}
