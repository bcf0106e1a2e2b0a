import { z } from 'zod'
import { dimensions } from '../../../domain/pattern/dimension.ts'
import { time, timeIn } from './values.ts'

export const failuresQuery = z.strictObject({
  by: z.enum(dimensions).describe('What they are counted by; `user` for auditors alone.'),
  since: timeIn.optional().describe('Seven days before `until` where absent.'),
  until: timeIn.optional().describe('Now where absent.'),
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
      before: z.int().nullable().describe('Failures of the span before; null where counting had not begun by then.'),
    }),
  ),
})

/** Failures that repeat, as they were found (R5). */
export const pattern = z.strictObject({
  dimension: z.enum(dimensions),
  value: z.string(),
  since: time,
  until: time,
  failures: z.int(),
  people: z.int(),
  before: z.int().nullable(),
  classes: z.record(z.string(), z.int()),
})
