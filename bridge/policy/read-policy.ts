import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { checkPolicy } from '../domain/policy/check-policy.ts'
import type { DocumentPath, DocumentProblemCode, DocumentWarningCode } from '../domain/policy/document-problem.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { policyDocument } from './document.ts'
import { documentToPolicy } from './document-to-policy.ts'
import { type Place, type ReadYaml, readYaml, type YamlProblemCode } from './read-yaml.ts'
import { sentenceAt, shownPlace } from './shown-place.ts'

/** Where something stands in a document: line and column from 1, `at` as `profiles.standard.limits.attempts`. */
type Located = Place & { file: string; at: string }

/** What is wrong with a document: a whole sentence that says what is allowed, and a stable code. */
export type PolicyProblem = Located & {
  sentence: string
  code: YamlProblemCode | DocumentProblemCode | 'digest_differs' | 'unknown_field' | 'missing_field' | 'wrong_value'
}

/** What is allowed and probably not meant. */
export type PolicyWarning = Located & { sentence: string; code: DocumentWarningCode }

/** A policy that may be used, or everything that is wrong with the document, in its order. */
export type PolicyReading =
  | { policy: Policy; warnings: readonly PolicyWarning[] }
  | { problems: readonly PolicyProblem[] }

/** Enough to correct a document by; a hostile one has thousands. */
const mostProblems = 100

/**
 * Reads a policy document and checks it: as YAML, then each part by itself, then all of them together; the first of
 * these with a problem ends it. The golden tests are not run (`runGoldenTests`).
 * @param file name of the file, for the problems only
 * @param sha256 digest the text must have, in hexadecimal digits
 */
export const readPolicy = (
  text: string,
  { file, sha256: expected }: { file: string; sha256?: string },
): PolicyReading => {
  const digest = digestOf(text)
  if (expected !== undefined && expected !== digest) {
    const sentence = `The document is not the one that is meant: its SHA-256 is ${digest}, not ${expected}.`
    return { problems: [{ file, line: 1, column: 1, at: '', sentence, code: 'digest_differs' }] }
  }
  const yaml = readYaml(text)
  if ('problems' in yaml) {
    const problems = yaml.problems.map((problem) => ({ ...problem, file, at: shownPlace(problem.at) }))
    return { problems }
  }
  const parsed = policyDocument.safeParse(yaml.value, { reportInput: true })
  if (!parsed.success)
    return {
      problems: inOrder(parsed.error.issues.slice(0, mostProblems).flatMap((issue) => problemsOf(issue, yaml, file))),
    }
  const policy = documentToPolicy(parsed.data, digest)
  const { problems, warnings } = checkPolicy(policy)
  if (problems.length > 0) return { problems: inOrder(problems.map((problem) => locate(problem, yaml, file))) }
  return { policy, warnings: warnings.map((warning) => locate(warning, yaml, file)) }
}

/**
 * Reads a document that was checked when it was added, and only its form: a check that a later release adds must not
 * change what an old version decided (R9). Undefined where it has not even the form.
 */
export const readCheckedPolicy = (text: string): Policy | undefined => {
  const yaml = readYaml(text)
  if ('problems' in yaml) return undefined
  const parsed = policyDocument.safeParse(yaml.value)
  return parsed.success ? documentToPolicy(parsed.data, digestOf(text)) : undefined
}

const digestOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

const inOrder = (problems: readonly PolicyProblem[]): readonly PolicyProblem[] =>
  [...problems].sort((a, b) => a.line - b.line || a.column - b.column).slice(0, mostProblems)

const locate = <Code>(
  { at, sentence, code }: { at: DocumentPath; sentence: string; code: Code },
  yaml: ReadYaml,
  file: string,
): Located & { sentence: string; code: Code } => ({
  file,
  ...yaml.placeOf(at),
  at: shownPlace(at),
  sentence: sentenceAt(at, sentence),
  code,
})

const problemsOf = (issue: z.core.$ZodIssue, yaml: ReadYaml, file: string): readonly PolicyProblem[] => {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, mostProblems)
      .map((key) => locate({ at: [...path, key], sentence: issue.message, code: 'unknown_field' as const }, yaml, file))
  }
  // The name of a record's member is wrong: zod tells the rule under the key's own issues.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  const isMissing = issue.code !== 'invalid_key' && issue.input === undefined
  const code = isMissing ? ('missing_field' as const) : ('wrong_value' as const)
  const sentence = isMissing ? `is missing: it ${message}` : message
  return [locate({ at: path, sentence, code }, yaml, file)]
}
