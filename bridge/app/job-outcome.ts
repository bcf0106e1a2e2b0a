import type { Instant } from '../domain/ids.ts'
import type { Job } from './ports.ts'

/**
 * What became of a job. `again` without a time leaves the pause to the runner, which makes it longer each time;
 * `parked` is the end of a job that can never succeed, and was logged.
 */
export type JobOutcome = { outcome: 'done' } | { outcome: 'parked' } | { outcome: 'again'; at?: Instant }

/**
 * Does what a job asks for. May be called any number of times for one job, also after it succeeded, and by several
 * replicas; what is thrown means `again`.
 */
export type DoJob = (job: Job) => Promise<JobOutcome>

export const done: JobOutcome = { outcome: 'done' }
