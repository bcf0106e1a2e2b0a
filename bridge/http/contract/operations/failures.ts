import { z } from 'zod'
import { dimensions } from '../../../domain/pattern/dimension.ts'
import { time, timeIn } from './values.ts'

export const failuresQuery = z.strictObject({
  by: z.enum(dimensions).describe('What they are counted by; `user` for auditors alone.'),
  since: timeIn.optional().describe('Seven days before `until` where absent; a year before it at most.'),
  until: timeIn
    .optional()
    .describe('Now where absent. But for `user`, the whole hours that the span lies in are counted.'),
})

const figures = { failures: z.int().nullable(), people: z.int().nullable() }

export const countedFailures = z.strictObject({
  by: z.enum(dimensions),
  since: time,
  until: time,
  values: z.array(
    z.strictObject({
      value: z.string(),
      tooFew: z.boolean().describe('Fewer than five people: then no figure is told.'),
      ...figures,
      before: z
        .int()
        .nullable()
        .describe(
          'Failures of the span before; null where fewer than five people had them, or none, or where they were not counted or are not kept any more.',
        ),
    }),
  ),
  cut: z.boolean().describe('There are more values, with fewer failures, of which nothing is told.'),
})

/** Failures that repeat, as they were found (R5). */
export const pattern = z.strictObject({
  dimension: z.enum(dimensions),
  value: z.string(),
  since: time,
  until: time,
  failures: z.int(),
  people: z.int(),
  before: z.int().nullable().describe('As in the figures of failures.'),
  classes: z.record(z.string(), z.int()),
})
