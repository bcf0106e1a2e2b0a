import type { Act } from '../../bridge/domain/policy/ceilings.ts'
import type { AuthorityLine, Policy, Profile } from '../../bridge/domain/policy/policy.ts'
import { buildLimits, buildPolicy, buildProfile, pathId } from './policies.ts'

const line = (role: string, ...acts: Act[]): AuthorityLine => ({
  role,
  acts,
  profiles: ['standard', 'break-glass'],
  tiers: ['standard', 'privileged'],
})

/** A role for each act, so that a test gives away exactly what it means to. */
export const lines: readonly AuthorityLine[] = [
  line('approver', 'approve'),
  line('evidence-reviewer', 'review-evidence'),
  line('reviewer', 'review'),
  line('revoker', 'revoke'),
  line('declarer', 'declare'),
  line('desk', 'open-for-another'),
]

/** A policy under which every fallback asks people; give what differs of its one profile. */
export const peoplePolicy = (profile: Partial<Profile> = {}, differs: Partial<Policy> = {}): Policy => {
  const name = profile.name ?? 'standard'
  return buildPolicy({
    rules: [{ name: 'everybody', when: { always: true }, profile: name }],
    profiles: [
      buildProfile({
        minimumBand: 'approval',
        paths: [pathId('totp')],
        approvals: [{ group: '/leads', count: 1 }],
        review: { samplePercent: 0, withinSeconds: 86_400 },
        limits: buildLimits({ casesPerDay: 50, grantsPerWeek: 50 }),
        ...profile,
      }),
    ],
    authority: lines,
    ...differs,
  })
}
