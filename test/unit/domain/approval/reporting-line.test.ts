import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inDirectLine, type Reporting, whyKeptApart } from '../../../../bridge/domain/approval/reporting-line.ts'
import { type Part, parts } from '../../../../bridge/domain/approval/separation.ts'
import { asId } from '../../../../bridge/domain/ids.ts'

const person = (name: string, manager?: string): Reporting & { identity: undefined } => ({
  id: asId(`id-of-${name}`),
  name,
  manager,
  identity: undefined,
})

describe('reporting lines', () => {
  test('R41: two are in one direct line where one names the other, by id or by user name in any case', () => {
    const mona = person('mona')
    for (const name of ['mona', 'Mona', 'id-of-mona']) {
      assert.equal(inDirectLine(person('rita', name), mona), true, name)
      assert.equal(inDirectLine(mona, person('rita', name)), true, name)
    }
    // An id is no name that somebody typed.
    for (const name of ['ID-OF-MONA', 'mon', 'monamona', undefined]) {
      assert.equal(inDirectLine(person('rita', name), mona), false, String(name))
    }
  })

  test('R41: two reports of one manager, and a manager’s manager, are in no direct line; of whom nothing is known neither', () => {
    assert.equal(inDirectLine(person('rita', 'mona'), person('ray', 'mona')), false)
    assert.equal(inDirectLine(person('rita', 'mona'), person('chief')), false)
    assert.equal(inDirectLine(person('rita'), person('ray')), false)
  })

  test('R41: the line keeps apart who approves and who reviews the evidence, and no other parts', () => {
    const rita = person('rita', 'mona')
    const kept = parts.flatMap((part) =>
      parts.flatMap((had): [Part, Part][] =>
        whyKeptApart(rita, part, [{ ...person('mona'), part: had }]) === undefined ? [] : [[part, had]],
      ),
    )
    assert.deepEqual(kept, [
      ['approver', 'evidence_reviewer'],
      ['verbal_approver', 'evidence_reviewer'],
      ['evidence_reviewer', 'approver'],
      ['evidence_reviewer', 'verbal_approver'],
    ])
  })

  test('I4: another part of one’s own is told first', () => {
    const rita = person('rita', 'mona')
    const taken = [
      { ...person('mona'), part: 'approver' as const },
      { ...rita, part: 'approver' as const },
    ]
    assert.equal(whyKeptApart(rita, 'evidence_reviewer', taken), 'approver')
    assert.equal(whyKeptApart(rita, 'evidence_reviewer', taken.slice(0, 1)), 'reporting_line')
  })
})
