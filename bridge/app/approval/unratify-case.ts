import { nextState } from '../../domain/case.ts'
import { asId, type CaseId, type Instant } from '../../domain/ids.ts'
import { holdCase } from '../hold-case.ts'
import { type DoJob, done } from '../job-outcome.ts'
import type { Clock, UnitOfWork } from '../ports.ts'
import type { RevokeAccess } from './revoke-access.ts'

export type UnratifyCaseDeps = { unitOfWork: UnitOfWork; clock: Clock; revokeAccess: RevokeAccess }

/**
 * Takes a case back whose spoken approval nobody confirmed, or whose grant nobody ratified, in time (R36, R35). Looks at
 * what waits by then, so that a confirmation a moment before always counts.
 */
export const createUnratifyCase =
  ({ unitOfWork, clock, revokeAccess }: UnratifyCaseDeps): DoJob =>
  (job) =>
    unitOfWork(async (tx) => {
      const current = await holdCase(tx, job.realm, asId<CaseId>(job.about))
      if (current === undefined) return done
      const { realm, id } = current
      const at = clock()
      const spoken = (await tx.approvals.ofCase(realm, id)).filter(({ state }) => state === 'pending')
      const grant = await tx.ratifications.find(realm, id)
      const isGrantPending = grant?.state === 'pending'
      const times: Instant[] = [
        ...spoken.flatMap(({ confirmBy }) => (confirmBy === undefined ? [] : [confirmBy])),
        ...(isGrantPending ? [grant.dueAt] : []),
      ]
      if (times.length === 0) return done
      const first = Math.min(...times)
      if (at < first) return { outcome: 'again', at: first }
      for (const one of spoken) {
        if ((one.confirmBy ?? at) <= at) await tx.approvals.settle(realm, one.approval, 'lapsed', at)
      }
      if (isGrantPending && grant.dueAt <= at) {
        await tx.ratifications.settle(realm, id, { state: 'lapsed', by: undefined, at })
      }
      // A case that was over before is over; only its approval lapsed.
      if (nextState(current.state, 'unratify') !== undefined) {
        const reason = isGrantPending && grant.dueAt <= at ? 'not_ratified_in_time' : 'not_confirmed_in_time'
        await revokeAccess(tx, current, 'unratify', { actor: 'system', facts: { reason } })
      }
      return done
    })
