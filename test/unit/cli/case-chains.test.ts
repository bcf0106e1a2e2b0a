import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { chainFindingNames, findingRules } from '../../../bridge/domain/approval/chain-findings.ts'
import { callCaseCli } from '../../support/call-case-cli.ts'
import { type FakeOperations, refuses, says, startFakeOperations } from '../../support/fake-operations.ts'

const figures = (differs: object = {}) => ({
  decisions: 12,
  cases: 6,
  approved: 11,
  denied: 1,
  approvedPercent: 91,
  own: 12,
  medianSeconds: 95,
  hasty: 3,
  outsideHours: 4,
  outsideHoursPercent: 33,
  spoken: 2,
  fallen: 1,
  returned: 0,
  unratified: 1,
  ...differs,
})
const lea = { id: 'user-9', name: 'lea' }
const tom = { id: 'user-8', name: 'tom' }
const finding = (name: (typeof chainFindingNames)[number], differs: object = {}) => ({
  finding: name,
  count: 7,
  of: 9,
  points: findingRules[name].points,
  fix: findingRules[name].fix,
  people: [],
  ...differs,
})
const known = (findings: readonly object[] = [], differs: object = {}) => ({
  standing: 'known',
  points: 55,
  figures: figures(differs),
  findings,
})
const chain = (profile: string, told: object, busiest: object | null = null) => ({
  profile,
  demands: [
    { group: '/analysts', count: 1 },
    { group: '/leads', count: 2 },
  ],
  evidenceReview: true,
  busiest,
  told,
})
const report = (differs: object = {}) => ({
  since: '2025-12-03T08:00:00.000Z',
  until: '2026-03-03T08:00:00.000Z',
  decisions: 15,
  cut: false,
  readFrom: '2025-12-03T08:00:00.000Z',
  chains: [],
  approvers: [],
  decoys: [],
  ...differs,
})

describe('approval chains on the command line', () => {
  let fake: FakeOperations
  before(async () => {
    fake = await startFakeOperations()
  })
  after(() => fake.close())
  afterEach(() => {
    fake.calls.length = 0
    fake.answers = {}
  })
  const call = (...args: string[]) =>
    callCaseCli(['chains', ...args], {
      env: { FALLBACK_BRIDGE_OPERATIONS_URL: fake.url, FALLBACK_BRIDGE_ACCESS_TOKEN: 'the-token' },
      clock: () => Date.parse('2026-03-03T08:00:00.000Z'),
    })
  const answers = (body: object) => {
    fake.answers['GET statistics/chains'] = () => says(body)
  }

  test('R58 C05: the weakest chain stands first, with what was found, its figure, the people and a proposal', async () => {
    const pair = finding('same_pair', { count: 5, of: 6, people: [lea, tom] })
    answers(
      report({
        chains: [
          chain('standard', known([pair, finding('rubber_stamped')]), { person: lea, cases: 5, of: 6 }),
          chain('privileged', { standing: 'too_few', decisions: 3 }),
        ],
        approvers: [{ person: lea, told: known([finding('slow', { count: 660, of: null })]) }],
      }),
    )
    const run = await call('--since', '90d')
    assert.equal(run.code, 0, run.err)
    assert.match(
      run.out,
      /^55 +12 +91% +1m +3 +33% +2 +1 +standard: 1 of \/analysts \+ 2 of \/leads, then evidence review$/m,
    )
    assert.match(run.out, /^ {2}busiest: lea \(user-9\), in 5 of 6 cases$/m)
    assert.match(
      run.out,
      /^ {2}the same two people said yes on 5 of the last 6 cases that took two: lea \(user-9\) and tom \(user-8\) \(30 points\)\n {4}proposed: let approvers take turns/m,
    )
    assert.match(run.out, /7 of 9 own decisions left no time to read \(25 points\)/)
    assert.match(run.out, /^ {2}half of the decisions took 11m or more/m)
    assert.ok(run.out.indexOf('standard: 1') < run.out.indexOf('privileged: 1'))
    assert.equal(fake.calls[0]?.query.get('since'), '2025-12-03T08:00:00.000Z')
    assert.equal(fake.calls[0]?.query.get('until'), null)
  })

  test('S07: who said yes to people who are made up stands in a table of its own', async () => {
    const decoys = [
      { person: lea, approved: 2, decisions: 3 },
      { person: tom, approved: 0, decisions: 1 },
    ]
    answers(report({ chains: [chain('standard', known())], decoys }))
    assert.match((await call()).out, /^YES TO DECOYS +OF +APPROVER\n2 +3 +lea \(user-9\)\n0 +1 +tom \(user-8\)\n\n/m)
    answers(report({ chains: [chain('standard', known())] }))
    assert.doesNotMatch((await call()).out, /decoy/i)
  })

  test('E7: what is too few is told as that, never as a share', async () => {
    const few = known([], { decisions: 2, approved: 2, denied: 0, approvedPercent: null, outsideHoursPercent: null })
    answers(
      report({
        chains: [chain('standard', few), chain('privileged', { standing: 'too_few', decisions: 3 })],
        approvers: [{ person: tom, told: { standing: 'too_few', decisions: 3 } }],
      }),
    )
    const { out } = await call()
    assert.match(out, /^- +3, too few +-.* privileged: /m)
    assert.match(out, /^- +3, too few +-.* tom \(user-8\)$/m)
    assert.match(out, /^55 +2 +2, too few .* standard: /m)
    assert.doesNotMatch(out, /%/)
  })

  test('R58: every finding and every fix has words of its own', async () => {
    const findings = chainFindingNames.map((name) => finding(name))
    answers(report({ chains: [chain('standard', known(findings))], approvers: [] }))
    const { out } = await call()
    const told = out.match(/^ {2}\S.*points?\)$/gm) ?? []
    assert.equal(new Set(told).size, chainFindingNames.length)
    for (const name of chainFindingNames) assert.doesNotMatch(out, new RegExp(`${name}|${findingRules[name].fix}`))
  })

  test('R58: no decisions, a report that was cut, and hours that nobody knows are said', async () => {
    answers(report())
    assert.match((await call()).out, /Nobody decided anything\.$/m)
    const cut = { decisions: 5_000, cut: true, readFrom: '2026-01-05T08:00:00.000Z' }
    const noHours = known([], { outsideHours: null, outsideHoursPercent: null, medianSeconds: null })
    answers(report({ ...cut, chains: [{ ...chain('standard', noHours), demands: [] }] }))
    const { out } = await call()
    assert.match(out, /Only the newest 5000 decisions were read, from 2026-01-05 08:00:00 UTC on\./)
    assert.match(out, /^55 +12 +91% +- +3 +not known .*standard: groups not known, then evidence review$/m)
  })

  test('R58: --json is the answer as it came; times that are none, and callers who are no auditors, are refused', async () => {
    answers(report())
    assert.deepEqual(JSON.parse((await call('--json')).out), report())
    fake.calls.length = 0
    assert.equal((await call('--since', 'soon')).code, 2)
    assert.equal((await call('--until', '2026-02-30')).code, 2)
    assert.deepEqual(fake.calls, [])
    fake.answers['GET statistics/chains'] = () => refuses(403, 'act_not_allowed')
    assert.deepEqual([(await call()).code, (await call()).out], [1, ''])
  })
})
