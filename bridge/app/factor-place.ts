import type { Factor } from './ports.ts'

/** Where a factor's secret is kept; the associated data of its encryption, so that a moved box never opens (D01). */
export const factorPlace = ({ realm, user, handle }: Pick<Factor, 'realm' | 'user' | 'handle'>): readonly string[] => [
  'factor',
  realm,
  user,
  handle,
  'totp-secret',
]
