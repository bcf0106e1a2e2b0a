import { BridgeError } from '../domain/errors.ts'
import { asId, type EventId } from '../domain/ids.ts'
import { type DoJob, done, type JobOutcome } from './job-outcome.ts'
import type { Clock, Job, Keycloak, Log, OutboxRow, Transaction, UnitOfWork } from './ports.ts'

export type DeliverEventDeps = {
  unitOfWork: UnitOfWork
  keycloak: Pick<Keycloak, 'writeEvent'>
  clock: Clock
  log: Log
  /** How old a written event must be before its read-back counts: Keycloak commits events after it answered. */
  readBackDelayMs: number
}

/**
 * Writes one override event to Keycloak, whose endpoint takes each id once (I7, A05). A 2xx closes nothing: it makes
 * the read-back due. An event Keycloak refuses for good is parked, so that it holds up no other (A07).
 */
export const createDeliverEvent = (deps: DeliverEventDeps): DoJob => {
  const { unitOfWork, keycloak, clock, log, readBackDelayMs } = deps

  return async (job) => {
    const id = asId<EventId>(job.about)
    const row = await unitOfWork((tx) => tx.outbox.find(job.realm, id))
    if (row?.state !== 'due') return done
    const result = await write(row)
    switch (result) {
      case 'in_flight':
        return { outcome: 'again' }
      case 'refused':
        return park(job, row)
      case 'written':
      case 'already_there':
        await unitOfWork((tx) => settle(tx, row, 'written'))
        return done
    }
  }

  async function write(row: OutboxRow) {
    try {
      return await keycloak.writeEvent(row)
    } catch (error) {
      if (error instanceof BridgeError && error.code === 'keycloak_refused') return 'refused'
      throw error
    }
  }

  async function park(job: Job, row: OutboxRow): Promise<JobOutcome> {
    if (!(await unitOfWork((tx) => settle(tx, row, 'parked')))) return done
    log.error('override event parked', { realm: row.realm, case: row.case, event: row.id, attempts: job.attempts })
    return { outcome: 'parked' }
  }

  /** False where another run of this job was faster: then nothing is left to write down. */
  async function settle(tx: Transaction, { realm, id }: OutboxRow, state: 'written' | 'parked'): Promise<boolean> {
    if ((await tx.outbox.find(realm, id))?.state !== 'due') return false
    const now = clock()
    await tx.outbox.mark(realm, id, state, now)
    if (state === 'written') {
      const dueAt = now + readBackDelayMs
      await tx.jobs.add({ kind: 'read_back_event', realm, lane: `read-back:${id}`, about: id, dueAt })
    }
    return true
  }
}
