import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { caseEvents, caseStates, isOpen, isWaiting, nextState, sameBinding } from '../../../bridge/domain/case.ts'
import { binding } from '../../support/builders.ts'

describe('the life of a case', () => {
  test('K07: any sequence of events ends granted only by a grant while a factor was awaited', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...caseEvents), { maxLength: 30 }), (events) => {
        let state: (typeof caseStates)[number] = 'opened'
        for (const event of events) {
          const next = nextState(state, event)
          if (next === undefined) continue
          if (next === 'granted' && state !== next) assert.deepEqual([state, event], ['awaiting_factor', 'grant'])
          if (next === 'in_use' && state !== next) assert.deepEqual([state, event], ['granted', 'use'])
          if (next === 'awaiting_factor' && isWaiting(state)) assert.equal(event, 'clear')
          state = next
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('K07 R52: what is over stays over; only its review, its evidence and its dispute go on', () => {
    const after = {
      ended: ['ended', 'review_due', 'unratified'],
      review_due: ['review_due', 'closed', 'unratified'],
      closed: ['closed', 'unratified'],
      denied: ['denied'],
      revoked: ['revoked'],
      unratified: ['unratified'],
      cancelled: ['cancelled'],
      expired: ['expired'],
      superseded: ['superseded'],
    } as const
    for (const state of caseStates.filter((one): one is keyof typeof after => one in after)) {
      const followers = new Set(caseEvents.flatMap((event) => nextState(state, event) ?? []))
      assert.deepEqual([...followers].sort(), [...after[state]].sort(), state)
      assert.equal(isOpen(state), false)
    }
  })

  test('R52 I11: a grant and a session can be taken back at any time, and nothing leads back to them', () => {
    for (const state of ['granted', 'in_use'] as const) {
      assert.equal(nextState(state, 'revoke'), 'revoked')
      assert.equal(nextState(state, 'unratify'), 'unratified')
      assert.equal(nextState(state, 'dispute'), 'revoked')
    }
  })

  test('E6: only a case whose evidence is reviewed is asked about anew, and from there it goes the same way again', () => {
    const from = caseStates.filter((state) => nextState(state, 'reopen') !== undefined)
    assert.deepEqual(from, ['awaiting_evidence_review'])
    assert.equal(nextState('awaiting_evidence_review', 'reopen'), 'awaiting_approval')
  })

  test('every state can be reached from the first', () => {
    const reached = new Set<string>(['opened'])
    for (const _round of caseStates) {
      for (const state of caseStates) {
        if (!reached.has(state)) continue
        for (const event of caseEvents) reached.add(nextState(state, event) ?? state)
      }
    }
    assert.deepEqual([...reached].sort(), [...caseStates].sort())
  })

  test('I1 B05 B06: a login that differs in any one member is another login', () => {
    const login = binding()
    assert.equal(sameBinding(login, { ...login }), true)
    for (const member of Object.keys(login)) {
      assert.equal(sameBinding(login, { ...login, [member]: 'another' }), false, member)
    }
  })
})
