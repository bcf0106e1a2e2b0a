import { privilegedShare } from './ceilings.ts'
import { type DocumentProblem, problemIf } from './document-problem.ts'
import type { Limits, Policy, Profile } from './policy.ts'

/** Numbers of a profile that contradict each other, and what privileged people may not have. */
export const checkLimits = (policy: Policy): readonly DocumentProblem[] => [
  ...policy.profiles.flatMap((profile) => [...checkNumbers(profile), ...checkDegrade(profile)]),
  ...checkPrivileged(policy),
  ...checkBands(policy),
]

const checkNumbers = ({ name, limits }: Profile): readonly DocumentProblem[] => {
  const { attempts, consecutiveFailures, failuresUntilRebind, casesPerDay, grantsPerWeek, sessionSeconds } = limits
  const contradiction = (applies: boolean, member: keyof Limits, sentence: string): readonly DocumentProblem[] =>
    problemIf(applies, ['profiles', name, 'limits', member], 'limits_contradict', sentence)
  return [
    ...contradiction(
      attempts > consecutiveFailures,
      'attempts',
      `must be at most consecutiveFailures, ${consecutiveFailures}: the lock comes first.`,
    ),
    ...contradiction(
      consecutiveFailures >= failuresUntilRebind,
      'consecutiveFailures',
      `must be less than failuresUntilRebind, ${failuresUntilRebind}: no lock would ever come.`,
    ),
    ...contradiction(
      limits.grantSeconds > sessionSeconds,
      'grantSeconds',
      `must be at most sessionSeconds, ${sessionSeconds}.`,
    ),
    ...contradiction(
      grantsPerWeek > casesPerDay * 7,
      'grantsPerWeek',
      `must be at most seven times casesPerDay, ${casesPerDay * 7}: each grant needs a case.`,
    ),
  ]
}

const checkDegrade = ({ name, degrade, limits }: Profile): readonly DocumentProblem[] =>
  problemIf(
    degrade !== undefined && degrade.sessionSeconds >= limits.sessionSeconds,
    ['profiles', name, 'degrade', 'sessionSeconds'],
    'limits_contradict',
    `must be less than limits.sessionSeconds, ${limits.sessionSeconds}: a degraded session is a shorter one.`,
  )

const checkPrivileged = (policy: Policy): readonly DocumentProblem[] => {
  const standard = policy.profiles.find(({ name }) => name === 'standard')
  const privileged = policy.profiles.find(({ name }) => name === 'privileged')
  if (privileged === undefined) return []
  const halved = (['grantSeconds', 'sessionSeconds'] as const).flatMap((member) => {
    const most = Math.floor((standard?.limits[member] ?? 0) * privilegedShare)
    return problemIf(
      standard !== undefined && privileged.limits[member] > most,
      ['profiles', 'privileged', 'limits', member],
      'privileged_too_wide',
      `must be at most ${most}, half of what the standard profile gives (R48).`,
    )
  })
  return [
    ...halved,
    ...problemIf(
      privileged.minimumBand === 'self-service',
      ['profiles', 'privileged', 'minimumBand'],
      'privileged_self_service',
      'must be approval, review or closed: privileged people never help themselves (R49).',
    ),
  ]
}

const checkBands = ({ risk: { bands } }: Policy): readonly DocumentProblem[] => [
  ...problemIf(
    bands.review <= bands.approval,
    ['risk', 'bands', 'review'],
    'bands_not_ascending',
    `must be more than bands.approval, ${bands.approval}.`,
  ),
  ...problemIf(
    bands.closed <= bands.review,
    ['risk', 'bands', 'closed'],
    'bands_not_ascending',
    `must be more than bands.review, ${bands.review}.`,
  ),
]
