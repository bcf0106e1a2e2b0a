import { decide } from './decide.ts'
import { type Decision, termsOf } from './decision.ts'
import { factsOfTest } from './ordinary-login.ts'
import type { GoldenTest, Policy } from './policy.ts'

/** How a golden test went: what differs from its expectation, one sentence each. */
export type GoldenResult = {
  name: string
  passed: boolean
  differences: readonly string[]
  decision: Decision
}

/** Decides every golden test of the policy and compares what the test names (R27). In the document's order. */
export const runGoldenTests = (policy: Policy): readonly GoldenResult[] =>
  policy.tests.map((test) => {
    const decision = decide(policy, factsOfTest(policy, test))
    const differences = differencesOf(test.expect, decision)
    return { name: test.name, passed: differences.length === 0, differences, decision }
  })

const differencesOf = (expect: GoldenTest['expect'], decision: Decision): readonly string[] => {
  const assessment = 'assessment' in decision ? decision.assessment : null
  const terms = termsOf(decision)
  return [
    ...compare('outcome', expect.outcome, decision.outcome),
    ...compare('profile', expect.profile, assessment?.profile),
    ...compare('reason', expect.reason, 'reason' in decision ? decision.reason : undefined),
    ...compare('band', expect.band, assessment?.band),
    ...compare('score', expect.score, assessment?.score.total),
    ...compare('paths', expect.paths?.join(', '), terms?.paths.map(({ id }) => id).join(', ')),
    ...compare(
      'approvals',
      expect.approvals,
      terms?.approvals.reduce((total, { count }) => total + count, 0),
    ),
  ]
}

const compare = (
  member: keyof GoldenTest['expect'],
  expected: string | number | undefined,
  got: string | number | undefined,
): readonly string[] =>
  expected === undefined || expected === got
    ? []
    : [`${member} was expected to be ${shown(expected)} and is ${shown(got)}.`]

const shown = (value: string | number | undefined): string =>
  value === undefined ? 'absent' : value === '' ? 'empty' : `${value}`
