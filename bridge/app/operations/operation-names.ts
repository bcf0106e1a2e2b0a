/** What people can do over HTTP: the names under which it is documented, logged and counted. */
export const operationNames = [
  'listCases',
  'showCase',
  'decideApproval',
  'listEvidence',
  'addEvidence',
  'openEvidence',
  'reviewEvidence',
  'recordVerbalApproval',
  'confirmVerbalApproval',
  'ratifyGrant',
  'revokeCase',
  'disputeCase',
  'declarePastOverride',
  'listReviews',
  'recordReview',
  'readStatistics',
  'countFailures',
  'readChains',
  'readDescription',
  'notMe',
] as const
export type OperationName = (typeof operationNames)[number]
