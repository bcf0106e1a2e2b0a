import type { FallbackCase } from '../domain/case.ts'
import type { Limits } from '../domain/policy/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { Clock, Transaction } from './ports.ts'
import type { RecordChange } from './record-change.ts'

/**
 * Counts one attempt, on the case and on the user, before anything is known of its result (I3). Gives the case as it
 * then stands, or the refusal where the case had none left.
 */
export const createCountAttempt =
  (deps: { clock: Clock; recordChange: RecordChange }) =>
  async (
    tx: Transaction,
    current: FallbackCase,
    limits: Limits,
  ): Promise<{ counted: FallbackCase } | { refusal: StepAnswer }> => {
    const attempts = await tx.cases.countAttempt(current.realm, current.id, limits.attempts)
    if (attempts === undefined) {
      await deps.recordChange(tx, current, 'deny', { actor: 'system', facts: { reason: 'attempt_limit' } })
      return { refusal: { kind: 'denied', case: current.id, reason: 'attempt_limit', wrongCode: false } }
    }
    const subject = await tx.subjects.countAttempt(current.realm, current.user)
    if (subject.failuresSinceLock >= limits.consecutiveFailures) {
      await tx.subjects.lockUntil(current.realm, current.user, deps.clock() + limits.lockSeconds * 1000)
    }
    return { counted: { ...current, attempts } }
  }

export type CountAttempt = ReturnType<typeof createCountAttempt>
