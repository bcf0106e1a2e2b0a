import { isMember } from './authority.ts'
import { type DocumentProblem, problemIf } from './document-problem.ts'
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
