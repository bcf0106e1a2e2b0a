import { evidenceReviewRecordText } from '../../domain/approval/decision-record.ts'
import { whyKeptApart } from '../../domain/approval/reporting-line.ts'
import { evidenceDigestText, evidenceSchemaOf, missingEvidence, openingsDigestText } from '../../domain/evidence.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId } from '../../domain/ids.ts'
import type { ClearCase } from '../approval/clear-case.ts'
import { isDisagreement } from '../approval/is-disagreement.ts'
import { type ActOnCase, type Matter, mayDo } from '../operations/act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor } from '../people-ports.ts'
import { reasonOf } from '../policy/given-reason.ts'
import type { Clock, Transaction } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'
import type { CallReview } from '../review/call-review.ts'

export type ReviewEvidenceAsk = {
  case: CaseId
  verdict: 'accept' | 'refuse'
  version: number
  evidenceDigest: string
  reason: string
}

export type ReviewEvidenceDeps = {
  actOnCase: ActOnCase
  clock: Clock
  sha256: Sha256
  recordChange: RecordChange
  clearCase: ClearCase
  callReview: CallReview
}

/**
 * Takes the independent review of a case's evidence (R41): by somebody who took no other part in it and gave none of the
 * evidence, who stands in no direct line with whoever approved, who opened every item, and who decides on exactly what
 * they opened. A refusal ends the case, and as somebody had approved it, a third person looks at it.
 */
export const createReviewEvidence = (deps: ReviewEvidenceDeps) => {
  return (actor: Actor, ask: ReviewEvidenceAsk): Promise<ActedOn | OperationRefusal> =>
    deps.actOnCase(actor, ask.case, async (tx, matter): Promise<ActedOn | OperationRefusal> => {
      const reason = reasonOf(ask.reason)
      if (!mayDo(matter, 'review-evidence')) return refuse('act_not_allowed')
      if (reason === undefined) return refuse('reason_malformed')
      const refused = await whyNotReview(tx, matter, ask)
      return refused ?? write(tx, matter, { ...ask, reason })
    })

  async function whyNotReview(
    tx: Transaction,
    { current, actor, participants, policy, terms }: Matter,
    ask: ReviewEvidenceAsk,
  ): Promise<OperationRefusal | undefined> {
    if (current.state !== 'awaiting_evidence_review') return refuse('case_over', [current.state])
    const apart = whyKeptApart(actor.person, 'evidence_reviewer', participants)
    if (apart !== undefined) return refuse('kept_apart', [apart])
    if (deps.clock() >= current.expiresAt) return refuse('case_over', ['expired'])
    if (ask.version !== current.version) return refuse('case_stale')
    const items = await tx.evidence.ofCase(current.realm, current.id)
    if (deps.sha256(evidenceDigestText(items)) !== ask.evidenceDigest) return refuse('evidence_changed')
    if (ask.verdict === 'refuse') return undefined
    const schema = evidenceSchemaOf(policy, terms?.evidence ?? null)
    const missing = schema === undefined ? [terms?.evidence ?? ''] : missingEvidence(schema, items)
    if (missing.length > 0) return refuse('evidence_missing', missing)
    const opened = await tx.evidence.openedBy(current.realm, current.id, actor.person.id)
    const unopened = items.filter(({ id }) => !opened.includes(id)).map(({ id }) => id)
    return unopened.length > 0 ? refuse('evidence_unopened', unopened) : undefined
  }

  async function write(tx: Transaction, matter: Matter, ask: ReviewEvidenceAsk): Promise<ActedOn> {
    const { current, actor } = matter
    const { realm, id } = current
    const at = deps.clock()
    const { id: by, name, identity } = actor.person
    const { acr, authTime, token } = actor
    const review = {
      realm,
      case: id,
      id: by,
      name,
      identity,
      verdict: ask.verdict,
      evidenceDigest: ask.evidenceDigest,
      reason: ask.reason,
      acr,
      authTime,
      token,
      at,
    }
    await tx.evidence.insertReview(review)
    const reviewed = { evidenceReviewDigest: deps.sha256(evidenceReviewRecordText(review)) }
    await tx.participants.add(realm, id, { part: 'evidence_reviewer', id: by, name, identity, at })
    if (ask.verdict === 'accept') {
      const openings = (await tx.evidence.openings(realm, id)).filter(({ person }) => person === by)
      const openingsDigest = deps.sha256(openingsDigestText(openings))
      const cleared = await deps.clearCase(tx, matter, { ...reviewed, openingsDigest })
      return { outcome: 'done', state: cleared.state, version: cleared.version }
    }
    const denied = await deps.recordChange(tx, current, 'deny', {
      actor: `user:${by}`,
      facts: { by: 'person', reason: 'evidence_refused', reasonDigest: deps.sha256(ask.reason), ...reviewed },
    })
    const ended = isDisagreement(matter, at) ? await deps.callReview(tx, denied, 'disagreement') : denied
    return { outcome: 'done', state: ended.state, version: ended.version }
  }
}

export type ReviewEvidence = ReturnType<typeof createReviewEvidence>
