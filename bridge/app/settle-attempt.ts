import type { FallbackCase } from '../domain/case.ts'
import { pathOf } from '../domain/decision.ts'
import { BridgeError } from '../domain/errors.ts'
import type { Policy } from '../domain/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { Clock, Transaction } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import { showCase } from './show-case.ts'

/** Writes down what a counted attempt came to: the grant, one more try, or the end of the case. */
export const createSettleAttempt = (deps: { clock: Clock; recordChange: RecordChange }) => {
  return async (tx: Transaction, counted: FallbackCase, policy: Policy, passed: boolean): Promise<StepAnswer> => {
    if (passed) return grant(tx, counted, policy)
    const actor = `user:${counted.user}`
    const facts = { attempt: counted.attempts, path: counted.path ?? '' }
    const refused = await deps.recordChange(tx, counted, 'refuse_code', { actor, facts, set: { pendingAttempt: null } })
    if (counted.attempts < policy.profile.challenge.attempts) {
      return showCase(policy, { ...refused, attempts: counted.attempts }, { error: 'invalid_code' })
    }
    await deps.recordChange(tx, refused, 'deny', { actor: 'system', facts: { reason: 'attempt_limit' } })
    return { kind: 'denied', case: counted.id, reason: 'attempt_limit', wrongCode: true }
  }

  async function grant(tx: Transaction, counted: FallbackCase, policy: Policy): Promise<StepAnswer> {
    const path = pathOf(policy, counted.path)
    if (path === undefined) throw new BridgeError('internal')
    const { realm, user, id } = counted
    await tx.subjects.clearFailures(realm, user)
    const at = deps.clock()
    const expiresAt = at + policy.profile.grantSeconds * 1000
    const endsAt = at + policy.profile.sessionSeconds * 1000
    const granted = await deps.recordChange(tx, counted, 'grant', {
      actor: `user:${user}`,
      facts: { check: path.check, acr: path.acr, amr: [...path.amr], endsAt, attempts: counted.attempts },
      set: { grantedAt: at, expiresAt, endsAt, pendingAttempt: null },
    })
    const lane = `session:${id}`
    await tx.jobs.add({ kind: 'confirm_session', realm, lane, about: id, dueAt: at })
    await tx.jobs.add({ kind: 'end_session', realm, lane: `end:${id}`, about: id, dueAt: endsAt })
    return {
      kind: 'granted',
      case: id,
      path: path.id,
      profile: granted.profile,
      acr: path.acr,
      amr: path.amr,
      endsAt,
    }
  }
}

export type SettleAttempt = ReturnType<typeof createSettleAttempt>
