import { z } from 'zod'
import { caseStates } from '../../../domain/case.ts'
import { person, time, timeIn } from './values.ts'

export const statisticsQuery = z.strictObject({
  since: timeIn.optional().describe('30 days before `until` where absent; a year before it at most.'),
  until: timeIn.optional().describe('Now where absent.'),
})

export const statistics = z.strictObject({
  since: time,
  until: time,
  cases: z.array(z.strictObject({ state: z.enum(caseStates), profile: z.string(), count: z.int() })),
  verbalPending: z.int().describe('Spoken approvals that wait to be confirmed.'),
  unratified: z.int().describe('Cases that were taken back because nobody confirmed or ratified.'),
  approvers: z
    .array(
      z.strictObject({
        person,
        approved: z.int(),
        denied: z.int(),
        medianSeconds: z.int(),
        hasty: z.int().describe('Decided in less time than reading takes.'),
      }),
    )
    .describe('How people decide; empty for everybody but auditors.'),
  cut: z.boolean().describe('There are more, older decisions, which the figures of approvers leave out.'),
})
