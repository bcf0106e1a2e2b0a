import type { CaseState, FallbackCase } from '../domain/case.ts'
import { asId, type CaseId, type Instant } from '../domain/ids.ts'
import { holdCase } from './hold-case.ts'
import { type DoJob, done, type JobOutcome } from './job-outcome.ts'
import type { Clock, Job, Keycloak, Log, UnitOfWork } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import type { CallDueReviews } from './review/call-due-reviews.ts'

export type ConfirmSessionDeps = {
  unitOfWork: UnitOfWork
  keycloak: Pick<Keycloak, 'findFallbackSession' | 'endFallbackSession'>
  clock: Clock
  log: Log
  recordChange: RecordChange
  callDueReviews: CallDueReviews
}

const shortestPauseMs = 500
const longestPauseMs = 60_000
/** Longer than Keycloak lets a login take by default; what comes later still is ended at its end time. */
const longestLoginMs = 3_600_000

/**
 * Looks whether a granted login became a session: then the grant is used; if none came in time, it expires. A session
 * that comes of a grant which expired, was superseded or revoked meanwhile is ended; one is looked for while it can still come (E2).
 */
export const createConfirmSession = (deps: ConfirmSessionDeps): DoJob => {
  const { unitOfWork, keycloak, clock, log, recordChange, callDueReviews } = deps

  return async (job) => {
    const seen = await unitOfWork((tx) => tx.cases.find(job.realm, asId<CaseId>(job.about)))
    if (seen?.endsAt === undefined) return done
    if (seen.state !== 'granted' && !isDead(seen)) return done
    const session = await keycloak.findFallbackSession(seen.realm, seen.session)
    const isPresent = session?.case === seen.id
    if (isDead(seen)) return isPresent ? endDeadSession(seen) : lookAgain(seen, lastLook(seen))
    return settle(job, isPresent)
  }

  /** Decides on the case as it stands now: it may have moved while Keycloak was asked. */
  function settle(job: Job, isPresent: boolean): Promise<JobOutcome> {
    return unitOfWork(async (tx) => {
      const current = await holdCase(tx, job.realm, asId<CaseId>(job.about))
      if (current?.state !== 'granted') return { outcome: 'again', at: clock() }
      if (isPresent) {
        const used = await recordChange(tx, current, 'use', { actor: `user:${current.user}`, facts: {} })
        // A broken glass is looked at within a day of its breaking, not of its end.
        await callDueReviews(tx, used, ['break_glass'])
        return done
      }
      if (clock() < current.expiresAt) return lookAgain(current, current.expiresAt)
      await recordChange(tx, current, 'expire', { actor: 'system', facts: { reason: 'no_login_in_time' } })
      return { outcome: 'again', at: clock() }
    })
  }

  async function endDeadSession(dead: FallbackCase): Promise<JobOutcome> {
    await keycloak.endFallbackSession(dead.realm, dead.session)
    log.warn('session of a case that is over ended', { realm: dead.realm, case: dead.id, kind: dead.state })
    return lookAgain(dead, lastLook(dead))
  }

  /** Often at first, later less so, and for the last time at `last`. */
  function lookAgain({ grantedAt }: FallbackCase, last: Instant): JobOutcome {
    const now = clock()
    if (now >= last) return done
    const pause = Math.min(Math.max((now - (grantedAt ?? now)) / 4, shortestPauseMs), longestPauseMs)
    return { outcome: 'again', at: Math.min(Math.ceil(now + pause), last) }
  }
}

const lastLook = ({ grantedAt }: FallbackCase): Instant => (grantedAt ?? 0) + longestLoginMs

const deadStates: readonly CaseState[] = ['expired', 'superseded', 'revoked', 'unratified']
const isDead = ({ state }: FallbackCase): boolean => deadStates.includes(state)
