import ipaddr from 'ipaddr.js'
import { z } from 'zod'
import type { Dimension } from '../domain/pattern/dimension.ts'
import { fewestPeople, thresholdBounds } from '../domain/pattern/threshold.ts'
import {
  acts,
  askCeilings,
  bandCeilings,
  bands,
  biometricAmr,
  ceilings,
  floors,
  highestLevel,
  pointBounds,
  profileNames,
  riskGroups,
  usualApprovalSeconds,
  verificationMethods,
} from '../domain/policy/ceilings.ts'
import { checks, tiers } from '../domain/policy/facts.ts'
import { condition } from './condition-fields.ts'
import {
  acr,
  date,
  fields,
  flag,
  groupPath,
  identifier,
  keycloakName,
  line,
  listOf,
  matching,
  oneOf,
  timeOfDay,
  whole,
} from './fields.ts'
import { goldenTest } from './test-fields.ts'

const daySeconds = 86_400
const level = () => whole(1, highestLevel)
const seconds = (most: number) => whole(1, most, 'seconds')

const ownership = {
  owner: keycloakName('a user').describe('User name of who answers for this part.'),
  deputy: keycloakName('a user').describe('User name of who takes the owner’s place; somebody else.'),
}

const isRange = (text: string): boolean =>
  ipaddr.IPv4.isValidCIDRFourPartDecimal(text) ||
  (ipaddr.IPv6.isValidCIDR(text) && !ipaddr.IPv6.parseCIDR(text)[0].isIPv4MappedAddress())

const addressRange = z
  .string({ error: 'must be a range of addresses.' })
  .refine(isRange, { error: 'must be a range of addresses, as 10.0.0.0/8 or "2001:db8::/32".' })

const isTimeZone = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

const hours = fields({
  timeZone: z
    .string({ error: 'must be the name of a time zone.' })
    .refine(isTimeZone, { error: 'must be the name of a time zone, as Europe/Berlin or UTC.' }),
  days: listOf(whole(1, 7), 1, 7).describe('Days of the week; 1 is Monday.'),
  from: timeOfDay(),
  to: timeOfDay(),
})

const rule = fields({
  name: line(),
  when: condition,
  profile: oneOf(profileNames).describe('The profile this rule chooses.').exactOptional(),
  deny: z.literal(true, { error: 'must be true, or be left out.' }).describe('Refuses.').exactOptional(),
})

const limits = fields({
  attempts: whole(1, ceilings.attempts, 'codes').describe('Wrong codes of one case.'),
  challengeSeconds: seconds(ceilings.challengeSeconds).describe('Time to prove a factor.'),
  consecutiveFailures: whole(1, ceilings.consecutiveFailures, 'codes').describe(
    'Wrong codes over all cases, then a lock.',
  ),
  lockSeconds: whole(floors.lockSeconds, 365 * daySeconds, 'seconds').describe('How long the lock holds.'),
  failuresUntilRebind: whole(1, ceilings.failuresUntilRebind, 'codes').describe(
    'Wrong codes without a right one, then only a new enrolment helps.',
  ),
  casesPerDay: whole(1, ceilings.casesPerDay, 'cases').describe('Cases of one person in 24 hours.'),
  grantsPerWeek: whole(1, ceilings.grantsPerWeek, 'grants').describe('Fallback logins of one person in seven days.'),
  grantSeconds: seconds(ceilings.grantSeconds).describe('Time between the right code and the finished login.'),
  sessionSeconds: seconds(ceilings.sessionSeconds).describe('Hard end of the session.'),
})

const approvalDemand = fields({
  group: groupPath(),
  count: whole(1, 10, 'people'),
  shownAs: matching(
    /^(?! )[\p{L}\p{M}\p{N} ._,()+@-]{1,64}(?<! )$/u,
    'must be 1 to 64 letters, digits, blanks and . _ , ( ) + @ -, without blanks at its ends.',
  )
    .describe('What who waits is told in place of the group’s name, such as names and a telephone number.')
    .exactOptional(),
})

