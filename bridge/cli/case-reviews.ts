import type { CaseCommandDeps, Operations, OperationsOptions } from './case-command.ts'
import { limitFault } from './case-list.ts'
import { type CommandAnswer, done, faulty, pending } from './command-answer.ts'
import { operationsFault } from './operations-fault.ts'
import { tableLines } from './text-table.ts'
import { shortSpan, timeWords } from './time-words.ts'

export type ReviewsOptions = OperationsOptions & {
  kind?: readonly string[]
  limit: string
  after?: string
  check?: boolean
}

export type ReviewOptions = OperationsOptions & {
  review?: string
  cause: string
  confidence: string
  action: string
  owner: string
  due: string
  note?: string
}

/** `case reviews`, the queue, and `case review`, what was found. */
export const createCaseReviews = ({ withOperations, clock }: CaseCommandDeps) => ({
  queue: async (options: ReviewsOptions): Promise<CommandAnswer> => {
    const { kind, limit, after, check } = options
    if (!/^[0-9]{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > 100) return limitFault
    return withOperations(options, async (operations) => {
      const listed = await operations.listReviews({ kind, limit, after })
      if (listed.outcome !== 'done') return operationsFault(listed)
      const { reviews, next } = listed.value
      const now = clock()
      const rows = reviews.map((one) => [
        String(one.severity),
        one.kind,
        one.case,
        one.id,
        shortSpan(now - one.openedAt),
        one.overdue ? `OVERDUE since ${timeWords(one.dueAt)}` : timeWords(one.dueAt),
      ])
      const lines = [
        ...(reviews.length === 0
          ? ['No review waits for you.']
          : tableLines(['SEVERITY', 'KIND', 'CASE', 'REVIEW', 'AGE', 'DUE'], rows)),
        ...(next === null ? [] : [`There may be more: add --after ${next}`]),
      ]
      return (check === true && reviews.length > 0 ? pending : done)(lines.join('\n'), listed.json)
    })
  },

  record: async (id: string, options: ReviewOptions): Promise<CommandAnswer> => {
    const { cause, confidence, action, owner, due, note = '' } = options
    if (!/^\d{4}-\d{2}-\d{2}$/.test(due) || Number.isNaN(Date.parse(due))) return dueFault
    return withOperations(options, async (operations) => {
      const review = options.review === undefined ? await onlyOpen(operations, id) : { id: options.review }
      if ('answer' in review) return review.answer
      const recorded = await operations.review(id, {
        review: review.id,
        cause,
        confidence,
        action,
        actionOwner: owner,
        actionDue: due,
        note,
      })
      return recorded.outcome === 'done'
        ? done(`Recorded. The case is now ${recorded.value.state}.`, recorded.json)
        : operationsFault(recorded, id)
    })
  },
})

/** Where one review of a case is open, it need not be named. */
const onlyOpen = async (operations: Operations, id: string): Promise<{ id: string } | { answer: CommandAnswer }> => {
  const shown = await operations.showCase(id)
  if (shown.outcome !== 'done') return { answer: operationsFault(shown, id) }
  const open = shown.value.reviews.filter(({ done: finding }) => finding === null)
  const [only] = open
  if (only !== undefined && open.length === 1) return { id: only.id }
  if (only === undefined) {
    return {
      answer: faulty(
        'refused',
        'review_unknown',
        'No review of this case is open.',
        'See the queue: fallback-bridge case reviews',
      ),
    }
  }
  return {
    answer: faulty(
      'usage',
      'review_ambiguous',
      `Several reviews of this case are open: ${open.map((one) => `${one.id} (${one.kind})`).join(', ')}.`,
      'Give --review with one of them.',
    ),
  }
}

const dueFault = faulty(
  'usage',
  'date_malformed',
  '--due is no day.',
  'Give a day from today to a year from now: 2027-01-31.',
)
