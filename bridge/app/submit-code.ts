import type { FallbackCase } from '../domain/case.ts'
import type { FactorHandle } from '../domain/ids.ts'
import { parseCode } from '../domain/parse-code.ts'
import type { Terms } from '../domain/policy/decision.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { CountAttempt } from './count-attempt.ts'
import { factorPlace } from './factor-place.ts'
import type { FindCurrentCase } from './find-current-case.ts'
import type { Clock, Ids, SecretBox, Totp, Transaction } from './ports.ts'
import type { SettleAttempt } from './settle-attempt.ts'
import { pathOf, showCase } from './show-case.ts'
import type { CommandOf } from './step-command.ts'

export type SubmitCodeDeps = {
  clock: Clock
  ids: Pick<Ids, 'attempt'>
  totp: Totp
  secretBox: SecretBox
  findCurrentCase: FindCurrentCase
  countAttempt: CountAttempt
  settleAttempt: SettleAttempt
}

/**
 * Takes a code. For the bridge's TOTP: counted, compared, consumed and settled here. For a check of Keycloak's own: the
 * attempt is counted and reserved, and Keycloak reports what its check found.
 */
export const createSubmitCode = (deps: SubmitCodeDeps) => {
  return async (tx: Transaction, command: CommandOf<'submit'>): Promise<StepAnswer> => {
    const found = await deps.findCurrentCase(tx, command)
    if ('answer' in found) return found.answer
    const { terms } = found
    const outcome = await deps.countAttempt(tx, found.current, terms.limits)
    if ('refusal' in outcome) return outcome.refusal
    const { counted } = outcome
    const path = pathOf(terms, counted)
    switch (path?.check) {
      case 'bridge-totp':
        return deps.settleAttempt(tx, counted, terms, await consumeCode(tx, command, counted))
      case 'keycloak-otp':
      case 'completed-passkey':
        return reserve(tx, counted, terms)
      case undefined:
        return { kind: 'denied', case: counted.id, reason: 'no_path_available', wrongCode: false }
    }
  }

  async function reserve(tx: Transaction, current: FallbackCase, terms: Terms) {
    const attempt = deps.ids.attempt()
    const moved = await tx.cases.move(current, current.state, { pendingAttempt: attempt })
    return showCase(terms, { ...moved, attempts: current.attempts }, { attempt })
  }

  /** True if the code is right, and then used up for ever. A right code seen before is a wrong one (I2). */
  async function consumeCode(tx: Transaction, command: CommandOf<'submit'>, current: FallbackCase): Promise<boolean> {
    const code = parseCode(command.code)
    if (code === undefined) return false
    const handles = command.factors.flatMap((factor): FactorHandle[] =>
      factor.type === 'bridge-totp' ? [factor.handle] : [],
    )
    const frozen = (await tx.disputes.frozenSince(current.realm, current.user))['bridge-totp']
    for (const factor of await tx.factors.findConfirmed(current.realm, current.user, handles)) {
      // Somebody else has used this one (E10); a younger one counts.
      if (frozen !== undefined && factor.createdAt <= frozen) continue
      // Set up while the case was open, though begun before: whoever did that may be who made the check fail (E8).
      if (factor.confirmedAt === undefined || factor.confirmedAt > current.openedAt) continue
      const secret = deps.secretBox.open(factor.secret, factorPlace(factor))
      const step = deps.totp.matchStep(secret, code, deps.clock())
      if (step !== undefined) return tx.factors.consumeStep(factor.realm, factor.handle, step)
    }
    return false
  }
}

export type SubmitCode = ReturnType<typeof createSubmitCode>
