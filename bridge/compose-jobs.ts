import { createUnratifyCase } from './app/approval/unratify-case.ts'
import { createConfirmSession } from './app/confirm-session.ts'
import { createDeliverEvent } from './app/deliver-event.ts'
import { createEndSession } from './app/end-session.ts'
import { createExpireCase } from './app/expire-case.ts'
import { createSendNotice, type SendNoticeDeps } from './app/notice/send-notice.ts'
import type { People } from './app/people-ports.ts'
import type { Keycloak, Log, Metrics, UnitOfWork } from './app/ports.ts'
import { createReadBackEvent } from './app/read-back-event.ts'
import { composeRecording, type RecordingPorts } from './compose-recording.ts'
import { createJobWork } from './jobs/job-work.ts'
import { createJobRunner, type JobRunner } from './jobs/run-jobs.ts'
import type { Timer } from './jobs/timer.ts'

export type JobPorts = RecordingPorts & {
  unitOfWork: UnitOfWork
  keycloak: Keycloak
  people: People
  /** How notices become texts and leave; senders are absent where they are not set up. */
  notices: Pick<SendNoticeDeps, 'textOf' | 'sendMail' | 'sendWebhook' | 'securityMail'>
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
  const { unitOfWork, keycloak, people, clock, secretBox, log, notices, readBackDelayMs } = ports
  const { recordChange, callDueReviews, revokeAccess } = composeRecording(ports)
  const work = createJobWork({
    deliverEvent: createDeliverEvent({ unitOfWork, keycloak, clock, log, readBackDelayMs }),
    readBackEvent: createReadBackEvent({ unitOfWork, keycloak, clock, log }),
    expireCase: createExpireCase({ unitOfWork, clock, recordChange }),
    confirmSession: createConfirmSession({ unitOfWork, keycloak, clock, log, recordChange, callDueReviews }),
    endSession: createEndSession({ unitOfWork, keycloak, clock, recordChange, callDueReviews, readBackDelayMs }),
    unratifyCase: createUnratifyCase({ unitOfWork, clock, revokeAccess }),
    sendNotice: createSendNotice({ unitOfWork, clock, log, people, secretBox, ...notices }),
  })
  const { timer, random, metrics, owner } = ports
  return createJobRunner({ unitOfWork, work, clock, timer, random, log, metrics, owner, concurrency })
}
