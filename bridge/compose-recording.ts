import { createAskApproval } from './app/approval/ask-approval.ts'
import { createClearCase } from './app/approval/clear-case.ts'
import { createRevokeAccess } from './app/approval/revoke-access.ts'
import { createTellApprovers } from './app/approval/tell-approvers.ts'
import { createQueueNotice } from './app/notice/queue-notice.ts'
import { createTellOfChange } from './app/notice/tell-of-change.ts'
import { createFindPatterns, type FindPatternsDeps } from './app/pattern/find-patterns.ts'
import type { Clock, Ids, SecretBox } from './app/ports.ts'
import { createRecordChange, createRecordOpening } from './app/record-change.ts'
import { createCallDueReviews } from './app/review/call-due-reviews.ts'
import { createCallReview } from './app/review/call-review.ts'
import { createRecordBypasses, type RecordBypassesDeps } from './app/review/record-bypasses.ts'
import { createRevokeChanged, type RevokeChangedDeps } from './app/revoke-changed.ts'
import { createSupersedeNeedless, type SupersedeNeedlessDeps } from './app/supersede-needless.ts'
import type { Sha256 } from './domain/history.ts'

/** What every writer of a case's life needs, whether a login, a job or a person causes it. */
export type RecordingPorts = {
  clock: Clock
  ids: Ids
  sha256: Sha256
  secretBox: SecretBox
  /** Where notices go in this installation. */
  noticeChannels: readonly ('mail' | 'webhook')[]
  /** How often approvers of a group are mailed at most. */
  noticeDigestMs: number
}

/** Wires what writes cases down, tells of it and calls reviews. */
export const composeRecording = (ports: RecordingPorts) => {
  const { clock, ids, sha256, secretBox, noticeChannels, noticeDigestMs } = ports
  const queueNotice = createQueueNotice({ clock, ids, sha256, secretBox, channels: noticeChannels })
  const recordChange = createRecordChange({ clock, ids, tellOfChange: createTellOfChange({ queueNotice }) })
  const recordOpening = createRecordOpening({ clock, ids })
  const callReview = createCallReview({ clock, ids, recordChange })
  const tellApprovers = createTellApprovers({ clock, queueNotice, digestMs: noticeDigestMs })
  return {
    queueNotice,
    recordChange,
    recordOpening,
    callReview,
    callDueReviews: createCallDueReviews({ callReview, sha256 }),
    askApproval: createAskApproval({ clock, ids, sha256, recordChange, tellApprovers }),
    clearCase: createClearCase({ clock, recordChange, tellApprovers }),
    revokeAccess: createRevokeAccess({ clock, recordChange, callReview }),
  }
}

export type Recording = ReturnType<typeof composeRecording>

/** Wires what finds overrides outside of the process to the ports. */
export const composeBypasses = (
  ports: RecordingPorts & Omit<RecordBypassesDeps, 'recordOpening' | 'callReview' | 'ids' | 'clock'>,
) => createRecordBypasses({ ...ports, ...composeRecording(ports) })

/** Wires what finds failures that repeat to the ports. */
export const composePatterns = (
  ports: RecordingPorts & Omit<FindPatternsDeps, 'recordOpening' | 'callReview' | 'ids' | 'clock'>,
) => createFindPatterns({ ...ports, ...composeRecording(ports) })

/** Wires what takes back cases of people whose passkey works again to the ports. */
export const composeNeedless = (ports: RecordingPorts & Omit<SupersedeNeedlessDeps, 'recordChange'>) =>
  createSupersedeNeedless({ ...ports, ...composeRecording(ports) })

/** Wires what takes back cases of people who are not any more who they were to the ports. */
export const composeChanged = (ports: RecordingPorts & Omit<RevokeChangedDeps, 'revokeAccess' | 'clock'>) =>
  createRevokeChanged({ ...ports, ...composeRecording(ports) })
