import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createIds } from '../../../bridge/crypto/ids.ts'
import { sha256 } from '../../../bridge/crypto/sha256.ts'
import { isSampled } from '../../../bridge/domain/review/sample.ts'

const ids = createIds(() => 1_800_000_000_000)

describe('the sample of reviews', () => {
  test('R25: none of nought, all of a hundred, and about as many as are asked for of the others', () => {
    const cases = Array.from({ length: 5000 }, () => ids.case())
    const share = (percent: number) => cases.filter((id) => isSampled(sha256, id, percent, 'review')).length / 50
    assert.equal(share(0), 0)
    assert.equal(share(100), 100)
    assert.ok(Math.abs(share(10) - 10) < 3)
    const both =
      cases.filter((id) => isSampled(sha256, id, 50, 'review') && isSampled(sha256, id, 50, 'blind')).length / 50
    assert.ok(Math.abs(both - 25) < 5, 'the blind sample does not follow the first')
  })

  test('R25: a case that is in a sample is in every larger one, and always', () => {
    for (let times = 0; times < 200; times += 1) {
      const id = ids.case()
      const within = [1, 10, 50, 99].map((percent) => isSampled(sha256, id, percent, 'review'))
      assert.deepEqual(within, [...within].sort())
      assert.equal(isSampled(sha256, id, 10, 'review'), within[1])
    }
  })
})
