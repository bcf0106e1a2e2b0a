import type { Policy } from '../domain/policy/policy.ts'
import { type CommandAnswer, faulty, notPassed } from './command-answer.ts'

/** One problem or warning of a document: where it stands, in which line and column, a sentence and a stable code. */
export type LocatedProblem = { line: number; column: number; at: string; sentence: string; code: string }

/** Reads a document; the whole of it is right, or every problem is told. */
export type ReadPolicyText = (
  text: string,
  source: { file: string },
) => { policy: Policy; warnings: readonly LocatedProblem[] } | { problems: readonly LocatedProblem[] }

/** The text of a file, of standard input for `-`; undefined where it cannot be read. */
export type ReadText = (file: string) => string | undefined

export type LoadPolicyDeps = { readText: ReadText; readPolicy: ReadPolicyText }

/** A document that was read, or what to answer because it was not. */
export type LoadedPolicy =
  | { file: string; text: string; policy: Policy; warnings: readonly LocatedProblem[] }
  | { answer: CommandAnswer }

/** Reads a policy file for a command. */
export const createLoadPolicy =
  ({ readText, readPolicy }: LoadPolicyDeps) =>
  (file: string): LoadedPolicy => {
    const text = readText(file)
    if (text === undefined) return { answer: fileFault(file) }
    const read = readPolicy(text, { file })
    if ('policy' in read) return { file, text, ...read }
    return {
      answer: notPassed(
        [
          ...problemLines(file, read.problems),
          `${file} is no policy that could be used: correct what is named above.`,
        ].join('\n'),
        { file, ok: false, problems: read.problems, warnings: [], tests: null },
      ),
    }
  }

export type LoadPolicy = ReturnType<typeof createLoadPolicy>

/** Problems as editors read them: `file:line:column: sentence [code]`. */
export const problemLines = (file: string, problems: readonly LocatedProblem[], kind = ''): string[] =>
  problems.map(({ line, column, sentence, code }) => `${file}:${line}:${column}: ${kind}${sentence} [${code}]`)

export const fileFault = (file: string): CommandAnswer =>
  faulty(
    'usage',
    'file_unreadable',
    `${file} cannot be read.`,
    'Name a file that is there and may be read, or - for standard input.',
  )
