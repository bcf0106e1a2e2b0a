import { countApprovals, type DemandState } from '../../domain/approval/quorum.ts'
import type { FallbackCase } from '../../domain/case.ts'
import type { HistoryFacts } from '../../domain/history.ts'
import type { Matter } from '../operations/act-on-case.ts'
import type { Clock, Transaction } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'
import { approversOf } from './approvers-of.ts'
import type { TellApprovers } from './tell-approvers.ts'

export type ClearCaseDeps = { clock: Clock; recordChange: RecordChange; tellApprovers: TellApprovers }

/**
 * Lets a case go on where every demand is met now: to the evidence review if the terms ask for one, else to the factor,
 * for which there is as much time as the policy gives. Where something is missing still, the case stays as it is; where it
 * is missing again once the evidence was reviewed, because somebody who approved may not any more, it is asked for anew,
 * within the time that is left (E6). The review stays: nothing is added to evidence that was accepted. A decoy's case ends
 * here, denied: what is to be seen of it is that people said yes (S07).
 * `beside` goes into the history with it: what of the act that cleared the case stands nowhere else.
 */
export const createClearCase = ({ clock, recordChange, tellApprovers }: ClearCaseDeps) => {
  return async (tx: Transaction, matter: Matter, beside: HistoryFacts = {}): Promise<FallbackCase> => {
    const { current, terms } = matter
    const { realm, id } = current
    if (terms === undefined) return current
    const at = clock()
    const approvals = await tx.approvals.ofCase(realm, id)
    const { isMet, demands } = countApprovals(terms.approvals, approversOf({ ...matter, approvals }, at))
    if (!isMet) return current.state === 'awaiting_evidence_review' ? reopen(tx, current, demands, beside) : current
    const met = demands.map(({ group, given }) => ({ group, given }))
    if (terms.evidenceReview && (await tx.evidence.findReview(realm, id))?.verdict !== 'accept') {
      return current.state === 'awaiting_approval'
        ? recordChange(tx, current, 'ask_evidence_review', { actor: 'system', facts: { approvals: met } })
        : current
    }
    if (terms.decoy !== undefined) {
      return recordChange(tx, current, 'deny', {
        actor: 'system',
        facts: { reason: 'decoy', approvals: met, ...beside },
      })
    }
    await tx.approvals.markCleared(realm, id, at)
    const expiresAt = at + terms.limits.challengeSeconds * 1000
    await tx.jobs.add({ kind: 'expire_case', realm, lane: `expire-factor:${id}`, about: id, dueAt: expiresAt })
    return recordChange(tx, current, 'clear', {
      actor: 'system',
      facts: { approvals: met, until: expiresAt, ...beside },
      set: { expiresAt },
    })
  }

  async function reopen(
    tx: Transaction,
    current: FallbackCase,
    demands: readonly DemandState[],
    beside: HistoryFacts,
  ): Promise<FallbackCase> {
    const approvals = demands.map(({ group, count, given }) => ({ group, count, given }))
    const reopened = await recordChange(tx, current, 'reopen', {
      actor: 'system',
      facts: { reason: 'approver_may_not_any_more', approvals, ...beside },
    })
    for (const { group, count, given } of demands) {
      if (given < count) await tellApprovers(tx, current.realm, group)
    }
    return reopened
  }
}

export type ClearCase = ReturnType<typeof createClearCase>
