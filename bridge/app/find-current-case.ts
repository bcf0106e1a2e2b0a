import type { FallbackCase } from '../domain/case.ts'
import { decide } from '../domain/decision.ts'
import type { Policy } from '../domain/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { Clock, PolicySource, Transaction } from './ports.ts'
import { refusalOf } from './refusal-of.ts'
import type { StepContext } from './step-command.ts'

/** The case on which a factor may be proved now, or why there is none. */
export type CurrentCase = { current: FallbackCase; policy: Policy } | { refusal: StepAnswer }

/**
 * Finds the case of exactly this login and looks again at everything that let it open: the failure, the first factor,
 * the account's lock, the policy. Notes and earlier answers are never trusted (B04).
 */
export const createFindCurrentCase =
  (deps: { clock: Clock; policy: PolicySource }) =>
  async (tx: Transaction, command: StepContext): Promise<CurrentCase> => {
    const current = await tx.cases.findByBinding(command.binding)
    if (current === undefined) return { refusal: { kind: 'denied', reason: 'not_found', wrongCode: false } }
    const at = deps.clock()
    const refusal = refusalOf(current, at)
    if (refusal !== undefined) return { refusal }
    const policy = deps.policy()
    const subject = await tx.subjects.lock(command.binding.realm, command.binding.user)
    const decision = decide(policy, {
      at,
      failure: command.failure,
      firstFactor: command.firstFactor,
      availableChecks: policy?.paths.map((path) => path.check) ?? [],
      account: {
        lockedUntil: subject.lockedUntil,
        failuresSinceSuccess: subject.failuresSinceSuccess,
        // Counted where the case opened; the open case itself must not use up the last one.
        casesInLastDay: 0,
      },
    })
    if (policy !== undefined && decision.outcome === 'grant_alternate') return { current, policy }
    const reason = decision.outcome === 'grant_alternate' ? 'no_active_policy' : decision.reason
    return { refusal: { kind: 'denied', case: current.id, reason, wrongCode: false } }
  }

export type FindCurrentCase = ReturnType<typeof createFindCurrentCase>
