import type { FallbackCase } from '../../domain/case.ts'
import { BridgeError } from '../../domain/errors.ts'
import type { Terms } from '../../domain/policy/decision.ts'
import type { StepAnswer } from '../../domain/step-answer.ts'
import type { Clock, Transaction } from '../ports.ts'
import { isInForce } from './check-approvals.ts'

/** Longest label of a group on a page, and what may stand in it. */
const longestLabel = 64

/**
 * What somebody sees who waits: who is asked, by group and not by name, how many have said yes, the number to tell them,
 * and when the request ends. The groups of those who said yes are taken as they were asked for; who counts is decided again
 * by the use cases.
 */
export const createShowWait =
  ({ clock }: { clock: Clock }) =>
  async (tx: Transaction, terms: Terms, current: FallbackCase): Promise<StepAnswer> => {
    const request = await tx.approvals.findRequest(current.realm, current.id)
    if (request === undefined) throw new BridgeError('internal')
    const isReview = current.state === 'awaiting_evidence_review'
    const given = (await tx.approvals.ofCase(current.realm, current.id)).filter((one) => isInForce(one, clock()))
    return {
      kind: 'wait',
      case: current.id,
      match: request.match,
      stage: isReview ? 'evidence_review' : 'approval',
      asked: terms.approvals.map(({ group, count }, index) => ({
        label: labelOf(group),
        count,
        given: isReview ? count : givenTo(terms, index, given.length),
      })),
      since: request.askedAt,
      until: current.expiresAt,
    }
  }

/** Fills the demands in their order: a page shows how many are still missing, not who counted for what. */
const givenTo = ({ approvals }: Terms, index: number, total: number): number => {
  const before = approvals.slice(0, index).reduce((sum, { count }) => sum + count, 0)
  return Math.min(Math.max(0, total - before), approvals[index]?.count ?? 0)
}

/** The last part of a group's path, without what a page does not show. */
export const labelOf = (group: string): string => {
  const last = group.slice(group.lastIndexOf('/') + 1)
  const shown = last.replaceAll(/[^A-Za-z0-9 ._-]/g, '-').slice(0, longestLabel)
  return shown === '' ? 'approvers' : shown
}

export type ShowWait = ReturnType<typeof createShowWait>
