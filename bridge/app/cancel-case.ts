import { isWaiting } from '../domain/case.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { Transaction } from './ports.ts'
import type { RecordChange } from './record-change.ts'
import type { CommandOf } from './step-command.ts'

/** Ends the case of this login because the person goes back to the passkey. Cancelling twice is cancelling once. */
export const createCancelCase =
  (deps: { recordChange: RecordChange }) =>
  async (tx: Transaction, command: CommandOf<'cancel'>): Promise<StepAnswer> => {
    const current = await tx.cases.findByBinding(command.binding)
    if (current === undefined) return { kind: 'denied', reason: 'not_found', wrongCode: false }
    if (current.state === 'awaiting_factor' || isWaiting(current.state)) {
      await deps.recordChange(tx, current, 'cancel', { actor: `user:${current.user}`, facts: {} })
    }
    return { kind: 'cancelled', case: current.id }
  }

export type CancelCase = ReturnType<typeof createCancelCase>
