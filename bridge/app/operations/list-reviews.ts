import type { Instant, ReviewId } from '../../domain/ids.ts'
import { hasAuthority, mayAct } from '../../domain/policy/authority.ts'
import { isProfileName } from '../../domain/policy/ceilings.ts'
import { type Review, type ReviewReason, reviewReasons, severityOf } from '../../domain/review/review.ts'
import type { Actor } from '../people-ports.ts'
import type { FindPolicy } from '../policy/find-policy.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import { auditorRole } from './act-on-case.ts'
import { type OperationRefusal, refuse } from './refusal.ts'

export type ListReviewsAsk = {
  reasons: readonly ReviewReason[] | undefined
  after: ReviewId | undefined
  /** 1 to 100. */
  limit: number
}

export type ReviewLine = Omit<Review, 'done' | 'realm'> & { severity: number; isOverdue: boolean; ageMs: number }

export type ListedReviews = { outcome: 'done'; reviews: readonly ReviewLine[]; next: ReviewId | undefined }

/** The queue of reviews that wait, the gravest first, then those due first; only what the caller may review or audit. */
export const createListReviews =
  ({ unitOfWork, clock, findPolicy }: { unitOfWork: UnitOfWork; clock: Clock; findPolicy: FindPolicy }) =>
  (actor: Actor, ask: ListReviewsAsk): Promise<ListedReviews | OperationRefusal> =>
    unitOfWork(async (tx) => {
      const now: Instant = clock()
      const { realm, person } = actor
      const { policy } = await findPolicy(tx, realm, '', now)
      const isAuditor = person.roles.includes(auditorRole)
      if (policy === undefined && !isAuditor) return refuse('no_active_policy')
      const page = await tx.reviews.due(realm, {
        after: ask.after,
        count: ask.limit,
        reasons: ask.reasons ?? reviewReasons,
      })
      const reviews: ReviewLine[] = []
      for (const { done: _done, realm: _realm, ...review } of page) {
        const current = await tx.cases.find(realm, review.case)
        const stored = await tx.decisions.find(realm, review.case)
        const about = {
          tier: stored?.decision.assessment?.tier ?? ('privileged' as const),
          subjectGroups: stored?.facts.groups,
        }
        const isShown =
          isAuditor ||
          (policy !== undefined &&
            current !== undefined &&
            isProfileName(current.profile) &&
            hasAuthority(policy, person.roles, { ...about, profile: current.profile }) &&
            mayAct(policy, person.roles, { ...about, profile: current.profile, act: 'review' }))
        if (!isShown) continue
        reviews.push({
          ...review,
          severity: severityOf(review.reason),
          isOverdue: review.dueAt <= now,
          ageMs: now - review.openedAt,
        })
      }
      return { outcome: 'done', reviews, next: page.length < ask.limit ? undefined : page.at(-1)?.id }
    })

export type ListReviews = ReturnType<typeof createListReviews>
