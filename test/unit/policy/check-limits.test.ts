import { describe, test } from 'node:test'
import { type Change, type Refusal, refuses } from './standard-document.ts'

const limit = (why: string, change: Change, mark: string, sentence: RegExp): Refusal => ({
  why,
  changes: [change],
  code: 'limits_contradict',
  mark,
  sentence,
})
const privilegedSession = 'sessionSeconds: 3600 # 60'

const numbers: readonly Refusal[] = [
  limit(
    'more wrong codes in a case than until the lock',
    ['consecutiveFailures: 5', 'consecutiveFailures: 2'],
    'attempts: 3',
    /attempts must be at most consecutiveFailures, 2/,
  ),
  limit(
    'a lock that never comes',
    ['failuresUntilRebind: 50', 'failuresUntilRebind: 5'],
    'consecutiveFailures: 5',
    /must be less than failuresUntilRebind, 5/,
  ),
  limit(
    'a session that ends before its grant',
    [privilegedSession, 'sessionSeconds: 59 # 60'],
    'grantSeconds: 60',
    /must be at most sessionSeconds, 59/,
  ),
  limit(
    'more grants than cases',
    ['casesPerDay: 5\n      grantsPerWeek: 1', 'casesPerDay: 1\n      grantsPerWeek: 8'],
    'grantsPerWeek: 8',
    /must be at most seven times casesPerDay, 7/,
  ),
  limit(
    'a degraded session that is not shorter',
    ['sessionSeconds: 3600\n', 'sessionSeconds: 28800\n'],
    'sessionSeconds: 28800\n',
    /^profiles\.standard\.degrade\.sessionSeconds must be less than limits\.sessionSeconds, 28800/,
  ),
  {
    why: 'R48 I10: a privileged grant over half of standard’s',
    changes: [['grantSeconds: 60', 'grantSeconds: 61']],
    code: 'privileged_too_wide',
    mark: 'grantSeconds: 61',
    sentence: /must be at most 60, half of what the standard profile gives/,
  },
  {
    why: 'R48 I10: a privileged session over half of standard’s',
    changes: [[privilegedSession, 'sessionSeconds: 14401 # 60']],
    code: 'privileged_too_wide',
    mark: 'sessionSeconds: 14401',
    sentence: /must be at most 14400/,
  },
  {
    why: 'R49: privileged people who help themselves',
    changes: [['minimumBand: approval', 'minimumBand: self-service']],
    code: 'privileged_self_service',
    mark: 'minimumBand: self-service # no',
    sentence: /privileged people never help themselves/,
  },
  {
    why: 'bands that do not ascend',
    changes: [['review: 50', 'review: 25']],
    code: 'bands_not_ascending',
    mark: '  bands:',
    sentence: /^risk\.bands\.review must be more than bands\.approval, 25/,
  },
  {
    why: 'a last band that does not ascend',
    changes: [['closed: 75', 'closed: 50']],
    code: 'bands_not_ascending',
    mark: '  bands:',
    sentence: /^risk\.bands\.closed must be more than bands\.review, 50/,
  },
]

describe('a policy whose numbers contradict each other is refused', () => {
  for (const refusal of numbers) test(refusal.why, () => refuses(refusal))
})
