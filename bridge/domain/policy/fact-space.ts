import { type FailureClass, failureClasses } from '../failure.ts'
import type { Example } from './compare-decisions.ts'
import { conditionsOf } from './compare-fields.ts'
import type { FactName } from './condition.ts'
import { valuesOf } from './fact-values.ts'
import { type Check, type Device, devices, type Facts } from './facts.ts'
import { factsOfTest, ordinaryTime, ownersOf } from './ordinary-login.ts'
import type { Condition, Policy, Range, RemovableFact } from './policy.ts'

/** A generated login, and how it differs from an ordinary one of the last policy. */
export type FactPoint = { facts: Facts; example: Example }

/** All that a generated login can differ in; null where the fact is missing. */
type Login = {
  at: number
  realm: string
  client: string
  failureClass: FailureClass
  failureCount: number
  firstFactorAge: number
  checks: readonly Exclude<Check, 'password'>[]
  factorAge: number | null
  failures: number
  cases: number
  grants: number
  requiredLevel: number
  requestedLevel: number
  roles: readonly string[] | null
  groups: readonly string[] | null
  zones: readonly string[] | null
  device: Device | null
  outsideHours: boolean | null
  disputes: number | null
  outage: boolean | null
  rolloutBucket: number | null
  /** Of all owners; or the name of the one whose account is disabled, where they are several. */
  owners: 'enabled' | 'disabled' | { disabled: string } | null
}
/** For every member its values, the ordinary one first. */
type Space = { readonly [Name in keyof Login]: readonly Login[Name][] }

const yearSeconds = 365 * 86_400
/** More pairs than this are thinned out; then a comparison is not complete. */
const mostPairs = 40_000
/** The same for what rules ask for. */
const mostRules = 60

/**
 * Logins that tell versions of a policy apart: one for each pair of values of two facts, the rest ordinary; one for each
 * value beside what each rule asks for, at every time; and a pseudo-random sample. Values are those that the conditions, limits and
 * dates of the versions distinguish. The same seed gives the same logins.
 */
export const factSpace = (
  policies: readonly [Policy, ...Policy[]],
  { seed, sample }: { seed: number; sample: number },
): { points: readonly FactPoint[]; isComplete: boolean } => {
  const space = spaceOf(policies)
  const names = Object.keys(space) as (keyof Login)[]
  const ordinary = pick(space, () => 0)
  const single = (base: Login): readonly Login[] =>
    names.flatMap((name) => space[name].map((value) => ({ ...base, [name]: value })))
  const pairs = names.flatMap((name, index) =>
    space[name]
      .slice(1)
      .flatMap((value) =>
        names
          .slice(index + 1)
          .flatMap((other) => space[other].slice(1).map((more) => ({ ...ordinary, [name]: value, [other]: more }))),
      ),
  )
  const step = Math.ceil(pairs.length / mostPairs)
  const asked = differing(policies.flatMap(({ rules }) => rules.map(({ when }) => ({ ...ordinary, ...wishOf(when) }))))
  const wished = policies.flatMap(conditionsOf).map((condition) => ({ ...ordinary, ...wishOf(condition) }))
  const random = randomFrom(seed)
  const drawn = Array.from({ length: sample }, () =>
    pick(space, (values) => (random() < 0.5 ? 0 : Math.floor(random() * values.length))),
  )
  const logins = [
    ...single(ordinary),
    ...wished,
    ...asked
      .slice(0, mostRules)
      .flatMap((login) => space.at.map((at) => ({ ...login, at })))
      .flatMap(single),
    ...pairs.filter((_pair, index) => index % step === 0),
    ...drawn,
  ]
  const owners = [...new Set(policies.flatMap(ownersOf))]
  const build = (login: Login): FactPoint => pointOf(policies, { login, ordinary, owners })
  return { points: logins.map(build), isComplete: step <= 1 && asked.length <= mostRules }
}

const differing = (logins: readonly Login[]): readonly Login[] => [
  ...new Map(logins.map((login) => [JSON.stringify(login), login])).values(),
]

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
const randomFrom = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const pick = (space: Space, choose: (values: readonly unknown[]) => number): Login =>
  Object.fromEntries(Object.entries(space).map(([name, values]) => [name, values[choose(values)]])) as Login

