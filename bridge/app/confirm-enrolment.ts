import { parseCode } from '../domain/parse-code.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import { type EnrolmentDeps, mostConfirmAttempts, presentFactor } from './begin-enrolment.ts'
import { factorPlace } from './factor-place.ts'
import type { Factor, Transaction } from './ports.ts'
import type { CommandOf } from './step-command.ts'

/** Confirms a pending factor by its first code; that code's step is used up and can never log in. */
export const createConfirmEnrolment =
  (deps: Omit<EnrolmentDeps, 'ids'>) =>
  async (tx: Transaction, command: CommandOf<'confirm_enrolment'>): Promise<StepAnswer> => {
    const { realm, user, session } = command.binding
    const pending = await tx.factors.findPending(realm, user, session)
    if (pending === undefined || pending.handle !== command.factor) return refused
    if (!(await tx.factors.countConfirmAttempt(realm, pending.handle, mostConfirmAttempts))) return refused
    const secret = deps.secretBox.open(pending.secret, factorPlace(pending))
    if (await isProved(pending, secret)) {
      await tx.factors.confirm(realm, pending.handle, deps.clock())
      return { kind: 'enrolled', factor: pending.handle }
    }
    return { ...presentFactor(deps.totp, pending, secret, command), error: 'invalid_code' }

    async function isProved(factor: Factor, key: string): Promise<boolean> {
      const code = parseCode(command.code)
      const step = code === undefined ? undefined : deps.totp.matchStep(key, code, deps.clock())
      return step !== undefined && tx.factors.consumeStep(factor.realm, factor.handle, step)
    }
  }

const refused: StepAnswer = { kind: 'denied', reason: 'enrolment_refused', wrongCode: false }

export type ConfirmEnrolment = ReturnType<typeof createConfirmEnrolment>
