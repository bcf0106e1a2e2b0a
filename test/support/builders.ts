import { readFileSync } from 'node:fs'
import type { Binding } from '../../bridge/domain/case.ts'
import type { DecisionFacts } from '../../bridge/domain/decision.ts'
import { asId } from '../../bridge/domain/ids.ts'
import type { Policy } from '../../bridge/domain/policy.ts'
import { parsePolicy } from '../../bridge/policy/parse-policy.ts'

/** A login; give what differs. */
export const binding = (differs: Partial<Binding> = {}): Binding => ({
  realm: asId('demo'),
  user: asId('user-ada'),
  session: 'session-1',
  tab: 'tab-1',
  client: 'app',
  execution: 'step-1',
  ...differs,
})

/** The policy this product ships. */
export const standardPolicy = (): Policy => {
  const parsed = parsePolicy(readFileSync(new URL('../../bridge/policy/standard.yaml', import.meta.url), 'utf8'))
  if ('problems' in parsed) throw new Error(parsed.problems.join('; '))
  return parsed.policy
}

/** Facts under which the standard policy offers the bridge's TOTP; give what differs. */
export const decisionFacts = (differs: Partial<DecisionFacts> = {}): DecisionFacts => ({
  at: 1_700_000_000_000,
  failure: {
    class: 'cancelled_or_timed_out',
    at: 1_699_999_999_000,
    count: 1,
    credentialType: 'webauthn',
    detail: '',
  },
  firstFactor: { kind: 'password', at: 1_699_999_990_000 },
  availableChecks: ['bridge-totp'],
  account: { lockedUntil: undefined, failuresSinceSuccess: 0, casesInLastDay: 0 },
  ...differs,
})
