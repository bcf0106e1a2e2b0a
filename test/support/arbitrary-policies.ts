import fc from 'fast-check'
import { failureClasses, trustOf } from '../../bridge/domain/failure.ts'
import { acts, bands, profileNames, riskGroups, verificationMethods } from '../../bridge/domain/policy/ceilings.ts'
import { checks, devices, type Facts, failureTrusts, tiers } from '../../bridge/domain/policy/facts.ts'
import type {
  AuthorityLine,
  Condition,
  Path,
  Policy,
  Profile,
  RiskFactor,
  Rule,
} from '../../bridge/domain/policy/policy.ts'
import { buildFactor, buildLimits, buildPath, buildPolicy, buildProfile, builtAt } from './policies.ts'

/** How often a property is tried; mutation testing sets fewer. */
export const propertyRuns = (usual = 1000): number => Number(process.env['POLICY_PROPERTY_RUNS'] ?? usual)

const otherChecks = checks.filter((check) => check !== 'password')
const day = 86_400_000
const roles = ['clerk', 'chief', 'realm-management/manage-users']
const groups = ['/people', '/people/finance', '/plan', '/plan/part', '/admins/night']
const zones = ['office', 'bad']
const some = <Value>(values: readonly Value[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 })
const range = (most: number) =>
  fc.oneof(
    fc.record({ atLeast: fc.nat(most) }),
    fc.record({ below: fc.nat(most) }),
    fc.record({ atLeast: fc.nat(most), below: fc.nat(most) }),
  )

const asked: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ realm: some(['demo', 'other']) }),
  fc.record({ client: some(['app', 'bank']) }),
  fc.record({ tier: some(tiers) }),
  fc.record({ failureClass: some(failureClasses) }),
  fc.record({ failureTrust: some(failureTrusts) }),
  fc.record({ device: some(devices) }),
  fc.record({ factor: some(otherChecks) }),
  fc.record({ role: some(roles) }),
  fc.record({ group: some(groups) }),
  fc.record({ zone: some(zones) }),
  fc.record({ requiredLevel: range(4) }),
  fc.record({ requestedLevel: range(4) }),
  fc.record({ failureCount: range(5) }),
  fc.record({ recentFallbacks: range(5) }),
  fc.record({ disputes: range(3) }),
  fc.record({ factorAgeSeconds: range(400_000) }),
  fc.record({ firstFactorAgeSeconds: range(400) }),
  fc.record({ rolloutBucket: range(99) }),
  fc.record({ outsideHours: fc.boolean() }),
  fc.record({ outage: fc.boolean() }),
  fc.record({ suitabilityPlan: fc.boolean() }),
)

/** Any condition, negations and several members among them. */
export const anyCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition; several: Condition }>((tie) => ({
  several: fc.tuple(asked, asked).map(([a, b]) => ({ ...a, ...b })),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    asked,
    tie('several'),
    fc.constant<Condition>({ always: true }),
    fc.record({ not: tie('condition') }),
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
  ),
})).condition

const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value

const anyPath = (id: string): fc.Arbitrary<Path> =>
  fc
    .record({
      allOf: fc.oneof(
        fc.constantFrom<Path['allOf']>(
          ['password', 'bridge-totp'],
          ['keycloak-otp'],
          ['password', 'completed-passkey'],
        ),
        fc.uniqueArray(fc.constantFrom(...checks)),
      ),
      anyOf: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.uniqueArray(fc.constantFrom(...checks))),
      isPhishingResistant: fc.boolean(),
      ceiling: fc.integer({ min: 1, max: 4 }),
      floor: fc.integer({ min: 1, max: 2 }),
      approvedAt: fc.constantFrom(builtAt - day, builtAt - day, builtAt - day, builtAt, builtAt + day),
      reviewBy: fc.constantFrom(builtAt + day, builtAt + day, builtAt + day, builtAt, builtAt - day),
    })
    .map((differs) => buildPath(id, differs))

