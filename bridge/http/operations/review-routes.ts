import { actedOn } from '../contract/operations/cases.ts'
import { countedFailures, failuresQuery } from '../contract/operations/failures.ts'
import { finding, listedReviews, listReviewsQuery } from '../contract/operations/reviews.ts'
import { statistics, statisticsQuery } from '../contract/operations/statistics.ts'
import { casePath, nothing } from '../contract/operations/values.ts'
import { answered, defineRoute } from './route.ts'
import { timeOf, wireActedOn } from './wire.ts'

const dayMs = 86_400_000
const usualSpanMs = 30 * dayMs

const listReviews = defineRoute({
  operation: 'listReviews',
  summary: 'The queue of reviews that wait, the gravest first, then the longest due.',
  method: 'get',
  path: '/v1/reviews',
  access: 'see',
  input: { path: nothing, query: listReviewsQuery, body: nothing },
  output: listedReviews,
  refusals: ['no_active_policy'],
  handler: ({ operations }, actor, { query: { kind, limit, after } }) =>
    answered(operations.listReviews(actor, { reasons: kind, limit, after }), ({ reviews, next }) => ({
      reviews: reviews.map((one) => ({
        id: one.id,
        kind: one.reason,
        case: one.case,
        openedAt: timeOf(one.openedAt),
        dueAt: timeOf(one.dueAt),
        severity: one.severity,
        overdue: one.isOverdue,
        ageSeconds: Math.floor(one.ageMs / 1000),
      })),
      next: next ?? null,
    })),
})

const recordReview = defineRoute({
  operation: 'recordReview',
  summary: 'Records what a reviewer found.',
  method: 'post',
  path: '/v1/cases/{case}/reviews',
  access: 'act',
  input: { path: casePath, query: nothing, body: finding },
  output: actedOn,
  refusals: [
    'case_unknown',
    'no_active_policy',
    'act_not_allowed',
    'finding_malformed',
    'review_unknown',
    'review_done',
    'kept_apart',
    'case_over',
  ],
  handler: ({ operations }, actor, { path, body: { review, ...found } }) =>
    answered(operations.recordReview(actor, { ...path, review, finding: found }), wireActedOn),
})

const readStatistics = defineRoute({
  operation: 'readStatistics',
  summary: 'Counts the cases of a span of time; numbers alone.',
  method: 'get',
  path: '/v1/statistics',
  access: 'see',
  input: { path: nothing, query: statisticsQuery, body: nothing },
  output: statistics,
  refusals: ['act_not_allowed', 'time_malformed'],
  handler: ({ operations, clock }, actor, { query }) => {
    const until = query.until ?? clock()
    const since = query.since ?? until - usualSpanMs
    return answered(operations.readStatistics(actor, { since, until }), (done) => ({
      since: timeOf(done.since),
      until: timeOf(done.until),
      cases: done.cases.map(({ state, profile, count }) => ({ state, profile, count })),
      verbalPending: done.verbalPending,
      unratified: done.unratified,
      approvers: done.approvers.map(({ person, name, approved, denied, medianSeconds, hasty }) => ({
        person: { id: person, name },
        approved,
        denied,
        medianSeconds,
        hasty,
      })),
      cut: done.isCut,
    }))
  },
})

const countFailures = defineRoute({
  operation: 'countFailures',
  summary: 'Counts the failed biometric checks of a span of time by one dimension.',
  method: 'get',
  path: '/v1/statistics/failures',
  access: 'see',
  input: { path: nothing, query: failuresQuery, body: nothing },
  output: countedFailures,
  refusals: ['act_not_allowed', 'time_malformed'],
  handler: ({ operations, clock }, actor, { query }) => {
    const until = query.until ?? clock()
    const since = query.since ?? until - 7 * dayMs
    return answered(operations.countFailures(actor, { dimension: query.by, since, until }), (done) => ({
      by: done.dimension,
      since: timeOf(done.since),
      until: timeOf(done.until),
      values: done.values.map((one) =>
        one.isTooFew
          ? { value: one.value, tooFew: true, failures: null, people: null, before: null }
          : { value: one.value, tooFew: false, failures: one.failures, people: one.people, before: one.before },
      ),
      cut: done.isCut,
    }))
  },
})

/** Reviews afterwards, and the numbers. */
export const reviewRoutes = [listReviews, recordReview, readStatistics, countFailures]
