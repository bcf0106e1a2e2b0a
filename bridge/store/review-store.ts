import { sql } from 'kysely'
import { z } from 'zod'
import type { ReviewStore } from '../app/people-ports.ts'
import { BridgeError } from '../domain/errors.ts'
import { asId } from '../domain/ids.ts'
import { confidences, primaryCauses, type Review, reviewReasons, severityOf } from '../domain/review/review.ts'
import type { Executor } from './database.ts'
import { countOf, integerColumn, optionalColumn, rowsOf } from './query.ts'

const finding = z.object({
  cause: z.enum(primaryCauses),
  confidence: z.enum(confidences),
  action: z.string(),
  action_owner: z.string(),
  action_due: integerColumn,
  note: z.string(),
  person_id: z.string(),
  person_name: z.string(),
  done_at: integerColumn,
})

const reviewRow = z
  .looseObject({
    realm: z.string(),
    id: z.string(),
    case_id: z.string(),
    reason: z.enum(reviewReasons),
    opened_at: integerColumn,
    due_at: integerColumn,
    done_at: optionalColumn(integerColumn),
  })
  .transform(
    (row): Review => ({
      realm: asId(row.realm),
      id: asId(row.id),
      case: asId(row.case_id),
      reason: row.reason,
      openedAt: row.opened_at,
      dueAt: row.due_at,
      done: row.done_at === undefined ? undefined : doneOf(row),
    }),
  )

const doneOf = (row: unknown): NonNullable<Review['done']> => {
  const { action_owner, action_due, person_id, person_name, done_at, ...found } = finding.parse(row)
  return {
    ...found,
    actionOwner: action_owner,
    actionDue: action_due,
    by: asId(person_id),
    byName: person_name,
    at: done_at,
  }
}

const placeRow = z.object({ severity: integerColumn, due_at: integerColumn })

const columns = sql.raw(
  'realm, id, case_id, reason, opened_at, due_at, person_id, person_name, done_at, cause, confidence, action, ' +
    'action_owner, action_due, note',
)

/** What is looked at afterwards; a case once for each reason, and each review done once. */
export const createReviewStore = (executor: Executor): ReviewStore => ({
  open: async ({ realm, id, case: about, reason, openedAt, dueAt }) => {
    const opened = await countOf(
      executor,
      sql`insert into review (realm, id, case_id, reason, severity, opened_at, due_at)
        values (${realm}, ${id}, ${about}, ${reason}, ${severityOf(reason)}, ${openedAt}, ${dueAt})
        on conflict do nothing returning id`,
    )
    return opened === 1
  },

  find: async (realm, id) => {
    const [row] = await rowsOf(
      executor,
      reviewRow,
      sql`select ${columns} from review where realm = ${realm} and id = ${id}`,
    )
    return row
  },

  ofCase: (realm, id) =>
    rowsOf(
      executor,
      reviewRow,
      sql`select ${columns} from review where realm = ${realm} and case_id = ${id} order by opened_at, id`,
    ),

  due: async (realm, { after, count, reasons }) => {
    const [place] =
      after === undefined
        ? []
        : await rowsOf(
            executor,
            placeRow,
            sql`select severity, due_at from review where realm = ${realm} and id = ${after}`,
          )
    // The place of a review that was done meanwhile still stands; one that never was is the end.
    if (after !== undefined && place === undefined) return []
    const behind =
      place === undefined ? sql`` : sql`and (severity, due_at, id) > (${place.severity}, ${place.due_at}, ${after})`
    return rowsOf(
      executor,
      reviewRow,
      sql`select ${columns} from review
        where realm = ${realm} and done_at is null and reason in (${sql.join(reasons)}) ${behind}
        order by severity, due_at, id limit ${count}`,
    )
  },

  finish: async (realm, id, done) => {
    const finished = await countOf(
      executor,
      sql`update review set person_id = ${done.by}, person_name = ${done.byName}, done_at = ${done.at},
          cause = ${done.cause}, confidence = ${done.confidence}, action = ${done.action},
          action_owner = ${done.actionOwner}, action_due = ${done.actionDue}, note = ${done.note}
        where realm = ${realm} and id = ${id} and done_at is null returning id`,
    )
    if (finished !== 1) throw new BridgeError('case_conflict')
  },
})
