import { longestReason, reasonOf, shortestReason } from '../app/policy/given-reason.ts'
import type { CaseCommandDeps } from './case-command.ts'
import { type CommandAnswer, faulty } from './command-answer.ts'

type Ask = CaseCommandDeps['ask']

/** A value that was given or asked for, or what to answer because there is none. */
export type Gotten<Value> = { value: Value } | { answer: CommandAnswer }

/** The reason that was given, else one asked for at the terminal. */
export const getReason = async (ask: Ask, given: string | undefined): Promise<Gotten<string>> => {
  const value = reasonOf(given ?? (await ask(`Reason (${shortestReason} to ${longestReason} characters): `)))
  return value === undefined ? { answer: reasonMissing } : { value }
}

const reasonMissing = faulty(
  'usage',
  'reason_malformed',
  `A reason of ${shortestReason} to ${longestReason} characters on one line is needed.`,
  'Give --reason; it is kept with the case.',
)

/** The three digits that the waiting person sees. */
export const getMatch = async (ask: Ask, given: string | undefined): Promise<Gotten<string>> => {
  const value = (given ?? (await ask('The three digits that the person’s page shows: ')))?.trim()
  return value !== undefined && /^[0-9]{3}$/.test(value) ? { value } : { answer: matchMissing }
}

const matchMissing = faulty(
  'usage',
  'match_malformed',
  'The number of three digits that the waiting person’s page shows is needed.',
  'Ask the person for it, having made sure who they are, and give --match, with its leading zeros.',
)

/** How the approver made sure who asks: one of those that the case takes. */
export const getMethod = async (
  ask: Ask,
  given: string | undefined,
  taken: readonly string[],
): Promise<Gotten<string>> => {
  const value = (given ?? (await ask(`How did you make sure who asks (${taken.join(', ')})? `)))?.trim()
  if (value !== undefined && taken.includes(value)) return { value }
  return {
    answer: faulty(
      'usage',
      'method_not_allowed',
      value === undefined
        ? 'It must be said how you made sure who asks.'
        : 'The policy does not take this way of making sure who asks.',
      `Give --method with one of: ${taken.join(', ')}.`,
    ),
  }
}

/** What an act needs before it is sent: `--yes`, or a yes at the terminal. Undefined where it may go on. */
export const whyNotConfirmed = async (
  ask: Ask,
  question: string,
  isConfirmed: boolean | undefined,
): Promise<CommandAnswer | undefined> => {
  if (isConfirmed === true) return undefined
  const said = await ask(`${question} (yes/no) `)
  if (said === undefined) {
    return faulty(
      'usage',
      'not_confirmed',
      'Nobody is here to say yes; nothing was sent.',
      'Run the command at a terminal, or add --yes once you have read what it shows.',
    )
  }
  return said.trim().toLowerCase() === 'yes'
    ? undefined
    : faulty('refused', 'not_confirmed', 'Nothing was sent.', 'Run the command again if you change your mind.')
}
