import { z } from 'zod'
import { chainFindingNames, chainFixes } from '../../../domain/approval/chain-findings.ts'
import { person, time, timeIn } from './values.ts'

export const chainsQuery = z.strictObject({
  since: timeIn.optional().describe('90 days before `until` where absent; a year before it at most.'),
  until: timeIn.optional().describe('Now where absent.'),
})

const chainFinding = z.strictObject({
  finding: z.enum(chainFindingNames),
  count: z.int().describe('The figure that stands out; for `slow`, seconds.'),
  of: z.int().nullable().describe('What it is counted among; null for `slow`.'),
  points: z.int(),
  fix: z.enum(chainFixes).describe('What can be done about it: a proposal to people.'),
  people: z.array(person).describe('Whom it is about, where that is some people and not the whole chain.'),
})

const figures = z.strictObject({
  decisions: z.int(),
  cases: z.int(),
  approved: z.int(),
  denied: z.int(),
  approvedPercent: z.int().nullable().describe('Of decisions, rounded down; null where they are too few.'),
  own: z.int().describe('Decisions without spoken ones.'),
  medianSeconds: z
    .int()
    .nullable()
    .describe('Of own decisions, from when the request was made: the most that somebody can have looked.'),
  hasty: z.int().describe('Own decisions less than five seconds after the request, or after the own decision before.'),
  outsideHours: z.int().nullable().describe('By the hours of the policy that is active now; null where none is.'),
  outsideHoursPercent: z.int().nullable(),
  spoken: z.int().describe('Yeses that somebody else wrote down, whatever became of them.'),
  fallen: z.int().describe('Of these, refused, or confirmed by nobody in time.'),
  returned: z.int().describe('Yeses for somebody who said yes for the same person in this span.'),
  unratified: z.int().describe('Cases let in ahead of a yes that never came.'),
})

const told = z
  .discriminatedUnion('standing', [
    z.strictObject({ standing: z.literal('too_few'), decisions: z.int() }),
    z.strictObject({
      standing: z.literal('known'),
      points: z
        .int()
        .describe('Of all findings; the order of the list. They say what to talk about and measure nothing.'),
      figures,
      findings: z.array(chainFinding),
    }),
  ])
  .describe('Of fewer than five decisions nothing is said.')

export const chains = z.strictObject({
  since: time,
  until: time,
  decisions: z.int().describe('How many were read.'),
  cut: z.boolean().describe('There are more, older ones, about which nothing is told.'),
  readFrom: time.describe('From when on decisions were read.'),
  chains: z
    .array(
      z.strictObject({
        profile: z.string(),
        demands: z.array(z.strictObject({ group: z.string(), count: z.int() })),
        evidenceReview: z.boolean(),
        busiest: z
          .strictObject({ person, cases: z.int(), of: z.int() })
          .nullable()
          .describe('Who took part in most cases.'),
        told,
      }),
    )
    .describe('The weakest first.'),
  approvers: z.array(z.strictObject({ person, told })).describe('Who has most to talk about first.'),
  decoys: z
    .array(z.strictObject({ person, approved: z.int(), decisions: z.int() }))
    .describe('Who decided about people who are made up: `approved` of `decisions`; who said yes most often first.'),
})
