import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  isSamePerson,
  keptApart,
  type NaturalPerson,
  type Part,
  parts,
  whyNotApart,
} from '../../../../bridge/domain/approval/separation.ts'
import { asId } from '../../../../bridge/domain/ids.ts'

const person = (id: string, identity?: string): NaturalPerson => ({ id: asId(id), identity })

/** What a person must not have been who takes a part: what mission and threat model ask for, not read from the table. */
const wanted: Readonly<Record<Part, string>> = {
  subject: '',
  opener: 'subject',
  // A no needs nobody's leave, but whoever said it does not judge the case afterwards.
  denier: '',
  approver: 'subject opener approver recorder verbal_approver evidence_reviewer',
  recorder: 'subject approver verbal_approver evidence_reviewer',
  verbal_approver: 'subject opener approver recorder verbal_approver evidence_reviewer',
  evidence_giver: 'evidence_reviewer',
  evidence_reviewer: 'subject opener approver recorder verbal_approver evidence_giver evidence_reviewer',
  ratifier: 'subject opener approver recorder verbal_approver evidence_reviewer ratifier',
  reviewer: 'subject opener approver denier recorder verbal_approver evidence_reviewer ratifier reviewer',
}
const pairs = parts.flatMap((part) =>
  wanted[part]
    .split(' ')
    .flatMap((had) => (had === '' ? [] : [[part, parts.find((one) => one === had) ?? part] as const])),
)

describe('who is kept apart', () => {
  for (const [part, had] of pairs) {
    test(`I4: whoever was ${had} does not become ${part}, and only the table keeps them apart`, () => {
      const ann = person('ann')
      const taken = [{ ...ann, part: had }]
      assert.equal(whyNotApart(ann, part, taken), had)
      const twin = { ...keptApart, [part]: keptApart[part].filter((one) => one !== had) }
      assert.equal(whyNotApart(ann, part, taken, twin), undefined, 'a table without the pair would let them')
      assert.equal(whyNotApart(person('bob'), part, taken), undefined, 'somebody else may')
    })
  }

  test('I4: the table keeps apart exactly whom the product promises', () => {
    assert.equal(parts.flatMap((part) => keptApart[part]).length, pairs.length)
  })

  test('C04: two accounts of one identity are one person; an identity that nobody knows is nobody’s', () => {
    assert.ok(isSamePerson(person('ann'), person('ann', 'E1')))
    assert.ok(isSamePerson(person('ann', 'E1'), person('amy', 'E1')))
    assert.ok(!isSamePerson(person('ann', 'E1'), person('amy', 'E2')))
    assert.ok(!isSamePerson(person('ann'), person('amy')))
    assert.ok(!isSamePerson(person('ann', 'E1'), person('amy')))
  })
})
