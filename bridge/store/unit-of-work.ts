import type { Transaction, UnitOfWork } from '../app/ports.ts'
import { BridgeError } from '../domain/errors.ts'
import type { Sha256 } from '../domain/history.ts'
import { createApprovalStore } from './approval-store.ts'
import { createBypassStore } from './bypass-store.ts'
import { createCaseStore } from './case-store.ts'
import type { Database, Engine, Executor } from './database.ts'
import { bridgeErrorOf, isUndone } from './database-error.ts'
import { createDecisionStore } from './decision-store.ts'
import { createDisputeStore } from './dispute-store.ts'
import { createEvidenceStore } from './evidence-store.ts'
import { createFactorStore } from './factor-store.ts'
import { createFailureStore } from './failure-store.ts'
import { createHistoryStore } from './history-store.ts'
import { createJobStore } from './job-store.ts'
import { createNoticeStore } from './notice-store.ts'
import { createOutboxStore } from './outbox-store.ts'
import { createOwnerStore } from './owner-store.ts'
import { createParticipantStore } from './participant-store.ts'
import { createPatternStore } from './pattern-store.ts'
import { createPolicyHistoryStore } from './policy-history-store.ts'
import { createPolicyStore } from './policy-store.ts'
import { createRatificationStore } from './ratification-store.ts'
import { createRequestStore } from './request-store.ts'
import { createReviewStore } from './review-store.ts'
import { createSubjectStore } from './subject-store.ts'

export type UnitOfWorkDeps = { sha256: Sha256 }

/**
 * Runs work in one durable transaction of the database. What the work throws comes out as it is, and nothing of the
 * work stays; so does a failed statement whose error the work swallowed. Where the database undid the transaction for
 * another one's sake (a deadlock), the work runs once more, so it must change nothing but the database.
 * @throws BridgeError unavailable, also where the commit's outcome is unknown; case_conflict; internal
 */
export const createUnitOfWork = (database: Database, deps: UnitOfWorkDeps): UnitOfWork => {
  const run = async <Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> => {
    if (database.isClosed()) throw new BridgeError('unavailable')
    let thrown: { error: unknown } | undefined
    try {
      return await database.kysely
        .transaction()
        .setIsolationLevel('read committed')
        .execute(async (executor) => {
          try {
            return await work(bindStores(executor, database.engine, deps))
          } catch (error) {
            thrown = { error }
            throw error
          }
        })
    } catch (error) {
      // A rollback that failed as well must not hide why it was needed.
      throw thrown === undefined ? bridgeErrorOf(error) : thrown.error
    }
  }

  return async (work) => {
    try {
      return await run(work)
    } catch (error) {
      if (!isUndone(error)) throw error
      return run(work)
    }
  }
}

const bindStores = (executor: Executor, engine: Engine, { sha256 }: UnitOfWorkDeps): Transaction => ({
  subjects: createSubjectStore(executor),
  cases: createCaseStore(executor),
  history: createHistoryStore(executor, { sha256 }),
  factors: createFactorStore(executor),
  requests: createRequestStore(executor),
  outbox: createOutboxStore(executor),
  jobs: createJobStore(executor, engine),
  policies: createPolicyStore(executor),
  policyHistory: createPolicyHistoryStore(executor, { sha256 }),
  decisions: createDecisionStore(executor),
  owners: createOwnerStore(executor),
  approvals: createApprovalStore(executor),
  ratifications: createRatificationStore(executor),
  participants: createParticipantStore(executor, engine),
  evidence: createEvidenceStore(executor),
  reviews: createReviewStore(executor),
  disputes: createDisputeStore(executor),
  notices: createNoticeStore(executor),
  bypasses: createBypassStore(executor),
  failures: createFailureStore(executor),
  patterns: createPatternStore(executor),
})
