import { z } from 'zod'
import { confidences, primaryCauses, reviewReasons } from '../../../domain/review/review.ts'
import { count, day, dayIn, listOf, person, prose, reviewId, time } from './values.ts'

export const listReviewsQuery = z.strictObject({
  kind: listOf(z.enum(reviewReasons)),
  limit: count(100, 50),
  after: reviewId.optional().describe('`next` of the page before.'),
})

const review = { id: z.string(), kind: z.enum(reviewReasons), openedAt: time, dueAt: time }

export const reviewLine = z.strictObject({
  ...review,
  case: z.string(),
  severity: z.int().describe('1 is looked at first.'),
  overdue: z.boolean(),
  ageSeconds: z.int(),
})
export const listedReviews = z.strictObject({ reviews: z.array(reviewLine), next: z.string().nullable() })

export const finding = z.strictObject({
  review: reviewId,
  cause: z.enum(primaryCauses),
  confidence: z.enum(confidences),
  action: prose.describe('What is done about it; 3 to 500 characters.'),
  actionOwner: prose.describe('User name of whoever does it.'),
  actionDue: dayIn.describe('Until when; today to a year from now.'),
  note: prose.default(''),
})

/** A review as the story of its case shows it. */
export const storyReview = z.strictObject({
  ...review,
  done: z
    .strictObject({
      by: person,
      at: time,
      cause: z.enum(primaryCauses),
      confidence: z.enum(confidences),
      action: z.string(),
      actionOwner: z.string(),
      actionDue: day,
      note: z.string(),
    })
    .nullable(),
})
