import type { OwnedFactor } from '../domain/factor.ts'
import type { Instant } from '../domain/ids.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
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
    const isYounger = check === 'keycloak-otp' && isSetUpAfter(command.factors, current.openedAt)
    return deps.settleAttempt(tx, current, terms, command.passed && !isYounger)
  }

/** By how much the clock of Keycloak, which dates its own OTP, may be ahead. */
const skewMs = 5_000

/** Whether Keycloak's OTP was set up while the case was open: whoever did that may be who made the check fail (E8). */
const isSetUpAfter = (factors: readonly OwnedFactor[], openedAt: Instant): boolean =>
  factors.some(
    ({ type, createdAt }) => type === 'keycloak-otp' && createdAt !== undefined && createdAt > openedAt + skewMs,
  )

export type ReportLocalCheck = ReturnType<typeof createReportLocalCheck>
