import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseCode } from '../../../bridge/domain/parse-code.ts'

const variants: readonly unknown[] = [
  '',
  ' 123456',
  '123456 ',
  '123 456',
  '123456\n',
  '\t123456',
  '12345',
  '1234567',
  '１２３４５６',
  '١٢٣٤٥٦',
  '१२३४५६',
  '𝟏𝟐𝟑𝟒𝟓𝟔',
  '12345\u0000',
  '123456\u0000',
  '+23456',
  '-23456',
  '1e5000',
  '0x1234',
  '123.45',
  '123456\u200b',
  '\ufeff123456',
  123456,
  ['123456'],
  ['123456', '123456'],
  { code: '123456' },
  null,
  undefined,
  true,
]

test('B17: everything but six ASCII digits in one string is no code', () => {
  for (const variant of variants) assert.equal(parseCode(variant), undefined, JSON.stringify(variant))
})

test('B17: no two texts are the same code', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
      const code = parseCode(text)
      assert.ok(code === undefined || code === text)
    }),
  )
  assert.equal(parseCode('012345'), '012345')
})
