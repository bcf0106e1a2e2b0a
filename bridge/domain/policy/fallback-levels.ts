import { levelOf } from './offer-paths.ts'
import type { Policy } from './policy.ts'

/** Levels that a fallback session of this policy may claim, rising; those of phishing-resistant paths are not among them. */
export const fallbackLevels = (policy: Policy): readonly number[] => {
  const levels = policy.profiles.flatMap((profile) =>
    policy.paths
      .filter(({ id, isPhishingResistant }) => profile.paths.includes(id) && !isPhishingResistant)
      .map((path) => levelOf(policy, profile, path)),
  )
  return [...new Set(levels)].toSorted((a, b) => a - b)
}
