import type { Policy } from '../domain/policy/policy.ts'
import type { GoldenResult } from '../domain/policy/run-tests.ts'
import { counted } from '../policy/duration-words.ts'
import { type CommandAnswer, done, notPassed } from './command-answer.ts'
import { type LoadPolicy, problemLines } from './load-policy.ts'
import { goldenLines } from './policy-test.ts'

export type PolicyCheckDeps = { loadPolicy: LoadPolicy; runGoldenTests: (policy: Policy) => readonly GoldenResult[] }

/** `policy check <file>`: every problem and warning with its place, and whether the policy's own tests pass. */
export const createPolicyCheck =
  ({ loadPolicy, runGoldenTests }: PolicyCheckDeps) =>
  (file: string): CommandAnswer => {
    const loaded = loadPolicy(file)
    if ('answer' in loaded) return loaded.answer
    const { policy, warnings } = loaded
    const results = runGoldenTests(policy)
    const failed = results.filter(({ passed }) => !passed)
    const ok = failed.length === 0
    const text = [
      ...problemLines(file, warnings, 'warning: '),
      ...goldenLines(failed),
      `${file}: ${policy.name}, revision ${policy.revision}, ${policy.digest}`,
      ok
        ? `No problems; ${counted(results.length, 'test')} passed.`
        : `${counted(failed.length, 'test')} of ${results.length} failed: correct the policy or what the test expects.`,
    ].join('\n')
    const tests = {
      passed: results.length - failed.length,
      failed: failed.map(({ name, differences }) => ({ name, differences })),
    }
    const json = {
      file,
      ok,
      name: policy.name,
      revision: policy.revision,
      digest: policy.digest,
      problems: [],
      warnings,
      tests,
    }
    return ok ? done(text, json) : notPassed(text, json)
  }
