import type { RealmName } from '../../domain/ids.ts'
import type { Transaction } from '../ports.ts'
import type { ActivePolicy, PolicyRecord } from './policy-ports.ts'

/** An activation as its row of the history tells it. */
export type ActivationRecord = {
  realm: RealmName
  active: ActivePolicy
  /** Digest of what was in force before. */
  before: string | undefined
  actor: string
  /** Who acted, who proposed, and why. */
  facts: PolicyRecord['facts']
}

/**
 * Makes a policy the active one and writes that down, in the caller's transaction.
 * @throws BridgeError case_conflict where another one came into force meanwhile
 */
export const writeActivation = async (tx: Transaction, record: ActivationRecord): Promise<void> => {
  const { realm, active, before, actor } = record
  await tx.policies.activate(realm, active, before)
  await tx.policyHistory.append({
    realm,
    at: active.since,
    event: 'activated',
    digest: active.digest,
    actor,
    facts: {
      ...record.facts,
      before: before ?? null,
      after: active.digest,
      expiresAt: active.expiresAt ?? null,
      fallsBackTo: active.fallsBackTo ?? null,
    },
  })
}
