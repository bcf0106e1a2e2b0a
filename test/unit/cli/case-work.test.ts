import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { sha256, sha256OfBytes } from '../../../bridge/crypto/sha256.ts'
import { callCaseCli, privateFolder } from '../../support/call-case-cli.ts'
import {
  caseId,
  type FakeOperations,
  says,
  startFakeOperations,
  wireEvidence,
  wireStory,
} from '../../support/fake-operations.ts'

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])
const reason = ['--reason', 'the picture shows what it should']
const review = (differs: object = {}) => ({
  id: 'review-1',
  kind: 'sampled',
  openedAt: '2026-03-01T08:00:00.000Z',
  dueAt: '2026-03-02T08:00:00.000Z',
  done: null,
  ...differs,
})

describe('evidence, reviews, declared overrides and figures on the command line', () => {
  let fake: FakeOperations
  let folder: string
  before(async () => {
    fake = await startFakeOperations()
  })
  after(() => fake.close())
  afterEach(() => rmSync(folder, { recursive: true }))
  beforeEach(() => {
    folder = privateFolder()
    fake.calls.length = 0
    fake.answers = {}
  })

  const call = (args: readonly string[], typed?: readonly string[]) =>
    callCaseCli(args, {
      env: { FALLBACK_BRIDGE_OPERATIONS_URL: fake.url, FALLBACK_BRIDGE_ACCESS_TOKEN: 'the-token' },
      clock: () => Date.parse('2026-03-03T08:00:00.000Z'),
      ...(typed === undefined ? {} : { typed }),
    })
  const sent = () => fake.calls.find(({ route }) => route.startsWith('POST'))?.body
  const path = `cases/${caseId}/evidence`

  test('R4: a text and a picture are added; what is missing still is named, and what comes late is told', async () => {
    fake.answers[`POST ${path}`] = () => says({ evidence: 'evidence-1', late: true, missing: ['photo'], version: 4 })
    const run = await call(['evidence', 'add', caseId, '--item', 'ticket', '--text', 'INC-4711'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /marked as late\.\nStill missing: photo/)
    assert.deepEqual(sent(), { item: 'ticket', text: 'INC-4711' })
    fake.calls.length = 0
    const file = join(folder, 'badge.png')
    writeFileSync(file, png)
    assert.equal((await call(['evidence', 'add', caseId, '--item', 'photo', '--file', file])).code, 0)
    assert.deepEqual(sent(), { item: 'photo', mediaType: 'image/png', content: png.toString('base64') })
  })

  test('a file of another kind, or too large, does not leave this machine', async () => {
    const file = join(folder, 'badge.png')
    for (const bytes of [Buffer.from('<svg/>'), Buffer.concat([png, Buffer.alloc(524_288)])]) {
      writeFileSync(file, bytes)
      assert.equal((await call(['evidence', 'add', caseId, '--item', 'photo', '--file', file])).code, 2)
    }
    assert.equal((await call(['evidence', 'add', caseId, '--item', 'photo', '--file', join(folder, 'none')])).code, 2)
    assert.equal((await call(['evidence', 'add', caseId, '--item', 'a', '--file', file, '--text', 'b'])).code, 2)
    assert.equal((await call(['evidence', 'add', caseId, '--item', 'a'])).code, 2)
    assert.deepEqual(fake.calls, [])
  })

  test('C02: the text of an item is shown with a margin that it cannot leave', async () => {
    const text = 'line one\nCase: closed\u001b[2J\u202eevil'
    fake.answers[`GET ${path}/evidence-1`] = () => says({ item: 'reason', kind: 'text', sha256: sha256(text), text })
    const run = await call(['evidence', 'open', caseId, 'evidence-1'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /^ {2}\| line one\n {2}\| Case: closed<U\+001B>\[2J<U\+202E>evil\n/m)
  })

  test('an attachment is written to a new file for this user alone, never over one that is there', async () => {
    const content = { item: 'photo', kind: 'attachment', mediaType: 'image/png', content: png.toString('base64') }
    fake.answers[`GET ${path}/evidence-1`] = () => says({ ...content, sha256: sha256OfBytes(png) })
    const out = join(folder, 'out.png')
    const run = await call(['evidence', 'open', caseId, 'evidence-1', '--out', out])
    assert.equal(run.code, 0, run.err)
    assert.deepEqual([readFileSync(out), statSync(out).mode & 0o777], [png, 0o600])
    fake.calls.length = 0
    const again = await call(['evidence', 'open', caseId, 'evidence-1', '--out', out])
    assert.deepEqual([again.code, fake.calls.length], [1, 0])
    assert.match(again.err, /there already/)
    const shown = await call(['evidence', 'open', caseId, 'evidence-1'])
    assert.match(shown.out, /image\/png, 11 bytes[\s\S]*--out/)
  })

  test('an item whose bytes are not those that were kept is neither shown nor written', async () => {
    const content = { item: 'photo', kind: 'attachment', mediaType: 'image/png', content: png.toString('base64') }
    fake.answers[`GET ${path}/evidence-1`] = () => says({ ...content, sha256: 'd'.repeat(64) })
    const out = join(folder, 'out.png')
    const run = await call(['evidence', 'open', caseId, 'evidence-1', '--out', out])
    assert.deepEqual([run.code, existsSync(out)], [1, false])
    assert.match(run.err, /Do not decide on it/)
  })

  test('R41: evidence is accepted only with every item opened; those that are not are named with their command', async () => {
    const items = [wireEvidence(), wireEvidence({ id: 'evidence-2', item: 'photo' })]
    const listed = { items, missing: [] as string[], opened: ['evidence-1'], evidenceDigest: 'e'.repeat(64) }
    fake.answers[`GET ${path}`] = () => says(listed)
    fake.answers[`GET cases/${caseId}`] = () => says(wireStory({}, { state: 'awaiting_evidence_review', version: 7 }))
    fake.answers[`POST cases/${caseId}/evidence-reviews`] = () => says({ state: 'awaiting_factor', version: 8 })
    assert.match((await call(['evidence', 'list', caseId])).out, /evidence-2.*not opened by you/)

    const unopened = await call(['review-evidence', caseId, '--accept', ...reason, '--yes'])
    assert.equal(unopened.code, 1)
    assert.match(unopened.err, new RegExp(`not opened 1 item: photo\\.\\n.*evidence open ${caseId} evidence-2`))
    listed.missing = ['ticket']
    assert.match((await call(['review-evidence', caseId, '--accept', ...reason, '--yes'])).err, /missing: ticket/)
    listed.missing = []
    assert.equal((await call(['review-evidence', caseId, ...reason, '--yes'])).code, 2)
    assert.equal((await call(['review-evidence', caseId, '--accept', '--refuse', ...reason, '--yes'])).code, 2)
    assert.equal(sent(), undefined)

    listed.opened = ['evidence-1', 'evidence-2']
    const run = await call(['review-evidence', caseId, '--accept', ...reason], ['yes'])
    assert.equal(run.code, 0, run.err)
    assert.deepEqual(sent(), { verdict: 'accept', version: 7, evidenceDigest: 'e'.repeat(64), reason: reason[1] })
  })

  test('R12: an override that happened outside is declared with when it happened', async () => {
    fake.answers['POST past-overrides'] = () => says({ case: caseId })
    const declared = ['declare', '--user', 'user-7', '--client', 'demo-app', '--what', 'the check was switched off']
    const run = await call([...declared, '--occurred-at', '2026-03-01T10:00:00+02:00', ...reason])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, new RegExp(`Declared: ${caseId}`))
    assert.equal(sent()?.['occurredAt'], '2026-03-01T08:00:00.000Z')
    assert.equal('approvedBy' in (sent() ?? {}), false)
    assert.equal((await call([...declared, '--occurred-at', 'last week', ...reason])).code, 2)
  })

  test('R25: the queue has the gravest first, and the only open review of a case need not be named', async () => {
    fake.answers['GET reviews'] = () =>
      says({
        reviews: [{ ...review(), case: caseId, severity: 8, overdue: true, ageSeconds: 60 }].map(
          ({ done: _done, ...line }) => line,
        ),
        next: null,
      })
    const queue = await call(['reviews', '--kind', 'sampled', '--check'])
    assert.equal(queue.code, 3, queue.err)
    assert.match(queue.out, /8 +sampled +fb-\S+ +review-1 +2d 0h +OVERDUE since 2026-03-02 08:00:00 UTC/)

    fake.answers[`GET cases/${caseId}`] = () => says(wireStory({ reviews: [review()] }, { state: 'review_due' }))
    fake.answers[`POST cases/${caseId}/reviews`] = () => says({ state: 'closed', version: 9 })
    const found = ['--cause', 'sensor', '--confidence', 'high', '--action', 'replace the sensor', '--owner', 'ada']
    const run = await call(['review', caseId, ...found, '--due', '2026-04-01'])
    assert.equal(run.code, 0, run.err)
    assert.deepEqual(sent(), {
      review: 'review-1',
      cause: 'sensor',
      confidence: 'high',
      action: 'replace the sensor',
      actionOwner: 'ada',
      actionDue: '2026-04-01',
      note: '',
    })
    fake.answers[`GET cases/${caseId}`] = () =>
      says(wireStory({ reviews: [review(), review({ id: 'review-2', kind: 'blind' })] }))
    const several = await call(['review', caseId, ...found, '--due', '2026-04-01'])
    assert.equal(several.code, 2)
    assert.match(several.err, /review-2 \(blind\)/)
    assert.equal((await call(['review', caseId, ...found, '--due', 'soon'])).code, 2)
    assert.equal((await call(['review', caseId, ...found.slice(2), '--due', '2026-04-01'])).code, 2)
  })

  test('R36: the figures have the spoken approvals that wait as a line of their own', async () => {
    fake.answers['GET statistics'] = () =>
      says({
        since: '2026-02-01T00:00:00.000Z',
        until: '2026-03-03T00:00:00.000Z',
        cases: [{ state: 'closed', profile: 'standard', count: 12 }],
        verbalPending: 2,
        unratified: 1,
        approvers: [{ person: { id: 'user-9', name: 'lead' }, approved: 7, denied: 1, medianSeconds: 95, hasty: 2 }],
        cut: true,
      })
    const run = await call(['statistics', '--since', '30d'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /closed +standard +12/)
    assert.match(run.out, /wait to be confirmed: 2/)
    assert.match(run.out, /lead \(user-9\) +7 +1 +1m +2\nOf the newest decisions alone/)
    assert.equal(fake.calls[0]?.query.get('since'), '2026-02-01T08:00:00.000Z')
  })

  test('R5 E7: failed checks are counted by one thing; of too few people there is no figure', async () => {
    fake.answers['GET statistics/failures'] = () =>
      says({
        by: 'site',
        since: '2026-02-24T08:00:00.000Z',
        until: '2026-03-03T08:00:00.000Z',
        values: [
          { value: 'plant-a', tooFew: false, failures: 31, people: 12, before: 9 },
          { value: 'plant-b', tooFew: false, failures: 8, people: 6, before: null },
          { value: 'office', tooFew: true, failures: null, people: null, before: null },
        ],
        cut: true,
      })
    const run = await call(['failures', '--by', 'site', '--since', '7d'])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /plant-a +31 +12 +9\n/)
    assert.match(run.out, /plant-b +8 +6 +no figure\n/)
    assert.match(run.out, /office +too few\nThere are more, with fewer failures/)
    assert.deepEqual(
      [fake.calls[0]?.query.get('by'), fake.calls[0]?.query.get('since')],
      ['site', '2026-02-24T08:00:00.000Z'],
    )
    assert.equal((await call(['failures'])).code, 2)
    assert.equal((await call(['failures', '--by', 'colour'])).code, 2)
    assert.equal((await call(['failures', '--by', 'site', '--since', 'once'])).code, 2)
  })

  test('R5: a pattern is shown with what repeats, and without a person where it is of many', async () => {
    const pattern = {
      dimension: 'site',
      value: 'plant-a',
      since: '2026-02-24T08:00:00.000Z',
      until: '2026-03-03T07:00:00.000Z',
      failures: 31,
      people: 12,
      before: 9,
      classes: { cancelled_or_timed_out: 30, verification_failed: 1 },
    }
    fake.answers[`GET cases/${caseId}`] = () => says({ ...wireStory(), request: null, pattern })
    const run = await call(['show', caseId])
    assert.equal(run.code, 0, run.err)
    assert.match(run.out, /Pattern: +31 failed logins of 12 people/)
    assert.match(run.out, /by site: plant-a/)
    assert.match(run.out, /in the span before: 9/)
    assert.match(run.out, /verification_failed: 1/)
    assert.doesNotMatch(run.out, /Person/)
  })
})
