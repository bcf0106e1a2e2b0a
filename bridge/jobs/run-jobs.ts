import type { DoJob, JobOutcome } from '../app/job-outcome.ts'
import type { Clock, Job, JobKind, Log, Metrics, UnitOfWork } from '../app/ports.ts'
import { causeOf } from '../domain/cause-of.ts'
import { BridgeError } from '../domain/errors.ts'
import { pauseAfter } from './backoff.ts'
import type { Timer } from './timer.ts'

/** How one kind of job is done, and the longest pause between two attempts, in milliseconds. */
export type JobWork = { run: DoJob; longestPauseMs: number }

export type JobRunnerDeps = {
  unitOfWork: UnitOfWork
  work: Readonly<Record<JobKind, JobWork>>
  clock: Clock
  timer: Timer
  /** A number from 0 to below 1. */
  random: () => number
  log: Log
  metrics: Pick<Metrics, 'jobRun'>
  /** Names this process in its leases; different for each start. */
  owner: string
  /** Jobs that run at the same time. */
  concurrency: number
}

/** Runs due jobs from `start` to `stop`. */
export type JobRunner = {
  start: () => void
  /** Looks for due jobs now: something was just written. */
  wake: () => void
  /** Takes no more jobs; resolves when those that run have ended. */
  stop: () => Promise<void>
}

/** A dead process's jobs wait so long. A job that takes longer still is done twice, which does no harm. */
const leaseMs = 30_000
/** A look at least so often: another replica may have left something, a lease may have run out. */
const longestSleepMs = 5_000
const shortestSleepMs = 100

/**
 * Leases due jobs and does them, several at a time, those of one lane in turn. A job whose process dies is leased again
 * by another, so each is done at least once.
 */
export const createJobRunner = (deps: JobRunnerDeps): JobRunner => {
  const { unitOfWork, clock, timer, log, owner } = deps
  const running = new Set<Promise<void>>()
  let isStopped = true
  let turn: Promise<void> | undefined
  let isTurnWanted = false
  let cancelSleep = () => {}

  const wake = (): void => {
    if (isStopped) return
    if (turn !== undefined) {
      isTurnWanted = true
      return
    }
    isTurnWanted = false
    cancelSleep()
    turn = takeTurn().finally(() => {
      turn = undefined
      if (isTurnWanted) wake()
    })
  }

  async function takeTurn(): Promise<void> {
    const free = deps.concurrency - running.size
    // The end of a running job wakes the runner.
    if (free <= 0) return
    try {
      const now = clock()
      const leased = await unitOfWork((tx) => tx.jobs.lease(now, owner, now + leaseMs, free))
      for (const job of leased) begin(job)
      if (leased.length < free) sleep(await timeToNext())
    } catch (error) {
      log.error('jobs could not be leased', { error: causeOf(error) })
      sleep(longestSleepMs)
    }
  }

  async function timeToNext(): Promise<number> {
    const next = await unitOfWork((tx) => tx.jobs.nextDue())
    if (next === undefined) return longestSleepMs
    return Math.min(Math.max(next - clock(), shortestSleepMs), longestSleepMs)
  }

  function sleep(ms: number): void {
    cancelSleep()
    cancelSleep = isStopped ? () => {} : timer(ms, wake)
  }

  function begin(job: Job): void {
    const run = finish(job).finally(() => {
      running.delete(run)
      wake()
    })
    running.add(run)
  }

  /** Never rejects: an outcome that cannot be stored leaves the lease to run out, and the job is done again. */
  async function finish(job: Job): Promise<void> {
    const outcome = await attempt(job)
    try {
      await unitOfWork((tx) =>
        outcome.outcome === 'again'
          ? tx.jobs.retry(job.id, owner, outcome.at ?? clock() + pauseOf(job))
          : tx.jobs.done(job.id, owner),
      )
      deps.metrics.jobRun(job.kind, outcome.outcome === 'again' ? 'retry' : outcome.outcome)
    } catch (error) {
      log.error('outcome of a job could not be stored', { ...fieldsOf(job), error: causeOf(error) })
    }
  }

  async function attempt(job: Job): Promise<JobOutcome> {
    try {
      return await deps.work[job.kind].run(job)
    } catch (error) {
      const code = error instanceof BridgeError ? error.code : 'internal'
      const report = code === 'keycloak_unreachable' || code === 'case_conflict' ? log.warn : log.error
      report('job failed, to be tried again', { ...fieldsOf(job), code, error: causeOf(error) })
      return { outcome: 'again' }
    }
  }

  const pauseOf = (job: Job): number => pauseAfter(job.attempts, deps.work[job.kind].longestPauseMs, deps.random)

  return {
    start: () => {
      isStopped = false
      wake()
    },
    wake,
    stop: async () => {
      isStopped = true
      cancelSleep()
      await turn
      await Promise.all(running)
    },
  }
}

const fieldsOf = (job: Job) => ({ job: job.kind, realm: job.realm, attempts: job.attempts })
