import { Command, CommanderError } from 'commander'
import { terminalJson } from '../domain/terminal-text.ts'
import { answerOfError } from './answer-of-error.ts'
import { type CommandAnswer, exitCodes, faulty } from './command-answer.ts'

/** Runs a command's work and says its answer. */
export type Act = (work: () => CommandAnswer | Promise<CommandAnswer>) => Promise<void>

/** A group of commands (`policy …`): adds itself to the program. */
export type CommandGroup = (program: Command, act: Act) => void

export type ProgramParts = {
  version: string
  groups: readonly CommandGroup[]
  /** Standard output: answers alone. */
  write: (text: string) => void
  /** Standard error: faults, progress and prompts. */
  tell: (text: string) => void
}

/**
 * Runs the command line and gives its exit code. An answer goes to standard output, as text or, with `--json`, as one
 * JSON document and nothing else; a fault goes to standard error, with `--json` to standard output too.
 */
export const runProgram = async (args: readonly string[], parts: ProgramParts): Promise<number> => {
  const { version, groups, write, tell } = parts
  const wantsJson = args.includes('--json')
  let exit: number = exitCodes.done
  const say = (answer: CommandAnswer): void => {
    exit = exitCodes[answer.exit]
    if ('fault' in answer) {
      tell(`${answer.fault.sentence}\n${answer.fault.next}\n`)
      if (wantsJson) write(`${terminalJson(JSON.stringify({ error: answer.fault }))}\n`)
      return
    }
    write(wantsJson ? `${terminalJson(JSON.stringify(answer.json, null, 2))}\n` : endWithNewline(answer.text))
  }
  const act: Act = async (work) => {
    try {
      say(await work())
    } catch (error) {
      say(answerOfError(error) ?? unexpected(error))
    }
  }

  const program = new Command('fallback-bridge')
    .description('Work on the fallback of a Keycloak realm from the command line.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: tell })
    .showHelpAfterError('Add --help to see how this command is used.')
  for (const group of groups) group(program, act)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exit
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return exitCodes.done
    // Commander has told the sentence itself.
    if (wantsJson) write(`${JSON.stringify({ error: usageFault(error) })}\n`)
    return exitCodes.usage
  }
}

const endWithNewline = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

const usageFault = (error: CommanderError) => ({
  code: 'usage',
  sentence: error.message.replace(/^error: /, ''),
  next: 'Add --help to see how this command is used.',
})

/** A name of a class is all that is told: a message may quote what it was given. */
const unexpected = (error: unknown): CommandAnswer =>
  faulty(
    'refused',
    'internal',
    `The command failed by a fault of its own (${error instanceof Error ? error.name : 'unknown'}).`,
    'Run it again; if it fails again, tell the maintainers what you ran.',
  )
