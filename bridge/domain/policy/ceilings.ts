/** Situations a profile stands for (mission, vocabulary). */
export const profileNames = [
  'standard',
  'remote',
  'regulated',
  'privileged',
  'support-surge',
  'outage',
  'break-glass',
  'suitability',
] as const
export type ProfileName = (typeof profileNames)[number]

/** Whether a word, as a case keeps it, names a profile. */
export const isProfileName = (word: string): word is ProfileName => profileNames.some((name) => name === word)

/** What a score comes to: nobody, one approval, approval and evidence review, or closed. */
export const bands = ['self-service', 'approval', 'review', 'closed'] as const
export type Band = (typeof bands)[number]

/** The stricter of two bands. */
export const stricterBand = (a: Band, b: Band): Band => (bands.indexOf(a) >= bands.indexOf(b) ? a : b)

/** Acts on a case that the authority matrix hands out. */
export const acts = ['approve', 'review-evidence', 'review', 'revoke', 'declare', 'open-for-another', 'audit'] as const
export type Act = (typeof acts)[number]

/** Correlated facts share a group, whose points together are capped. */
export const riskGroupCaps = { network: 25, device: 25, history: 25, cohort: 15, privilege: 30, failure: 60 } as const
export type RiskGroup = keyof typeof riskGroupCaps
export const riskGroups = Object.keys(riskGroupCaps) as readonly RiskGroup[]

/** A single factor's points stay between these. */
export const pointBounds = { least: -15, most: 60 } as const

/** Lowest scores at which each band may begin at the latest; a policy may begin earlier. */
export const bandCeilings = { approval: 25, review: 50, closed: 75 } as const

/** Ceilings that no policy exceeds (I14). Sources: NIST SP 800-63B-4, PCI DSS 4.0.1, and docs/policy.md. */
export const ceilings = {
  attempts: 5,
  challengeSeconds: 600,
  consecutiveFailures: 10,
  failuresUntilRebind: 100,
  casesPerDay: 50,
  grantsPerWeek: 50,
  grantSeconds: 600,
  sessionSeconds: 8 * 3600,
} as const

/** Longest session of a glass that was broken, whatever the policy says (R35). */
export const breakGlassSessionSeconds = 3600

/** Fewest people who must agree before a glass is broken, and latest look at it afterwards, in seconds (R35). */
export const breakGlassDemands = { approvals: 2, reviewSeconds: 86_400 } as const

/** Profiles under which a spoken yes may count until its approver confirms it (R36). */
export const verbalProfiles: readonly ProfileName[] = ['standard', 'support-surge', 'break-glass']

/** Ceilings of what people are asked for and when, in seconds. */
export const askCeilings = {
  /** How long a request waits for a decision. */
  approvalSeconds: 3600,
  /** Until when a named approver must confirm what somebody else recorded (R36). */
  verbalSeconds: 900,
  /** Until when a broken glass must be ratified (R35). */
  ratificationSeconds: 3600,
} as const

/** How long a request waits where a profile does not say. */
export const usualApprovalSeconds = 1800

/** How an approver made sure who asks (CISA AA23-320A): never by personal data or a voice alone (S01). */
export const verificationMethods = ['call_back_on_record', 'video_and_id', 'in_person', 'manager_confirms'] as const
export type VerificationMethod = (typeof verificationMethods)[number]

/** Floors: a number may not be smaller. */
export const floors = { lockSeconds: 60 } as const

/** Longest lock, and longest time until a review. */
export const yearSeconds = 365 * 86_400

/** Privileged never gets more than this share of what standard gets (R48, I10). */
export const privilegedShare = 0.5

/** RFC 8176 values that claim a biometric check; a path must not carry one (I12). */
export const biometricAmr: readonly string[] = ['bio', 'face', 'fpt', 'geo', 'iris', 'retina', 'vbm']

/**
 * A number of a policy as the engine takes it: a whole one from 1 on, at most the ceiling. Whatever else stands there
 * (nothing, a fraction, less than 1, infinity) is 0, which gives nothing; it never means "unlimited" (I14).
 */
export const wholeUpTo = (most: number, value: number): number =>
  Number.isSafeInteger(value) && value > 0 ? Math.min(value, most) : 0

/** Levels of authentication run from 1 to this. */
export const highestLevel = 9

/**
 * Whether a role makes its holder privileged whatever the policy says: it administers Keycloak itself (client roles of
 * `realm-management`, and of the `<realm>-realm` clients that stand for it in the master realm, or `admin`).
 */
export const isAdministrative = (role: string): boolean =>
  role === 'admin' || role === 'create-realm' || /^(realm-management|[^/]+-realm)\//.test(role)
