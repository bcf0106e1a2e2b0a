import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { caseGroup } from '../../bridge/cli/case-group.ts'
import { runProgram } from '../../bridge/cli/run-program.ts'
import { composeCaseCommands } from '../../bridge/compose-case-cli.ts'

export type CaseCliRun = { code: number; out: string; err: string; questions: readonly string[] }

export type CaseCliWishes = {
  env?: Readonly<Record<string, string>>
  /** What is typed at the terminal, in order; without it, there is no terminal. */
  typed?: readonly string[]
  clock?: () => number
}

/** A folder of this user's alone, for kept sign-ins. */
export const privateFolder = (): string => mkdtempSync(join(tmpdir(), 'fallback-bridge-run-'))

/** Runs `fallback-bridge case …` in this process. */
export const callCaseCli = async (
  args: readonly string[],
  { env = {}, typed, clock = () => Date.now() }: CaseCliWishes = {},
): Promise<CaseCliRun> => {
  const run = { out: '', err: '' }
  const questions: string[] = []
  const answers = [...(typed ?? [])]
  const tell = (text: string): void => {
    run.err += text
  }
  const commands = composeCaseCommands({
    environment: env,
    clock,
    tell: (line) => tell(`${line}\n`),
    ask: async (question) => {
      questions.push(question)
      return typed === undefined ? undefined : answers.shift()
    },
    userNumber: process.getuid?.(),
  })
  const write = (text: string): void => {
    run.out += text
  }
  const code = await runProgram(['case', ...args], { version: '0', groups: [caseGroup(commands)], write, tell })
  return { ...run, code, questions }
}
