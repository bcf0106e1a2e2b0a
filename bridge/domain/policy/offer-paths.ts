import { highestLevel, wholeUpTo } from './ceilings.ts'
import type { OfferedPath } from './decision.ts'
import type { Check, Facts } from './facts.ts'
import type { Path, Policy, Profile } from './policy.ts'

/** Paths that can be walked now, or why there is none. */
export type Offer = { paths: readonly OfferedPath[] } | { reason: 'no_path_available' | 'level_out_of_reach' }

/**
 * The profile's paths that are approved, inside their review date, within the ceilings, and whose checks this person
 * can pass. A path below the level the application requires is no way in; where only such are left, the reason says so.
 */
export const offerPaths = (policy: Policy, profile: Profile, facts: Facts): Offer => {
  const walkable = profile.paths
    .flatMap((id) => policy.paths.filter((path) => path.id === id))
    .filter((path) => isInForce(path, facts.at))
    .flatMap((path) => offered(policy, profile, path, facts))
  if (walkable.length === 0) return { reason: 'no_path_available' }
  const paths = walkable.filter((path) => path.level >= facts.requiredLevel)
  return paths.length === 0 ? { reason: 'level_out_of_reach' } : { paths }
}

/** Whether a path may be selected at a time: approved, and not past its review date (R13). */
export const isInForce = (path: Path, at: number): boolean => path.approvedAt <= at && at < path.reviewBy

const offered = (policy: Policy, profile: Profile, path: Path, facts: Facts): OfferedPath[] => {
  const check = checkToAsk(path, facts)
  const level = levelOf(policy, profile, path)
  if (check === undefined || level === 0 || level < path.floor) return []
  return [{ id: path.id, check, level, acr: path.acr, amr: path.amr }]
}

/**
 * The level a session of this path may claim: only a phishing-resistant path reaches the biometric's (R14), and no code
 * is phishing-resistant, whatever the policy says of its path. 0 where the policy's numbers leave none.
 */
export const levelOf = (policy: Policy, profile: Profile, path: Path): number => {
  const { biometricLevel } = policy.assurance
  const resistsPhishing = path.isPhishingResistant && path.allOf.includes('completed-passkey')
  const hard = resistsPhishing ? biometricLevel : biometricLevel - 1
  return wholeUpTo(highestLevel, Math.min(path.ceiling, profile.ceiling, hard))
}

/**
 * What the person is asked for beside the password; undefined where a check is out of reach, or none is asked, or more
 * than the one that a login step can ask for.
 */
export const checkToAsk = (path: Path, facts: Facts): OfferedPath['check'] | undefined => {
  const canPass = (check: Check): boolean =>
    check === 'password' ? facts.firstFactor !== undefined : facts.available.some((one) => one.check === check)
  if (!path.allOf.every(canPass)) return undefined
  const chosen = path.anyOf.find(canPass)
  if (path.anyOf.length > 0 && chosen === undefined) return undefined
  const asked = [...path.allOf, ...(chosen === undefined ? [] : [chosen])].filter((check) => check !== 'password')
  return asked.length === 1 ? asked[0] : undefined
}
