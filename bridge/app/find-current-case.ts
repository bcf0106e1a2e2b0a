import type { FallbackCase } from '../domain/case.ts'
import type { DenialReason } from '../domain/denial.ts'
import type { Terms } from '../domain/policy/decision.ts'
import { termsOf } from '../domain/policy/decision.ts'
import type { Facts } from '../domain/policy/facts.ts'
import { isInForce } from '../domain/policy/offer-paths.ts'
import type { Policy } from '../domain/policy/policy.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { FindPolicy } from './policy/find-policy.ts'
import type { DeriveFacts } from './policy/policy-ports.ts'
import type { Clock, Transaction } from './ports.ts'
import { refusalOf } from './refusal-of.ts'
import type { StepContext } from './step-command.ts'

/** The case on which a factor may be proved now, with the terms it was opened under, or why there is none. */
export type CurrentCase = { current: FallbackCase; terms: Terms } | { refusal: StepAnswer }

/**
 * Finds the case of exactly this login and looks again at everything that let it open: the failure, the first factor,
 * the account's lock, the off switch, the policy, the path's review date, the level the application requires, the network
 * it is in (R30). Notes and earlier answers are never trusted (B04). The numbers are those of the decision that opened the case.
 */
export const createFindCurrentCase =
  (deps: { clock: Clock; findPolicy: FindPolicy; deriveFacts: DeriveFacts }) =>
  async (tx: Transaction, command: StepContext): Promise<CurrentCase> => {
    const current = await tx.cases.findByBinding(command.binding)
    if (current === undefined) return { refusal: { kind: 'denied', reason: 'not_found', wrongCode: false } }
    const stored = await tx.decisions.find(current.realm, current.id)
    const refusal = refusalOf(current, stored?.decision, deps.clock())
    if (refusal !== undefined) return { refusal }
    const terms = stored === undefined ? undefined : termsOf(stored.decision)
    if (stored === undefined || terms === undefined) return { refusal: deny(current, 'not_found') }
    const closed = await whyClosed(tx, command, { current, terms, openedWith: stored.facts })
    if (closed !== undefined) return { refusal: closed }
    return { current, terms }

    async function whyClosed(tx: Transaction, command: StepContext, { current, terms, openedWith }: Opened) {
      const at = deps.clock()
      const { realm, user, client } = command.binding
      const { policy, switchedOff } = await deps.findPolicy(tx, realm, client, at)
      if (policy === undefined) return deny(current, 'no_active_policy')
      if (switchedOff !== undefined) return deny(current, 'switched_off')
      if (command.failure === undefined) return deny(current, 'failure_missing')
      if (command.firstFactor === undefined) return deny(current, 'first_factor_missing')
      if (!isSameNetwork(policy, openedWith, command.ip)) return deny(current, 'context_mismatch')
      const subject = await tx.subjects.lock(realm, user)
      if (subject.failuresSinceSuccess >= terms.limits.failuresUntilRebind) return deny(current, 'rebind_required')
      if (subject.lockedUntil !== undefined && subject.lockedUntil > at) {
        return { ...deny(current, 'user_locked'), retryAt: subject.lockedUntil }
      }
      const path = policy.paths.find(({ id }) => id === current.path)
      if (path === undefined || !isInForce(path, at)) return deny(current, 'no_path_available')
      const level = terms.paths.find(({ id }) => id === current.path)?.level ?? 0
      return level < command.requiredLevel ? deny(current, 'level_out_of_reach') : undefined
    }

    /** In the same zones of the policy in force, whatever they were called when the case was opened. */
    function isSameNetwork(policy: Policy, openedWith: Facts, ip: string): boolean {
      const then = deps.deriveFacts(policy, openedWith).zones
      const now = deps.deriveFacts(policy, { ...openedWith, ip }).zones
      return JSON.stringify(then) === JSON.stringify(now)
    }
  }

type Opened = { current: FallbackCase; terms: Terms; openedWith: Facts }

const deny = (current: FallbackCase, reason: DenialReason) =>
  ({ kind: 'denied', case: current.id, reason, wrongCode: false }) as const

export type FindCurrentCase = ReturnType<typeof createFindCurrentCase>