/** How people are asked: within the ceilings of the code and beyond them. */
const asking = {
  approvalSeconds: fc.integer({ min: 1, max: 5000 }),
  methods: some(verificationMethods),
  distinctMethods: fc.constant(true as const),
  verbal: fc.record({ withinSeconds: fc.integer({ min: 1, max: 2000 }) }),
  ratification: fc.record({
    group: fc.constantFrom('/leads', '/analysts'),
    withinSeconds: fc.integer({ min: 1, max: 5000 }),
  }),
}
/** Any of it, each part there or not. */
export const anyAsking: fc.Arbitrary<Partial<Profile>> = fc
  .record(asking, { requiredKeys: [] })
  .map((differs) => withoutUndefined(differs))

const anyProfile = (name: Profile['name'], ids: readonly Path[]): fc.Arbitrary<Profile> =>
  fc
    .record(
      {
        owner: fc.constantFrom('owner', 'another-owner'),
        paths: fc.shuffledSubarray(ids.map(({ id }) => id)),
        ceiling: fc.integer({ min: 1, max: 4 }),
        minimumBand: fc.oneof(
          { weight: 3, arbitrary: fc.constant('self-service' as const) },
          fc.constantFrom(...bands),
        ),
        approvals: fc.array(
          fc.record({ group: fc.constantFrom('/leads', '/analysts'), count: fc.integer({ min: 1, max: 3 }) }),
          {
            maxLength: 2,
          },
        ),
        evidence: fc.constant('reason'),
        limits: fc
          .record({
            attempts: fc.integer({ min: 1, max: 9 }),
            failuresUntilRebind: fc.integer({ min: 1, max: 200 }),
            casesPerDay: fc.integer({ min: 1, max: 60 }),
            grantsPerWeek: fc.integer({ min: 1, max: 60 }),
            grantSeconds: fc.integer({ min: 1, max: 900 }),
            sessionSeconds: fc.integer({ min: 1, max: 40_000 }),
          })
          .map(buildLimits),
        degrade: fc.record({ when: anyCondition, sessionSeconds: fc.integer({ min: 1, max: 40_000 }) }),
        ...asking,
      },
      { requiredKeys: ['owner', 'paths', 'ceiling', 'minimumBand', 'approvals', 'limits'] },
    )
    .map((differs) => buildProfile({ name, ...differs }))

/** Lines for few roles, acts and groups, so that one often covers what another says. */
export const anyAuthority: fc.Arbitrary<readonly AuthorityLine[]> = fc.array(
  fc
    .record(
      {
        role: fc.constantFrom('lead', 'analyst'),
        acts: some(acts.slice(0, 2)),
        profiles: some(profileNames.slice(0, 2)),
        tiers: some(tiers),
        subjects: some(['/people', '/people/finance', '/people/finance/night', '/plan']),
      },
      { requiredKeys: ['role', 'acts', 'profiles', 'tiers'] },
    )
    .map(withoutUndefined),
  { maxLength: 4 },
)

const path = fc.constantFrom('/people', '/people/finance', '/plan')

/** The same, of one role and act, about how who acts and the subject are to each other. */
export const anyRelatedAuthority: fc.Arbitrary<readonly AuthorityLine[]> = fc.array(
  fc
    .record(
      {
        subjects: some(['/people', '/people/finance', '/plan']),
        ownReports: fc.constant(true as const),
        sharedGroupBelow: path,
        notSharedGroupBelow: path,
      },
      { requiredKeys: [] },
    )
    .map((differs) => ({
      role: 'lead',
      acts: ['approve'] as const,
      profiles: ['standard'] as const,
      tiers: ['standard'] as const,
      ...withoutUndefined(differs),
    })),
  { maxLength: 3 },
)

export const anyFactor = (id: string): fc.Arbitrary<RiskFactor> =>
  fc
    .record({
      group: fc.constantFrom(...riskGroups),
      when: anyCondition,
      points: fc.integer({ min: -15, max: 60 }),
      waivedBySuitability: fc.boolean(),
    })
    .map(({ points, ...differs }) => buildFactor(id, points, differs))

