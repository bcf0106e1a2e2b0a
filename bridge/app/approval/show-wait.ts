import type { FallbackCase } from '../../domain/case.ts'
import { BridgeError } from '../../domain/errors.ts'
import type { HistoryEntry } from '../../domain/history.ts'
import type { Terms } from '../../domain/policy/decision.ts'
import type { StepAnswer } from '../../domain/step-answer.ts'
import type { Clock, Transaction } from '../ports.ts'
import { isInForce } from './check-approvals.ts'

/** Longest label of a group on a page, and what may stand in it. */
const longestLabel = 64

/**
 * What somebody sees who waits: who is asked, by group and not by name unless the policy says another text, how many have said yes, the number to tell them,
 * and when the request ends. The groups of those who said yes are taken as they were asked for; who counts is decided again
 * by the use cases.
 */
export const createShowWait = ({ clock }: { clock: Clock }) => {
  return async (tx: Transaction, terms: Terms, current: FallbackCase): Promise<StepAnswer> => {
    const request = await tx.approvals.findRequest(current.realm, current.id)
    if (request === undefined) throw new BridgeError('internal')
    const isReview = current.state === 'awaiting_evidence_review'
    const given = isReview ? terms.approvals.map(({ count }) => count) : await givenSoFar(tx, terms, current)
    return {
      kind: 'wait',
      case: current.id,
      match: request.match,
      stage: isReview ? 'evidence_review' : 'approval',
      asked: terms.approvals.map(({ group, count, shownAs }, index) => ({
        label: shownAs ?? labelOf(group),
        count,
        given: given[index] ?? 0,
      })),
      since: request.askedAt,
      until: current.expiresAt,
    }
  }

  /** Approvals in force; where they were asked for anew (E6), those that counted then and those given since. */
  async function givenSoFar(tx: Transaction, terms: Terms, { realm, id }: FallbackCase): Promise<readonly number[]> {
    // Only a case whose evidence was reviewed comes back to this stage; for all others its history is not read.
    const mayBeReopened = terms.evidenceReview && (await tx.evidence.findReview(realm, id)) !== undefined
    const history = mayBeReopened ? await tx.history.list(realm, id) : []
    const from = history.findLastIndex(({ event }) => event === 'reopen')
    const reopened = history[from]
    if (reopened === undefined) {
      const inForce = (await tx.approvals.ofCase(realm, id)).filter((one) => isInForce(one, clock()))
      return fill(terms, [], inForce.length)
    }
    const had = terms.approvals.map((_demand, index) => givenIn(reopened, index))
    const since = history.slice(from).filter(({ event }) => event === 'approve' || event === 'approve_verbally')
    return fill(terms, had, since.length)
  }
}

/** Fills the demands in their order: a page shows how many are still missing, not who counted for what. */
const fill = ({ approvals }: Terms, had: readonly number[], total: number): readonly number[] => {
  let left = total
  return approvals.map(({ count }, index) => {
    const before = had[index] ?? 0
    const more = Math.min(Math.max(0, count - before), left)
    left -= more
    return before + more
  })
}

/** How far a demand was met when it was asked for anew, as the history has it. */
const givenIn = (reopened: HistoryEntry, index: number): number => {
  const approvals = reopened.facts['approvals']
  const demand = Array.isArray(approvals) ? approvals[index] : undefined
  const given = typeof demand === 'object' && demand !== null && 'given' in demand ? demand.given : undefined
  return typeof given === 'number' ? given : 0
}

/** The last part of a group's path, without what a page does not show. */
export const labelOf = (group: string): string => {
  const last = group.slice(group.lastIndexOf('/') + 1)
  const shown = last.replaceAll(/[^A-Za-z0-9 ._-]/g, '-').slice(0, longestLabel)
  return shown === '' ? 'approvers' : shown
}

export type ShowWait = ReturnType<typeof createShowWait>
