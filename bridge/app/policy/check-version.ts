import type { DocumentProblem } from '../../domain/policy/document-problem.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { GoldenResult } from '../../domain/policy/run-tests.ts'
import type { PolicyVersion, ReadPolicy } from './policy-ports.ts'

/** How a golden test of the policy went. */
export type TestResult = Pick<GoldenResult, 'name' | 'passed' | 'differences'>

export type CheckVersionDeps = {
  readPolicy: ReadPolicy
  /** Whatever is wrong with a policy; that its tests cover it is part of this. */
  checkPolicy: (policy: Policy) => { problems: readonly DocumentProblem[] }
  /** Runs the policy's own tests. */
  runGoldenTests: (policy: Policy) => readonly TestResult[]
}

/** Why a version must not be activated; `failures` are the tests that did not pass. */
export type VersionFault =
  | { reason: 'unreadable' }
  | { reason: 'problems'; problems: readonly DocumentProblem[] }
  | { reason: 'tests_failed'; failures: readonly TestResult[] }

/**
 * Reads a version's text again, checks it and runs its tests (R27). One whose text is not what its digest says is
 * unreadable.
 */
export const createCheckVersion =
  ({ readPolicy, checkPolicy, runGoldenTests }: CheckVersionDeps) =>
  ({ text, digest }: Pick<PolicyVersion, 'text' | 'digest'>): { policy: Policy } | VersionFault => {
    const policy = readPolicy(text)
    if (policy === undefined || policy.digest !== digest) return { reason: 'unreadable' }
    const { problems } = checkPolicy(policy)
    if (problems.length > 0) return { reason: 'problems', problems }
    const failures = runGoldenTests(policy).filter(({ passed }) => !passed)
    return failures.length > 0 ? { reason: 'tests_failed', failures } : { policy }
  }
