import type { Act } from '../../bridge/domain/policy/ceilings.ts'
import type { AuthorityLine, Policy, Profile } from '../../bridge/domain/policy/policy.ts'
import { demoPolicy } from './builders.ts'

/** Groups that must approve, and the one that ratifies. */
export const leads = '/service-desk-leads'
export const analysts = '/security-analysts'
export const watch = '/duty-officers'

const line = (role: string, acts: readonly Act[], subjects?: readonly string[]): AuthorityLine => ({
  role,
  acts,
  profiles: ['standard', 'privileged', 'break-glass'],
  tiers: ['standard', 'privileged'],
  ...(subjects === undefined ? {} : { subjects }),
})

/** One role for each act, named after it; `subjects` limits them all to members of these groups. */
export const authorityOfActs = (subjects?: readonly string[]): readonly AuthorityLine[] =>
  (['approve', 'review-evidence', 'review', 'revoke', 'declare', 'open-for-another', 'audit'] as const).map((act) =>
    line(`may-${act}`, [act], subjects),
  )

/** The demo's policy, under which every fallback waits for a lead and an analyst, with evidence and nothing spoken; give what differs. */
export const peoplePolicy = (differs: Partial<Profile> = {}, more: Partial<Policy> = {}): Policy => {
  const demo = demoPolicy()
  return {
    ...demo,
    profiles: demo.profiles.map(({ verbal, ...profile }) =>
      profile.name === 'standard'
        ? {
            ...profile,
            minimumBand: 'approval',
            approvals: [
              { group: leads, count: 1 },
              { group: analysts, count: 1 },
            ],
            evidence: 'incident',
            approvalSeconds: 1800,
            ...differs,
          }
        : { ...profile, ...(verbal === undefined ? {} : { verbal }) },
    ),
    evidence: {
      ...demo.evidence,
      incident: [
        { id: 'what-happened', kind: 'text', required: true, why: 'So that a reviewer can follow.' },
        { id: 'ticket', kind: 'reference', required: false, why: 'Where more is said.' },
        { id: 'badge', kind: 'attachment', required: false, why: 'Who it was.' },
      ],
    },
    authority: authorityOfActs(),
    ...more,
  }
}
