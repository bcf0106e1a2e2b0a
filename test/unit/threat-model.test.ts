import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { citingTests, describeThreats } from '../threat-model/describe-threats.ts'
import { threats } from '../threat-model/threats.ts'

const rows = threats.flatMap((group) => group.rows)

describe('the threat model', () => {
  test('docs/threat-model.md is what the tests say; npm run docs writes it', () => {
    assert.equal(readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8'), describeThreats())
  })

  test('each row has a test that cites it, or says what is open', () => {
    const cited = new Set(citingTests().flatMap(({ ids }) => ids))
    const silent = rows.filter(({ id, open }) => open === undefined && !cited.has(id)).map(({ id }) => id)
    assert.deepEqual(silent, [])
  })

  test('each id that a test cites is a row', () => {
    const known = new Set(rows.map(({ id }) => id))
    assert.equal(known.size, rows.length)
    for (const { file, ids } of citingTests()) for (const id of ids) assert.ok(known.has(id), `${id} in ${file}`)
  })
})