const spaceOf = (policies: readonly [Policy, ...Policy[]]): Space => {
  const known = new Map<FactName, readonly unknown[]>(
    valuesOf(policies.flatMap(conditionsOf)).map(({ name, values }) => [name, values]),
  )
  const asked = <Value>(name: FactName): readonly Value[] => (known.get(name) ?? []) as readonly Value[]
  const profiles = policies.flatMap((policy) => policy.profiles)
  const paths = policies.flatMap((policy) => policy.paths)
  const owners = unique(profiles.map(({ owner }) => owner))
  const last = policies.at(-1) ?? policies[0]
  return {
    at: unique([
      ordinaryTime(last),
      ...policies.map(ordinaryTime),
      ...paths.flatMap((path) => [path.approvedAt, path.reviewBy]),
    ]),
    realm: unique(['ordinary-realm', ...asked<string>('realm')]),
    client: unique(['ordinary-client', ...asked<string>('client')]),
    failureClass: unique(['cancelled_or_timed_out', ...failureClasses]),
    failureCount: unique([1, ...asked<number>('failureCount')]),
    firstFactorAge: unique([30, ...asked<number>('firstFactorAgeSeconds')]),
    checks: [
      ['bridge-totp', 'keycloak-otp'],
      ['bridge-totp'],
      ['keycloak-otp'],
      [],
      ['completed-passkey'],
      ['bridge-totp', 'keycloak-otp', 'completed-passkey'],
    ],
    factorAge: unique([yearSeconds, ...asked<number>('factorAgeSeconds'), null]),
    failures: unique([0, ...profiles.map(({ limits }) => limits.failuresUntilRebind)]),
    cases: unique([0, ...profiles.map(({ limits }) => limits.casesPerDay)]),
    grants: unique([0, ...asked<number>('recentFallbacks'), ...profiles.map(({ limits }) => limits.grantsPerWeek)]),
    requiredLevel: unique([
      0,
      ...asked<number>('requiredLevel'),
      ...policies.map(({ assurance }) => assurance.biometricLevel),
      ...[...paths, ...profiles].map(({ ceiling }) => ceiling),
    ]),
    requestedLevel: unique([0, ...asked<number>('requestedLevel')]),
    roles: [
      [],
      null,
      ['admin'],
      ...setsOf(
        asked('role'),
        policies.map(({ privileged }) => privileged.roles),
      ),
    ],
    groups: [
      [],
      null,
      ...setsOf(
        asked('group'),
        policies.map(({ privileged }) => privileged.groups),
      ),
      ...setsOf(
        [],
        policies.map(({ suitabilityGroups }) => suitabilityGroups),
      ),
    ],
    zones: [[], null, ...asked<readonly string[]>('zone').filter((zones) => zones.length > 0)],
    device: ['known', ...devices.filter((device) => device !== 'known'), null],
    outsideHours: [false, true, null],
    disputes: unique([0, ...asked<number>('disputes'), null]),
    outage: [false, true, null],
    rolloutBucket: unique([99, ...asked<number>('rolloutBucket'), null]),
    owners: ['enabled', 'disabled', null, ...(owners.length > 1 ? owners.map((disabled) => ({ disabled })) : [])],
  }
}

/** What conditions name; of lists that all mean the same, one name of each, and those that not all versions have. */
const setsOf = (
  named: readonly (readonly string[])[],
  lists: readonly (readonly string[])[],
): readonly (readonly string[])[] => [
  ...named.filter((names) => names.length > 0),
  ...unique([
    ...lists.flatMap((list) => list.slice(0, 1)),
    ...lists.flatMap((list) => list.filter((name) => !lists.every((other) => other.includes(name)))),
  ]).map((name) => [name]),
]

/** A login for which the condition may hold: of each list the first, of each range a number inside. */
const wishOf = (condition: Condition): Partial<Login> =>
  Object.assign({}, ...[...(condition.any ?? []), ...(condition.all ?? [])].map(wishOf), ownWishOf(condition))

