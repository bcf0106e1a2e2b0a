import { approvalFactsOf } from '../../domain/approval/approval-facts.ts'
import type { FallbackCase } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { Instant, RealmName, UserId } from '../../domain/ids.ts'
import type { Decision, Terms } from '../../domain/policy/decision.ts'
import type { Facts } from '../../domain/policy/facts.ts'
import { askOf } from '../../domain/policy/limits-for.ts'
import type { StepAnswer } from '../../domain/step-answer.ts'
import type { Clock, Ids, Transaction } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'
import { digestOfFacts } from './approval-now.ts'
import type { TellApprovers } from './tell-approvers.ts'

export type AskApprovalDeps = {
  clock: Clock
  ids: Pick<Ids, 'match'>
  sha256: Sha256
  recordChange: RecordChange
  tellApprovers: TellApprovers
}

/** Requests that one person may make in a day; more are refused, so that nobody is asked until somebody gives in (S02). */
export const requestsPerDay = 3
/** How long nobody is asked again after a no (S02). */
export const coolDownMs = 30 * 60_000
const dayMs = 86_400_000

/** Why this person may not ask people now; undefined where they may. Resuming a request is not asking. */
export const whyNotAsk = async (
  tx: Transaction,
  realm: RealmName,
  user: UserId,
  now: Instant,
): Promise<StepAnswer | undefined> => {
  const deniedAt = await tx.approvals.lastDenialAt(realm, user)
  if (deniedAt !== undefined && deniedAt + coolDownMs > now) {
    return { kind: 'denied', reason: 'cool_down', wrongCode: false, retryAt: deniedAt + coolDownMs }
  }
  if ((await tx.approvals.countAskedSince(realm, user, now - dayMs)) >= requestsPerDay) {
    return { kind: 'denied', reason: 'approval_requests_used_up', wrongCode: false }
  }
  return undefined
}

/** When a request that is made now ends if nobody decides. */
export const requestEndsAt = (terms: Terms, now: Instant): Instant => now + askOf(terms).approvalSeconds * 1000

/** Asks for the approvals that a case's terms want: keeps what is asked, by its digest, and tells those who may decide. */
export const createAskApproval =
  (deps: AskApprovalDeps) =>
  async (
    tx: Transaction,
    opened: FallbackCase,
    { facts, decision, terms }: { facts: Facts; decision: Decision; terms: Terms },
  ): Promise<FallbackCase> => {
    const { realm, id, user } = opened
    const askedAt = deps.clock()
    const asked = approvalFactsOf(opened, facts, decision)
    const factsDigest = digestOfFacts(deps.sha256, asked)
    const match = deps.ids.match()
    await tx.approvals.ask({ realm, case: id, facts: asked, factsDigest, match, askedAt })
    await tx.participants.add(realm, id, { part: 'subject', id: user, name: user, identity: undefined, at: askedAt })
    const waiting = await deps.recordChange(tx, opened, 'ask_approval', {
      actor: 'system',
      facts: {
        factsDigest,
        approvals: terms.approvals.map(({ group, count }) => ({ group, count })),
        evidenceReview: terms.evidenceReview,
        until: opened.expiresAt,
      },
      set: { path: terms.paths[0]?.id },
    })
    for (const { group } of terms.approvals) await deps.tellApprovers(tx, realm, group)
    return waiting
  }

export type AskApproval = ReturnType<typeof createAskApproval>
