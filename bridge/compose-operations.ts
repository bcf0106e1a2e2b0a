import { createConfirmVerbalApproval } from './app/approval/confirm-verbal-approval.ts'
import { createDecideApproval } from './app/approval/decide-approval.ts'
import { createRatifyGrant } from './app/approval/ratify-grant.ts'
import { createRecordVerbalApproval } from './app/approval/record-verbal-approval.ts'
import { createAddEvidence } from './app/evidence/add-evidence.ts'
import { createListEvidence, createOpenEvidence } from './app/evidence/open-evidence.ts'
import { createReviewEvidence } from './app/evidence/review-evidence.ts'
import { createActOnCase } from './app/operations/act-on-case.ts'
import { createCountFailures } from './app/operations/count-failures.ts'
import { createDisputeCase } from './app/operations/dispute-case.ts'
import { createExportCase, type SignExport } from './app/operations/export-case.ts'
import { createListCases } from './app/operations/list-cases.ts'
import { createListReviews } from './app/operations/list-reviews.ts'
import { createReadChains } from './app/operations/read-chains.ts'
import { createReadStatistics } from './app/operations/read-statistics.ts'
import { createRevokeCase } from './app/operations/revoke-case.ts'
import { createShowStory } from './app/operations/show-story.ts'
import type { People } from './app/people-ports.ts'
import type { FindPolicy } from './app/policy/find-policy.ts'
import type { OutsideHoursOf } from './app/policy/policy-ports.ts'
import type { Log, UnitOfWork } from './app/ports.ts'
import { createDeclareOverride } from './app/review/declare-override.ts'
import { createRecordReview } from './app/review/record-review.ts'
import { composeRecording, type RecordingPorts } from './compose-recording.ts'

export type OperationsPorts = RecordingPorts & {
  unitOfWork: UnitOfWork
  people: People
  findPolicy: FindPolicy
  outsideHoursOf: OutsideHoursOf
  sha256OfBytes: (bytes: Uint8Array) => string
  log: Log
  signExport: SignExport
  /** `FALLBACK_BRIDGE_ID` and the version, as an export names them. */
  bridgeId: string
  version: string
  wakeJobs: () => void
}

/** Wires the acts of people to the ports. */
export const composeOperations = (ports: OperationsPorts) => {
  const { unitOfWork, people, findPolicy, clock, ids, sha256, sha256OfBytes, secretBox, wakeJobs } = ports
  const { log, signExport, bridgeId, version } = ports
  const recording = composeRecording(ports)
  const actOnCase = createActOnCase({ unitOfWork, clock, people, findPolicy, wakeJobs })
  const acting = { ...recording, actOnCase, clock, ids, sha256, secretBox }
  return {
    listCases: createListCases({ unitOfWork, clock, findPolicy, people }),
    showStory: createShowStory(acting),
    exportCase: createExportCase({ ...acting, log, signExport, bridgeId, version }),
    decideApproval: createDecideApproval(acting),
    listEvidence: createListEvidence(acting),
    addEvidence: createAddEvidence({ ...acting, sha256OfBytes }),
    openEvidence: createOpenEvidence(acting),
    reviewEvidence: createReviewEvidence(acting),
    recordVerbalApproval: createRecordVerbalApproval({ ...acting, people }),
    confirmVerbalApproval: createConfirmVerbalApproval(acting),
    ratifyGrant: createRatifyGrant(acting),
    revokeCase: createRevokeCase(acting),
    disputeCase: createDisputeCase({ ...acting, unitOfWork, wakeJobs }),
    declareOverride: createDeclareOverride({ ...acting, unitOfWork, people, findPolicy, wakeJobs }),
    listReviews: createListReviews({ unitOfWork, clock, findPolicy, people }),
    recordReview: createRecordReview(acting),
    readStatistics: createReadStatistics({ unitOfWork, clock, findPolicy }),
    countFailures: createCountFailures({ unitOfWork, clock, findPolicy }),
    readChains: createReadChains({ unitOfWork, clock, findPolicy, outsideHoursOf: ports.outsideHoursOf }),
  }
}

/** Everything the operations API can do. */
export type Operations = ReturnType<typeof composeOperations>
