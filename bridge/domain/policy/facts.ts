import type { Failure } from '../failure.ts'
import type { Instant } from '../ids.ts'

/** What a path can ask to be proved. The bridge verifies the second, Keycloak the others. */
export const checks = ['password', 'bridge-totp', 'keycloak-otp', 'completed-passkey'] as const
export type Check = (typeof checks)[number]

/** Where a failure's word comes from: the browser's text, or a check that Keycloak made itself. */
export const failureTrusts = ['claimed', 'verified'] as const
export type FailureTrust = (typeof failureTrusts)[number]

/** How much a subject's account can do. Whoever may be privileged is. */
export const tiers = ['standard', 'privileged'] as const
export type Tier = (typeof tiers)[number]

/** Whether a passkey of this person has worked in this browser. A signal, never a factor (NIST SP 800-63B-4, 2.2). */
export const devices = ['known', 'new'] as const
export type Device = (typeof devices)[number]

/** What the account's past allows, whatever the policy says of the rest. */
export type AccountFacts = {
  lockedUntil: Instant | null
  /** Wrong codes since the last right one. */
  failuresSinceSuccess: number
  casesInLastDay: number
  /** Fallback logins granted in the last seven days. */
  grantsInLastWeek: number
}

/**
 * All that a decision may look at (I13), as plain JSON: what is absent is missing, and missing never helps. Times in
 * epoch milliseconds.
 */
export type Facts = {
  at: Instant
  realm: string
  client: string
  /** The off switch that holds for this login, if one does. */
  switchedOff?: 'realm' | 'client'
  failure?: Pick<Failure, 'class' | 'count' | 'credentialType'> & { trust: FailureTrust }
  /** What was proved before the biometric check, in this login. */
  firstFactor?: { kind: 'password'; at: Instant }
  /** Checks this person can pass now, the password apart. */
  available: readonly { check: Exclude<Check, 'password'>; createdAt?: Instant }[]
  account: AccountFacts
  /** Level of authentication without which the application takes nobody; 0 where it asks for none. */
  requiredLevel: number
  /** Level of authentication the application asks for, whether it insists or not; 0 where it asks for none. */
  requestedLevel: number
  /** Realm roles by name, client roles as `client/role`; composite and inherited ones too. */
  roles?: readonly string[]
  /** Paths of groups. */
  groups?: readonly string[]
  ip?: string
  /** Names of the policy's network zones that hold the address. */
  zones?: readonly string[]
  device?: Device
  outsideHours?: boolean
  /** Disputed fallbacks of this person in the last 30 days. */
  disputes?: number
  /** Whether an outage of the biometric check is open for this person's cohort. */
  outage?: boolean
  /** 0 to 99, the same for a person for ever; a rollout to 20 % takes those below 20. */
  rolloutBucket?: number
  /** Named owners whose account Keycloak was seen to hold enabled or not. A name that is not here is unknown. */
  owners: Readonly<Record<string, 'enabled' | 'disabled'>>
}
