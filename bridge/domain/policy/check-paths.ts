import { type DocumentProblem, problemIf } from './document-problem.ts'
import type { Path, Policy, Profile } from './policy.ts'

/** Paths: what they ask for, what they may claim, and whether each profile can ever offer those it lists. */
export const checkPaths = (policy: Policy): readonly DocumentProblem[] => [
  ...policy.paths.flatMap((path, index) => [
    ...checkAsked(path, index),
    ...checkLevels(policy, path, index),
    ...problemIf(
      path.reviewBy <= path.approvedAt,
      ['paths', index, 'reviewBy'],
      'review_before_approval',
      'must be later than approvedAt: from reviewBy on the path is not offered (R13).',
    ),
  ]),
  ...policy.profiles.flatMap((profile) => checkOffers(policy, profile)),
]

/** Exactly one check beside the password: fewer prove nothing, and no step can ask for more. */
const checkAsked = (path: Path, index: number): readonly DocumentProblem[] => {
  const needed = path.allOf.filter((check) => check !== 'password').length
  const chosen = path.anyOf.filter((check) => check !== 'password').length
  const hasPasskey = path.allOf.includes('completed-passkey')
  return [
    ...problemIf(
      needed + chosen === 0,
      ['paths', index, 'allOf'],
      'no_check',
      'must name a check beside the password, here or in anyOf: a password alone is no fallback (R7).',
    ),
    ...problemIf(
      needed + Math.min(1, chosen) > 1,
      ['paths', index, 'allOf'],
      'several_checks',
      'must, together with anyOf, ask for one check beside the password: a login step can ask for one only.',
    ),
    ...problemIf(
      path.anyOf.includes('password'),
      ['paths', index, 'anyOf'],
      'password_as_choice',
      'must not offer the password as a choice: it was proved before the biometric check; name it in allOf.',
    ),
    ...problemIf(
      (hasPasskey || path.anyOf.includes('completed-passkey')) && !path.isPhishingResistant,
      ['paths', index, 'isPhishingResistant'],
      'passkey_not_resistant',
      'must be true for a path that asks for completed-passkey.',
    ),
    ...problemIf(
      path.isPhishingResistant && !hasPasskey,
      ['paths', index, 'isPhishingResistant'],
      'resistant_without_passkey',
      'may only be true where allOf holds completed-passkey: no other check resists phishing (R14).',
    ),
  ]
}

const checkLevels = (policy: Policy, path: Path, index: number): readonly DocumentProblem[] => {
  const { biometricLevel } = policy.assurance
  const most = path.isPhishingResistant ? biometricLevel : biometricLevel - 1
  return [
    ...problemIf(
      path.ceiling > most,
      ['paths', index, 'ceiling'],
      'ceiling_too_high',
      path.isPhishingResistant
        ? `must be at most ${most}, the level of the biometric check.`
        : `must be below ${biometricLevel}, the level of the biometric check: only a phishing-resistant path reaches it (R14).`,
    ),
    ...problemIf(
      path.floor > path.ceiling,
      ['paths', index, 'floor'],
      'floor_above_ceiling',
      `must be at most the path's ceiling, ${path.ceiling}.`,
    ),
  ]
}

const checkOffers = (policy: Policy, profile: Profile): readonly DocumentProblem[] =>
  profile.paths.flatMap((id, index) => {
    const path = policy.paths.find((one) => one.id === id)
    return problemIf(
      path !== undefined && profile.ceiling < path.floor,
      ['profiles', profile.name, 'paths', index],
      'never_offered',
      `must be a path that this profile can offer: its ceiling, ${profile.ceiling}, is below the floor of "${id}", ${path?.floor}.`,
    )
  })
