import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createIds } from '../../../bridge/crypto/ids.ts'

const ids = createIds(() => 1_800_000_000_000)

describe('what people compare and type', () => {
  test('C09: a match number is three digits, those that begin with noughts too, each as likely', () => {
    const seen = new Set(Array.from({ length: 20_000 }, () => ids.match()))
    for (const match of seen) assert.match(match, /^[0-9]{3}$/)
    assert.equal(seen.size, 1000)
  })

  test('E10: a dispute word is ten characters of Crockford’s base32, never the same twice', () => {
    const words = Array.from({ length: 2_000 }, () => ids.word())
    for (const word of words) assert.match(word, /^[0-9A-HJKMNP-TV-Z]{10}$/)
    assert.equal(new Set(words).size, words.length)
    assert.equal(new Set(words.join('')).size, 32)
  })
})
