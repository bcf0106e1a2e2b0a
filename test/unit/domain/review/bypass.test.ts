import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AdminAct, bypassKey, bypassOf } from '../../../../bridge/domain/review/bypass.ts'

const act = (operation: string, path: string, differs: Partial<AdminAct> = {}): AdminAct => ({
  operation,
  path,
  actor: 'admin-1',
  client: 'console',
  at: 1_800_000_000_000,
  failed: false,
  ...differs,
})

describe('R8: what amounts to an override outside of the process', () => {
  test('credentials removed, passwords set, actions demanded, people impersonated, flows changed', () => {
    const kinds = [
      act('DELETE', 'users/u1/credentials/c1'),
      act('ACTION', 'users/u1/disable-credential-types'),
      act('ACTION', 'users/u1/reset-password'),
      act('ACTION', 'users/u1/execute-actions-email'),
      act('ACTION', 'users/u1/impersonation'),
      act('UPDATE', 'authentication/flows/browser/executions'),
      act('DELETE', 'authentication/executions/e1'),
    ].map((one) => bypassOf(one))
    assert.deepEqual(
      kinds.map((one) => [one?.kind, one?.user]),
      [
        ['credential_removed', 'u1'],
        ['credential_disabled', 'u1'],
        ['password_set', 'u1'],
        ['actions_demanded', 'u1'],
        ['impersonated', 'u1'],
        ['flow_changed', 'admin-1'],
        ['flow_changed', 'admin-1'],
      ],
    )
  })

  test('reading, other changes, and what Keycloak refused are none', () => {
    for (const one of [
      act('UPDATE', 'users/u1'),
      act('CREATE', 'users/u1/role-mappings/realm'),
      act('DELETE', 'sessions/s1'),
      act('ACTION', 'fallback-cases/fb-1/event-1'),
      act('UPDATE', 'users/u1/credentials/c1/extra'),
      act('DELETE', 'users/u1/credentials/c1', { failed: true }),
    ]) {
      assert.equal(bypassOf(one), undefined, one.path)
    }
  })

  test('one kind of act on one account by one person in one hour is one case', () => {
    const keyOf = (differs: Partial<AdminAct>, path = 'users/u1/credentials/c1') => {
      const bypass = bypassOf(act('DELETE', path, differs))
      assert.ok(bypass)
      return bypassKey(bypass)
    }
    const first = keyOf({})
    assert.equal(keyOf({ at: 1_800_000_000_000 + 1000 }), first)
    assert.equal(keyOf({}, 'users/u1/credentials/c2'), first)
    for (const other of [
      keyOf({ actor: 'admin-2' }),
      keyOf({ at: 1_800_003_600_000 }),
      keyOf({}, 'users/u2/credentials/c1'),
    ]) {
      assert.notEqual(other, first)
    }
  })
})
