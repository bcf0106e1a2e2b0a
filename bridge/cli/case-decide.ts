import type { ApprovalFacts } from '../domain/approval/approval-facts.ts'
import { type CaseStory, factsAsTheyCame } from '../operations-client/answers.ts'
import type { Grounds } from '../operations-client/create-operations.ts'
import { type Gotten, getMatch, getMethod, getReason, getSeen, whyNotConfirmed } from './ask-grounds.ts'
import type { CaseCommandDeps, Operations, OperationsOptions } from './case-command.ts'
import { decisionText } from './case-text.ts'
import { type CommandAnswer, done, faulty } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { timeWords } from './time-words.ts'

export type DecideOptions = OperationsOptions & {
  match?: string
  method?: string
  place?: string
  document?: string
  reason?: string
  yes?: boolean
}

export type CaseDecideDeps = CaseCommandDeps & {
  /** The digest that the bridge binds a decision to, of exactly these facts. */
  digestOfFacts: (facts: ApprovalFacts) => string
}

/**
 * `case approve`, `case deny` and `case verbal`: show the facts, ask, and send the decision bound to exactly what was
 * shown. The digest is computed here too: a bridge that showed other facts than it would bind the decision to is found
 * out before anything is sent.
 */
export const createCaseDecide = (deps: CaseDecideDeps) => {
  const { withOperations, ask, tell, clock, digestOfFacts } = deps

  const approve = (id: string, options: DecideOptions): Promise<CommandAnswer> =>
    decide(id, options, async (operations, story, request) => {
      const grounds = await getGrounds(options, request.methods)
      if ('answer' in grounds) return grounds.answer
      const refused = await whyNotConfirmed(ask, 'Approve?', options.yes)
      if (refused !== undefined) return refused
      const decided = await operations.approve(id, { ...shownOf(story, request), ...grounds.value })
      if (decided.outcome !== 'done') return operationsFault(decided, id)
      const { state, approvals } = decided.value
      const open = approvals.filter(({ count, given }) => given < count)
      return done(
        [
          `Approved. The case is now ${state}.`,
          ...(state === 'denied' ? decoyLines : []),
          ...open.map(({ group, count, given }) => `Still asked: ${count - given} of ${group}.`),
        ].join('\n'),
        decided.json,
      )
    })

  /** A denial needs no number: whoever doubts says no. */
  const deny = (
    id: string,
    options: Pick<DecideOptions, 'reason' | 'yes'> & OperationsOptions,
  ): Promise<CommandAnswer> =>
    decide(id, options, async (operations, story, request) => {
      const reason = await getReason(ask, options.reason)
      if ('answer' in reason) return reason.answer
      const refused = await whyNotConfirmed(ask, 'Deny?', options.yes)
      if (refused !== undefined) return refused
      const decided = await operations.deny(id, { ...shownOf(story, request), reason: reason.value })
      return decided.outcome === 'done'
        ? done(`Denied. The case is now ${decided.value.state}.`, decided.json)
        : operationsFault(decided, id)
    })

  /** Writes down what somebody else said aloud; they must confirm it themselves. */
  const verbal = (id: string, options: DecideOptions & { approver: string }): Promise<CommandAnswer> =>
    decide(id, options, async (operations, story, request) => {
      const { verbalWithinSeconds, methods } = request
      if (verbalWithinSeconds === null) return verbalNotTaken(id)
      const grounds = await getGrounds(options, methods)
      if ('answer' in grounds) return grounds.answer
      const refused = await whyNotConfirmed(ask, `Write down that ${options.approver} said yes?`, options.yes)
      if (refused !== undefined) return refused
      const { approver } = options
      const recorded = await operations.recordVerbally(id, { ...shownOf(story, request), ...grounds.value, approver })
      if (recorded.outcome !== 'done') return operationsFault(recorded, id)
      const { state, confirmBy } = recorded.value
      return done(
        [
          `Written down. The case is now ${state}.`,
          ...(state === 'denied'
            ? decoyLines
            : [
                `The approver must confirm it until ${timeWords(confirmBy)}, else it is all taken back:`,
                `  fallback-bridge case confirm ${id}`,
              ]),
        ].join('\n'),
        recorded.json,
      )
    })

  return { approve, deny, verbal }

  async function decide(
    id: string,
    options: OperationsOptions,
    work: (operations: Operations, story: CaseStory, request: Request) => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    return withOperations(options, async (operations) => {
      const shown = await operations.showCase(id)
      if (shown.outcome !== 'done') return operationsFault(shown, id)
      const { request } = shown.value
      if (request === null) return nothingToDecide(id, shown.value.case.state)
      if (digestOf(shown.json) !== request.factsDigest) return factsNotBound
      for (const line of decisionText(shown.value, clock())) tell(line)
      return work(operations, shown.value, request)
    })
  }

  /** Of the facts as they came, before any character was made harmless for the terminal. */
  function digestOf(json: unknown): string | undefined {
    const facts = factsAsTheyCame(json)
    try {
      return facts === undefined ? undefined : digestOfFacts(facts)
    } catch {
      return undefined
    }
  }

  async function getGrounds(options: DecideOptions, methods: readonly string[]): Promise<Gotten<Grounds>> {
    const method = await getMethod(ask, options.method, methods)
    if ('answer' in method) return method
    const seen = await getSeen(ask, method.value, options)
    if ('answer' in seen) return seen
    const match = await getMatch(ask, options.match)
    if ('answer' in match) return match
    const reason = await getReason(ask, options.reason)
    if ('answer' in reason) return reason
    const grounds = { match: match.value, method: method.value, reason: reason.value }
    return { value: seen.value === undefined ? grounds : { ...grounds, seen: seen.value } }
  }
}

/** A yes that denies: nothing else leads there. */
const decoyLines: readonly string[] = [
  'The person is made up: nobody is let in. Whoever told you the number is not who they said they were.',
  'Such requests are made to see how people decide, and show up in the report of chains. Nothing else follows from them here.',
]

type Request = NonNullable<CaseStory['request']>

const shownOf = ({ case: { version } }: CaseStory, { factsDigest }: Request) => ({ version, factsDigest })

const nothingToDecide = (id: string, state: string): CommandAnswer =>
  faulty(
    'refused',
    'nothing_to_decide',
    `Nobody was asked to decide on this case; it is ${state}.`,
    `Look at it: fallback-bridge case show ${id}`,
  )

const verbalNotTaken = (id: string): CommandAnswer =>
  faulty(
    'refused',
    'verbal_not_allowed',
    'The policy takes no spoken approval for this case.',
    `The approver has to decide on their own: fallback-bridge case approve ${id}`,
  )

const factsNotBound = faulty(
  'refused',
  'facts_not_bound',
  'The bridge shows other facts than those it would bind your decision to; nothing was sent.',
  'Decide nothing. Tell whoever runs the bridge, and the security team.',
)
