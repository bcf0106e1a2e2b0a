import { isSamePerson } from '../../domain/approval/separation.ts'
import { BridgeError } from '../../domain/errors.ts'
import type { Instant, ReviewId } from '../../domain/ids.ts'
import { type Review, type ReviewReason, reviewReasons, severityOf } from '../../domain/review/review.ts'
import type { Actor, People } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { type OperationRefusal, refuse } from './refusal.ts'
import { type CaseRow, createSeeRows } from './see-rows.ts'

export type ListReviewsAsk = {
  reasons: readonly ReviewReason[] | undefined
  after: ReviewId | undefined
  /** 1 to 100. */
  limit: number
}

export type ReviewLine = Omit<Review, 'done' | 'realm'> & { severity: number; isOverdue: boolean; ageMs: number }

export type ListedReviews = { outcome: 'done'; reviews: readonly ReviewLine[]; next: ReviewId | undefined }

export type ListReviewsDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  findPolicy: FindPolicy
  people: Pick<People, 'find'>
}

/**
 * The queue of reviews that wait, the gravest first, then those due first; only what the caller may review or audit, and nothing
 * about themselves: whoever a case is about is told nothing of its reviews.
 * @throws BridgeError keycloak_unreachable, keycloak_refused, where what the caller may do hangs on who the subjects are
 */
export const createListReviews = ({ unitOfWork, clock, findPolicy, people }: ListReviewsDeps) => {
  const seeRows = createSeeRows(people)

  return async (actor: Actor, ask: ListReviewsAsk): Promise<ListedReviews | OperationRefusal> => {
    const now: Instant = clock()
    const part = await unitOfWork((tx) => read(tx, actor, ask, now))
    if (part === undefined) return refuse('no_active_policy')
    const { person } = actor
    const sightOf = await seeRows(actor, part.rows, { act: 'review', alsoAsk: () => person.identity !== undefined })
    const isForActor = (row: Row): boolean => {
      const { isSeen, subject } = sightOf(row)
      return isSeen && !isSamePerson({ id: row.user, identity: subject?.identity }, person)
    }
    const reviews = part.rows.filter(isForActor).map(({ review: { done: _done, realm: _realm, ...review } }) => ({
      ...review,
      severity: severityOf(review.reason),
      isOverdue: review.dueAt <= now,
      ageMs: now - review.openedAt,
    }))
    return { outcome: 'done', reviews, next: part.rows.length < ask.limit ? undefined : part.rows.at(-1)?.review.id }
  }

  /** A page of reviews with their cases; undefined without a policy. */
  async function read(
    tx: Transaction,
    { realm, person }: Actor,
    ask: ListReviewsAsk,
    now: Instant,
  ): Promise<{ rows: readonly Row[] } | undefined> {
    const { policy } = await findPolicy(tx, realm, '', now)
    if (policy === undefined && !person.roles.includes(auditorRole)) return undefined
    const reasons = ask.reasons ?? reviewReasons
    const rows: Row[] = []
    for (const review of await tx.reviews.due(realm, { after: ask.after, count: ask.limit, reasons })) {
      const current = await tx.cases.find(realm, review.case)
      if (current === undefined) throw new BridgeError('internal')
      const { user, profile } = current
      rows.push({ review, user, profile, policy, stored: await tx.decisions.find(realm, review.case) })
    }
    return { rows }
  }
}

type Row = CaseRow & { review: Review }

export type ListReviews = ReturnType<typeof createListReviews>