const profile = fields({
  title: line(),
  ...ownership,
  reviewBy: date().describe('When this profile must have been looked at again.'),
  paths: listOf(identifier(), 1, 20).describe('Ids of paths, in order of preference.'),
  ceiling: level().describe('Level of authentication a session under this profile may claim at most.'),
  minimumBand: oneOf(bands).describe('The mildest band: it raises a score’s band and never lowers it.'),
  approvals: listOf(approvalDemand, 0, 5).describe(
    'Who must approve where the band asks for it; all entries are needed. Empty: nobody may.',
  ),
  evidence: identifier().describe('Name of the evidence schema; left out, none is asked for.').exactOptional(),
  review: fields({
    samplePercent: whole(0, 100, 'per cent'),
    withinSeconds: seconds(365 * daySeconds),
  }).describe('How cases are looked at afterwards.'),
  limits,
  degrade: fields({ when: condition, sessionSeconds: seconds(ceilings.sessionSeconds) })
    .describe('Where this may hold, the session is shorter.')
    .exactOptional(),
  approvalSeconds: seconds(askCeilings.approvalSeconds)
    .describe(`How long a request waits for a decision; ${usualApprovalSeconds} where left out.`)
    .exactOptional(),
  methods: listOf(oneOf(verificationMethods), 1, verificationMethods.length)
    .describe('How an approver may make sure who asks; every one of them where left out.')
    .exactOptional(),
  distinctMethods: z
    .literal(true, { error: 'must be true, or be left out.' })
    .describe('Each approver makes sure in another way than those before. Left out: not asked for.')
    .exactOptional(),
  verbal: fields({ withinSeconds: seconds(askCeilings.verbalSeconds) })
    .describe('A spoken approval may be recorded, if its approver confirms it within this time. Left out: none counts.')
    .exactOptional(),
  ratification: fields({ group: groupPath(), withinSeconds: seconds(askCeilings.ratificationSeconds) })
    .describe('Somebody of the group must ratify what was approved and used within this time, else it is revoked.')
    .exactOptional(),
}).meta({ id: 'profile' })

const profiles = fields({
  standard: profile.exactOptional(),
  remote: profile.exactOptional(),
  regulated: profile.exactOptional(),
  privileged: profile.exactOptional(),
  'support-surge': profile.exactOptional(),
  outage: profile.exactOptional(),
  'break-glass': profile.exactOptional(),
  suitability: profile.exactOptional(),
} satisfies Record<(typeof profileNames)[number], unknown>)

const path = fields({
  id: identifier(),
  title: line(),
  ...ownership,
  allOf: listOf(oneOf(checks), 0, checks.length).describe('Every one must be proved.'),
  anyOf: listOf(oneOf(checks), 0, checks.length).describe('One must be proved, in order of preference.').default([]),
  isPhishingResistant: flag().describe('True for paths that ask for completed-passkey, and for no other.'),
  ceiling: level().describe('Level of authentication the session may claim at most.'),
  floor: level().describe('Level the path must reach to be worth offering.'),
  acr: acr().describe('Value of the acr claim.'),
  amr: listOf(
    matching(/^[a-z0-9_-]{2,16}$/, 'must be a value of RFC 8176, 2 to 16 lower-case letters or digits.').refine(
      (value) => !biometricAmr.includes(value),
      { error: `must not claim a biometric check: none of ${biometricAmr.join(', ')} (I12).` },
    ),
    1,
    10,
  ).describe('Values of the amr claim; never a biometric one.'),
  approvedAt: date().describe('From then on the path can be offered.'),
  reviewBy: date().describe('From then on it cannot (R13).'),
})

const riskFactor = fields({
  id: identifier(),
  group: oneOf(riskGroups).describe('Correlated factors share a group, whose points together are capped.'),
  when: condition,
  points: whole(pointBounds.least, pointBounds.most).describe('Negative only for facts that nobody can claim.'),
  source: line(),
  why: line(500),
  waivedBySuitability: flag().describe('Counts nothing for a person with a suitability plan.').default(false),
})

const evidenceItem = fields({
  id: identifier(),
  kind: oneOf(['text', 'reference', 'attachment']),
  required: flag(),
  why: line(500),
})

