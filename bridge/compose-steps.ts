import { createAnswerStep } from './app/answer-step.ts'
import { createFactsNow } from './app/approval/approval-now.ts'
import { createLookUpPeople } from './app/approval/look-up-people.ts'
import { createShowWait } from './app/approval/show-wait.ts'
import { createBeginEnrolment } from './app/begin-enrolment.ts'
import { createBeginFallback } from './app/begin-fallback.ts'
import { createCancelCase } from './app/cancel-case.ts'
import { createChoosePath } from './app/choose-path.ts'
import { createConfirmEnrolment } from './app/confirm-enrolment.ts'
import { createCountAttempt } from './app/count-attempt.ts'
import { createFindCurrentCase } from './app/find-current-case.ts'
import { createGatherFacts } from './app/gather-facts.ts'
import type { People } from './app/people-ports.ts'
import type { FindPolicy } from './app/policy/find-policy.ts'
import type { DeriveFacts } from './app/policy/policy-ports.ts'
import { createPollCase } from './app/poll-case.ts'
import type { Totp, UnitOfWork } from './app/ports.ts'
import { createReportLocalCheck } from './app/report-local-check.ts'
import { createSettleAttempt } from './app/settle-attempt.ts'
import { createSubmitCode } from './app/submit-code.ts'
import { composeRecording, type RecordingPorts } from './compose-recording.ts'

export type StepPorts = RecordingPorts & {
  unitOfWork: UnitOfWork
  findPolicy: FindPolicy
  deriveFacts: DeriveFacts
  people: People
  totp: Totp
  wakeJobs: () => void
}

/** Wires the use cases of the login to the ports; reading it top to bottom is the order in which they depend. */
export const composeSteps = (ports: StepPorts) => {
  const { unitOfWork, clock, ids, findPolicy, deriveFacts, people, sha256, totp, secretBox, wakeJobs } = ports
  const { recordChange, recordOpening, askApproval } = composeRecording(ports)
  const showWait = createShowWait({ clock })
  const factsNow = createFactsNow({ deriveFacts, sha256 })
  const findCurrentCase = createFindCurrentCase({ clock, findPolicy, deriveFacts, factsNow, showWait, recordChange })
  const countAttempt = createCountAttempt({ clock, recordChange })
  const settleAttempt = createSettleAttempt({ clock, recordChange })
  return createAnswerStep({
    unitOfWork,
    clock,
    wakeJobs,
    lookUpPeople: createLookUpPeople({ unitOfWork, people }),
    beginFallback: createBeginFallback({
      clock,
      ids,
      findPolicy,
      findCurrentCase,
      gatherFacts: createGatherFacts({ clock, deriveFacts }),
      recordChange,
      recordOpening,
      askApproval,
      showWait,
      sha256,
    }),
    choosePath: createChoosePath({ findCurrentCase, recordChange }),
    submitCode: createSubmitCode({ clock, ids, totp, secretBox, findCurrentCase, countAttempt, settleAttempt }),
    reportLocalCheck: createReportLocalCheck({ findCurrentCase, settleAttempt }),
    pollCase: createPollCase({ findCurrentCase }),
    cancelCase: createCancelCase({ recordChange }),
    beginEnrolment: createBeginEnrolment({ clock, ids, totp, secretBox }),
    confirmEnrolment: createConfirmEnrolment({ clock, totp, secretBox }),
  })
}
