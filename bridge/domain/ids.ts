declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** Name of a Keycloak realm, as its issuer URL ends. Part of every key this product stores. */
export type RealmName = Branded<'RealmName'>
/** Keycloak's id of a user. */
export type UserId = Branded<'UserId'>
/** Id of a case: `fb-` and a UUID version 7, so that ids sort by time. */
export type CaseId = Branded<'CaseId'>
/** Handle of a factor the bridge keeps; Keycloak stores it as its credential's only content. */
export type FactorHandle = Branded<'FactorHandle'>
/** Id of an override event, the key of its exactly-once delivery. */
export type EventId = Branded<'EventId'>
/** Id of a path as the policy names it. */
export type PathId = Branded<'PathId'>
/** Reservation of one attempt at a check that Keycloak itself performs. */
export type AttemptId = Branded<'AttemptId'>
/** Id of one person's decision on a case. */
export type ApprovalId = Branded<'ApprovalId'>
/** Id of one evidence item of a case. */
export type EvidenceId = Branded<'EvidenceId'>
/** Id of one review of a case. */
export type ReviewId = Branded<'ReviewId'>
/** Id of a notice, the key by which a repeated one is recognised. */
export type NoticeId = Branded<'NoticeId'>
/** A point in time: milliseconds since 1970, UTC. */
export type Instant = number

type AnyId =
  | RealmName
  | UserId
  | CaseId
  | FactorHandle
  | EventId
  | PathId
  | AttemptId
  | ApprovalId
  | EvidenceId
  | ReviewId
  | NoticeId

/** Marks a string that was checked, or made, where ids enter the product. */
export const asId = <Id extends AnyId>(text: string): Id => text as unknown as Id
