import type { DoJob } from '../app/job-outcome.ts'
import type { JobKind } from '../app/ports.ts'
import type { JobWork } from './run-jobs.ts'

/** The use case behind each kind of job. */
export type JobUseCases = {
  deliverEvent: DoJob
  readBackEvent: DoJob
  expireCase: DoJob
  confirmSession: DoJob
  endSession: DoJob
  unratifyCase: DoJob
  sendNotice: DoJob
}

const minuteMs = 60_000

/** Who does which job. What limits a session comes back sooner than what tells of it (A09). */
export const createJobWork = (useCases: JobUseCases): Readonly<Record<JobKind, JobWork>> => ({
  deliver_event: { run: useCases.deliverEvent, longestPauseMs: minuteMs },
  read_back_event: { run: useCases.readBackEvent, longestPauseMs: minuteMs },
  expire_case: { run: useCases.expireCase, longestPauseMs: minuteMs },
  confirm_session: { run: useCases.confirmSession, longestPauseMs: minuteMs / 4 },
  end_session: { run: useCases.endSession, longestPauseMs: minuteMs / 4 },
  unratify_case: { run: useCases.unratifyCase, longestPauseMs: minuteMs / 4 },
  send_notice: { run: useCases.sendNotice, longestPauseMs: minuteMs },
})
