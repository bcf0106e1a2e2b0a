import { decisionRecordText } from '../../domain/approval/decision-record.ts'
import type { MadeSure } from '../../domain/approval/made-sure.ts'
import { wouldCount } from '../../domain/approval/quorum.ts'
import { whyKeptApart } from '../../domain/approval/reporting-line.ts'
import { whyNotApart } from '../../domain/approval/separation.ts'
import { evidenceSchemaOf, missingEvidence } from '../../domain/evidence.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId, Instant, UserId } from '../../domain/ids.ts'
import type { QueueNotice } from '../notice/queue-notice.ts'
import { type ActOnCase, type Matter, mayDo } from '../operations/act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor, People, PersonFacts } from '../people-ports.ts'
import { reasonOf } from '../policy/given-reason.ts'
import type { Clock, Ids, Transaction } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'
import { approversOf } from './approvers-of.ts'
import { isActingAccount, mayActOn } from './check-approvals.ts'
import type { ClearCase } from './clear-case.ts'
import { isCapReached } from './decision-cap.ts'
import { methodsFree } from './methods-free.ts'
import { refuseWrongMatch } from './refuse-wrong-match.ts'

/** Who is said to have said yes, written down by somebody else; how the approver made sure, not who writes. */
export type RecordVerbalAsk = MadeSure & {
  case: CaseId
  /** Id or user name. */
  approver: string
  version: number
  factsDigest: string
  match: string
  reason: string
}

export type RecordVerbalDeps = {
  actOnCase: ActOnCase
  people: Pick<People, 'findNamed'>
  clock: Clock
  ids: Pick<Ids, 'approval'>
  sha256: Sha256
  recordChange: RecordChange
  clearCase: ClearCase
  queueNotice: QueueNotice
}

/**
 * Writes a spoken approval down as pending (R36): it names the approver, who must confirm from an own session in time, and
 * lets the case go on until then. The named person must be one who could approve it now; whoever writes it down is
 * somebody else, and takes no other part.
 */
export const createRecordVerbalApproval = (deps: RecordVerbalDeps) => {
  return async (actor: Actor, ask: RecordVerbalAsk): Promise<(ActedOn & { confirmBy: Instant }) | OperationRefusal> => {
    const named = (await deps.people.findNamed(actor.realm, ask.approver))?.id
    return deps.actOnCase(
      actor,
      ask.case,
      async (tx, matter) => {
        const reason = reasonOf(ask.reason)
        if (!mayDo(matter, 'open-for-another')) return refuse('act_not_allowed')
        if (reason === undefined) return refuse('reason_malformed')
        const checked = await check(tx, matter, ask, named)
        return 'outcome' in checked ? checked : write(tx, matter, { ...ask, reason }, checked)
      },
      named === undefined ? [] : [named],
    )
  }

  async function check(
    tx: Transaction,
    matter: Matter,
    ask: RecordVerbalAsk,
    named: UserId | undefined,
  ): Promise<OperationRefusal | { approver: PersonFacts; confirmBy: Instant }> {
    const { current, request, terms, decision, facts, actor, participants, people, policy } = matter
    if (current.state !== 'awaiting_approval' || request === undefined || terms === undefined) {
      return refuse('case_over', [current.state])
    }
    if (terms.verbal === undefined) return refuse('verbal_not_allowed')
    const at = deps.clock()
    if (at >= current.expiresAt) return refuse('case_over', ['expired'])
    if (ask.version !== current.version) return refuse('case_stale')
    if (ask.factsDigest !== request.factsDigest) return refuse('facts_changed')
    if (ask.match !== request.match) return refuseWrongMatch(tx, current, deps)
    const free = methodsFree(terms, matter.approvals, at)
    if (!free.includes(ask.method)) return refuse('method_not_allowed', free)
    const approver = named === undefined ? undefined : people.get(named)
    if (decision === undefined || facts === undefined || !isActingAccount(approver)) return refuse('approver_unfit')
    if (!mayActOn(approver, 'approve', { policy, current, decision, facts }, people)) return refuse('approver_unfit')
    const apart =
      whyNotApart(actor.person, 'recorder', participants) ??
      whyKeptApart(approver, 'verbal_approver', [...participants, { ...actor.person, part: 'recorder' }])
    if (apart !== undefined) return refuse('kept_apart', [apart])
    if (!wouldCount(terms.approvals, approversOf(matter, at), approver)) return refuse('approval_not_needed')
    const schema = evidenceSchemaOf(policy, terms.evidence)
    const given = await tx.evidence.ofCase(current.realm, current.id)
    const missing = schema === undefined ? [terms.evidence ?? ''] : missingEvidence(schema, given)
    if (missing.length > 0) return refuse('evidence_missing', missing)
    if (await isCapReached(tx, current.realm, [actor.person, approver], at)) return refuse('agent_cap_reached')
    return { approver, confirmBy: at + terms.verbal.withinSeconds * 1000 }
  }

  async function write(
    tx: Transaction,
    matter: Matter,
    ask: RecordVerbalAsk,
    { approver, confirmBy }: { approver: PersonFacts; confirmBy: Instant },
  ): Promise<ActedOn & { confirmBy: Instant }> {
    const { current, actor } = matter
    const { realm, id } = current
    const at = deps.clock()
    const approval = deps.ids.approval()
    const spoken = {
      realm,
      approval,
      case: id,
      id: approver.id,
      name: approver.name,
      identity: approver.identity,
      verdict: 'approve' as const,
      state: 'pending' as const,
      method: ask.method,
      seen: ask.seen,
      reason: ask.reason,
      factsDigest: ask.factsDigest,
      acr: actor.acr,
      authTime: actor.authTime,
      token: actor.token,
      at,
      recordedBy: actor.person.id,
      confirmBy,
    }
    await tx.approvals.insert(spoken)
    const { name, identity } = actor.person
    await tx.participants.note(realm, id, { part: 'recorder', id: actor.person.id, name, identity, at })
    await tx.participants.add(realm, id, {
      part: 'verbal_approver',
      id: approver.id,
      name: approver.name,
      identity: approver.identity,
      at,
    })
    await tx.jobs.add({ kind: 'unratify_case', realm, lane: `unratify:${approval}`, about: id, dueAt: confirmBy })
    await deps.queueNotice(tx, {
      realm,
      case: id,
      kind: 'verbal_to_confirm',
      to: { users: [approver.id] },
      facts: { profile: current.profile, client: current.client, until: confirmBy },
      dedupe: approval,
    })
    const recorded = await deps.recordChange(tx, current, 'approve_verbally', {
      actor: `user:${actor.person.id}`,
      facts: {
        approval,
        approver: approver.id,
        method: ask.method,
        ...ask.seen,
        factsDigest: ask.factsDigest,
        reasonDigest: deps.sha256(ask.reason),
        recordDigest: deps.sha256(decisionRecordText(spoken)),
        confirmBy,
      },
    })
    const approvals = await tx.approvals.ofCase(realm, id)
    const cleared = await deps.clearCase(tx, { ...matter, current: recorded, approvals })
    return { outcome: 'done', state: cleared.state, version: cleared.version, confirmBy }
  }
}

export type RecordVerbalApproval = ReturnType<typeof createRecordVerbalApproval>
