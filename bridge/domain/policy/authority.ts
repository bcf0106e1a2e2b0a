import type { Act, ProfileName } from './ceilings.ts'
import type { Tier } from './facts.ts'
import type { Policy } from './policy.ts'

/** An act on a case: of which kind, on a case of which profile, for a subject of which tier. */
export type ActOnCase = { act: Act; profile: ProfileName; tier: Tier }

/** Whether the authority matrix lets a holder of these realm roles act so. What no line names is not allowed (R3). */
export const mayAct = (policy: Policy, roles: readonly string[], { act, profile, tier }: ActOnCase): boolean =>
  policy.authority.some(
    (line) =>
      roles.includes(line.role) &&
      line.acts.includes(act) &&
      line.profiles.includes(profile) &&
      line.tiers.includes(tier),
  )
