import { asId, type CaseId } from '../domain/ids.ts'
import { holdCase } from './hold-case.ts'
import { type DoJob, done } from './job-outcome.ts'
import type { Clock, UnitOfWork } from './ports.ts'
import type { RecordChange } from './record-change.ts'

export type ExpireCaseDeps = { unitOfWork: UnitOfWork; clock: Clock; recordChange: RecordChange }

/** Ends a case on which no factor was proved in time. A granted case has its own end, see confirm-session. */
export const createExpireCase =
  ({ unitOfWork, clock, recordChange }: ExpireCaseDeps): DoJob =>
  (job) =>
    unitOfWork(async (tx) => {
      const current = await holdCase(tx, job.realm, asId<CaseId>(job.about))
      if (current?.state !== 'awaiting_factor') return done
      if (clock() < current.expiresAt) return { outcome: 'again', at: current.expiresAt }
      await recordChange(tx, current, 'expire', { actor: 'system', facts: { reason: 'no_factor_in_time' } })
      return done
    })
