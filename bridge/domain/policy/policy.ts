import type { FailureClass } from '../failure.ts'
import type { PathId } from '../ids.ts'
import type { Dimension } from '../pattern/dimension.ts'
import type { Threshold } from '../pattern/threshold.ts'
import type { Act, Band, ProfileName, RiskGroup, VerificationMethod } from './ceilings.ts'
import type { DecisionReason, Outcome } from './decision.ts'
import type { AccountFacts, Check, Device, Facts, FailureTrust, Tier } from './facts.ts'

/** Bounds of a number, one of them at least: `atLeast` holds from the number on, `below` under it. */
export type Range = { atLeast?: number; below?: number }

/** A question to the facts. All members must hold; a list holds if the fact has one of its values. */
export type Condition = {
  always?: true
  all?: readonly Condition[]
  any?: readonly Condition[]
  not?: Condition
  realm?: readonly string[]
  client?: readonly string[]
  tier?: readonly Tier[]
  failureClass?: readonly FailureClass[]
  failureTrust?: readonly FailureTrust[]
  device?: readonly Device[]
  factor?: readonly Exclude<Check, 'password'>[]
  role?: readonly string[]
  /** A group holds for the members of its subgroups too. */
  group?: readonly string[]
  zone?: readonly string[]
  requiredLevel?: Range
  requestedLevel?: Range
  failureCount?: Range
  recentFallbacks?: Range
  disputes?: Range
  /** Age of the youngest factor that can be proved, in seconds. */
  factorAgeSeconds?: Range
  firstFactorAgeSeconds?: Range
  rolloutBucket?: Range
  outsideHours?: boolean
  outage?: boolean
  suitabilityPlan?: boolean
}

/** Who answers for a part of the policy: user names of the realm. */
export type Ownership = { owner: string; deputy: string }

/** An approved alternate way: what is proved, and what the login may then say of itself. */
export type Path = Ownership & {
  id: PathId
  title: string
  /** Every one must be proved. */
  allOf: readonly Check[]
  /** One of them must be proved, in order of preference; empty asks for none. */
  anyOf: readonly Check[]
  isPhishingResistant: boolean
  /** Level of authentication the session may claim at most (R14). */
  ceiling: number
  /** Level the path must reach at least to be worth offering. */
  floor: number
  /** Value of the `acr` claim. */
  acr: string
  /** RFC 8176 values; never a biometric one. */
  amr: readonly string[]
  /** Epoch milliseconds. */
  approvedAt: number
  /** Epoch milliseconds; from then on the path cannot be selected (R13). */
  reviewBy: number
}

/** The numbers of a profile. Each has a ceiling in code; none may be left out. */
export type Limits = {
  /** Wrong codes of one case. */
  attempts: number
  /** Time to prove a factor. */
  challengeSeconds: number
  /** Wrong codes over all cases, then a lock. */
  consecutiveFailures: number
  lockSeconds: number
  /** Wrong codes without a right one, then only a new enrolment helps (NIST SP 800-63B-4, 3.2.2). */
  failuresUntilRebind: number
  casesPerDay: number
  grantsPerWeek: number
  /** Time between the right code and the finished login. */
  grantSeconds: number
  /** Hard end of the session. */
  sessionSeconds: number
}

/**
 * How many people of a group must approve; several entries are all needed, from different people. `shownAs` is what who
 * waits is told of them in place of the group's name: who names people there wants them named.
 */
export type ApprovalDemand = { group: string; count: number; shownAs?: string }

/** How a profile's cases are looked at afterwards. */
export type ReviewDemand = { samplePercent: number; withinSeconds: number }

/** Policy values for a kind of situation. */
export type Profile = Ownership & {
  name: ProfileName
  title: string
  reviewBy: number
  /** Paths in order of preference. */
  paths: readonly PathId[]
  ceiling: number
  /** The mildest band this profile knows: it raises a score's band and never lowers it. */
  minimumBand: Band
  approvals: readonly ApprovalDemand[]
  /** Id of an evidence schema; absent where none is asked for. */
  evidence?: string
  review: ReviewDemand
  limits: Limits
  /** Where this may hold, the session is shorter (outcome `degrade`). */
  degrade?: { when: Condition; sessionSeconds: number }
  /** How long a request waits for a decision, in seconds; see `usualApprovalSeconds` where absent. */
  approvalSeconds?: number
  /** How an approver may make sure who asks; every way of the code where absent. */
  methods?: readonly VerificationMethod[]
  /** Each approver makes sure in a way that no other took on the case (S01). Absent: not asked for. */
  distinctMethods?: true
  /** Somebody may record a spoken yes, if the named approver confirms within this time. Absent: nobody may (R36). */
  verbal?: { withinSeconds: number }
  /** Somebody of this group must ratify a grant afterwards within this time, else it is revoked (R35). */
  ratification?: { group: string; withinSeconds: number }
}

