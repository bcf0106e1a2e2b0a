import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { canonicalJson } from '../../../bridge/domain/canonical-json.ts'
import { chainEntry, type HistoryEntry, noPrevious, verifyChain } from '../../../bridge/domain/history.ts'
import { asId } from '../../../bridge/domain/ids.ts'

const chain = (length: number): HistoryEntry[] => {
  const entries: HistoryEntry[] = []
  for (let seq = 1; seq <= length; seq += 1) {
    entries.push(
      chainEntry(sha256, {
        realm: asId('demo'),
        case: asId('fb-1'),
        seq,
        at: 1_000 + seq,
        event: seq === 1 ? 'open' : 'refuse_code',
        state: 'awaiting_factor',
        actor: 'user:ada',
        facts: { attempt: seq },
        previous: entries.at(-1)?.hash ?? noPrevious,
      }),
    )
  }
  return entries
}

describe('canonical JSON', () => {
  test('RFC 8785 3.2.3: members are sorted by UTF-16 code units, at every depth, without white space', () => {
    const value = {
      '\u20ac': 1,
      '\r': 2,
      '1': { b: [true, null], a: 'x' },
      '\u0080': 4,
      '\ud83d\ude00': 5,
      '\ufb33': 6,
    }
    assert.equal(
      canonicalJson(value),
      '{"\\r":2,"1":{"a":"x","b":[true,null]},"\u0080":4,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":6}',
    )
  })

  test('numbers that are not safe integers, and broken surrogates, have no canonical text', () => {
    for (const value of [0.5, Number.NaN, 2 ** 53]) assert.throws(() => canonicalJson(value), RangeError)
    assert.throws(() => canonicalJson('\ud800'), TypeError)
    assert.equal(canonicalJson(-0), '0')
  })

  test('the order in which members were written does not matter', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.integer()), (members) => {
        const reversed = Object.fromEntries(Object.entries(members).reverse())
        assert.equal(canonicalJson(members), canonicalJson(reversed))
      }),
    )
  })
})

describe('the history of a case', () => {
  test('I8: an untouched chain verifies', () => {
    assert.equal(verifyChain(sha256, chain(9)), undefined)
    assert.equal(verifyChain(sha256, []), undefined)
  })

  test('I8: an edit of any member of any entry is found', () => {
    const edits: Partial<HistoryEntry>[] = [
      { at: 1 },
      { event: 'grant' },
      { state: 'granted' },
      { actor: 'user:eve' },
      { facts: { attempt: 0 } },
      { realm: asId('other') },
      { case: asId('fb-2') },
    ]
    for (const edit of edits) {
      for (const index of [0, 3, 8]) {
        const entries = chain(9).map((entry, at) => (at === index ? { ...entry, ...edit } : entry))
        assert.notEqual(verifyChain(sha256, entries), undefined, JSON.stringify(edit))
      }
    }
  })

  test('I8: removing, doubling or exchanging entries is found, also where later hashes were made anew', () => {
    const entries = chain(6)
    assert.notEqual(verifyChain(sha256, entries.toSpliced(2, 1)), undefined)
    assert.notEqual(verifyChain(sha256, entries.toSpliced(2, 0, entries[2] as HistoryEntry)), undefined)
    assert.notEqual(verifyChain(sha256, [entries[1], entries[0], ...entries.slice(2)] as HistoryEntry[]), undefined)
    const rehashed = entries.map((entry, at) =>
      at === 2 ? chainEntry(sha256, { ...entry, actor: 'user:eve' }) : entry,
    )
    assert.deepEqual(verifyChain(sha256, rehashed), { seq: 4, fault: 'previous' })
  })
})
