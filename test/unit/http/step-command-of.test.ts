import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type StepRequest, stepRequest } from '../../../bridge/http/contract/step-request.ts'
import { stepCommandOf } from '../../../bridge/http/step-command-of.ts'
import { createSigningRealm, stepClaims } from '../../support/signing-realm.ts'

const now = 1_800_000_000_000
const realm = await createSigningRealm('demo')
/** Claims without any fact for the policy but those given. */
const claims = (differs: Record<string, unknown>) =>
  stepClaims(realm, now, { subject: undefined, requiredLevel: undefined, completed: undefined, ...differs })
const isTaken = (differs: Record<string, unknown>): boolean => stepRequest.safeParse(claims(differs)).success
const commandOf = (differs: Record<string, unknown> = {}) => {
  const request: StepRequest = stepRequest.parse(claims(differs))
  return stepCommandOf(realm.name, request)
}

describe('the facts for the policy in a step request', () => {
  test('I13: roles, groups, level, proved passkeys, address and ages of factors reach the command as they came', () => {
    const subject = { roles: ['app/editor', 'staff'], groups: ['/people/berlin'] }
    const factors = [
      { type: 'bridge-totp', handle: 'handle-0001', createdAt: now - 5 },
      { type: 'keycloak-otp', createdAt: now - 6 },
    ]
    const completed = [{ type: 'passkey', at: now - 7 }]
    const command = commandOf({ subject, factors, completed, requiredLevel: 2, ip: '192.0.2.1' })
    assert.deepEqual(command.subject, subject)
    assert.deepEqual(command.factors, factors)
    assert.deepEqual(command.completed, completed)
    assert.deepEqual([command.requiredLevel, command.ip], [2, '192.0.2.1'])
  })

  test('I5: what an older jar does not send is missing, and no empty list', () => {
    const factors = [{ type: 'bridge-totp', handle: 'handle-0001' }, { type: 'keycloak-otp' }]
    const command = commandOf({ factors })
    assert.deepEqual(command.subject, { roles: undefined, groups: undefined })
    assert.deepEqual([command.requiredLevel, command.completed], [0, []])
    assert.deepEqual(command.factors, factors)
  })

  test('I5: a list that did not fit is missing by itself; a list of nothing is known to be empty', () => {
    assert.deepEqual(commandOf({ subject: { groups: [] } }).subject, { roles: undefined, groups: [] })
    assert.deepEqual(commandOf({ subject: { roles: [] } }).subject, { roles: [], groups: undefined })
  })

  test('R42: a browser is known or new as the jar says, and unknown where it says nothing', () => {
    assert.equal(commandOf({ device: { state: 'known', since: now - 8 } }).device, 'known')
    assert.equal(commandOf({ device: { state: 'new' } }).device, 'new')
    assert.equal(commandOf().device, undefined)
  })

  test('every step may carry them', () => {
    const facts = { subject: { roles: ['staff'] }, requiredLevel: 1, completed: [], device: { state: 'new' } }
    for (const action of ['begin', 'choose', 'submit', 'cancel']) assert.ok(isTaken({ ...facts, action }), action)
    assert.ok(isTaken({ ...facts, action: 'report', input: { attempt: 'attempt-1', result: 'passed' } }))
    assert.ok(isTaken({ ...facts, action: 'begin_enrolment', input: { label: 'ada', issuer: 'Demo' } }))
  })

  test('a level of authentication of any height is kept as Keycloak says it', () => {
    assert.equal(commandOf({ requiredLevel: 5000 }).requiredLevel, 5000)
  })

  test('K05 K11: lists are bounded, and whatever is not of its type is refused', () => {
    const many = (count: number, length = 1) => Array.from({ length: count }, () => 'x'.repeat(length))
    assert.ok(isTaken({ subject: { roles: many(200, 255), groups: many(200, 255) } }))
    const malformed: Record<string, unknown>[] = [
      { subject: [] },
      { subject: { roles: 'staff' } },
      { subject: { roles: [1] } },
      { subject: { roles: many(201) } },
      { subject: { groups: many(201) } },
      { subject: { roles: many(1, 256) } },
      { subject: { groups: many(1, 256) } },
      { subject: { email: 'ada@example.org' } },
      { requiredLevel: -1 },
      { requiredLevel: 1.5 },
      { requiredLevel: '1' },
      { completed: [{ type: 'password', at: now }] },
      { completed: [{ type: 'passkey' }] },
      { completed: [{ type: 'passkey', at: -1 }] },
      { completed: Array.from({ length: 11 }, () => ({ type: 'passkey', at: now })) },
      { device: 'known' },
      { device: {} },
      { device: { state: 'known' } },
      { device: { state: 'known', since: -1 } },
      { device: { state: 'new', since: now } },
      { device: { state: 'trusted' } },
      { factors: [{ type: 'keycloak-otp', createdAt: -1 }] },
      { factors: [{ type: 'bridge-totp', handle: 'handle-0001', createdAt: '1' }] },
    ]
    for (const differs of malformed) assert.ok(!isTaken(differs), JSON.stringify(differs))
  })

  test('K11: the largest lists that a jar sends fit into a request, with every other text at its longest', () => {
    // As the jar counts: 4 KiB of JSON a list.
    const list = Array.from({ length: 16 }, (_, at) => `${at}`.padEnd(253, 'x'))
    assert.ok(Buffer.byteLength(JSON.stringify(list)) >= 4096)
    const body = JSON.stringify(
      claims({
        subject: { roles: list, groups: list },
        failure: {
          class: 'cancelled_or_timed_out',
          detail: '€'.repeat(200),
          at: now,
          count: 1_000_000,
          credentialType: 'webauthn-passwordless',
          execution: 'x'.repeat(36),
        },
        factors: Array.from({ length: 6 }, () => ({ type: 'bridge-totp', handle: 'x'.repeat(64), createdAt: now })),
        completed: Array.from({ length: 10 }, () => ({ type: 'passkey', at: now })),
        device: { state: 'known', since: now },
        // A header's characters are of Latin-1.
        userAgent: 'é'.repeat(256),
        client: 'x'.repeat(255),
        iss: `https://${'x'.repeat(200)}`,
        requiredLevel: 2_147_483_647,
      }),
    )
    const signatureOf4096Bits = 683
    const header = 160
    assert.ok(Math.ceil((Buffer.byteLength(body) * 4) / 3) + header + signatureOf4096Bits < 16_384, `${body.length}`)
  })
})
