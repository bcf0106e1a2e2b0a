import type { StepAnswer } from '../domain/step-answer.ts'
import type { FindCurrentCase } from './find-current-case.ts'
import type { Transaction } from './ports.ts'
import type { SettleAttempt } from './settle-attempt.ts'
import { pathOf } from './show-case.ts'
import type { CommandOf } from './step-command.ts'

/** Takes what Keycloak's own check found, for the one attempt that was counted and reserved before (I3). */
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
    return deps.settleAttempt(tx, current, terms, command.passed)
  }

export type ReportLocalCheck = ReturnType<typeof createReportLocalCheck>
