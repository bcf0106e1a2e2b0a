import { isMember } from './authority.ts'
import type { Act } from './ceilings.ts'
import { type DocumentProblem, type DocumentWarning, problemIf } from './document-problem.ts'
import { type Tier, tiers } from './facts.ts'
import type { Policy } from './policy.ts'

/**
 * No role may both approve and review evidence, on one line or several: two people do that (I4, R41). And no line is about
 * nobody: whoever shares a group below a path shares one below every path above it.
 */
export const checkAuthority = (policy: Policy): readonly DocumentProblem[] =>
  policy.authority.flatMap(({ role, acts, sharedGroupBelow, notSharedGroupBelow }, index) => {
    const earlier = policy.authority.slice(0, index).filter((line) => line.role === role)
    const before = earlier.flatMap((line) => line.acts)
    const all = [...before, ...acts]
    const isNew = !(before.includes('approve') && before.includes('review-evidence'))
    return [
      ...problemIf(
        isNew && all.includes('approve') && all.includes('review-evidence'),
        ['authority', index, 'acts'],
        'approves_and_reviews',
        `must not let the role "${role}" both approve and review-evidence: two different people do that (I4). Use two roles.`,
      ),
      ...problemIf(
        sharedGroupBelow !== undefined &&
          notSharedGroupBelow !== undefined &&
          isMember([sharedGroupBelow], notSharedGroupBelow),
        ['authority', index, 'notSharedGroupBelow'],
        'line_about_nobody',
        `must leave somebody whom the line is about: it wants a shared group below ${sharedGroupBelow}, and none below ${notSharedGroupBelow}.`,
      ),
    ]
  })

/**
 * Whoever is let in should be looked at afterwards, and somebody should be able to take it back. Asked for each tier for
 * which somebody may approve; where nobody may, for any.
 */
export const warnOfOversight = ({ profiles, authority }: Policy): readonly DocumentWarning[] =>
  profiles.flatMap(({ name }) => {
    const given = (act: Act): readonly Tier[] =>
      tiers.filter((tier) =>
        authority.some((line) => line.acts.includes(act) && line.profiles.includes(name) && line.tiers.includes(tier)),
      )
    return unwatched.flatMap(({ act, code, what }): readonly DocumentWarning[] => {
      const [has, asked] = [given(act), given('approve')]
      const lacking = asked.length > 0 ? asked.filter((tier) => !has.includes(tier)) : has.length > 0 ? [] : tiers
      const about = lacking.length === tiers.length ? '' : ` for the tier ${lacking.join()}`
      const sentence = `has nobody who may ${act} under it${about}: no line of "authority" lets a role ${what}.`
      return lacking.length === 0 ? [] : [{ at: ['profiles', name], code, sentence }]
    })
  })

const unwatched = [
  { act: 'review', code: 'nobody_may_review', what: 'judge such a case afterwards' },
  { act: 'revoke', code: 'nobody_may_revoke', what: 'take such an access back' },
] as const