const anyRule = (index: number): fc.Arbitrary<Rule> =>
  fc
    .oneof(
      {
        weight: 5,
        arbitrary: fc.record({ when: anyCondition, profile: fc.constantFrom(...profileNames.slice(0, 4)) }),
      },
      { weight: 1, arbitrary: fc.record({ when: anyCondition, deny: fc.constant(true as const) }) },
    )
    .map((rule) => ({ name: `rule ${index}`, ...rule }))

/** Any policy inside the shapes that a document can have, sensible or not. */
export const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    paths: fc.tuple(anyPath('first'), anyPath('second'), anyPath('third')),
    biometricLevel: fc.integer({ min: 1, max: 4 }),
    count: fc.integer({ min: 1, max: 4 }),
    isClosed: fc.boolean(),
    suitabilityGroups: fc.subarray(['/plan', '/people']),
  })
  .chain(({ paths, biometricLevel, count, isClosed, suitabilityGroups }) =>
    fc
      .record({
        profiles: fc.tuple(...profileNames.slice(0, 4).map((name) => anyProfile(name, paths))),
        rules: fc.tuple(...Array.from({ length: count }, (_unused, index) => anyRule(index))),
        factors: fc.tuple(...Array.from({ length: count + 1 }, (_unused, index) => anyFactor(`factor-${index}`))),
        bands: fc.record({ approval: fc.nat(30), review: fc.nat(60), closed: fc.integer({ min: 20, max: 90 }) }),
      })
      .map(({ profiles, rules, factors, bands }) =>
        buildPolicy({
          assurance: { biometricLevel },
          suitabilityGroups,
          paths,
          profiles,
          rules: isClosed
            ? [...rules, { name: 'everybody else', when: { always: true }, profile: 'standard' as const }]
            : rules,
          risk: { bands, factors },
        }),
      ),
  )

/** Any facts that pass the first guards; each that can be missing is missing now and then. */
export const anyFacts: fc.Arbitrary<Facts> = fc
  .record(
    {
      at: fc.constant(builtAt),
      realm: fc.constantFrom('demo', 'other'),
      client: fc.constantFrom('app', 'bank'),
      failure: fc
        .record({ class: fc.constantFrom(...failureClasses), count: fc.integer({ min: 1, max: 6 }) })
        .map((failure) => ({
          ...failure,
          credentialType: 'webauthn',
          trust: trustOf(failure.class),
        })),
      firstFactor: fc.nat(500_000).map((age) => ({ kind: 'password' as const, at: builtAt - age })),
      available: fc.uniqueArray(
        fc
          .record(
            {
              check: fc.constantFrom(...otherChecks),
              createdAt: fc.integer({ min: -1000, max: 500_000 }).map((age) => builtAt - age * 1000),
            },
            { requiredKeys: ['check'] },
          )
          .map(withoutUndefined),
        { selector: ({ check }) => check, minLength: 0, maxLength: 3 },
      ),
      account: fc.record({
        lockedUntil: fc.oneof(
          { weight: 4, arbitrary: fc.constant(null) },
          fc.constantFrom(builtAt - 1, builtAt, builtAt + 1, builtAt + day),
        ),
        failuresSinceSuccess: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, fc.nat(120)),
        casesInLastDay: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, fc.nat(60)),
        grantsInLastWeek: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, fc.nat(60)),
      }),
      requiredLevel: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4)),
      requestedLevel: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4)),
      roles: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray(roles)),
      groups: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.subarray(groups)),
      zones: fc.subarray(zones),
      device: fc.constantFrom(...devices),
      outsideHours: fc.boolean(),
      disputes: fc.nat(3),
      outage: fc.boolean(),
      rolloutBucket: fc.nat(99),
      owners: fc.oneof(
        { weight: 3, arbitrary: fc.constant({ owner: 'enabled' as const, 'another-owner': 'enabled' as const }) },
        fc.dictionary(
          fc.constantFrom('owner', 'another-owner'),
          fc.constantFrom('enabled' as const, 'disabled' as const),
        ),
      ),
    },
    {
      requiredKeys: [
        'at',
        'realm',
        'client',
        'failure',
        'firstFactor',
        'available',
        'account',
        'requiredLevel',
        'requestedLevel',
        'owners',
      ],
    },
  )
  .map(withoutUndefined)
