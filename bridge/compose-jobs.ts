import { createConfirmSession } from './app/confirm-session.ts'
import { createDeliverEvent } from './app/deliver-event.ts'
import { createEndSession } from './app/end-session.ts'
import { createExpireCase } from './app/expire-case.ts'
import type { Clock, Ids, Keycloak, Log, Metrics, UnitOfWork } from './app/ports.ts'
import { createReadBackEvent } from './app/read-back-event.ts'
import { createRecordChange } from './app/record-change.ts'
import { createJobWork } from './jobs/job-work.ts'
import { createJobRunner, type JobRunner } from './jobs/run-jobs.ts'
import type { Timer } from './jobs/timer.ts'

export type JobPorts = {
  unitOfWork: UnitOfWork
  keycloak: Keycloak
  clock: Clock
  ids: Ids
  timer: Timer
  random: () => number
  log: Log
  metrics: Pick<Metrics, 'jobRun'>
  /** Names this process in its leases. */
  owner: string
  readBackDelayMs: number
}

const concurrency = 8

/** Wires what runs behind the logins to the ports. */
export const composeJobs = (ports: JobPorts): JobRunner => {
  const { unitOfWork, keycloak, clock, ids, log, readBackDelayMs } = ports
  const recordChange = createRecordChange({ clock, ids })
  const work = createJobWork({
    deliverEvent: createDeliverEvent({ unitOfWork, keycloak, clock, log, readBackDelayMs }),
    readBackEvent: createReadBackEvent({ unitOfWork, keycloak, clock, log }),
    expireCase: createExpireCase({ unitOfWork, clock, recordChange }),
    confirmSession: createConfirmSession({ unitOfWork, keycloak, clock, log, recordChange }),
    endSession: createEndSession({ unitOfWork, keycloak, clock, recordChange, readBackDelayMs }),
  })
  const { timer, random, metrics, owner } = ports
  return createJobRunner({ unitOfWork, work, clock, timer, random, log, metrics, owner, concurrency })
}
