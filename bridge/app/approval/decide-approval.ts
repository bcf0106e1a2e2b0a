import { decisionRecordText } from '../../domain/approval/decision-record.ts'
import type { MadeSure } from '../../domain/approval/made-sure.ts'
import { countApprovals, type DemandState, wouldCount } from '../../domain/approval/quorum.ts'
import { whyKeptApart } from '../../domain/approval/reporting-line.ts'
import { type FallbackCase, isWaiting } from '../../domain/case.ts'
import { evidenceSchemaOf, missingEvidence } from '../../domain/evidence.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId } from '../../domain/ids.ts'
import { type ActOnCase, type Matter, mayDo } from '../operations/act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor } from '../people-ports.ts'
import { reasonOf } from '../policy/given-reason.ts'
import type { Clock, Ids, Transaction } from '../ports.ts'
import type { Change, RecordChange } from '../record-change.ts'
import type { CallReview } from '../review/call-review.ts'
import { approversOf } from './approvers-of.ts'
import type { ClearCase } from './clear-case.ts'
import { isCapReached } from './decision-cap.ts'
import { isDisagreement } from './is-disagreement.ts'
import { methodsFree } from './methods-free.ts'
import { refuseWrongMatch } from './refuse-wrong-match.ts'
import type { RevokeAccess } from './revoke-access.ts'

/** What an approver says: on exactly these facts, of exactly this version, having read this number from the person. */
export type DecideApprovalAsk = {
  case: CaseId
  version: number
  factsDigest: string
  match: string
  reason: string
} & (({ verdict: 'approve' } & MadeSure) | { verdict: 'deny' })

export type DecideApprovalDeps = {
  actOnCase: ActOnCase
  clock: Clock
  ids: Pick<Ids, 'approval'>
  sha256: Sha256
  recordChange: RecordChange
  clearCase: ClearCase
  revokeAccess: RevokeAccess
  callReview: CallReview
}

/** The case as it then stands, and how far each demand is met. */
export type Decided = ActedOn & { demands: readonly DemandState[] }

/**
 * Takes a person's decision on a case (R16, R41). A no ends the case from any state before the session, whatever version
 * it was seen in, and ends a grant that was given meanwhile: a no always wins, and against a yes somebody looks at it
 * afterwards. A yes counts only if everything that was shown still holds, the person is one the demands still want, took no other part, and could name the number.
 */
