import { z } from 'zod'
import { failureClasses } from '../domain/failure.ts'
import type { NumberFact } from '../domain/policy/condition.ts'
import { numberBounds } from '../domain/policy/fact-values.ts'
import { checks, devices, failureTrusts, tiers } from '../domain/policy/facts.ts'
import { fields, flag, groupPath, identifier, keycloakName, listOf, oneOf, whole } from './fields.ts'

const values = <Item extends z.ZodType>(item: Item) => listOf(item, 1, 50).exactOptional()

const range = (name: NumberFact, what: string) => {
  const { least, most } = numberBounds[name]
  return fields({
    atLeast: whole(least, most).describe('Holds from this number on.').exactOptional(),
    below: whole(least + 1, most + 1)
      .describe('Holds under this number.')
      .exactOptional(),
  })
    .describe(`${what} One bound at least.`)
    .exactOptional()
}

export const otherChecks = checks.filter((check) => check !== 'password')

/** A question to the facts, as a document writes it. */
export const condition = fields({
  always: z.literal(true, { error: 'must be true; what never holds is left out.' }).describe('Holds.').exactOptional(),
  get all() {
    return listOf(condition, 1, 20).describe('All of these hold.').exactOptional()
  },
  get any() {
    return listOf(condition, 1, 20).describe('One of these holds at least.').exactOptional()
  },
  get not() {
    return condition.describe('This does not hold.').exactOptional()
  },
  realm: values(keycloakName('a realm')).describe('The login is in one of these realms.'),
  client: values(keycloakName('a client')).describe('The login is for one of these clients.'),
  tier: values(oneOf(tiers)).describe('How much the account can do.'),
  failureClass: values(oneOf(failureClasses)).describe('How the biometric check failed.'),
  failureTrust: values(oneOf(failureTrusts)).describe('Whether the failure is the browser’s word or Keycloak’s.'),
  device: values(oneOf(devices)).describe(
    'Whether a passkey of this person has worked in this browser in the last 180 days.',
  ),
  factor: values(oneOf(otherChecks)).describe('The person can pass one of these checks.'),
  role: values(keycloakName('a role, client/role for that of a client')).describe('The person has one of these roles.'),
  group: values(groupPath()).describe('The person is in one of these groups or their subgroups.'),
  zone: values(identifier()).describe('The address is in one of these zones.'),
  requiredLevel: range('requiredLevel', 'Level of authentication the application insists on; 0 for none.'),
  requestedLevel: range('requestedLevel', 'Level the application asks for, insisting or not; 0 for none.'),
  failureCount: range('failureCount', 'Failures of the biometric check in this login.'),
  recentFallbacks: range('recentFallbacks', 'Fallback logins granted in the last seven days.'),
  disputes: range('disputes', 'Disputed fallbacks of the last 30 days.'),
  factorAgeSeconds: range('factorAgeSeconds', 'Age of the youngest factor that can be proved, in seconds.'),
  firstFactorAgeSeconds: range('firstFactorAgeSeconds', 'Seconds since the password was proved.'),
  rolloutBucket: range('rolloutBucket', 'A number that is the same for a person for ever: below 20 is a fifth of all.'),
  outsideHours: flag().describe('The time is outside the policy’s hours.').exactOptional(),
  outage: flag().describe('An outage of the biometric check is open for this person.').exactOptional(),
  suitabilityPlan: flag().describe('The person has a suitability plan.').exactOptional(),
})
