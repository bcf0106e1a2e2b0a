import type { FallbackCase } from '../domain/case.ts'
import { BridgeError } from '../domain/errors.ts'
import type { Instant } from '../domain/ids.ts'
import type { Terms } from '../domain/policy/decision.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { Clock, Transaction } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import { pathOf, showCase } from './show-case.ts'

/** Writes down what a counted attempt came to: the grant, one more try, or the end of the case. */
export const createSettleAttempt = (deps: { clock: Clock; recordChange: RecordChange }) => {
  return async (tx: Transaction, counted: FallbackCase, terms: Terms, passed: boolean): Promise<StepAnswer> => {
    if (passed) return grant(tx, counted, terms)
    const actor = `user:${counted.user}`
    const facts = { attempt: counted.attempts, path: counted.path ?? '' }
    const refused = await deps.recordChange(tx, counted, 'refuse_code', { actor, facts, set: { pendingAttempt: null } })
    if (counted.attempts < terms.limits.attempts) {
      return showCase(terms, { ...refused, attempts: counted.attempts }, { error: 'invalid_code' })
    }
    await deps.recordChange(tx, refused, 'deny', { actor: 'system', facts: { reason: 'attempt_limit' } })
    return { kind: 'denied', case: counted.id, reason: 'attempt_limit', wrongCode: true }
  }

  async function grant(tx: Transaction, counted: FallbackCase, terms: Terms): Promise<StepAnswer> {
    const path = pathOf(terms, counted)
    if (path === undefined) throw new BridgeError('internal')
    const { realm, user, id } = counted
    await tx.subjects.clearFailures(realm, user)
    const at = deps.clock()
    const expiresAt = at + terms.limits.grantSeconds * 1000
    const endsAt = at + terms.limits.sessionSeconds * 1000
    const granted = await deps.recordChange(tx, counted, 'grant', {
      actor: `user:${user}`,
      facts: { check: path.check, acr: path.acr, amr: [...path.amr], endsAt, attempts: counted.attempts },
      set: { grantedAt: at, expiresAt, endsAt, pendingAttempt: null },
    })
    const lane = `session:${id}`
    await tx.jobs.add({ kind: 'confirm_session', realm, lane, about: id, dueAt: at })
    await tx.jobs.add({ kind: 'end_session', realm, lane: `end:${id}`, about: id, dueAt: endsAt })
    if (terms.ratification !== undefined) await askRatification(tx, granted, terms.ratification, at)
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

/** What was done ahead of everybody must be ratified by somebody of the group in time, else it is taken back (R35). */
const askRatification = async (
  tx: Transaction,
  { realm, id }: FallbackCase,
  { group, withinSeconds }: NonNullable<Terms['ratification']>,
  at: Instant,
): Promise<void> => {
  const dueAt = at + withinSeconds * 1000
  await tx.ratifications.insert(realm, id, group, dueAt)
  await tx.jobs.add({ kind: 'unratify_case', realm, lane: `ratify:${id}`, about: id, dueAt })
}

export type SettleAttempt = ReturnType<typeof createSettleAttempt>
