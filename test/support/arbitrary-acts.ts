import fc from 'fast-check'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { peoplePolicy } from './asking-policy.ts'
import { buildLimits, buildPath, builtAt } from './policies.ts'

export const subjects = ['una', 'udo', 'uwe'] as const
export const actors = ['ann', 'amy', 'abe', 'ada', ...subjects] as const
/** Ann and Amy are one person with two accounts; Abe is Una. */
export const identities: Readonly<Record<string, string>> = { ann: 'E1', amy: 'E1', abe: 'E2', una: 'E2', udo: 'E3' }
/** Ada reports to Ann: neither reviews the evidence of what the other approved. */
export const managers: Readonly<Record<string, string>> = { ada: 'ann' }
export const roles = ['approver', 'evidence-reviewer', 'reviewer', 'revoker', 'desk'] as const

/** One of them mostly, so that a case comes to something. */
const subject = fc.constantFrom('una' as const, 'una' as const, 'una' as const, ...subjects)
const by = fc.constantFrom(...actors)
const isYes = fc.boolean()
const mostlyYes = fc.nat(4).map((number) => number > 0)
/** Of realm 0 mostly: the account of the same name in another realm is somebody else. */
const realm = fc.nat(9).map((number): 0 | 1 => (number === 9 ? 1 : 0))
const browser = fc.nat(7).map((number): 0 | 1 => (number === 7 ? 1 : 0))

/** One act of anybody, at the newest case of a subject. */
export const anyAct = fc.oneof(
  // What comes next in the life of a case, so that most sequences come somewhere.
  { weight: 60, arbitrary: fc.record({ kind: fc.constant('go_on' as const), subject, by }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('begin' as const), subject, browser, isElsewhere: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('poll' as const), subject, browser }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('submit' as const), subject, browser, isRight: mostlyYes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), subject, browser }) },
  { weight: 14, arbitrary: fc.record({ kind: fc.constant('approve' as const), subject, by, realm }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deny' as const), subject, by, realm }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('give' as const), subject, by }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('review_evidence' as const), subject, by, isYes: mostlyYes }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('record_verbal' as const), subject, by, named: by }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('confirm' as const), subject, by, isYes: mostlyYes }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('ratify' as const), subject, by, isYes: mostlyYes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), subject, by, realm }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('dispute' as const), subject }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('review' as const), subject, by }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('enter' as const), subject, browser }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.constantFrom<number>(1, 1, 1, 30, 61, 299, 901, 1801, 3601, 90_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('run_jobs' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('enable' as const), by, isYes }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('role' as const), by, role: fc.constantFrom(...roles), isYes }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('group' as const), by, isYes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose_identity' as const), by }) },
)
export type AnyAct = typeof anyAct extends fc.Arbitrary<infer Act> ? Act : never

const far = builtAt + 100 * 365 * 86_400_000
const group = fc.constantFrom('/leads', '/analysts', '/leads/night')

/** Policies that ask people: one or two groups, an evidence review or none, spoken approvals, broken glass. */
export const anyPeoplePolicy: fc.Arbitrary<Policy> = fc
  .record({
    name: fc.constantFrom('standard' as const, 'standard' as const, 'break-glass' as const),
    approvals: fc.array(fc.record({ group, count: fc.integer({ min: 1, max: 2 }) }), { minLength: 1, maxLength: 2 }),
    minimumBand: fc.constantFrom('approval' as const, 'approval' as const, 'review' as const),
    hasEvidence: fc.nat(3).map((number) => number === 3),
    verbalSeconds: fc.constantFrom(0, 60, 900),
    ratifySeconds: fc.constantFrom(0, 0, 600),
    sessionSeconds: fc.constantFrom(60, 3600),
    samplePercent: fc.constantFrom(0, 100),
  })
  .map(({ hasEvidence, verbalSeconds, ratifySeconds, sessionSeconds, samplePercent, ...profile }) =>
    peoplePolicy(
      {
        ...profile,
        reviewBy: far,
        review: { samplePercent, withinSeconds: 86_400 },
        limits: buildLimits({ casesPerDay: 50, grantsPerWeek: 50, sessionSeconds }),
        ...(hasEvidence ? { evidence: 'reason' } : {}),
        ...(verbalSeconds === 0 ? {} : { verbal: { withinSeconds: verbalSeconds } }),
        ...(ratifySeconds === 0 ? {} : { ratification: { group: '/leads', withinSeconds: ratifySeconds } }),
      },
      {
        reviewBy: far,
        paths: [buildPath('totp', { reviewBy: far })],
        evidence: { reason: [{ id: 'reason', kind: 'text', required: true, why: 'What happened.' }] },
      },
    ),
  )
