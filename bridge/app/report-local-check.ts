import type { OwnedFactor } from '../domain/factor.ts'
import type { Instant } from '../domain/ids.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import { failureTimeOf } from './failure-time.ts'
import type { FindCurrentCase } from './find-current-case.ts'
import type { Transaction } from './ports.ts'
import type { SettleAttempt } from './settle-attempt.ts'
import { pathOf } from './show-case.ts'
import type { CommandOf } from './step-command.ts'

/**
 * Takes what Keycloak's own check found, for the one attempt that was counted and reserved before (I3). A code of an app
 * that was set up after the case opened is a wrong one.
 */
export const createReportLocalCheck =
  (deps: { findCurrentCase: FindCurrentCase; settleAttempt: SettleAttempt }) =>
  async (tx: Transaction, command: CommandOf<'report'>): Promise<StepAnswer> => {
    const found = await deps.findCurrentCase(tx, command)
    if ('answer' in found) return found.answer
    const { current, terms } = found
    const check = pathOf(terms, current)?.check
    const isLocal = check === 'keycloak-otp' || check === 'completed-passkey'
    if (!isLocal || current.pendingAttempt === undefined || current.pendingAttempt !== command.attempt) {
      return { kind: 'denied', case: current.id, reason: 'not_found', wrongCode: false }
    }
    const isYounger = check === 'keycloak-otp' && isSetUpAfter(command.factors, await failureTimeOf(tx, current))
    return deps.settleAttempt(tx, current, terms, command.passed && !isYounger)
  }

/**
 * Whether an OTP of Keycloak's own was set up after the check failed: whoever did that may be who made it fail (E8). Which
 * of several Keycloak has taken is not told, so one young app spoils them all for this case. Both times are Keycloak's.
 */
const isSetUpAfter = (factors: readonly OwnedFactor[], failedAt: Instant): boolean =>
  factors.some(({ type, createdAt }) => type === 'keycloak-otp' && createdAt !== undefined && createdAt > failedAt)

export type ReportLocalCheck = ReturnType<typeof createReportLocalCheck>
