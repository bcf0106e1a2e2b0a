import type { FallbackCase } from '../../domain/case.ts'
import type { Instant } from '../../domain/ids.ts'
import type { Transaction } from '../ports.ts'

/** Requests that a person has made of people, and cases of theirs that somebody has said no to. */
export type RecentRequests = { asked: number; denied: number }

const dayMs = 86_400_000

/**
 * What the subject of a case has asked of people within the last 24 hours, the case itself included. Approvers see it
 * beside a request: somebody who was told no today, and asks somebody else, is not asking for the first time (S02).
 */
export const recentRequests = async (
  tx: Transaction,
  { realm, user }: Pick<FallbackCase, 'realm' | 'user'>,
  now: Instant,
): Promise<RecentRequests> => ({
  asked: await tx.approvals.countAskedSince(realm, user, now - dayMs),
  denied: await tx.approvals.countDeniedSince(realm, user, now - dayMs),
})
