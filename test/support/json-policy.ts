import type { Comparison } from '../../bridge/app/policy/judge-activation.ts'
import type { ReadPolicy } from '../../bridge/app/policy/policy-ports.ts'
import { sha256 } from '../../bridge/crypto/sha256.ts'
import { asId } from '../../bridge/domain/ids.ts'
import type { Facts } from '../../bridge/domain/policy/facts.ts'
import type { Policy, Profile } from '../../bridge/domain/policy/policy.ts'

const ownership = { owner: 'policy-owner', deputy: 'policy-deputy' }
const reviewBy = 2_000_000_000_000

const standard: Profile = {
  ...ownership,
  name: 'standard',
  title: 'Everyday work',
  reviewBy,
  paths: [asId('password-bridge-totp')],
  ceiling: 1,
  minimumBand: 'self-service',
  approvals: [{ group: '/leads', count: 1 }],
  review: { samplePercent: 10, withinSeconds: 86_400 },
  limits: {
    attempts: 3,
    challengeSeconds: 300,
    consecutiveFailures: 10,
    lockSeconds: 1_800,
    failuresUntilRebind: 100,
    casesPerDay: 10,
    grantsPerWeek: 3,
    grantSeconds: 120,
    sessionSeconds: 3_600,
  },
}

/** What tests change of the policy. */
export type JsonPolicyOptions = Partial<Omit<Policy, 'digest'>> & {
  sessionSeconds?: number
  profile?: Partial<Profile>
}

/** A small whole policy as a text that `readJsonPolicy` reads: one profile, one path. Give what differs. */
export const jsonPolicy = ({ sessionSeconds = 3_600, profile = {}, ...differs }: JsonPolicyOptions = {}): string => {
  const policy: Omit<Policy, 'digest'> = {
    ...ownership,
    engine: 1,
    name: 'small',
    title: 'A small policy',
    revision: 1,
    reviewBy,
    assurance: { biometricLevel: 2 },
    zones: {},
    hours: { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '07:00', to: '19:00' },
    privileged: { roles: [], groups: ['/admins'] },
    suitabilityGroups: [],
    rules: [{ name: 'everybody', when: { always: true }, profile: 'standard' }],
    profiles: [{ ...standard, limits: { ...standard.limits, sessionSeconds }, ...profile }],
    paths: [
      {
        ...ownership,
        id: asId('password-bridge-totp'),
        title: 'Password and the code of the fallback app',
        allOf: ['password', 'bridge-totp'],
        anyOf: [],
        isPhishingResistant: false,
        ceiling: 1,
        floor: 1,
        acr: 'fallback',
        amr: ['pwd', 'otp'],
        approvedAt: 1_700_000_000_000,
        reviewBy,
      },
    ],
    risk: {
      bands: { approval: 25, review: 50, closed: 75 },
      factors: [
        {
          id: 'at-night',
          group: 'history',
          when: { outsideHours: true },
          points: 25,
          source: 'a test',
          why: 'People sleep.',
          waivedBySuitability: false,
        },
      ],
    },
    evidence: {},
    authority: [],
    tests: [{ name: 'nobody without a failure', facts: {}, missing: ['failure'], expect: { outcome: 'deny' } }],
    ...differs,
  }
  return JSON.stringify(policy)
}

/** Reads such a text; anything else is as good as none. */
export const readJsonPolicy: ReadPolicy = (text) => {
  try {
    return { ...(JSON.parse(text) as Omit<Policy, 'digest'>), digest: sha256(text) }
  } catch {
    return undefined
  }
}

/** Facts under which the small policy lets somebody in by day; give what differs. */
export const plainFacts = (differs: Partial<Facts> = {}): Facts => ({
  at: 1_800_000_000_000,
  realm: 'demo',
  client: 'app',
  failure: { class: 'cancelled_or_timed_out', count: 1, credentialType: 'webauthn', trust: 'claimed' },
  firstFactor: { kind: 'password', at: 1_799_999_990_000 },
  available: [{ check: 'bridge-totp', createdAt: 1_700_000_000_000 }],
  account: { lockedUntil: null, failuresSinceSuccess: 0, casesInLastDay: 0, grantsInLastWeek: 0 },
  requiredLevel: 0,
  requestedLevel: 0,
  roles: [],
  groups: [],
  outsideHours: false,
  owners: { 'policy-owner': 'enabled' },
  ...differs,
})

/** Says what loosens by the session's length alone, and how many logins it was given. */
export const compareSessions = (
  before: Policy,
  after: Policy,
  recorded: readonly Facts[],
): Comparison & { logins: number; against: string } => ({
  isLoosening: sessionOf(after) > sessionOf(before),
  logins: recorded.length,
  against: before.digest,
})

const sessionOf = ({ profiles }: Policy): number => profiles[0]?.limits.sessionSeconds ?? 0
