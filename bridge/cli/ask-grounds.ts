import { longestReason, reasonOf, shortestReason } from '../app/policy/given-reason.ts'
import { placePattern, seenDocuments } from '../domain/approval/made-sure.ts'
import type { Seen } from '../operations-client/create-operations.ts'
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
        : 'The policy does not take this way of making sure who asks, or another approver took it.',
      taken.length === 0
        ? 'No way is left; somebody has to say no.'
        : `Give --method with one of: ${taken.join(', ')}.`,
    ),
  }
}

/** Where the approver met the person and what they saw; undefined where they made sure in another way (R23). */
export const getSeen = async (
  ask: Ask,
  method: string,
  given: { place?: string; document?: string },
): Promise<Gotten<Seen | undefined>> => {
  const isGiven = given.place !== undefined || given.document !== undefined
  if (method !== 'in_person') return isGiven ? { answer: seenNotAsked } : { value: undefined }
  const place = (given.place ?? (await ask('Where did you meet the person (2 to 100 characters)? ')))?.trim()
  if (place === undefined || !placePattern.test(place)) return { answer: placeMissing }
  const question = `Which document did you see, without its number (${seenDocuments.join(', ')})? `
  const said = (given.document ?? (await ask(question)))?.trim()
  const document = seenDocuments.find((one) => one === said)
  return document === undefined ? { answer: documentMissing } : { value: { place, document } }
}

const seenNotAsked = faulty(
  'usage',
  'seen_not_asked',
  'A place and a document go with --method in_person alone.',
  'Leave --place and --document out, or say that you met the person.',
)

const placeMissing = faulty(
  'usage',
  'place_malformed',
  'Where you met the person is needed, in 2 to 100 characters on one line.',
  'Give --place, such as "Gate 3"; it is kept with the case.',
)

const documentMissing = faulty(
  'usage',
  'document_malformed',
  'Which kind of document you saw is needed.',
  `Give --document with one of: ${seenDocuments.join(', ')}. Its number is kept nowhere.`,
)

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
