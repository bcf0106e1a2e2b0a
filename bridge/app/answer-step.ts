import { BridgeError } from '../domain/errors.ts'
import type { StepAnswer } from '../domain/step-answer.ts'
import type { LookUpPeople } from './approval/look-up-people.ts'
import type { BeginEnrolment } from './begin-enrolment.ts'
import type { BeginFallback } from './begin-fallback.ts'
import type { CancelCase } from './cancel-case.ts'
import type { ChoosePath } from './choose-path.ts'
import type { ConfirmEnrolment } from './confirm-enrolment.ts'
import type { PollCase } from './poll-case.ts'
import type { Clock, Transaction, UnitOfWork } from './ports.ts'
import type { ReportLocalCheck } from './report-local-check.ts'
import type { StepCommand } from './step-command.ts'
import type { SubmitCode } from './submit-code.ts'

export type AnswerStepDeps = {
  unitOfWork: UnitOfWork
  clock: Clock
  beginFallback: BeginFallback
  choosePath: ChoosePath
  submitCode: SubmitCode
  reportLocalCheck: ReportLocalCheck
  cancelCase: CancelCase
  pollCase: PollCase
  lookUpPeople: LookUpPeople
  beginEnrolment: BeginEnrolment
  confirmEnrolment: ConfirmEnrolment
  /** Called after the commit, so that due work starts without waiting for the next poll. */
  wakeJobs: () => void
}

/**
 * Answers one verified step in one transaction: the jti is used up, the attempt counted, the code consumed, the case
 * moved, its history and its override events written, and only then does the promise resolve (I2, I3, I6).
 * The same operation of the same login gets the same answer again (K15).
 * Who approved is looked up before the transaction, never inside it.
 * @throws BridgeError request_replayed, keycloak_unreachable; anything thrown leaves nothing behind
 */
export const createAnswerStep = (deps: AnswerStepDeps) => {
  const dispatch = (tx: Transaction, command: StepCommand): Promise<StepAnswer> => {
    switch (command.action) {
      case 'begin':
        return deps.beginFallback(tx, command)
      case 'choose':
        return deps.choosePath(tx, command)
      case 'submit':
        return deps.submitCode(tx, command)
      case 'report':
        return deps.reportLocalCheck(tx, command)
      case 'poll':
        return deps.pollCase(tx, command)
      case 'cancel':
        return deps.cancelCase(tx, command)
      case 'begin_enrolment':
        return deps.beginEnrolment(tx, command)
      case 'confirm_enrolment':
        return deps.confirmEnrolment(tx, command)
    }
  }

  return async (asked: StepCommand): Promise<StepAnswer> => {
    const people = await deps.lookUpPeople(asked)
    const command: StepCommand = people === undefined ? asked : { ...asked, people }
    const answer = await deps.unitOfWork(async (tx) => {
      const { realm, user } = command.binding
      if (!(await tx.requests.claim(realm, command.jti, command.expiresAt))) throw new BridgeError('request_replayed')
      // Held until the commit, so that steps of one user never interleave.
      await tx.subjects.lock(realm, user)
      const operation = `${command.action}:${command.operation}`
      const given = await tx.requests.findAnswer(command.binding, operation)
      if (given !== undefined) return given
      const fresh = await dispatch(tx, command)
      if (mayBeStored(fresh)) await tx.requests.saveAnswer(command.binding, operation, fresh, deps.clock())
      return fresh
    })
    deps.wakeJobs()
    return answer
  }
}

/** An enrolment's answer carries a secret and is made anew instead; it names the same pending factor each time. */
const mayBeStored = (answer: StepAnswer): boolean => answer.kind !== 'enrol'

export type AnswerStep = ReturnType<typeof createAnswerStep>