/** Chooses a profile, or refuses; the first rule that holds is taken. */
export type Rule = { name: string; when: Condition; profile?: ProfileName; deny?: true }

/** One line of the risk table. Negative points only from facts that nobody can claim. */
export type RiskFactor = {
  id: string
  group: RiskGroup
  when: Condition
  points: number
  source: string
  why: string
  /** Counts nothing for a person with a suitability plan (R46). */
  waivedBySuitability: boolean
}

export type EvidenceItem = { id: string; kind: 'text' | 'reference' | 'attachment'; required: boolean; why: string }

/** Who may do what, for whom: an actor that no line names may nothing (R3). */
export type AuthorityLine = {
  role: string
  acts: readonly Act[]
  profiles: readonly ProfileName[]
  tiers: readonly Tier[]
  /** Groups whose members, those of subgroups too, this line is about; everybody where absent. */
  subjects?: readonly string[]
  /** Only for subjects whose manager the actor is (R41). */
  ownReports?: true
  /** Only where actor and subject are members of one group below this path, such as a cost centre (R19). */
  sharedGroupBelow?: string
  /** Only where they are members of no such group, such as a team (R19). */
  notSharedGroupBelow?: string
}

/** Facts that a golden test can take away. */
export const removableFacts = [
  'failure',
  'firstFactor',
  'roles',
  'groups',
  'zones',
  'device',
  'outsideHours',
  'disputes',
  'outage',
  'rolloutBucket',
  'owners',
] as const
export type RemovableFact = (typeof removableFacts)[number]

/** What a golden test changes of an ordinary login. Ages and spans in seconds before or after the test's time. */
export type FactsPatch = Partial<
  Pick<
    Facts,
    | 'at'
    | 'realm'
    | 'client'
    | 'switchedOff'
    | 'requiredLevel'
    | 'requestedLevel'
    | 'roles'
    | 'groups'
    | 'zones'
    | 'device'
    | 'outsideHours'
    | 'disputes'
    | 'outage'
    | 'rolloutBucket'
    | 'owners'
  >
> & {
  /** What is not given stays as in an ordinary login; the trust follows the class. */
  failure?: { class?: FailureClass; count?: number; credentialType?: string }
  firstFactor?: { ageSeconds: number }
  /** Replaces the whole list; without an age, when the factor was set up is missing. */
  available?: readonly { check: Exclude<Check, 'password'>; ageSeconds?: number }[]
  /** `lockedForSeconds`: how long a lock has still to go; 0 is none. */
  account?: Partial<Omit<AccountFacts, 'lockedUntil'>> & { lockedForSeconds?: number }
}

/** A test of the policy, in the policy: facts that differ from an ordinary login, and what must come of them. */
export type GoldenTest = {
  name: string
  facts: FactsPatch
  missing: readonly RemovableFact[]
  /** What is not named here is not compared. */
  expect: {
    outcome: Outcome
    profile?: ProfileName
    reason?: DecisionReason
    band?: Band
    score?: number
    /** Ids of the paths that are offered, in order. */
    paths?: readonly PathId[]
    /** How many people must approve, all groups together. */
    approvals?: number
  }
}

/** A policy as the engine reads it. */
export type Policy = Ownership & {
  /** SHA-256 of the document as read: the version's address. */
  digest: string
  /** Which engine's rules the document means; part of every decision's input. */
  engine: 1
  name: string
  revision: number
  title: string
  reviewBy: number
  assurance: { biometricLevel: number }
  zones: Readonly<Record<string, readonly string[]>>
  hours: { timeZone: string; days: readonly number[]; from: string; to: string }
  /** Who is privileged, beside those the code always takes for it. */
  privileged: { roles: readonly string[]; groups: readonly string[] }
  /** Members have a suitability plan: the biometric does not suit them, and nobody asks why (R47). */
  suitabilityGroups: readonly string[]
  /** Members are made up: their requests show how people decide, and let nobody in. Nobody is one where absent (S07). */
  decoys?: { group: string }
  rules: readonly Rule[]
  profiles: readonly Profile[]
  paths: readonly Path[]
  risk: { bands: { approval: number; review: number; closed: number }; factors: readonly RiskFactor[] }
  evidence: Readonly<Record<string, readonly EvidenceItem[]>>
  authority: readonly AuthorityLine[]
  /** From when on repeated failures are a pattern; the code's usual thresholds where absent (R5). */
  patterns?: Partial<Record<Dimension, Threshold>>
  tests: readonly GoldenTest[]
}
