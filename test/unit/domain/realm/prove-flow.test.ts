import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FlowNode } from '../../../../bridge/domain/realm/flow-tree.ts'
import { proveFlow } from '../../../../bridge/domain/realm/prove-flow.ts'
import { own, stock } from '../../../../bridge/domain/realm/step-providers.ts'
import { demoExport, flowsOf, step, subFlow } from '../../../support/realm-states.ts'

const prove = (children: FlowNode[], passkeysInForm = false): readonly string[] => [
  ...new Set(proveFlow({ alias: 'flow', children, passkeysInForm }, 1).map(({ code }) => code)),
]

const level = (number: number): FlowNode => step(stock.level, 'REQUIRED', { 'loa-condition-level': String(number) })
const gate = (...children: FlowNode[]): FlowNode =>
  subFlow('alternate', 'ALTERNATIVE', [subFlow('gate', 'CONDITIONAL', children)])
const guarded = gate(step(own.condition), step(own.fallback))
const password = step(stock.usernamePassword)

describe('no way through a flow reaches the fallback but by a watch step that failed', () => {
  test('I1 B02: both flows of the demo realm, put together by hand, are proved', () => {
    for (const { alias, children } of flowsOf(demoExport())) {
      assert.deepEqual(proveFlow({ alias, children, passkeysInForm: false }, 1), [], alias)
    }
  })

  test('I1 B02: the condition, and an identified person before the watch step, are what the proof rests on', () => {
    const second = (...children: FlowNode[]): FlowNode[] => [password, subFlow('second', 'REQUIRED', children)]
    const watch = step(own.watchTwoFactor, 'ALTERNATIVE')
    assert.deepEqual(prove(second(watch, guarded)), [])
    assert.deepEqual(prove(second(watch, gate(step(own.fallback)))), ['without_failure'])
    assert.deepEqual(prove(second(watch, step(own.fallback, 'ALTERNATIVE'))), ['without_failure'])
    assert.deepEqual(prove(second(watch, gate(step(own.condition, 'DISABLED'), step(own.fallback)))), [
      'without_failure',
    ])
    assert.deepEqual(prove(second(watch, subFlow('gate', 'ALTERNATIVE', [step(own.condition), step(own.fallback)]))), [
      'without_failure',
    ])
  })

  test('I1 B02: a gate that nothing can open is proved too, and so is a flow without the fallback', () => {
    assert.deepEqual(
      prove([password, subFlow('second', 'REQUIRED', [step(stock.twoFactor, 'ALTERNATIVE'), guarded])]),
      [],
    )
    assert.deepEqual(prove([password]), [])
  })

  test('I1 B03: a fallback as the last of several required steps needs the condition all the same', () => {
    assert.deepEqual(prove([password, step(own.watchTwoFactor), step(own.fallback)]), ['without_failure'])
  })

  test('I1 B05: somebody who gave no password is found, also one who came in by a passkey of the form', () => {
    const byName = [step(stock.username), subFlow('main', 'REQUIRED', [step(own.watchPasskey, 'ALTERNATIVE'), guarded])]
    assert.deepEqual(prove(byName), ['without_password'])
    const byForm = [password, subFlow('main', 'REQUIRED', [step(own.watchTwoFactor, 'ALTERNATIVE'), guarded])]
    assert.deepEqual(prove(byForm), [])
    assert.deepEqual(prove(byForm, true), ['without_password'])
    const excluded = subFlow('2FA', 'CONDITIONAL', [
      step(stock.credential, 'REQUIRED', { credentials: 'webauthn-passwordless' }),
      step(own.watchTwoFactor, 'ALTERNATIVE'),
      guarded,
    ])
    assert.deepEqual(prove([password, excluded], true), [])
  })

  test('I1 B02 B05: a watched form opens the gate only behind its own success, and only with a password', () => {
    const noSecond = step(stock.credential, 'REQUIRED', { credentials: 'otp##webauthn##webauthn-passwordless' })
    const formGate = (...children: FlowNode[]): FlowNode => subFlow('gate', 'CONDITIONAL', children)
    const behind = formGate(step(own.condition), noSecond, step(own.fallback))
    assert.deepEqual(prove([step(own.watchUserPassword), behind], true), [])
    assert.deepEqual(prove([step(own.watchUserPassword), formGate(noSecond, step(own.fallback))], true), [
      'without_failure',
    ])
    assert.deepEqual(prove([step(own.watchUsername), behind], true), ['without_password'])
    assert.deepEqual(prove([step(own.watchUsername), step(own.watchPassword), behind], true), [])
    const asks = formGate(step(own.condition), noSecond, step(stock.password), step(own.fallback))
    assert.deepEqual(prove([step(own.watchUsername), asks]), [])
    const takesPasskey = formGate(step(own.condition), step(stock.password), step(own.fallback))
    const passwordOnly = formGate(step(own.condition), step(own.password), step(own.fallback))
    assert.deepEqual(prove([step(own.watchUsername), takesPasskey], true), ['without_password'])
    assert.deepEqual(prove([step(own.watchUsername), passwordOnly], true), [])
    assert.deepEqual(prove([step(stock.usernamePassword), behind], true), [], 'nothing opens the gate')
  })

  test('I12 R14: a level above the fallback’s that a login through it could still be given is found', () => {
    const levelled = gate(level(1), step(own.condition), step(own.fallback))
    const second = subFlow('second', 'REQUIRED', [step(own.watchTwoFactor, 'ALTERNATIVE'), levelled])
    assert.deepEqual(prove([password, second]), [])
    const raise = (...conditions: FlowNode[]): FlowNode =>
      subFlow('passkey level', 'CONDITIONAL', [level(2), ...conditions, step(stock.allow)])
    assert.deepEqual(prove([password, second, raise()]), ['level_too_high'])
    const notAfterFallback = step(stock.subFlow, 'REQUIRED', { flow_to_check: 'gate', check_result: 'not-executed' })
    assert.deepEqual(prove([password, second, raise(notAfterFallback)]), [])
    const ofOther = step(stock.subFlow, 'REQUIRED', { flow_to_check: 'other', check_result: 'not-executed' })
    assert.deepEqual(prove([password, second, raise(ofOther)]), ['level_too_high'])
    const ifExecuted = step(stock.subFlow, 'REQUIRED', { flow_to_check: 'gate', check_result: 'executed' })
    assert.deepEqual(prove([password, second, raise(ifExecuted)]), ['level_too_high'])
    const masked = step(stock.level, 'REQUIRED', { 'loa-condition-level': '**********' })
    assert.deepEqual(prove([password, subFlow('all', 'CONDITIONAL', [masked, step(own.watchTwoFactor), second])]), [
      'level_too_high',
    ])
  })

  test('I1 B02: a step of somebody else proves nothing', () => {
    assert.deepEqual(
      prove([step('acme-magic'), subFlow('s', 'REQUIRED', [step('acme-face', 'ALTERNATIVE'), guarded])]),
      [],
    )
    assert.deepEqual(
      prove([step('acme-magic'), subFlow('s', 'REQUIRED', [gate(step('acme-condition'), step(own.fallback))])]),
      ['without_failure', 'without_user', 'without_password'],
    )
    const besideCondition = subFlow('s', 'CONDITIONAL', [step('acme-condition'), step(own.fallback, 'ALTERNATIVE')])
    assert.ok(prove([password, besideCondition]).includes('without_failure'))
    const asksIfNeeded = subFlow('ask', 'CONDITIONAL', [
      step(stock.credential, 'REQUIRED', { credentials: 'webauthn-passwordless' }),
      step('acme-condition'),
      step(stock.password),
    ])
    const second = subFlow('s', 'REQUIRED', [step(own.watchPasskey, 'ALTERNATIVE'), guarded])
    assert.deepEqual(prove([step(stock.username), asksIfNeeded, second]), ['without_password'])
  })
})
