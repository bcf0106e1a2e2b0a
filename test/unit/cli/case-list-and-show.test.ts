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
  wireLine,
  wireRequest,
  wireStory,
} from '../../support/fake-operations.ts'

const now = Date.parse('2026-03-01T08:12:00.000Z')

describe('case list and case show', () => {
  let fake: FakeOperations
  before(async () => {
    fake = await startFakeOperations()
  })
  after(() => fake.close())
  beforeEach(() => {
    fake.calls.length = 0
    fake.answers = {}
  })

  const call = (...args: string[]) =>
    callCaseCli(args, {
      env: { FALLBACK_BRIDGE_OPERATIONS_URL: fake.url, FALLBACK_BRIDGE_ACCESS_TOKEN: 'the-token' },
      clock: () => now,
    })

  test('R16: a list has id, state, age, profile, application and user, and goes out as the person', async () => {
    fake.answers['GET cases'] = () => says({ cases: [wireLine()], next: null })
    const run = await call('list', '--waiting', '--state', 'awaiting_approval', '--state', 'granted', '--since', '24h')
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /CASE +STATE +AGE +PROFILE +TIER +APPLICATION +USER +OWNER/)
    assert.match(
      run.out,
      new RegExp(`${caseId}  awaiting_approval  12m  standard  standard  demo-app +user-7 +policy-owner`),
    )
    const [seen] = fake.calls
    assert.equal(seen?.token, 'the-token')
    assert.deepEqual(seen?.query.getAll('state'), ['awaiting_approval', 'granted'])
    assert.equal(seen?.query.get('waiting'), 'true')
    assert.equal(seen?.query.get('since'), '2026-02-28T08:12:00.000Z')
    assert.equal(seen?.query.get('limit'), '50')
    assert.equal(run.out.includes('the-token') || run.err.includes('the-token'), false)
  })

  test('R37: times in the history are told as times', async () => {
    const [entry] = wireStory().history
    const facts = { until: Date.parse('2026-03-01T08:30:00Z'), failureAt: Date.parse('2026-03-01T08:00:00Z'), count: 3 }
    fake.answers[`GET cases/${caseId}`] = () => says(wireStory({ history: [{ ...entry, facts }] }))
    assert.match(
      (await call('show', caseId)).out,
      /: until 2026-03-01 08:30:00 UTC, failureAt 2026-03-01 08:00:00 UTC, count 3$/m,
    )
  })

  test('S02: a list and a case say who was told no today', async () => {
    fake.answers['GET cases'] = () =>
      says({ cases: [wireLine({ deniedInLastDay: 2 }), wireLine({ id: 'fb-calm' })], next: null })
    const list = (await call('list')).out.split('\n')
    assert.match(list[0] ?? '', /OWNER +TOLD NO$/)
    assert.match(list[1] ?? '', /policy-owner +2 in 24 h$/)
    assert.match(list[2] ?? '', /fb-calm.*policy-owner$/)
    const show = (request: ReturnType<typeof wireRequest>) => {
      fake.answers[`GET cases/${caseId}`] = () => says(wireStory({ request }))
      return call('show', caseId)
    }
    const { out } = await show(wireRequest(wireFacts(), { lastDay: { asked: 3, denied: 2 } }))
    assert.match(out, /^ +3 requests of this person in 24 hours, 2 told no$/m)
    const calm = await show(wireRequest())
    assert.match(calm.out, /^ +1 request of this person in 24 hours, none told no$/m)
  })

  test('the command that notices name for reviews works as it stands there', async () => {
    fake.answers['GET cases'] = () => says({ cases: [], next: null })
    const run = await call('list', '--state', 'review_due')
    assert.deepEqual([run.code, run.err], [0, ''])
    assert.match(run.out, /No case that you may see/)
  })

  test('one page names the next; all of them are read with --all, and progress is told beside the answer', async () => {
    const ids = ['fb-3', 'fb-2', 'fb-1']
    fake.answers['GET cases'] = ({ query }) => {
      const at = query.get('after') === null ? 0 : ids.indexOf(query.get('after') ?? '') + 1
      return says({ cases: [wireLine({ id: ids[at] })], next: at < 2 ? ids[at] : null })
    }
    const page = await call('list', '--limit', '1')
    assert.match(page.out, /--after fb-3/)
    const all = await call('list', '--limit', '1', '--all', '--json')
    const document = JSON.parse(all.out) as { cases: { id: string }[]; next: string | null }
    assert.deepEqual([document.cases.map(({ id }) => id), document.next], [ids, null])
    assert.match(all.err, /1 case read, going on[\s\S]*2 cases read/)
  })

  test('in a pipeline, waiting cases are an exit code of their own', async () => {
    fake.answers['GET cases'] = () => says({ cases: [wireLine()], next: null })
    assert.equal((await call('list', '--waiting', '--check')).code, 3)
    fake.answers['GET cases'] = () => says({ cases: [], next: null })
    assert.equal((await call('list', '--waiting', '--check')).code, 0)
  })

  test('what cannot be asked is told before anybody is asked', async () => {
    for (const args of [
      ['list', '--limit', '101'],
      ['list', '--since', 'yesterday'],
      ['list', '--since', '2026-02-30'],
      ['list', '--state', 'lost'],
      ['show', '../reviews'],
      ['show', '..'],
    ]) {
      const run = await call(...args)
      assert.deepEqual([run.code, run.out], [2, ''], args.join(' '))
      assert.notEqual(run.err, '')
    }
    assert.deepEqual(fake.calls, [])
  })

  test('R37: show tells who, where, which failure, each factor of the score, who is asked, what is missing, how long', async () => {
    fake.answers[`GET cases/${caseId}`] = () => says(wireStory())
    const run = await call('show', caseId)
    assert.equal(run.code, 0, run.err)
    for (const pattern of [
      /State: +awaiting_approval, version 3/,
      /18 minutes left, until 2026-03-01 08:30:00 UTC/,
      /Owner: +policy-owner, deputy policy-deputy\n/,
      /Person: +ada\n/,
      /Who: +user user-7 of realm demo, standard tier/,
      /roles: +staff/,
      /groups: \/staff/,
      /Where: +application demo-app, from address 10\.0\.0\.7/,
      /outside working hours: not known/,
      /Failure: +cancelled_or_timed_out; only the browser says so/,
      /Score: +34 of 100, band approval\n +\+20 {2}new-device\n +\+14 {2}night \(not known, so it counts\)/,
      /remark: band_raised_by_profile/,
      /own-totp \(asks for bridge-totp, level 1, acr fallback, amr pwd, otp\)/,
      /a session of 1 hour at most/,
      /0 of 1 of \/service-desk-leads said yes/,
      /MISSING: ticket/,
      /open → opened, by user:user-7: failure cancelled_or_timed_out/,
      new RegExp(`fallback-bridge case approve ${caseId}`),
    ]) {
      assert.match(run.out, pattern)
    }
    const json = await call('show', caseId, '--json')
    assert.deepEqual(JSON.parse(json.out), wireStory())
  })

  test('C06: nothing that a decision is bound to is left out, also what this version does not know', async () => {
    const facts = wireFacts({ newFact: 'of a later version', failure: { class: 'other', trust: 'verified', count: 4 } })
    fake.answers[`GET cases/${caseId}`] = () => says(wireStory({ request: wireRequest(facts) }))
    const run = await call('show', caseId)
    assert.match(run.out, /newFact: of a later version/)
    assert.match(run.out, /other; Keycloak checked it itself, count 4/)
    for (const name of Object.keys(facts).filter((one) => !(one in wireFacts())))
      assert.match(run.out, new RegExp(name))
  })

  test('C02: no text of anybody moves the cursor, hides or turns around a word, or passes for a line of ours', async () => {
    const evil = 'alice\u001b[2K\u001b[1A\u202Eecila\u2066x\u200b\r\nState:    closed\u009b31m\u0007\u2028end'
    fake.answers['GET cases'] = () => says({ cases: [wireLine({ client: evil, user: evil })], next: null })
    fake.answers[`GET cases/${caseId}`] = () =>
      says(
        wireStory({
          request: wireRequest(wireFacts({ client: evil, groups: [evil], [evil]: evil })),
          approvals: [
            {
              person: { id: 'user-3', name: evil },
              verdict: 'approve',
              state: 'counted',
              method: 'in_person',
              seen: { place: 'Gate 3', document: 'passport' },
              reason: evil,
              at: '2026-03-01T08:05:00.000Z',
              acr: null,
              authTime: '2026-03-01T08:04:00.000Z',
              recordedBy: null,
              confirmBy: null,
            },
          ],
        }),
      )
    fake.answers['GET reviews'] = () => refuses(409, `${evil}`)
    for (const args of [['list'], ['show', caseId], ['reviews'], ['show', caseId, '--json']]) {
      const { out, err } = await call(...args)
      const shown = `${out}${err}`
      assert.doesNotMatch(shown.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u, args.join(' '))
      assert.doesNotMatch(shown, /^State: +closed/m)
    }
    const { out } = await call('show', caseId)
    assert.match(out, /alice<U\+001B>\[2K.*<U\+202E>ecila/)
    const json = JSON.parse((await call('list', '--json')).out) as { cases: { user: string }[] }
    assert.equal(json.cases[0]?.user, evil)
  })

  test('R25: an entry of the history that is withheld is shown as one, and by whom only where that is told', async () => {
    const base = { at: '2026-03-01T08:00:00.000Z', state: 'closed', previous: '0'.repeat(64), hash: 'b'.repeat(64) }
    const history = [
      { ...base, seq: 1, event: 'review', withheld: true, actor: null, facts: {} },
      { ...base, seq: 2, event: 'call_review', withheld: true, actor: 'system', facts: {} },
    ]
    fake.answers[`GET cases/${caseId}`] = () => says(wireStory({ history }))
    const { out } = await call('show', caseId)
    assert.match(out, /review → closed, by somebody; more is not told to you$/m)
    assert.match(out, /call_review → closed, by system; more is not told to you$/m)
  })

  test('a case that may not be seen is told with what to do', async () => {
    fake.answers[`GET cases/${caseId}`] = () => refuses(404, 'case_unknown')
    const run = await call('show', caseId)
    assert.equal(run.code, 1)
    assert.match(run.err, /There is no such case for this caller\.\n.*fallback-bridge case list/)
  })
})
