import { asId, type PathId } from '../../bridge/domain/ids.ts'
import type { Facts } from '../../bridge/domain/policy/facts.ts'
import type { Limits, Path, Policy, Profile, RiskFactor } from '../../bridge/domain/policy/policy.ts'

/** When the built facts are: within the review dates of the built policy. */
export const builtAt = Date.UTC(2027, 0, 15, 12)
const day = 86_400_000

export const buildLimits = (differs: Partial<Limits> = {}): Limits => ({
  attempts: 5,
  challengeSeconds: 300,
  consecutiveFailures: 10,
  lockSeconds: 1800,
  failuresUntilRebind: 100,
  casesPerDay: 10,
  grantsPerWeek: 3,
  grantSeconds: 120,
  sessionSeconds: 28_800,
  ...differs,
})

/** Id of a path in a policy that a test builds. */
export const pathId = (id: string): PathId => asId<PathId>(id)

export const buildPath = (id: string, differs: Partial<Path> = {}): Path => ({
  id: pathId(id),
  title: `The path ${id}`,
  owner: 'owner',
  deputy: 'deputy',
  allOf: ['password', 'bridge-totp'],
  anyOf: [],
  isPhishingResistant: false,
  ceiling: 1,
  floor: 1,
  acr: 'fallback',
  amr: ['pwd', 'otp'],
  approvedAt: builtAt - 30 * day,
  reviewBy: builtAt + 300 * day,
  ...differs,
})

export const buildProfile = (differs: Partial<Profile> = {}): Profile => ({
  name: 'standard',
  title: 'Everyday work',
  owner: 'owner',
  deputy: 'deputy',
  reviewBy: builtAt + 300 * day,
  paths: [pathId('totp'), pathId('otp')],
  ceiling: 1,
  minimumBand: 'self-service',
  approvals: [{ group: '/leads', count: 1 }],
  review: { samplePercent: 10, withinSeconds: 432_000 },
  limits: buildLimits(),
  ...differs,
})

export const buildFactor = (id: string, points: number, differs: Partial<RiskFactor> = {}): RiskFactor => ({
  id,
  group: 'failure',
  when: { always: true },
  points,
  source: 'a test',
  why: 'A test asks for it.',
  waivedBySuitability: false,
  ...differs,
})

/** A policy with one rule for everybody, two paths by code, and an empty risk table. */
export const buildPolicy = (differs: Partial<Policy> = {}): Policy => ({
  digest: '0'.repeat(64),
  engine: 1,
  name: 'built',
  revision: 1,
  title: 'A policy that a test built',
  owner: 'owner',
  deputy: 'deputy',
  reviewBy: builtAt + 300 * day,
  assurance: { biometricLevel: 2 },
  zones: { office: ['10.0.0.0/8'], bad: ['192.0.2.0/24'] },
  hours: { timeZone: 'UTC', days: [1, 2, 3, 4, 5], from: '07:00', to: '19:00' },
  privileged: { roles: ['chief'], groups: ['/admins'] },
  suitabilityGroups: ['/plan'],
  rules: [{ name: 'everybody', when: { always: true }, profile: 'standard' }],
  profiles: [buildProfile()],
  paths: [buildPath('totp'), buildPath('otp', { allOf: ['password', 'keycloak-otp'] })],
  risk: { bands: { approval: 25, review: 50, closed: 75 }, factors: [] },
  evidence: {},
  authority: [],
  tests: [],
  ...differs,
})

/** The built policy whose one profile differs. */
export const withProfile = (differs: Partial<Profile>, policy: Policy = buildPolicy()): Policy => ({
  ...policy,
  profiles: policy.profiles.map((profile, index) => (index === 0 ? { ...profile, ...differs } : profile)),
})

/** The built policy with a risk table. */
export const withFactors = (factors: readonly RiskFactor[], policy: Policy = buildPolicy()): Policy => ({
  ...policy,
  risk: { ...policy.risk, factors },
})

/** An ordinary login, all of whose facts are known and good. */
export const buildFacts = (differs: Partial<Facts> = {}): Facts => ({
  at: builtAt,
  realm: 'demo',
  client: 'app',
  failure: { class: 'cancelled_or_timed_out', count: 1, credentialType: 'webauthn', trust: 'claimed' },
  firstFactor: { kind: 'password', at: builtAt - 30_000 },
  available: [
    { check: 'bridge-totp', createdAt: builtAt - 300 * day },
    { check: 'keycloak-otp', createdAt: builtAt - 200 * day },
  ],
  account: { lockedUntil: null, failuresSinceSuccess: 0, casesInLastDay: 0, grantsInLastWeek: 0 },
  requiredLevel: 0,
  requestedLevel: 0,
  roles: [],
  groups: [],
  zones: [],
  device: 'known',
  outsideHours: false,
  disputes: 0,
  outage: false,
  rolloutBucket: 50,
  owners: { owner: 'enabled', deputy: 'enabled' },
  ...differs,
})

/** Facts without some of them. */
export const without = (facts: Facts, ...names: readonly (keyof Facts)[]): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => !names.some((one) => one === name))) as Facts
