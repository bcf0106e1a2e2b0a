import type { Policy } from '../domain/policy/policy.ts'
import type { GoldenResult } from '../domain/policy/run-tests.ts'
import { counted } from '../policy/duration-words.ts'
import { type CommandAnswer, done, notPassed } from './command-answer.ts'
import type { LoadPolicy } from './load-policy.ts'

export type PolicyTestDeps = { loadPolicy: LoadPolicy; runGoldenTests: (policy: Policy) => readonly GoldenResult[] }

/** `policy test <file>`: each test of the policy, passed or with its differences. */
export const createPolicyTest =
  ({ loadPolicy, runGoldenTests }: PolicyTestDeps) =>
  (file: string): CommandAnswer => {
    const loaded = loadPolicy(file)
    if ('answer' in loaded) return loaded.answer
    const results = runGoldenTests(loaded.policy)
    const failed = results.filter(({ passed }) => !passed).length
    const ok = failed === 0
    const text = [
      ...goldenLines(results),
      ok
        ? `${counted(results.length, 'test')} passed.`
        : `${counted(failed, 'test')} of ${results.length} failed: correct the policy or what the test expects.`,
    ].join('\n')
    const json = { file, ok, tests: results.map(({ name, passed, differences }) => ({ name, passed, differences })) }
    return ok ? done(text, json) : notPassed(text, json)
  }

/** Tests as people read them: a line each, and what differs below. */
export const goldenLines = (results: readonly GoldenResult[]): string[] =>
  results.flatMap(({ name, passed, differences }) => [
    `${passed ? 'passed' : 'FAILED'}  ${name}`,
    ...differences.map((difference) => `        ${difference}`),
  ])
