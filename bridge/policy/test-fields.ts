import { z } from 'zod'
import { failureClasses } from '../domain/failure.ts'
import { bands, profileNames } from '../domain/policy/ceilings.ts'
import { decisionReasons, outcomes } from '../domain/policy/decision.ts'
import { numberBounds } from '../domain/policy/fact-values.ts'
import { devices } from '../domain/policy/facts.ts'
import { removableFacts } from '../domain/policy/policy.ts'
import { otherChecks } from './condition-fields.ts'
import { dateTime, fields, flag, groupPath, identifier, keycloakName, line, listOf, oneOf, whole } from './fields.ts'

const counter = () => whole(0, 1_000_000).exactOptional()
const fact = (name: keyof typeof numberBounds) => whole(numberBounds[name].least, numberBounds[name].most)
const ageSeconds = fact('factorAgeSeconds')

const facts = fields({
  at: dateTime().describe('When the login is; noon UTC of the day after the last approval of a path.').exactOptional(),
  realm: keycloakName('a realm').exactOptional(),
  client: keycloakName('a client').exactOptional(),
  switchedOff: oneOf(['realm', 'client']).describe('The off switch that is thrown.').exactOptional(),
  failure: fields({
    class: oneOf(failureClasses).exactOptional(),
    count: fact('failureCount').exactOptional(),
    credentialType: line(64).exactOptional(),
  }).exactOptional(),
  firstFactor: fields({ ageSeconds: fact('firstFactorAgeSeconds') }).exactOptional(),
  available: listOf(fields({ check: oneOf(otherChecks), ageSeconds: ageSeconds.exactOptional() }), 0, 10)
    .describe('What the person can pass, instead of both codes; without an age it is not known.')
    .exactOptional(),
  account: fields({
    lockedForSeconds: whole(0, 31_536_000).exactOptional(),
    failuresSinceSuccess: counter(),
    casesInLastDay: counter(),
    grantsInLastWeek: counter(),
  }).exactOptional(),
  requiredLevel: fact('requiredLevel').exactOptional(),
  requestedLevel: fact('requestedLevel').exactOptional(),
  roles: listOf(keycloakName('a role'), 0, 50).exactOptional(),
  groups: listOf(groupPath(), 0, 50).exactOptional(),
  zones: listOf(identifier(), 0, 20).exactOptional(),
  device: oneOf(devices).exactOptional(),
  outsideHours: flag().exactOptional(),
  disputes: fact('disputes').exactOptional(),
  outage: flag().exactOptional(),
  rolloutBucket: fact('rolloutBucket').exactOptional(),
  owners: z
    .record(keycloakName('an owner'), oneOf(['enabled', 'disabled']), {
      error: 'must be a mapping from names of owners to enabled or disabled.',
    })
    .exactOptional(),
})

const expectation = fields({
  outcome: oneOf(outcomes),
  profile: oneOf(profileNames).exactOptional(),
  reason: oneOf(decisionReasons).exactOptional(),
  band: oneOf(bands).exactOptional(),
  score: whole(0, 100).exactOptional(),
  paths: listOf(identifier(), 1, 20).describe('Every path that is offered, in order.').exactOptional(),
  approvals: whole(0, 50).describe('How many people must approve.').exactOptional(),
})

/** A test of the policy, as a document writes it. */
export const goldenTest = fields({
  name: line(),
  facts: facts.describe('What differs from an ordinary login.').default({}),
  missing: listOf(oneOf(removableFacts), 0, removableFacts.length).describe('Facts that are taken away.').default([]),
  expect: expectation.describe('What must come of it; what is not named is not compared.'),
})