const authorityLine = fields({
  role: keycloakName('a realm role'),
  acts: listOf(oneOf(acts), 1, acts.length),
  profiles: listOf(oneOf(profileNames), 1, profileNames.length),
  tiers: listOf(oneOf(tiers), 1, tiers.length),
  subjects: listOf(groupPath(), 1, 50)
    .describe('Only for members of these groups and their subgroups; for everybody where left out.')
    .exactOptional(),
  ownReports: z
    .literal(true, { error: 'must be true, or left out.' })
    .describe('Only for people whose manager the holder is (R41); for nobody whose manager is not known.')
    .exactOptional(),
  sharedGroupBelow: groupPath()
    .describe('Only for people who are in one group below this path with the holder, as in a cost centre (R19).')
    .exactOptional(),
  notSharedGroupBelow: groupPath()
    .describe('Only for people who are in no group below this path with the holder, as in a team (R19).')
    .exactOptional(),
})

const { failures, people, withinSeconds, timesBefore } = thresholdBounds
const ofPerson = {
  failures: whole(failures.least, failures.most, 'failures').describe('Logins that failed.'),
  withinSeconds: whole(withinSeconds.least, withinSeconds.most, 'seconds').describe(
    'The span in which they are counted.',
  ),
}
const pattern = fields({
  ...ofPerson,
  people: whole(people.least, people.most, 'people').describe(`Of how many people; never fewer than ${fewestPeople}.`),
  timesBefore: whole(timesBefore.least, timesBefore.most)
    .describe('So many times the failures of the span before; left out, that is not looked at.')
    .exactOptional(),
})
const patterns = fields({
  user: fields(ofPerson).exactOptional(),
  device_model: pattern.exactOptional(),
  authenticator_model: pattern.exactOptional(),
  site: pattern.exactOptional(),
  software_version: pattern.exactOptional(),
  time_band: pattern.exactOptional(),
} satisfies Record<Dimension, unknown>)

const named = <Value extends z.ZodType>(value: Value, what: string) =>
  z.record(identifier(), value, { error: `must be a mapping from names to ${what}.` })

/** A policy document as it is written: the shape of each part and the bounds of each number. */
export const policyDocument = fields({
  engine: z.literal(1, { error: 'must be 1: this release knows no other rules.' }).describe('Whose rules are meant.'),
  name: identifier(),
  revision: whole(1, 1_000_000).describe('Number of this document, for people.'),
  title: line(),
  ...ownership,
  reviewBy: date().describe('When the policy must have been looked at again.'),
  assurance: fields({ biometricLevel: level().describe('Level of authentication of the biometric check.') }),
  zones: named(listOf(addressRange, 0, 1000), 'lists of address ranges').describe('Network zones by name.'),
  hours: hours.describe('When people usually sign in.'),
  privileged: fields({
    roles: listOf(keycloakName('a role'), 0, 100),
    groups: listOf(groupPath(), 0, 100),
  }).describe('Who is privileged, beside the administrators of Keycloak.'),
  suitabilityGroups: listOf(groupPath(), 0, 20).describe('Members have a suitability plan.'),
  decoys: fields({ group: groupPath().describe('Members are made up, and are let in by nobody.') })
    .describe('Requests that show how people decide (S07); nobody is a decoy where left out.')
    .exactOptional(),
  rules: listOf(rule, 1, 50).describe('The first that holds is taken.'),
  profiles: profiles.describe('Policy values by kind of situation.'),
  paths: listOf(path, 1, 20).describe('Approved alternate ways.'),
  risk: fields({
    bands: fields({
      approval: whole(1, bandCeilings.approval, 'points'),
      review: whole(1, bandCeilings.review, 'points'),
      closed: whole(1, bandCeilings.closed, 'points'),
    }).describe('From this score on.'),
    factors: listOf(riskFactor, 0, 100),
  }),
  evidence: named(listOf(evidenceItem, 1, 20), 'lists of evidence items').describe('Evidence schemas by name.'),
  authority: listOf(authorityLine, 0, 50).describe('Who may act on cases, by realm role.'),
  patterns: patterns
    .describe('From when on repeated failures open a case for review (R5); the usual thresholds where left out.')
    .exactOptional(),
  tests: listOf(goldenTest, 1, 500).describe('Tests of this policy.'),
})

export type PolicyDocument = z.output<typeof policyDocument>