const ownWishOf = (condition: Condition): Partial<Login> => {
  const factor = condition.factor?.[0]
  const wishes: { [Name in keyof Login]?: Login[Name] | undefined } = {
    realm: condition.realm?.[0],
    client: condition.client?.[0],
    failureClass: condition.failureClass?.[0] ?? classFor(condition.failureTrust?.[0]),
    failureCount: inside(condition.failureCount),
    firstFactorAge: inside(condition.firstFactorAgeSeconds),
    checks: factor === undefined ? undefined : [factor],
    factorAge: inside(condition.factorAgeSeconds),
    grants: inside(condition.recentFallbacks),
    requiredLevel: inside(condition.requiredLevel),
    requestedLevel: inside(condition.requestedLevel),
    roles: condition.role?.slice(0, 1) ?? (condition.tier?.[0] === 'privileged' ? ['admin'] : undefined),
    groups: condition.group?.slice(0, 1),
    zones: condition.zone?.slice(0, 1),
    device: condition.device?.[0],
    outsideHours: condition.outsideHours,
    disputes: inside(condition.disputes),
    outage: condition.outage,
    rolloutBucket: inside(condition.rolloutBucket),
  }
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined)) as Partial<Login>
}

const classFor = (trust: string | undefined): FailureClass | undefined =>
  trust === undefined ? undefined : trust === 'verified' ? 'verification_failed' : 'other'

const inside = (range: Range | undefined): number | undefined =>
  range === undefined ? undefined : (range.atLeast ?? Math.max(0, (range.below ?? 1) - 1))

type Building = { login: Login; ordinary: Login; owners: readonly string[] }

const pointOf = (policies: readonly [Policy, ...Policy[]], { login, ordinary, owners }: Building): FactPoint => {
  const example = exampleOf(login, ordinary, owners)
  const all = Object.fromEntries(
    owners.map((name) => [name, isDisabled(login, name) ? 'disabled' : 'enabled'] as const),
  )
  const test = { ...example, name: '', expect: { outcome: 'deny' as const } }
  const facts = { ...example.facts, at: login.at, owners: all }
  return { facts: factsOfTest(policies.at(-1) ?? policies[0], { ...test, facts }), example }
}

const isDisabled = ({ owners }: Login, name: string): boolean =>
  owners === 'disabled' || (owners !== null && owners !== 'enabled' && owners.disabled === name)

/** As a golden test would write it. */
const exampleOf = (login: Login, ordinary: Login, owners: readonly string[]): Example => {
  const differs = (...names: (keyof Login)[]): boolean => names.some((name) => login[name] !== ordinary[name])
  const plain = (['at', 'realm', 'client', 'requiredLevel', 'requestedLevel'] as const).filter((name) => differs(name))
  const removable = [
    'roles',
    'groups',
    'zones',
    'device',
    'outsideHours',
    'disputes',
    'outage',
    'rolloutBucket',
  ] as const
  const changed = [...plain, ...removable.filter((name) => differs(name) && login[name] !== null)]
  const account = {
    ...(differs('failures') ? { failuresSinceSuccess: login.failures } : {}),
    ...(differs('cases') ? { casesInLastDay: login.cases } : {}),
    ...(differs('grants') ? { grantsInLastWeek: login.grants } : {}),
  }
  const failure = {
    ...(differs('failureClass') ? { class: login.failureClass } : {}),
    ...(differs('failureCount') ? { count: login.failureCount } : {}),
  }
  const away = owners.filter((name) => isDisabled(login, name))
  const age = login.factorAge === null ? {} : { ageSeconds: login.factorAge }
  const missing: RemovableFact[] = [...removable, 'owners' as const].filter((name) => login[name] === null)
  return {
    facts: {
      ...(Object.fromEntries(changed.map((name) => [name, login[name]])) as Example['facts']),
      ...(Object.keys(failure).length > 0 ? { failure } : {}),
      ...(differs('firstFactorAge') ? { firstFactor: { ageSeconds: login.firstFactorAge } } : {}),
      ...(differs('checks', 'factorAge') ? { available: login.checks.map((check) => ({ check, ...age })) } : {}),
      ...(Object.keys(account).length > 0 ? { account } : {}),
      ...(away.length > 0 ? { owners: Object.fromEntries(away.map((name) => [name, 'disabled' as const])) } : {}),
    },
    missing,
  }
}

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)]
