import { type FailureClass, trustOf } from '../failure.ts'
import type { AccountFacts, Facts } from './facts.ts'
import type { GoldenTest, Policy } from './policy.ts'

const secondMs = 1000
const dayMs = 86_400_000
const yearMs = 365 * dayMs

/**
 * When golden tests take place if they do not say: noon UTC of the day after the last approval of a path. It follows
 * from the document alone, so that its tests say the same in ten years.
 */
export const ordinaryTime = (policy: Policy): number =>
  Math.max(0, ...policy.paths.map(({ approvedAt }) => approvedAt)) + dayMs + dayMs / 2

/** Every account the policy names as an owner or a deputy. */
export const ownersOf = (policy: Policy): readonly string[] => [
  ...new Set([policy, ...policy.profiles, ...policy.paths].flatMap(({ owner, deputy }) => [owner, deputy])),
]

/**
 * The facts that golden tests start from: an unprivileged person on a known device, in usual hours, in no zone, with
 * both kinds of code set up a year ago and a clean past, has cancelled the biometric check once.
 */
export const ordinaryLogin = (policy: Policy, at: number = ordinaryTime(policy)): Facts => ({
  at,
  realm: 'ordinary-realm',
  client: 'ordinary-client',
  failure: { ...failureOf('cancelled_or_timed_out'), count: 1, credentialType: 'webauthn-passwordless' },
  firstFactor: { kind: 'password', at: at - 30 * secondMs },
  available: [
    { check: 'bridge-totp', createdAt: at - yearMs },
    { check: 'keycloak-otp', createdAt: at - yearMs },
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
  // The last bucket: an ordinary login is in no partial rollout.
  rolloutBucket: 99,
  owners: Object.fromEntries(ownersOf(policy).map((name) => [name, 'enabled' as const])),
})

/** The facts of a golden test: an ordinary login with the test's differences, and without what it takes away. */
export const factsOfTest = (policy: Policy, { facts: patch, missing }: GoldenTest): Facts => {
  const { at: _at, failure, firstFactor, available, account, owners, ...plain } = patch
  const base = ordinaryLogin(policy, patch.at)
  const { at } = base
  const changed: Facts = {
    ...base,
    ...plain,
    ...(failure === undefined || base.failure === undefined
      ? {}
      : { failure: { ...base.failure, ...failure, ...failureOf(failure.class ?? base.failure.class) } }),
    ...(firstFactor === undefined
      ? {}
      : { firstFactor: { kind: 'password', at: at - firstFactor.ageSeconds * secondMs } }),
    ...(available === undefined
      ? {}
      : {
          available: available.map(({ check, ageSeconds }) => ({
            check,
            ...(ageSeconds === undefined ? {} : { createdAt: at - ageSeconds * secondMs }),
          })),
        }),
    account: { ...base.account, ...accountOf(at, account ?? {}) },
    owners: missing.includes('owners') ? {} : { ...base.owners, ...owners },
  }
  const kept = Object.entries(changed).filter(([name]) => name === 'owners' || !missing.some((one) => one === name))
  return Object.fromEntries(kept) as Facts
}

const failureOf = (failureClass: FailureClass) => ({ class: failureClass, trust: trustOf(failureClass) })

const accountOf = (
  at: number,
  { lockedForSeconds, ...counters }: NonNullable<GoldenTest['facts']['account']>,
): Partial<AccountFacts> => ({
  ...counters,
  ...(lockedForSeconds === undefined
    ? {}
    : { lockedUntil: lockedForSeconds === 0 ? null : at + lockedForSeconds * secondMs }),
})
