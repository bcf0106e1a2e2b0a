import { compareConditions } from '../../bridge/domain/policy/compare-conditions.ts'
import { compareFields } from '../../bridge/domain/policy/compare-fields.ts'
import { factSpace } from '../../bridge/domain/policy/fact-space.ts'
import type { FieldChange } from '../../bridge/domain/policy/field-change.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { buildFactor, buildPath, buildPolicy, buildProfile } from './policies.ts'

/** A smaller sample, for tests that do not need the large one. */
export const quick = { sample: 200 }
/** A policy with something in every field, for versions that differ from it. */
export const base = buildPolicy({
  zones: { office: ['10.0.0.0/8'], bad: ['192.0.2.0/24'], unused: ['198.51.100.0/24'] },
  rules: [
    { name: 'bad', when: { zone: ['bad'] }, deny: true },
    { name: 'far', when: { client: ['bank'] }, profile: 'remote' },
    { name: 'everybody', when: { always: true }, profile: 'standard' },
  ],
  profiles: [
    buildProfile({
      evidence: 'reason',
      degrade: { when: { outsideHours: true }, sessionSeconds: 600 },
      verbal: { withinSeconds: 600 },
    }),
    buildProfile({
      name: 'remote',
      evidence: 'reason',
      approvals: [{ group: '/leads', count: 2 }],
      minimumBand: 'approval',
      approvalSeconds: 900,
      methods: ['in_person'],
      distinctMethods: true,
      ratification: { group: '/analysts', withinSeconds: 600 },
    }),
  ],
  paths: [
    buildPath('totp'),
    buildPath('otp', { allOf: ['password', 'keycloak-otp'] }),
    buildPath('choice', { allOf: ['password'], anyOf: ['keycloak-otp', 'bridge-totp'] }),
  ],
  risk: {
    bands: { approval: 20, review: 45, closed: 70 },
    factors: [
      buildFactor('disputed', 25, { when: { disputes: { atLeast: 2 } } }),
      buildFactor('outage', -10, { when: { outage: true } }),
    ],
  },
  evidence: { reason: [{ id: 'reason', kind: 'text', required: true, why: 'Why.' }] },
  authority: [
    { role: 'lead', acts: ['approve'], profiles: ['standard'], tiers: ['standard'] },
    { role: 'manager', acts: ['approve'], profiles: ['remote'], tiers: ['standard'], subjects: ['/staff/london'] },
  ],
})

export type Json = { [key: string]: unknown }
/** The base policy with one value elsewhere, at a path as `profiles.0.limits.attempts`; undefined removes it. */
export const changed = (at: string, value: unknown): Policy => {
  const copy = structuredClone(base) as unknown as Json
  const names = at.split('.')
  const last = names.pop() ?? ''
  const parent = names.reduce((found, name) => found[name] as Json, copy)
  if (value === undefined && Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (value === undefined) delete parent[last]
  else parent[last] = value
  return copy as unknown as Policy
}
const shown = (fields: readonly FieldChange[]) =>
  fields.map(({ field, direction, isJudged }) => `${field} ${isJudged ? direction : 'unjudged'}`)
/** The systematic part of the generated logins. */
export const loginsOf = (...policies: [Policy, ...Policy[]]) =>
  factSpace(policies, { seed: 1, sample: 0 }).points.map(({ facts }) => facts)
const fewLogins = loginsOf(base, changed('risk.factors.0.when', { disputes: { atLeast: 3 } }))
/** What changes field by field, in words. */
export const fieldsOf = (after: Policy, before = base) =>
  shown([...compareFields(before, after), ...compareConditions(before, after, fewLogins)])
export const day = 86_400_000
