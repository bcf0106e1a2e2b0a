import { isWaiting } from '../domain/case.ts'
import { asId, type CaseId } from '../domain/ids.ts'
import { holdCase } from './hold-case.ts'
import { type DoJob, done } from './job-outcome.ts'
import type { Clock, UnitOfWork } from './ports.ts'
import type { RecordChange } from './record-change.ts'

export type ExpireCaseDeps = { unitOfWork: UnitOfWork; clock: Clock; recordChange: RecordChange }

/** Ends a case on which nobody decided, or no factor was proved, in time. A granted case has its own end, see confirm-session. */
export const createExpireCase =
  ({ unitOfWork, clock, recordChange }: ExpireCaseDeps): DoJob =>
  (job) =>
    unitOfWork(async (tx) => {
      const current = await holdCase(tx, job.realm, asId<CaseId>(job.about))
      if (current === undefined || !(current.state === 'awaiting_factor' || isWaiting(current.state))) return done
      if (clock() < current.expiresAt) return { outcome: 'again', at: current.expiresAt }
      const reason = isWaiting(current.state) ? 'no_decision_in_time' : 'no_factor_in_time'
      await recordChange(tx, current, 'expire', { actor: 'system', facts: { reason } })
      return done
    })
