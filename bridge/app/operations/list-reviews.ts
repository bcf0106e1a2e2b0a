import { BridgeError } from '../../domain/errors.ts'
import type { Instant, ReviewId, UserId } from '../../domain/ids.ts'
import { mayAct } from '../../domain/policy/authority.ts'
import { isProfileName } from '../../domain/policy/ceilings.ts'
import type { Tier } from '../../domain/policy/facts.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { type Review, type ReviewReason, reviewReasons, severityOf } from '../../domain/review/review.ts'
import type { Actor, People } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { type OperationRefusal, refuse } from './refusal.ts'
import { createSeeRows } from './see-rows.ts'

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
 * The queue of reviews that wait, the gravest first, then those due first; only what the caller may review or audit.
 * @throws BridgeError keycloak_unreachable, keycloak_refused, where the caller is somebody's manager and may review for them
 */
export const createListReviews = ({ unitOfWork, clock, findPolicy, people }: ListReviewsDeps) => {
  const seeRows = createSeeRows(people)

  return async (actor: Actor, ask: ListReviewsAsk): Promise<ListedReviews | OperationRefusal> => {
    const now: Instant = clock()
    const part = await unitOfWork((tx) => read(tx, actor, ask, now))
    if (part === undefined) return refuse('no_active_policy')
    const isSeen = await seeRows(actor, part.rows, (row, subjectManager) => mayReview(actor, row, subjectManager))
    const reviews = part.rows.filter(isSeen).map(({ review: { done: _done, realm: _realm, ...review } }) => ({
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
      const stored = await tx.decisions.find(realm, review.case)
      rows.push({
        review,
        user: current.user,
        profile: current.profile,
        policy,
        tier: stored?.decision.assessment?.tier ?? 'privileged',
        subjectGroups: stored?.facts.groups,
      })
    }
    return { rows }
  }
}

/** A review with what the right to do it depends on, but for the subject's manager. */
type Row = {
  review: Review
  user: UserId
  profile: string
  policy: Policy | undefined
  tier: Tier
  subjectGroups: readonly string[] | undefined
}

const mayReview = ({ person }: Actor, row: Row, subjectManager: string | undefined): boolean => {
  const { policy, profile, tier, subjectGroups } = row
  if (person.roles.includes(auditorRole)) return true
  if (policy === undefined || !isProfileName(profile)) return false
  return mayAct(policy, person, { act: 'review', profile, tier, subjectGroups, subjectManager })
}

export type ListReviews = ReturnType<typeof createListReviews>
