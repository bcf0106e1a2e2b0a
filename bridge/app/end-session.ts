import type { FallbackCase } from '../domain/case.ts'
import { asId, type CaseId } from '../domain/ids.ts'
import { holdCase } from './hold-case.ts'
import { type DoJob, done } from './job-outcome.ts'
import type { Clock, Job, Keycloak, Transaction, UnitOfWork } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import type { CallDueReviews } from './review/call-due-reviews.ts'

export type EndSessionDeps = {
  unitOfWork: UnitOfWork
  keycloak: Pick<Keycloak, 'findFallbackSession' | 'endFallbackSession'>
  clock: Clock
  recordChange: RecordChange
  callDueReviews: CallDueReviews
  /** When to look once more whether an ended session stayed away: Keycloak commits its end after it answered. */
  readBackDelayMs: number
}

/**
 * A refresh at the very moment of the end can bring the session back in Keycloak's cache: an end is looked after this
 * soon, and again for as long as it takes.
 */
const lookAgainMs = 1_000

/**
 * Ends the session of a case at its hard end, whatever the case's state by then, and is done only when Keycloak says
 * that the session is gone (I10). A session that a newer case has taken over is that case's to end.
 */
export const createEndSession = (deps: EndSessionDeps): DoJob => {
  const { unitOfWork, keycloak, clock, recordChange, callDueReviews, readBackDelayMs } = deps

  return async (job) => {
    const seen = await unitOfWork((tx) => tx.cases.find(job.realm, asId<CaseId>(job.about)))
    if (seen?.endsAt === undefined) return done
    if (clock() < seen.endsAt) return { outcome: 'again', at: seen.endsAt }
    const wasPresent = (await keycloak.findFallbackSession(seen.realm, seen.session))?.case === seen.id
    if (wasPresent) await keycloak.endFallbackSession(seen.realm, seen.session)
    await unitOfWork(async (tx) => {
      await record(tx, seen, wasPresent)
      if (wasPresent) await addReadBack(tx, job)
    })
    return wasPresent ? { outcome: 'again', at: clock() + lookAgainMs } : done
  }

  function addReadBack(tx: Transaction, { kind, realm, lane, about }: Job): Promise<void> {
    return tx.jobs.add({ kind, realm, lane, about, dueAt: clock() + readBackDelayMs })
  }

  async function record(tx: Transaction, { realm, id }: FallbackCase, wasPresent: boolean): Promise<void> {
    const current = await holdCase(tx, realm, id)
    const facts = { reason: 'end_time', sessionPresent: wasPresent }
    switch (current?.state) {
      case 'granted': {
        if (!wasPresent) {
          await recordChange(tx, current, 'expire', { actor: 'system', facts: { reason: 'no_login_in_time' } })
          return
        }
        const used = await recordChange(tx, current, 'use', { actor: `user:${current.user}`, facts: {} })
        await callDueReviews(tx, await recordChange(tx, used, 'end', { actor: 'system', facts }))
        return
      }
      case 'in_use':
        await callDueReviews(tx, await recordChange(tx, current, 'end', { actor: 'system', facts }))
        return
      default:
      // The case ended before; its session must be gone all the same.
    }
  }
}
