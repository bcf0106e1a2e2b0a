import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkRealm } from '../../../bridge/app/check-realm.ts'
import type { RealmStatus } from '../../../bridge/app/ports.ts'
import { realmFindingCodes } from '../../../bridge/app/realm-watch.ts'

const expected = { protocol: 1, version: '0.1.4', issuer: 'https://sso.test/realms/demo' }
const right: RealmStatus = {
  server: '26.7.5',
  provider: '0.1.0',
  protocol: 1,
  issuer: 'https://sso.test/realms/demo',
  eventsEnabled: true,
  adminEventsEnabled: true,
  adminEventsDetailsEnabled: true,
  bruteForceProtected: true,
  webAuthnUserVerification: 'required',
  webAuthnPasswordlessUserVerification: 'required',
  surplusRights: [],
  templatesMissing: [],
  languagesMissing: [],
}

const wrong: readonly [Partial<RealmStatus>, string, string][] = [
  [{ server: '26.7.4' }, 'server_too_old', 'refuse'],
  [{ server: '26.6.9' }, 'server_too_old', 'refuse'],
  [{ server: '9.99.99' }, 'server_too_old', 'refuse'],
  [{ server: 'nightly' }, 'server_too_old', 'refuse'],
  [{ protocol: 2 }, 'protocol_mismatch', 'refuse'],
  [{ issuer: 'http://keycloak:8080/realms/demo' }, 'issuer_mismatch', 'refuse'],
  [{ provider: '0.2.0' }, 'provider_version', 'warn'],
  [{ eventsEnabled: false }, 'events_off', 'warn'],
  [{ adminEventsEnabled: false }, 'admin_events_off', 'warn'],
  [{ adminEventsDetailsEnabled: false }, 'admin_event_details_off', 'warn'],
  [{ webAuthnUserVerification: 'preferred' }, 'user_verification_two_factor', 'warn'],
  [{ webAuthnPasswordlessUserVerification: 'not specified' }, 'user_verification_passwordless', 'warn'],
  [{ templatesMissing: ['fallback-bridge-code.ftl'] }, 'templates_missing', 'warn'],
  [{ languagesMissing: ['fr'] }, 'messages_untranslated', 'warn'],
  [{ bruteForceProtected: false }, 'brute_force_off', 'warn'],
  [{ surplusRights: ['realm-management/manage-users'] }, 'surplus_rights', 'warn'],
]

test('a realm that is set up right has no finding, on this server and on newer ones', () => {
  for (const server of ['26.7.5', '26.7.10', '26.10.0', '27.0.0']) {
    assert.deepEqual(checkRealm({ ...right, server }, expected), [])
  }
})

test('A10: each thing that is wrong is named once, in a sentence', () => {
  for (const [differs, code, severity] of wrong) {
    const findings = checkRealm({ ...right, ...differs }, expected)
    assert.deepEqual(
      findings.map((finding) => [finding.code, finding.severity]),
      [[code, severity]],
    )
    // Whole in a line of the log, which cuts at 200.
    assert.match(findings[0]?.text ?? '', /^[A-Z].{20,198}\.$/)
  }
})

test('every code of a finding is found by something above', () => {
  assert.deepEqual([...new Set(wrong.map(([, code]) => code))].sort(), [...realmFindingCodes].sort())
})

test('all that is wrong is told together', () => {
  const all = Object.assign({}, right, ...wrong.map(([differs]) => differs))
  assert.equal(checkRealm(all, expected).length, realmFindingCodes.length)
})
