import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { chainEntry, noPrevious } from '../../../bridge/domain/history.ts'
import { asId } from '../../../bridge/domain/ids.ts'
import {
  chainPolicyEntry,
  type PolicyHistoryEntry,
  verifyPolicyChain,
} from '../../../bridge/domain/policy/policy-history.ts'

const chainOf = (length: number): PolicyHistoryEntry[] => {
  const entries: PolicyHistoryEntry[] = []
  for (let seq = 1; seq <= length; seq += 1) {
    const record = {
      realm: asId<PolicyHistoryEntry['realm']>('demo'),
      seq,
      at: 1_800_000_000_000 + seq,
      event: 'activated' as const,
      digest: seq === 1 ? undefined : 'a'.repeat(64),
      actor: 'user:ada',
      facts: { reason: 'a good reason', second: null },
      previous: entries.at(-1)?.hash ?? noPrevious,
    }
    entries.push(chainPolicyEntry(sha256, record))
  }
  return entries
}

test('I8: a whole chain, and an empty one, has no fault', () => {
  assert.equal(verifyPolicyChain(sha256, chainOf(4)), undefined)
  assert.equal(verifyPolicyChain(sha256, []), undefined)
})

test('I8: every member of an entry is under its hash', () => {
  const [first, second, third] = chainOf(3)
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  const changes: Partial<PolicyHistoryEntry>[] = [
    { at: 1 },
    { event: 'deactivated' },
    { digest: undefined },
    { digest: 'b'.repeat(64) },
    { actor: 'user:eve' },
    { facts: {} },
    { hash: 'c'.repeat(64) },
  ]
  for (const change of changes) {
    const chain: PolicyHistoryEntry[] = [first, { ...second, ...change }, third]
    assert.deepEqual(verifyPolicyChain(sha256, chain), { seq: 2, fault: 'hash' }, JSON.stringify(change))
  }
})

test('I8: an entry cut out, exchanged, of another realm, or chained anew is found', () => {
  const [first, second, third] = chainOf(3)
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  assert.equal(verifyPolicyChain(sha256, [first, third])?.fault, 'sequence')
  assert.equal(verifyPolicyChain(sha256, [second, third])?.fault, 'sequence')
  assert.equal(verifyPolicyChain(sha256, [first, { ...second, realm: asId('other') }])?.fault, 'realm')
  const forged = chainPolicyEntry(sha256, { ...second, actor: 'user:eve' })
  assert.deepEqual(verifyPolicyChain(sha256, [first, forged, third]), { seq: 3, fault: 'previous' })
})

test('I8: no entry of a policy has the hash of an entry of a case', () => {
  const [entry] = chainOf(1)
  assert.ok(entry !== undefined)
  const { hash: _hash, ...body } = entry
  const ofCase = chainEntry(sha256, { ...body, case: asId('fb-1'), event: 'open', state: 'opened' })
  assert.notEqual(ofCase.hash, entry.hash)
  let hashed = ''
  chainPolicyEntry((text) => {
    hashed = text
    return sha256(text)
  }, body)
  assert.match(hashed, /^fallback-bridge\/policy-history\/v1\n\{/)
})
