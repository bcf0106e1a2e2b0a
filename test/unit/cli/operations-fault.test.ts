import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { callCaseCli } from '../../support/call-case-cli.ts'
import { caseId, type FakeOperations, refuses, startFakeOperations } from '../../support/fake-operations.ts'

describe('what a refused call says on the command line', () => {
  let fake: FakeOperations
  before(async () => {
    fake = await startFakeOperations()
  })
  after(() => fake.close())
  beforeEach(() => {
    fake.answers = {}
  })

  const call = async (...args: string[]) => {
    const { code, err } = await callCaseCli(args, {
      env: { FALLBACK_BRIDGE_OPERATIONS_URL: fake.url, FALLBACK_BRIDGE_ACCESS_TOKEN: 'the-token' },
      clock: () => Date.parse('2026-03-01T08:12:00.000Z'),
    })
    return { code, err }
  }

  test('R25: an auditor whose export waits for the blind second look is told of that look, not of a missing role', async () => {
    fake.answers[`GET cases/${caseId}/export`] = () => refuses(403, 'act_not_allowed', ['review'])
    const { code, err } = await call('export', caseId, '--out', '-')
    assert.equal(code, 1)
    assert.match(err, /blind second look/)
    assert.match(err, new RegExp(`case review ${caseId}`))
    assert.doesNotMatch(err, /roles do not hold|case show/)
  })

  test('whoever lacks the role for a case is sent to the case, for an export too', async () => {
    fake.answers[`GET cases/${caseId}/export`] = () => refuses(403, 'act_not_allowed')
    assert.match((await call('export', caseId, '--out', '-')).err, new RegExp(`case show ${caseId}`))
  })

  const figures: Readonly<Record<string, readonly [string, readonly string[], RegExp]>> = {
    chains: ['statistics/chains', [], /realm role fallback-auditor alone/],
    failures: ['statistics/failures', ['--by', 'user'], /roles that review or audit.*fallback-auditor.*--by user/],
    statistics: ['statistics', [], /authority matrix.*fallback-auditor/],
  }
  for (const [command, [path, options, next]] of Object.entries(figures)) {
    test(`R3: case ${command} says which role it needs, and of no case`, async () => {
      fake.answers[`GET ${path}`] = () => refuses(403, 'act_not_allowed')
      const { code, err } = await call(command, ...options)
      assert.equal(code, 1)
      assert.match(err, next)
      assert.doesNotMatch(err, /<case>|case show|on this case/)
    })
  }

  test('R12: whoever may not declare is not sent to a case that is not there', async () => {
    fake.answers['POST past-overrides'] = () => refuses(403, 'act_not_allowed')
    const about = ['--user', 'user-7', '--client', 'app', '--occurred-at', '2026-03-01T07:00:00Z']
    const { err } = await call(
      'declare',
      ...about,
      '--what',
      'The desk reset it.',
      '--reason',
      'Nobody else was there.',
    )
    assert.match(err, /does not allow you this act\.\nWhoever administers the policy/)
    assert.doesNotMatch(err, /<case>|case show|on this case/)
  })

  test('K12: an answer that is too large to be read is told as one, and not as an API that is away', async () => {
    fake.answers[`GET cases/${caseId}`] = () => ({ status: 500, body: { large: 'x'.repeat(5_000_000) } })
    const { code, err } = await call('show', caseId)
    assert.equal(code, 1)
    assert.match(err, /larger than the 4 MiB/)
    assert.doesNotMatch(err, /cannot be reached|run the command again/)
  })
})
