import type { PolicyVersion, Proposal, StoredDecision } from '../../../bridge/app/policy/policy-ports.ts'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { asId, type CaseId } from '../../../bridge/domain/ids.ts'
import type { Decision } from '../../../bridge/domain/policy/decision.ts'
import type { Facts } from '../../../bridge/domain/policy/facts.ts'
import type { OpenStore } from '../../support/each-engine.ts'
import { at, demo, freshCase, once } from './fixtures.ts'

/** A version whose text is its name; give what differs. */
export const freshVersion = (name: string, differs: Partial<PolicyVersion> = {}): PolicyVersion => ({
  realm: demo,
  digest: sha256(name),
  name,
  revision: 1,
  engine: 1,
  text: name,
  addedAt: at,
  addedBy: 'user:ada',
  ...differs,
})

/** Keeps versions of these names and gives their digests. */
export const addVersions = async (store: OpenStore, ...names: string[]): Promise<string[]> => {
  for (const name of names) await once(store, (tx) => tx.policies.addVersion(freshVersion(name)))
  return names.map((name) => sha256(name))
}

/** A proposal of a version; give what differs. */
export const freshProposal = (digest: string, differs: Partial<Proposal> = {}): Proposal => ({
  realm: demo,
  digest,
  by: 'user:ada',
  byName: 'ada',
  at,
  reason: 'the new office has other addresses',
  expiresAt: undefined,
  against: undefined,
  ...differs,
})

/** Facts of an ordinary login, with every kind of value; give what differs. */
export const freshFacts = (differs: Partial<Facts> = {}): Facts => ({
  at,
  realm: 'demo',
  client: 'app',
  available: [{ check: 'bridge-totp', createdAt: at - 1 }],
  account: { lockedUntil: null, failuresSinceSuccess: 0, casesInLastDay: 0, grantsInLastWeek: 0 },
  requiredLevel: 0,
  requestedLevel: 0,
  groups: ['/quotes " and \u{1f600}'],
  owners: { 'policy-owner': 'enabled' },
  ...differs,
})

export const denied: Decision = { engine: 1, outcome: 'deny', reason: 'no_path_available', assessment: null }

/** Opens a case and stores its decision; give what differs. */
export const decided = async (store: OpenStore, id: string, differs: Partial<StoredDecision> = {}): Promise<CaseId> => {
  const fresh = freshCase({
    id: asId(id),
    user: asId(`user-${id}`),
    ...(differs.realm ? { realm: differs.realm } : {}),
  })
  await once(store, async (tx) => {
    await tx.cases.insert(fresh)
    await tx.decisions.insert({
      realm: demo,
      case: fresh.id,
      at,
      policyDigest: 'a'.repeat(64),
      facts: freshFacts(),
      decision: denied,
      ...differs,
    })
  })
  return fresh.id
}
