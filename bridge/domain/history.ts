import { type CanonicalValue, canonicalJson } from './canonical-json.ts'
import type { CaseEvent, CaseState } from './case.ts'
import type { CaseId, Instant, RealmName } from './ids.ts'

/** SHA-256 of a UTF-8 text, as 64 lower-case hexadecimal digits. Passed in: the domain touches no platform. */
export type Sha256 = (text: string) => string

/**
 * One change of a case, before it is chained. `facts` holds ids, codes of this product and numbers, and of an approval in
 * person its place; no secrets.
 */
export type HistoryFacts = { readonly [name: string]: CanonicalValue }

/** One row of a case's append-only history. */
export type HistoryEntry = {
  realm: RealmName
  case: CaseId
  /** 1 for the first entry of a case. */
  seq: number
  at: Instant
  event: 'open' | CaseEvent
  state: CaseState
  /** Who caused it: `user:<id>` for the subject and for every person who acts, or `system`. */
  actor: string
  facts: HistoryFacts
  /** Hash of the entry before; 64 zeros for the first. */
  previous: string
  hash: string
}

export const noPrevious = '0'.repeat(64)

/** Domain separation, so that an entry's hash is never that of another kind of record (as RFC 6962 separates leaves). */
const prefix = 'fallback-bridge/case-history/v1\n'

/** Chains an entry: its hash covers every member, the previous hash among them. */
export const chainEntry = (sha256: Sha256, entry: Omit<HistoryEntry, 'hash'>): HistoryEntry => {
  const { realm, case: id, seq, at, event, state, actor, facts, previous } = entry
  const body = { realm, case: id, seq, at, event, state, actor, facts, previous }
  return { ...body, hash: sha256(prefix + canonicalJson(body)) }
}

/** What is wrong with a chain, at which entry; undefined where nothing is. */
export type ChainFault = { seq: number; fault: 'sequence' | 'previous' | 'hash' | 'case' }

/**
 * Checks one case's whole history, given in order. Finds every edit, removal, insertion and exchange except a cut
 * tail, which only an anchor outside can show.
 */
export const verifyChain = (sha256: Sha256, entries: readonly HistoryEntry[]): ChainFault | undefined => {
  let previous = noPrevious
  for (const [index, entry] of entries.entries()) {
    if (entry.seq !== index + 1) return { seq: index + 1, fault: 'sequence' }
    if (entry.case !== entries[0]?.case || entry.realm !== entries[0]?.realm) return { seq: entry.seq, fault: 'case' }
    if (entry.previous !== previous) return { seq: entry.seq, fault: 'previous' }
    const { hash, ...body } = entry
    if (chainEntry(sha256, body).hash !== hash) return { seq: entry.seq, fault: 'hash' }
    previous = hash
  }
  return undefined
}
