import { asId, type EventId } from '../domain/ids.ts'
import { type DoJob, done } from './job-outcome.ts'
import type { Clock, Keycloak, Log, UnitOfWork } from './ports.ts'

export type ReadBackEventDeps = {
  unitOfWork: UnitOfWork
  keycloak: Pick<Keycloak, 'hasEvent'>
  clock: Clock
  log: Log
}

/**
 * Looks whether an event that Keycloak took still stands in its log; only that closes the row (I7). Absent means lost,
 * never done: the event is due again (A06).
 */
export const createReadBackEvent =
  ({ unitOfWork, keycloak, clock, log }: ReadBackEventDeps): DoJob =>
  async (job) => {
    const id = asId<EventId>(job.about)
    const row = await unitOfWork((tx) => tx.outbox.find(job.realm, id))
    if (row?.state !== 'written') return done
    const stands = await keycloak.hasEvent(row)
    await unitOfWork(async (tx) => {
      if ((await tx.outbox.find(row.realm, id))?.state !== 'written') return
      const dueAt = clock()
      await tx.outbox.mark(row.realm, id, stands ? 'confirmed' : 'due', dueAt)
      if (stands) return
      await tx.jobs.add({
        kind: 'deliver_event',
        realm: row.realm,
        lane: `deliver:${row.case}`,
        about: id,
        dueAt,
      })
    })
    if (!stands)
      log.warn('override event lost by Keycloak, sent again', { realm: row.realm, case: row.case, event: id })
    return done
  }
