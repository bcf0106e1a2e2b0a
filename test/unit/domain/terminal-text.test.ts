import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { terminalJson, terminalLines, terminalText } from '../../../bridge/domain/terminal-text.ts'

const harmful = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

describe('a text from outside on a terminal', () => {
  test('C02: is one line in which nothing moves, hides or turns around; letters of every script stay', () => {
    assert.equal(terminalText('Ádám Ωμέγα 名前 ✓ 👍'), 'Ádám Ωμέγα 名前 ✓ 👍')
    assert.equal(terminalText('a\u202eb\n\u0007\u{e0041}'), 'a<U+202E>b<U+000A><U+0007><U+E0041>')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(terminalText(text), harmful)
      }),
    )
  })

  test('a text of several lines cannot leave its margin', () => {
    assert.equal(terminalLines('a\r\nb\u2028c\td', '  | '), '  | a\n  | b<U+2028>c    d')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.ok(
          terminalLines(text, '| ')
            .split('\n')
            .every((line) => line.startsWith('| ') && !harmful.test(line)),
        )
      }),
    )
  })

  test('JSON says the same with escapes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const json = JSON.stringify({ value, text }, null, 2)
        assert.deepEqual(JSON.parse(terminalJson(json)), JSON.parse(json))
        assert.doesNotMatch(terminalJson(json).replaceAll('\n', ''), harmful)
      }),
    )
  })
})
