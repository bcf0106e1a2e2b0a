import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approverFiguresOf } from '../../../bridge/domain/approval/approver-figures.ts'
import { hastyMs } from '../../../bridge/domain/approval/think-time.ts'
import { asId, type UserId } from '../../../bridge/domain/ids.ts'

const decided = (person: string, verdict: 'approve' | 'deny', afterMs: number, identity?: string) => ({
  person: asId<UserId>(person),
  name: person,
  identity,
  verdict,
  askedAt: 1_000_000,
  at: 1_000_000 + afterMs,
})

test('S07 R58: how often somebody says yes, how long they look, and how often no longer than a glance', () => {
  const figures = approverFiguresOf([
    decided('lea', 'approve', 1_000),
    decided('tom', 'deny', 60_000),
    decided('lea', 'approve', 1_000 + hastyMs),
    decided('lea', 'approve', 30_000),
  ])
  assert.deepEqual(figures, [
    { person: 'lea', name: 'lea', approved: 3, denied: 0, medianSeconds: 6, hasty: 1 },
    { person: 'tom', name: 'tom', approved: 0, denied: 1, medianSeconds: 60, hasty: 0 },
  ])
  assert.deepEqual(approverFiguresOf([]), [])
})

test('S07 C04: whoever decides by two accounts in turn has no time to read between them', () => {
  const inTurn = (identity?: string) => [
    decided('lea', 'approve', 60_000, identity),
    decided('lea-admin', 'approve', 63_000, identity),
    decided('lea', 'approve', 66_000, identity),
  ]
  const hastyIn = (decisions: ReturnType<typeof inTurn>) =>
    approverFiguresOf(decisions).map(({ person, hasty }) => [person, hasty])
  assert.deepEqual(hastyIn(inTurn('E1')), [
    ['lea', 1],
    ['lea-admin', 1],
  ])
  assert.deepEqual(hastyIn(inTurn()), [
    ['lea', 0],
    ['lea-admin', 0],
  ])
})