export const createDecideApproval = (deps: DecideApprovalDeps) => {
  return (actor: Actor, ask: DecideApprovalAsk): Promise<Decided | OperationRefusal> =>
    deps.actOnCase(actor, ask.case, async (tx, matter): Promise<Decided | OperationRefusal> => {
      const reason = reasonOf(ask.reason)
      if (!mayDo(matter, 'approve')) return refuse('act_not_allowed')
      if (reason === undefined) return refuse('reason_malformed')
      if (matter.request === undefined) return refuse('case_over', [matter.current.state])
      return ask.verdict === 'deny'
        ? deny(tx, matter, { factsDigest: ask.factsDigest, reason })
        : approve(tx, matter, { ...ask, reason })
    })

  async function deny(
    tx: Transaction,
    matter: Matter,
    { factsDigest, reason }: { factsDigest: string; reason: string },
  ): Promise<Decided | OperationRefusal> {
    const { current, request } = matter
    const isOpen = isWaiting(current.state) || current.state === 'awaiting_factor'
    const wasLetIn = current.state === 'granted' || current.state === 'in_use'
    if (!isOpen && !wasLetIn) return refuse('case_over', [current.state])
    const approval = deps.ids.approval()
    const denial = {
      ...kept(matter, approval, reason),
      verdict: 'deny' as const,
      method: undefined,
      seen: undefined,
      factsDigest: factsDigest.length === 64 ? factsDigest : (request?.factsDigest ?? ''),
    }
    await tx.approvals.insert(denial)
    const { id: by, name, identity } = matter.actor.person
    // Whoever said no reviews this case no more than whoever said yes.
    await tx.participants.note(current.realm, current.id, {
      part: 'denier',
      id: by,
      name,
      identity,
      at: deps.clock(),
    })
    const facts = {
      by: 'person',
      approval,
      reason: 'approval_denied',
      reasonDigest: deps.sha256(reason),
      recordDigest: deps.sha256(decisionRecordText(denial)),
    }
    const actorName = `user:${matter.actor.person.id}`
    const ended = await end(tx, matter, wasLetIn ? 'revoke' : 'deny', { actor: actorName, facts })
    return { outcome: 'done', state: ended.state, version: ended.version, demands: await demandsNow(tx, matter) }
  }

  /** Yes against no is no majority: nobody is let in, and whoever took no part looks at it, once and for that reason. */
  async function end(
    tx: Transaction,
    matter: Matter,
    event: 'deny' | 'revoke',
    change: Omit<Change, 'set'>,
  ): Promise<FallbackCase> {
    const { current } = matter
    const disagree = isDisagreement(matter, deps.clock())
    if (event === 'revoke') {
      return deps.revokeAccess(tx, current, event, change, disagree ? 'disagreement' : undefined)
    }
    const denied = await deps.recordChange(tx, current, event, change)
    return disagree ? deps.callReview(tx, denied, 'disagreement') : denied
  }

  async function approve(
    tx: Transaction,
    matter: Matter,
    ask: Extract<DecideApprovalAsk, { verdict: 'approve' }>,
  ): Promise<Decided | OperationRefusal> {
    const { current, request, terms, actor } = matter
    if (current.state !== 'awaiting_approval' || request === undefined || terms === undefined) {
      return refuse('case_over', [current.state])
    }
    const refused = await whyNotApprove(tx, matter, ask)
    if (refused !== undefined) return refused
    const at = deps.clock()
    const { id, name, identity } = actor.person
    const approval = deps.ids.approval()
    const { method, seen, factsDigest } = ask
    const given = { ...kept(matter, approval, ask.reason), verdict: 'approve' as const, method, seen, factsDigest }
    await tx.approvals.insert(given)
    await tx.participants.add(current.realm, current.id, { part: 'approver', id, name, identity, at })
    const approved = await deps.recordChange(tx, current, 'approve', {
      actor: `user:${id}`,
      facts: {
        approval,
        method,
        ...seen,
        factsDigest,
        reasonDigest: deps.sha256(ask.reason),
        recordDigest: deps.sha256(decisionRecordText(given)),
        acr: actor.acr ?? null,
        authTime: actor.authTime,
      },
    })
    const cleared = await deps.clearCase(tx, { ...matter, current: approved })
    return { outcome: 'done', state: cleared.state, version: cleared.version, demands: await demandsNow(tx, matter) }
  }

  async function demandsNow(tx: Transaction, matter: Matter): Promise<readonly DemandState[]> {
    const { current, terms } = matter
    const approvals = await tx.approvals.ofCase(current.realm, current.id)
    return terms === undefined
      ? []
      : countApprovals(terms.approvals, approversOf({ ...matter, approvals }, deps.clock())).demands
  }

  async function whyNotApprove(
    tx: Transaction,
    matter: Matter,
    ask: Extract<DecideApprovalAsk, { verdict: 'approve' }>,
  ): Promise<OperationRefusal | undefined> {
    const { current, request, terms, actor, participants, policy } = matter
    if (request === undefined || terms === undefined) return refuse('case_over', [current.state])
    const apart = whyKeptApart(actor.person, 'approver', participants)
    if (apart !== undefined) return refuse('kept_apart', [apart])
    const at = deps.clock()
    if (at >= current.expiresAt) return refuse('case_over', ['expired'])
    if (ask.version !== current.version) return refuse('case_stale')
    if (ask.factsDigest !== request.factsDigest) return refuse('facts_changed')
    if (ask.match !== request.match) return refuseWrongMatch(tx, current, deps)
    const free = methodsFree(terms, matter.approvals, at)
    if (!free.includes(ask.method)) return refuse('method_not_allowed', free)
    if (!wouldCount(terms.approvals, approversOf(matter, at), actor.person)) return refuse('approval_not_needed')
    const schema = evidenceSchemaOf(policy, terms.evidence)
    const missing =
      schema === undefined
        ? [terms.evidence ?? '']
        : missingEvidence(schema, await tx.evidence.ofCase(current.realm, current.id))
    if (missing.length > 0) return refuse('evidence_missing', missing)
    return (await isCapReached(tx, current.realm, [actor.person], at)) ? refuse('agent_cap_reached') : undefined
  }

  function kept({ current, actor }: Matter, approval: ReturnType<Ids['approval']>, reason: string) {
    const { id, name, identity } = actor.person
    return {
      realm: current.realm,
      approval,
      case: current.id,
      id,
      name,
      identity,
      state: 'counted' as const,
      reason,
      acr: actor.acr,
      authTime: actor.authTime,
      token: actor.token,
      at: deps.clock(),
      recordedBy: undefined,
      confirmBy: undefined,
    }
  }
}

export type DecideApproval = ReturnType<typeof createDecideApproval>
