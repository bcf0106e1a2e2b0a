import { whyNotApart } from '../../domain/approval/separation.ts'
import { nextState } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId, Instant, ReviewId } from '../../domain/ids.ts'
import type { Finding } from '../../domain/review/review.ts'
import { type ActOnCase, mayDo } from '../operations/act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor } from '../people-ports.ts'
import type { Clock } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'

export type RecordReviewAsk = { case: CaseId; review: ReviewId; finding: Finding }

export type RecordReviewDeps = { actOnCase: ActOnCase; clock: Clock; sha256: Sha256; recordChange: RecordChange }

/** How far ahead an action may be put. */
const longestActionMs = 365 * 86_400_000

/**
 * Takes what a reviewer found (R25): one primary cause, a confidence, an action with its owner and its date. The reviewer
 * took no part in letting the person in, and a case that is looked at twice is looked at by two people.
 */
export const createRecordReview =
  (deps: RecordReviewDeps) =>
  (actor: Actor, ask: RecordReviewAsk): Promise<ActedOn | OperationRefusal> =>
    deps.actOnCase(actor, ask.case, async (tx, matter): Promise<ActedOn | OperationRefusal> => {
      const { current, participants } = matter
      const { realm, id } = current
      if (!mayDo(matter, 'review')) return refuse('act_not_allowed')
      const at = deps.clock()
      const wrong = whyMalformed(ask.finding, at)
      if (wrong.length > 0) return refuse('finding_malformed', wrong)
      const review = await tx.reviews.find(realm, ask.review)
      if (review?.case !== id) return refuse('review_unknown')
      if (review.done !== undefined) return refuse('review_done')
      const apart = whyNotApart(actor.person, 'reviewer', participants)
      if (apart !== undefined) return refuse('kept_apart', [apart])
      if (nextState(current.state, 'review') === undefined) return refuse('case_over', [current.state])
      const { id: by, name, identity } = actor.person
      await tx.reviews.finish(realm, ask.review, { ...ask.finding, by, byName: name, at })
      await tx.participants.add(realm, id, { part: 'reviewer', id: by, name, identity, at })
      const { cause, confidence, actionOwner, actionDue, action, note } = ask.finding
      const reviewed = await deps.recordChange(tx, current, 'review', {
        actor: `user:${by}`,
        facts: {
          review: ask.review,
          reason: review.reason,
          cause,
          confidence,
          actionOwner,
          actionDue,
          findingDigest: deps.sha256(`${action}\n${note}`),
        },
      })
      return { outcome: 'done', state: reviewed.state, version: reviewed.version }
    })

const whyMalformed = ({ action, actionOwner, actionDue, note }: Finding, at: Instant): readonly string[] => [
  ...(isPlain(action, 3, 500) ? [] : ['action']),
  ...(isPlain(actionOwner, 1, 255) ? [] : ['actionOwner']),
  ...(Number.isSafeInteger(actionDue) && actionDue >= at - 86_400_000 && actionDue <= at + longestActionMs
    ? []
    : ['actionDue']),
  ...(isPlain(note, 0, 2000) ? [] : ['note']),
]

const isPlain = (text: string, least: number, most: number): boolean =>
  text.length >= least && text.length <= most && text.isWellFormed() && !/\p{Cc}/u.test(text.replaceAll('\n', ' '))

export type RecordReview = ReturnType<typeof createRecordReview>
