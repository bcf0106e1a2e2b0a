import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { caseEvents, caseStates, isOpen, nextState, sameBinding } from '../../../bridge/domain/case.ts'
import { binding } from '../../support/builders.ts'

describe('the life of a case', () => {
  test('K07: any sequence of events ends granted only by a grant while a factor was awaited', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...caseEvents), { maxLength: 30 }), (events) => {
        let state: (typeof caseStates)[number] = 'opened'
        for (const event of events) {
          const next = nextState(state, event)
          if (next === undefined) continue
          if (next === 'granted') assert.deepEqual([state, event], ['awaiting_factor', 'grant'])
          if (next === 'in_use') assert.deepEqual([state, event], ['granted', 'use'])
          state = next
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('K07: a case that ended, was denied, cancelled, expired or superseded never moves again', () => {
    for (const state of ['ended', 'denied', 'cancelled', 'expired', 'superseded'] as const) {
      for (const event of caseEvents) assert.equal(nextState(state, event), undefined, `${state} ${event}`)
      assert.equal(isOpen(state), false)
    }
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
