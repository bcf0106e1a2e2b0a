import { type CanonicalValue, canonicalJson } from '../canonical-json.ts'
import { noPrevious, type Sha256 } from '../history.ts'
import type { Instant, RealmName } from '../ids.ts'

/** What can happen to a realm's policy; each is one row of its append-only, hash-chained history. */
export const policyEvents = [
  'draft_added',
  'proposed',
  'proposal_withdrawn',
  'activated',
  'deactivated',
  'switched_off',
  'switched_on',
] as const
export type PolicyEvent = (typeof policyEvents)[number]

/** One change of a realm's policy, before it is chained. */
export type PolicyRecord = {
  realm: RealmName
  at: Instant
  event: PolicyEvent
  digest: string | undefined
  /** Who did it: `user:<id>`, or `installation`. */
  actor: string
  /** Ids, codes of this product, numbers, and of the people who acted their names and the reason they gave. */
  facts: Readonly<Record<string, string | number | boolean | null | readonly string[]>>
}

/** One row of the history; `seq` is 1 for a realm's first, `previous` the hash before, 64 zeros for the first. */
export type PolicyHistoryEntry = PolicyRecord & { seq: number; previous: string; hash: string }

/** Domain separation, so that no entry's hash is ever that of a case's history. */
const prefix = 'fallback-bridge/policy-history/v1\n'

/** Chains an entry: its hash covers every member, the previous hash among them. */
export const chainPolicyEntry = (sha256: Sha256, entry: Omit<PolicyHistoryEntry, 'hash'>): PolicyHistoryEntry => {
  const { realm, seq, at, event, digest, actor, facts, previous } = entry
  const body: CanonicalValue = { realm, seq, at, event, digest: digest ?? null, actor, facts, previous }
  return { realm, seq, at, event, digest, actor, facts, previous, hash: sha256(prefix + canonicalJson(body)) }
}

/** What is wrong with a realm's chain, at which entry. */
export type PolicyChainFault = { seq: number; fault: 'sequence' | 'previous' | 'hash' | 'realm' }

/**
 * Checks a realm's whole policy history, given in order; undefined where nothing is wrong. Finds every edit, removal,
 * insertion and exchange except a cut tail, which only an anchor outside can show.
 */
export const verifyPolicyChain = (
  sha256: Sha256,
  entries: readonly PolicyHistoryEntry[],
): PolicyChainFault | undefined => {
  let previous = noPrevious
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1) return { seq: index + 1, fault: 'sequence' }
    if (entry.realm !== entries[0]?.realm) return { seq: entry.seq, fault: 'realm' }
    if (entry.previous !== previous) return { seq: entry.seq, fault: 'previous' }
    if (chainPolicyEntry(sha256, entry).hash !== entry.hash) return { seq: entry.seq, fault: 'hash' }
    previous = entry.hash
  }
  return undefined
}
