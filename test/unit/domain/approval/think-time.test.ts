import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hastyMs, hastyOf, medianSecondsOf, type TimedDecision } from '../../../../bridge/domain/approval/think-time.ts'
import { asId } from '../../../../bridge/domain/ids.ts'

const decided = (person: string, askedAt: number, at: number): TimedDecision => ({
  person: asId(person),
  name: person,
  identity: undefined,
  verdict: 'approve',
  askedAt,
  at,
})

const asItIs = (account: string) => account

describe('how long somebody looked, at most', () => {
  test('R58: the median is the lower one of two, from the request on, and of nothing there is none', () => {
    const took = (...seconds: number[]) => medianSecondsOf(seconds.map((one) => decided('lea', 0, one * 1_000)))
    assert.equal(took(9, 1, 5), 5)
    assert.equal(took(9, 1, 5, 7), 5)
    assert.equal(medianSecondsOf([decided('lea', 10, 0)]), 0, 'a clock that was set back')
    assert.equal(took(), undefined)
  })

  test('S07: a decision is hasty up to five seconds after the request', () => {
    const inTime = decided('lea', 0, hastyMs)
    const hasty = decided('tom', 0, hastyMs - 1)
    assert.deepEqual([...hastyOf([hasty, inTime], asItIs)], [hasty])
  })

  test('S07: a queue worked off at a decision a second is hasty, however long each case has waited', () => {
    const first = decided('lea', 0, 3_600_000)
    const second = decided('lea', 0, 3_601_000)
    const third = decided('lea', 0, 3_601_000 + hastyMs)
    const byOther = decided('tom', 0, 3_601_500)
    assert.deepEqual([...hastyOf([first, second, byOther, third], asItIs)], [second])
  })

  test('S07 C04: a queue that somebody works off by two accounts in turn is hasty all the same', () => {
    const queue = [0, 3_000, 6_000, 9_000].map((after, number) =>
      decided(number % 2 === 0 ? 'lea' : 'lea-admin', 0, 3_600_000 + after),
    )
    assert.deepEqual([...hastyOf(queue, asItIs)], [])
    assert.deepEqual([...hastyOf(queue, () => 'lea')], queue.slice(1))
  })
})
