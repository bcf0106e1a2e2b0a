import { createAnswerStep } from './app/answer-step.ts'
import { createBeginEnrolment } from './app/begin-enrolment.ts'
import { createBeginFallback } from './app/begin-fallback.ts'
import { createCancelCase } from './app/cancel-case.ts'
import { createChoosePath } from './app/choose-path.ts'
import { createConfirmEnrolment } from './app/confirm-enrolment.ts'
import { createCountAttempt } from './app/count-attempt.ts'
import { createFindCurrentCase } from './app/find-current-case.ts'
import { createGatherFacts } from './app/gather-facts.ts'
import type { FindPolicy } from './app/policy/find-policy.ts'
import type { DeriveFacts } from './app/policy/policy-ports.ts'
import type { Clock, Ids, SecretBox, Totp, UnitOfWork } from './app/ports.ts'
import { createRecordChange, createRecordOpening } from './app/record-change.ts'
import { createReportLocalCheck } from './app/report-local-check.ts'
import { createSettleAttempt } from './app/settle-attempt.ts'
import { createSubmitCode } from './app/submit-code.ts'
import type { Sha256 } from './domain/history.ts'

export type StepPorts = {
  unitOfWork: UnitOfWork
  clock: Clock
  ids: Ids
  findPolicy: FindPolicy
  deriveFacts: DeriveFacts
  sha256: Sha256
  totp: Totp
  secretBox: SecretBox
  wakeJobs: () => void
}

/** Wires the use cases of the login to the ports; reading it top to bottom is the order in which they depend. */
export const composeSteps = (ports: StepPorts) => {
  const { unitOfWork, clock, ids, findPolicy, deriveFacts, sha256, totp, secretBox, wakeJobs } = ports
  const recordChange = createRecordChange({ clock, ids })
  const recordOpening = createRecordOpening({ clock, ids })
  const findCurrentCase = createFindCurrentCase({ clock, findPolicy, deriveFacts })
  const countAttempt = createCountAttempt({ clock, recordChange })
  const settleAttempt = createSettleAttempt({ clock, recordChange })
  return createAnswerStep({
    unitOfWork,
    clock,
    wakeJobs,
    beginFallback: createBeginFallback({
      clock,
      ids,
      findPolicy,
      findCurrentCase,
      gatherFacts: createGatherFacts({ clock, deriveFacts }),
      recordChange,
      recordOpening,
      sha256,
    }),
    choosePath: createChoosePath({ findCurrentCase, recordChange }),
    submitCode: createSubmitCode({ clock, ids, totp, secretBox, findCurrentCase, countAttempt, settleAttempt }),
    reportLocalCheck: createReportLocalCheck({ findCurrentCase, settleAttempt }),
    cancelCase: createCancelCase({ recordChange }),
    beginEnrolment: createBeginEnrolment({ clock, ids, totp, secretBox }),
    confirmEnrolment: createConfirmEnrolment({ clock, totp, secretBox }),
  })
}
