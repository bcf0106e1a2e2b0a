import type { Evidence } from '../../domain/evidence.ts'
import type {
  ExportedApproval,
  ExportedEvent,
  ExportedEvidence,
  ExportedEvidenceReview,
  ExportedReview,
} from '../../domain/export/case-export.ts'
import type { Review } from '../../domain/review/review.ts'
import type { Approval, EvidenceReview } from '../people-ports.ts'
import type { OutboxRow } from '../ports.ts'

/** A decision as an export holds it. The identity that several accounts share stays in the database. */
export const exportApproval = (one: Approval): ExportedApproval => ({
  approval: one.approval,
  id: one.id,
  name: one.name,
  verdict: one.verdict,
  state: one.state,
  method: one.method ?? null,
  ...(one.seen === undefined ? {} : { seen: one.seen }),
  reason: one.reason,
  factsDigest: one.factsDigest,
  acr: one.acr ?? null,
  authTime: one.authTime,
  token: one.token,
  at: one.at,
  recordedBy: one.recordedBy ?? null,
  confirmBy: one.confirmBy ?? null,
})

/** An item without its content. */
export const exportEvidence = (one: Evidence): ExportedEvidence => ({
  id: one.id,
  item: one.item,
  kind: one.kind,
  by: { id: one.by, name: one.byName },
  at: one.at,
  late: one.isLate,
  sha256: one.sha256,
  size: one.size,
  mediaType: one.mediaType,
})

export const exportEvidenceReview = (one: EvidenceReview): ExportedEvidenceReview => ({
  id: one.id,
  name: one.name,
  verdict: one.verdict,
  evidenceDigest: one.evidenceDigest,
  reason: one.reason,
  acr: one.acr ?? null,
  authTime: one.authTime,
  token: one.token,
  at: one.at,
})

export const exportReview = ({ id, reason, openedAt, dueAt, done }: Review): ExportedReview => ({
  id,
  reason,
  openedAt,
  dueAt,
  done:
    done === undefined
      ? null
      : {
          by: { id: done.by, name: done.byName },
          at: done.at,
          cause: done.cause,
          confidence: done.confidence,
          action: done.action,
          actionOwner: done.actionOwner,
          actionDue: done.actionDue,
          note: done.note,
        },
})

/** An override event with where it stands on its way into Keycloak's log. */
export const exportEvent = ({ id, name, at, state, writtenAt, representation }: OutboxRow): ExportedEvent => ({
  id,
  name,
  at,
  state,
  writtenAt: writtenAt ?? null,
  representation,
})
