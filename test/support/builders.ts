import { readFileSync } from 'node:fs'
import type { FindPolicy } from '../../bridge/app/policy/find-policy.ts'
import type { OwnerState } from '../../bridge/app/policy/policy-ports.ts'
import type { Binding } from '../../bridge/domain/case.ts'
import { asId } from '../../bridge/domain/ids.ts'
import type { Policy } from '../../bridge/domain/policy/policy.ts'
import { readPolicy } from '../../bridge/policy/read-policy.ts'

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

/** The demo's policy: what most tests run under. */
export const demoPolicy = (): Policy => {
  const file = 'keycloak-config/demo/policy.yaml'
  const read = readPolicy(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), { file })
  if ('problems' in read) throw new Error(read.problems.map(({ at, sentence }) => `${at}: ${sentence}`).join('; '))
  return read.policy
}

/** A realm in which a policy is active, as the store would tell. */
export const withPolicy =
  (policy: Policy | undefined, switchedOff?: 'realm' | 'client'): FindPolicy =>
  async () => ({ policy, switchedOff })

/** The owners that the demo's policy names, enabled. */
export const enabledOwners: Readonly<Record<string, OwnerState>> = {
  'policy-owner': 'enabled',
  'policy-deputy': 'enabled',
}
