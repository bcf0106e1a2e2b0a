import type { ConfirmVerbalApproval } from '../../app/approval/confirm-verbal-approval.ts'
import type { DecideApproval } from '../../app/approval/decide-approval.ts'
import type { RatifyGrant } from '../../app/approval/ratify-grant.ts'
import type { RecordVerbalApproval } from '../../app/approval/record-verbal-approval.ts'
import type { AddEvidence } from '../../app/evidence/add-evidence.ts'
import type { ListEvidence, OpenEvidence } from '../../app/evidence/open-evidence.ts'
import type { ReviewEvidence } from '../../app/evidence/review-evidence.ts'
import type { CountFailures } from '../../app/operations/count-failures.ts'
import type { DisputeCase } from '../../app/operations/dispute-case.ts'
import type { ExportCase } from '../../app/operations/export-case.ts'
import type { ListCases } from '../../app/operations/list-cases.ts'
import type { ListReviews } from '../../app/operations/list-reviews.ts'
import type { ReadChains } from '../../app/operations/read-chains.ts'
import type { ReadStatistics } from '../../app/operations/read-statistics.ts'
import type { RevokeCase } from '../../app/operations/revoke-case.ts'
import type { ShowStory } from '../../app/operations/show-story.ts'
import type { DeclareOverride } from '../../app/review/declare-override.ts'
import type { RecordReview } from '../../app/review/record-review.ts'

/** What people can do, as the routes call it. */
export type Operations = {
  listCases: ListCases
  showStory: ShowStory
  exportCase: ExportCase
  decideApproval: DecideApproval
  listEvidence: ListEvidence
  addEvidence: AddEvidence
  openEvidence: OpenEvidence
  reviewEvidence: ReviewEvidence
  recordVerbalApproval: RecordVerbalApproval
  confirmVerbalApproval: ConfirmVerbalApproval
  ratifyGrant: RatifyGrant
  revokeCase: RevokeCase
  disputeCase: DisputeCase
  declareOverride: DeclareOverride
  listReviews: ListReviews
  recordReview: RecordReview
  readStatistics: ReadStatistics
  countFailures: CountFailures
  readChains: ReadChains
}
