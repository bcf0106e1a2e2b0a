import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { callCaseCli } from '../../support/call-case-cli.ts'
import {
  caseId,
  type FakeOperations,
  refuses,
  says,
  startFakeOperations,
  wireFacts,
  wireRequest,
  wireStory,
} from '../../support/fake-operations.ts'

const reason = 'called her back on the number on record'

describe('case approve, deny, verbal and revoke', () => {
  let fake: FakeOperations
  before(async () => {
    fake = await startFakeOperations()
  })
  after(() => fake.close())
  beforeEach(() => {
    fake.calls.length = 0
    fake.answers = {
      [`GET cases/${caseId}`]: () => says(wireStory()),
      [`POST cases/${caseId}/decisions`]: () => says({ state: 'awaiting_factor', version: 4, approvals: [] }),
    }
  })

  const call = (args: readonly string[], typed?: readonly string[]) =>
    callCaseCli(args, {
      env: { FALLBACK_BRIDGE_OPERATIONS_URL: fake.url, FALLBACK_BRIDGE_ACCESS_TOKEN: 'the-token' },
      ...(typed === undefined ? {} : { typed }),
    })
  const sent = () => fake.calls.find(({ route }) => route.startsWith('POST'))
  const whole = ['--match', '042', '--method', 'call_back_on_record', '--reason', reason]

  test('C06 C09: the facts are shown, and a yes goes out with exactly the version and the digest of what was shown', async () => {
    const run = await call(['approve', caseId, ...whole], ['yes'])
    assert.equal(run.code, 0, run.err)
    assert.deepEqual(run.questions, ['Approve? (yes/no) '])
    assert.match(run.err, /Score: +34 of 100/)
    assert.match(run.out, /^Approved\. The case is now awaiting_factor\.\n$/)
    assert.deepEqual(sent()?.body, {
      verdict: 'approve',
      version: 3,
      factsDigest: wireRequest().factsDigest,
      match: '042',
      method: 'call_back_on_record',
      reason,
    })
  })

  test('C09: what was not given is asked for at a terminal, the number among it', async () => {
    const run = await call(['approve', caseId], ['call_back_on_record', '042', reason, 'yes'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.questions[1] ?? '', /three digits/)
    assert.deepEqual([sent()?.body?.['match'], sent()?.body?.['method']], ['042', 'call_back_on_record'])
  })

  const seen = ['--place', 'Gate 3', '--document', 'staff_badge']
  const met = ['--match', '042', '--method', 'in_person', '--reason', reason, '--yes']

  test('R23: in person, place and document go out with it, and are asked for at a terminal where they are missing', async () => {
    assert.equal((await call(['approve', caseId, ...met, ...seen])).code, 0)
    assert.deepEqual(sent()?.body?.['seen'], { place: 'Gate 3', document: 'staff_badge' })
    fake.calls.length = 0
    const run = await call(['approve', caseId], ['in_person', ' Gate 3 ', 'known_by_sight', '042', reason, 'yes'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.questions[1] ?? '', /^Where did you meet the person/)
    assert.match(run.questions[2] ?? '', /without its number \(identity_card, passport, .*known_by_sight\)/)
    assert.deepEqual(sent()?.body?.['seen'], { place: 'Gate 3', document: 'known_by_sight' })
  })

  test('R23: a place or a document that is missing or wrong, or told of another way, sends nothing', async () => {
    for (const [args, code] of [
      [met, 'place_malformed'],
      [[...met, '--place', 'x', '--document', 'passport'], 'place_malformed'],
      [[...met, '--place', 'a\u202eb', '--document', 'passport'], 'place_malformed'],
      [[...met, '--place', 'Gate 3'], 'document_malformed'],
      [[...whole, '--yes', '--place', 'Gate 3'], 'seen_not_asked'],
      [[...whole, '--yes', '--document', 'passport'], 'seen_not_asked'],
    ] as const) {
      const run = await call(['approve', caseId, ...args, '--json'])
      assert.equal(run.code, 2, args.join(' '))
      assert.match(`${run.out}${run.err}`, new RegExp(`"${code}"`))
    }
    assert.equal((await call(['approve', caseId, ...met, '--place', 'Gate 3', '--document', 'AB123456'])).code, 2)
    assert.equal(sent(), undefined)
  })

  test('S07: who said yes to somebody who is made up reads what that was', async () => {
    fake.answers[`POST cases/${caseId}/decisions`] = () => says({ state: 'denied', version: 4, approvals: [] })
    const run = await call(['approve', caseId, ...whole, '--yes'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /^Approved\. The case is now denied\.\nThe person is made up: nobody is let in\./)
  })

  test('anything but a yes sends nothing', async () => {
    for (const typed of ['no', 'y', '', 'yes please']) {
      const run = await call(['approve', caseId, ...whole], [typed])
      assert.deepEqual([run.code, run.out], [1, ''])
      assert.match(run.err, /Nothing was sent/)
    }
    assert.equal(sent(), undefined)
  })

  test('without a terminal, --yes is needed, and what is missing is named', async () => {
    assert.equal((await call(['approve', caseId, ...whole])).code, 2)
    assert.equal((await call(['approve', caseId, ...whole.slice(2), '--yes'])).code, 2)
    assert.equal((await call(['deny', caseId, '--yes'])).code, 2)
    assert.equal(sent(), undefined)
    assert.equal((await call(['approve', caseId, ...whole, '--yes'])).code, 0)
  })

  test('a number without three digits, a short reason and a way that the case does not take are refused here', async () => {
    for (const wrong of [
      ['--match', '42', '--method', 'in_person', '--reason', reason],
      ['--match', '042', '--method', 'in_person', '--reason', 'short'],
      ['--match', '042', '--method', 'video_and_id', '--reason', reason],
    ]) {
      assert.equal((await call(['approve', caseId, ...wrong, '--yes'])).code, 2, wrong.join(' '))
    }
    assert.equal((await call(['approve', caseId, '--method', 'voice', '--yes'])).code, 2)
    assert.equal(sent(), undefined)
  })

  test('C06: a bridge that shows other facts than it binds the decision to is found out, and nothing is sent', async () => {
    const request = { ...wireRequest(), facts: wireFacts({ ip: '192.0.2.1' }) }
    fake.answers[`GET cases/${caseId}`] = () => says(wireStory({ request }))
    for (const args of [
      ['approve', caseId, ...whole, '--yes'],
      ['deny', caseId, '--reason', reason, '--yes'],
    ]) {
      const run = await call(args)
      assert.equal(run.code, 1)
      assert.match(run.err, /other facts/)
    }
    assert.equal(sent(), undefined)
  })

  test('a denial needs no number', async () => {
    fake.answers[`POST cases/${caseId}/decisions`] = () => says({ state: 'denied', version: 4, approvals: [] })
    const run = await call(['deny', caseId, '--reason', reason], ['yes'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /Denied\. The case is now denied/)
    assert.deepEqual(sent()?.body, { verdict: 'deny', version: 3, factsDigest: wireRequest().factsDigest, reason })
  })

  test('a case on which nobody is asked is not decided on', async () => {
    fake.answers[`GET cases/${caseId}`] = () => says(wireStory({ request: null }, { state: 'granted' }))
    const run = await call(['approve', caseId, ...whole, '--yes'])
    assert.deepEqual([run.code, run.out], [1, ''])
    assert.match(run.err, /it is granted/)
  })

  test('each refusal has its sentence, what to do next, and its exit code', async () => {
    for (const [status, code, about, exit, next] of [
      [409, 'case_stale', undefined, 1, /case show/],
      [409, 'match_wrong', undefined, 1, /Ask the person again/],
      [403, 'kept_apart', ['evidence_reviewer'], 1, /Somebody else/],
      [403, 'act_not_allowed', undefined, 1, /case show/],
      [409, 'evidence_missing', ['ticket'], 1, /case evidence add/],
      [429, 'agent_cap_reached', undefined, 1, /somebody else/],
      [429, 'too_many_requests', undefined, 75, /in a while/],
      [400, 'input_malformed', ['match'], 2, /--help/],
      [502, 'keycloak_unreachable', undefined, 75, /in a while/],
      [503, 'unavailable', undefined, 75, /in a while/],
      [409, 'a_later_code', undefined, 1, /case show/],
    ] as const) {
      fake.answers[`POST cases/${caseId}/decisions`] = () => refuses(status, code, about)
      const run = await call(['approve', caseId, ...whole, '--yes', '--json'])
      assert.equal(run.code, exit, code)
      const { error } = JSON.parse(run.out) as { error: { code: string; sentence: string; next: string } }
      assert.equal(error.code, code)
      assert.match(error.next, next)
    }
    fake.answers[`POST cases/${caseId}/decisions`] = () => refuses(403, 'kept_apart', ['evidence_reviewer'])
    assert.match((await call(['approve', caseId, ...whole, '--yes'])).err, /you reviewed its evidence/)
  })

  test('R36: a spoken approval names who said it, and tells how it is confirmed', async () => {
    fake.answers[`POST cases/${caseId}/verbal-approvals`] = () =>
      says({ state: 'awaiting_factor', version: 4, confirmBy: '2026-03-01T08:20:00.000Z' })
    const run = await call(['verbal', caseId, '--approver', 'user-9', ...whole], ['yes'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /until 2026-03-01 08:20:00 UTC[\s\S]*case confirm/)
    assert.deepEqual([sent()?.body?.['approver'], sent()?.body?.['factsDigest']], ['user-9', wireRequest().factsDigest])
    fake.answers[`GET cases/${caseId}`] = () =>
      says(wireStory({ request: wireRequest(wireFacts(), { verbalWithinSeconds: null }) }))
    assert.match((await call(['verbal', caseId, '--approver', 'user-9', ...whole, '--yes'])).err, /no spoken approval/)
  })

  test('the command that notices name takes a case back; its reason is asked for', async () => {
    fake.answers[`POST cases/${caseId}/revocations`] = () => says({ state: 'revoked', version: 5 })
    const run = await call(['revoke', caseId], ['somebody else is signed in as her'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /Revoked/)
    assert.deepEqual(sent()?.body, { reason: 'somebody else is signed in as her' })
  })

  test('R36 R35: confirm and ratify say yes, or with --refuse take it back', async () => {
    for (const [name, route, yes] of [
      ['confirm', 'confirmations', 'confirm'],
      ['ratify', 'ratifications', 'ratify'],
    ] as const) {
      fake.answers[`POST cases/${caseId}/${route}`] = ({ body }) =>
        says({ state: body?.['verdict'] === 'refuse' ? 'unratified' : 'in_use', version: 6 })
      const agreed = await call([name, caseId, '--reason', reason])
      assert.match(agreed.out, /now in_use/)
      const refused = await call([name, caseId, '--refuse', '--reason', reason])
      assert.match(refused.out, /taken back.*unratified/)
      const bodies = fake.calls.filter((one) => one.route.endsWith(route)).map(({ body }) => body?.['verdict'])
      assert.deepEqual(bodies, [yes, 'refuse'])
    }
  })

  test('E10: the person can say that it was not them', async () => {
    fake.answers[`POST cases/${caseId}/disputes`] = () => says({ state: 'revoked' })
    assert.equal((await call(['dispute', caseId], ['no'])).code, 1)
    assert.equal(sent(), undefined)
    const run = await call(['dispute', caseId, '--yes'])
    assert.match(run.out, /Noted.*revoked/)
  })
})

describe('a case command without an API', () => {
  const call = (...args: string[]) =>
    callCaseCli(args, {
      env: { FALLBACK_BRIDGE_OPERATIONS_URL: 'http://127.0.0.1:2', FALLBACK_BRIDGE_ACCESS_TOKEN: 'the-token' },
    })

  test('tells that it is not reached, and that one may try again', async () => {
    for (const args of [['list'], ['show', caseId], ['revoke', caseId, '--reason', reason], ['reviews']]) {
      const run = await call(...args)
      assert.deepEqual([run.code, run.out], [75, ''])
      assert.match(run.err, /cannot be reached \(ECONNREFUSED\)[\s\S]*--url/)
    }
  })
})
