import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { callCli, runCli } from '../../support/run-cli.ts'

const standard = 'bridge/policy/packs/standard.yaml'
const text = readFileSync(new URL(`../../../${standard}`, import.meta.url), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'fallback-bridge-cli-'))
const written = (name: string, content: string): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const changed = (name: string, from: string, to: string): string => {
  assert.ok(text.includes(from), from)
  return written(name, text.replace(from, to))
}
const json = async (...args: string[]) => {
  const run = await callCli([...args, '--json'])
  return { code: run.code, json: JSON.parse(run.out), err: run.err }
}

describe('commands on policy files', () => {
  after(() => rmSync(folder, { recursive: true }))

  test('check passes a policy, and needs no setting at all', async () => {
    const run = await runCli(['policy', 'check', standard])
    assert.deepEqual([run.code, run.err], [0, ''])
    assert.match(run.out, /No problems; \d+ tests passed\./)
    const asJson = await json('policy', 'check', standard)
    assert.equal(asJson.code, 0)
    assert.deepEqual([asJson.json.ok, asJson.json.problems, asJson.json.tests.failed], [true, [], []])
    assert.match(asJson.json.digest, /^[0-9a-f]{64}$/)
  })

  test('check reads standard input for -', async () => {
    assert.equal((await runCli(['policy', 'check', '-'], { input: text })).code, 0)
  })

  test('check tells a problem as file:line:column: sentence [code], and exits with 1', async () => {
    const file = changed('generous.yaml', 'attempts: 5 ', 'attempts: 500 ')
    const run = await callCli(['policy', 'check', file])
    const line = text.slice(0, text.indexOf('attempts: 5 ')).split('\n').length
    assert.equal(run.code, 1)
    assert.match(run.out, new RegExp(`^${file}:${line}:\\d+: .*attempts.* \\[\\w+\\]\\n`))
    const { json: document } = await json('policy', 'check', file)
    assert.deepEqual([document.ok, document.problems.length, document.problems[0].line], [false, 1, line])
  })

  test('R27: check runs the policy’s own tests, and a failed one fails it', async () => {
    const file = changed('failing.yaml', 'band: self-service, score: 0,', 'band: self-service, score: 1,')
    const run = await callCli(['policy', 'check', file])
    assert.equal(run.code, 1)
    assert.match(run.out, /score was expected to be 1 and is 0/)
    const tests = await json('policy', 'test', file)
    assert.equal(tests.code, 1)
    assert.equal(tests.json.tests.filter(({ passed }: { passed: boolean }) => !passed).length, 1)
    assert.match((await callCli(['policy', 'test', file])).out, /FAILED {2}a cancelled passkey/)
  })

  test('a file that cannot be read is wrong usage', async () => {
    for (const args of [
      ['check', 'nowhere.yaml'],
      ['test', 'nowhere.yaml'],
      ['render', 'nowhere.yaml'],
      ['explain', standard, '--facts', 'nowhere.json'],
      ['explain', standard],
      ['explain', '--case', 'x'],
    ]) {
      const run = await callCli(['policy', ...args])
      assert.deepEqual([run.code, run.out], [2, ''], args.join(' '))
    }
  })

  test('explain tells rule, score with its parts, paths and terms, from facts as tests write them', async () => {
    const facts = written(
      'facts.json',
      '{"zones":["anonymising"],"available":[{"check":"bridge-totp","ageSeconds":60}]}',
    )
    const run = await callCli(['policy', 'explain', standard, '--facts', facts])
    assert.equal(run.code, 0)
    for (const expected of [
      /^Decision: escalate\./,
      /Rule: +everybody else/,
      /Score: +25 of 100/,
      /\+15 {2}anonymising-network: /,
      /\+10 {2}factor-set-up-lately: /,
      /Band: +approval/,
      /\+ password-bridge-totp/,
      /- password-keycloak-otp: the person cannot pass keycloak-otp \[check_missing\]/,
      /approval by 1 of \/service-desk-leads/,
      / {2}30 minutes to answer; whoever asks is made sure of by call_back_on_record, video_and_id, in_person, manager_/,
      / {2}spoken, if confirmed within 15 minutes/,
    ]) {
      assert.match(run.out, expected)
    }
    const { json: document } = await json('policy', 'explain', standard, '--facts', facts)
    assert.equal(document.decision.outcome, 'escalate')
    assert.equal(document.explanation.score.total, 25)
  })

  test('R35: explain tells who ratifies afterwards, and nothing of being asked where nobody is', async () => {
    const pack = 'bridge/policy/packs/break-glass.yaml'
    const glass = await callCli([
      'policy',
      'explain',
      pack,
      '--facts',
      written('glass.json', '{"groups":["/break-glass"]}'),
    ])
    assert.match(glass.out, / {2}15 minutes to answer; /)
    assert.match(glass.out, / {2}ratified afterwards by \/security-analysts within 15 minutes/)
    const alone = await callCli(['policy', 'explain', standard, '--facts', written('alone.json', '{}')])
    assert.doesNotMatch(alone.out, /to answer|spoken|ratified/)
  })

  test('explain takes YAML from standard input, and tells what is wrong with facts', async () => {
    const input = 'missing: [failure]\n'
    const run = await callCli(['policy', 'explain', standard, '--facts', '-'], { input })
    assert.match(run.out, /No biometric step recorded a failure in this login\. \[failure_missing\]/)
    const wrong = await callCli(['policy', 'explain', standard, '--facts', '-'], { input: 'colour: red\n' })
    assert.equal(wrong.code, 2)
    assert.match(wrong.err, /colour/)
  })

  test('diff tells fields and decisions that change, with an example, and whether the change loosens', async () => {
    const stricter = changed('stricter.yaml', 'attempts: 5 ', 'attempts: 4 ')
    const run = await callCli(['policy', 'diff', standard, stricter])
    assert.equal(run.code, 0)
    assert.match(run.out, /stricter {2}profiles\.standard\.limits\.attempts: 5 → 4/)
    assert.match(run.out, /grant_alternate \(standard\) → grant_alternate \(standard\).*\n +as an ordinary login/)
    assert.match(run.out, /Not loosening/)
    const back = await json('policy', 'diff', stricter, standard)
    assert.deepEqual([back.code, back.json.isLoosening], [0, true])
    assert.match((await callCli(['policy', 'diff', standard, standard])).out, /No field differs\.\nNo decision differs/)
  })

  test('render and table write Markdown, or hold it in the document', async () => {
    for (const command of ['render', 'table']) {
      const run = await callCli(['policy', command, standard])
      assert.equal(run.code, 0)
      assert.match(run.out, /\| --- \|/)
      assert.equal((await json('policy', command, standard)).json.markdown.trim(), run.out.trim())
    }
  })

  test('commands on the database without its settings exit with 78 and name them', async () => {
    for (const args of [
      ['list'],
      ['history', '--realm', 'demo'],
      ['replay', '--realm', 'demo'],
      ['render', '12345678'],
      ['explain', '--case', 'x', '--realm', 'demo'],
      ['off', '--realm', 'demo', '--reason', 'because I say so'],
    ]) {
      const run = await callCli(['policy', ...args])
      assert.deepEqual([run.code, run.out], [78, ''], args.join(' '))
      assert.match(run.err, /FALLBACK_BRIDGE_\w+ is required/)
    }
  })

  test('a database file that is not there is not made', async () => {
    const env = { FALLBACK_BRIDGE_DATABASE_URL: `sqlite:${join(folder, 'none.db')}`, FALLBACK_BRIDGE_REALMS: 'demo' }
    assert.equal((await callCli(['policy', 'list'], { env })).code, 78)
    assert.equal((await callCli(['policy', 'list', '--realm', 'other'], { env })).code, 2)
  })

  test('a mistyped setting is refused here as by the bridge', async () => {
    const run = await runCli(['policy', 'list'], { env: { FALLBACK_BRIDGE_REALM: 'demo' } })
    assert.match(run.err, /FALLBACK_BRIDGE_REALM is no setting; is FALLBACK_BRIDGE_REALMS meant\?/)
  })
})
