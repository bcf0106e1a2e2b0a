import { type CaseExport, exportVersion } from '../../domain/export/case-export.ts'
import type { CaseId } from '../../domain/ids.ts'
import type { Actor } from '../people-ports.ts'
import type { Clock, Log, SecretBox, Transaction } from '../ports.ts'
import { overridePlace } from '../review/declare-override.ts'
import { type ActOnCase, auditorRole, isAboutActor, type Matter } from './act-on-case.ts'
import { exportApproval, exportEvent, exportEvidence, exportEvidenceReview, exportReview } from './exported-records.ts'
import { type OperationRefusal, refuse } from './refusal.ts'
import { waitsBlind } from './told-history.ts'

/** Signs an export with the key whose thumbprint the realm's flow pins; gives a compact JWS of a type of its own. */
export type SignExport = (told: CaseExport) => Promise<string>

export type ExportCaseDeps = {
  actOnCase: ActOnCase
  clock: Clock
  secretBox: SecretBox
  log: Log
  signExport: SignExport
  bridgeId: string
  /** Version of the bridge. */
  version: string
}

export type ExportedCase = { outcome: 'done'; export: string }

/**
 * Gives an auditor a case's whole story, signed, to be verified without the bridge (R37, S05). Nothing in the case
 * changes: that it was exported stands in the log. Nobody gets the own case, and who may still take the blind second look
 * does not get the first one's finding this way either.
 */
export const createExportCase = (deps: ExportCaseDeps) => {
  return async (actor: Actor, ask: { case: CaseId }): Promise<ExportedCase | OperationRefusal> => {
    const read = await deps.actOnCase(actor, ask.case, async (tx, matter) => {
      if (!matter.actor.person.roles.includes(auditorRole)) return refuse('act_not_allowed')
      if (isAboutActor(matter)) return refuse('kept_apart', ['subject'])
      const { realm, id } = matter.current
      if (waitsBlind(matter, await tx.reviews.ofCase(realm, id))) return refuse('act_not_allowed', ['review'])
      return { outcome: 'read' as const, told: await gather(tx, matter) }
    })
    if (read.outcome === 'refused') return read
    const signed = await deps.signExport(read.told)
    const { realm, person } = actor
    deps.log.info('case exported', { realm, case: ask.case, actor: person.id })
    return { outcome: 'done', export: signed }
  }

  async function gather(tx: Transaction, matter: Matter): Promise<CaseExport> {
    const { current, actor, approvals, request } = matter
    const { realm, id } = current
    const stored = await tx.decisions.find(realm, id)
    const version = await tx.policies.findVersion(realm, current.policyDigest)
    const ratification = await tx.ratifications.find(realm, id)
    const evidenceReview = await tx.evidence.findReview(realm, id)
    const declared = await tx.disputes.findDeclared(realm, id)
    const dispute = await tx.disputes.find(realm, id)
    const { id: by, name } = actor.person
    return {
      export: exportVersion,
      issuer: deps.bridgeId,
      bridge: deps.version,
      realm,
      exportedAt: deps.clock(),
      exportedBy: { id: by, name },
      case: exportRow(matter),
      decision:
        stored === undefined
          ? null
          : {
              at: stored.at,
              policyDigest: stored.policyDigest,
              facts: stored.factsText,
              decision: stored.decisionText,
            },
      policy:
        version === undefined
          ? null
          : { digest: version.digest, name: version.name, revision: version.revision, text: version.text },
      request:
        request === undefined
          ? null
          : {
              facts: request.facts,
              factsDigest: request.factsDigest,
              askedAt: request.askedAt,
              clearedAt: request.clearedAt ?? null,
              voidedAt: request.voidedAt ?? null,
            },
      approvals: approvals.map(exportApproval),
      ratification:
        ratification === undefined
          ? null
          : {
              group: ratification.group,
              dueAt: ratification.dueAt,
              state: ratification.state,
              by: ratification.by ?? null,
            },
      evidence: (await tx.evidence.ofCase(realm, id)).map(exportEvidence),
      openings: (await tx.evidence.openings(realm, id)).map(({ evidence, person, at }) => ({ evidence, person, at })),
      evidenceReview: evidenceReview === undefined ? null : exportEvidenceReview(evidenceReview),
      reviews: (await tx.reviews.ofCase(realm, id)).map(exportReview),
      declared:
        declared === undefined
          ? null
          : {
              occurredAt: declared.occurredAt,
              recordedAt: declared.recordedAt,
              account: deps.secretBox.open(declared.account, overridePlace(realm, id)),
            },
      dispute: dispute === undefined ? null : { user: dispute.user, at: dispute.at },
      notices: (await tx.notices.ofCase(realm, id)).map(({ id: notice, kind, channel, at, state, settledAt }) => ({
        id: notice,
        kind,
        channel,
        at,
        state,
        settledAt: settledAt ?? null,
      })),
      history: await tx.history.list(realm, id),
      events: (await tx.outbox.ofCase(realm, id)).map(exportEvent),
    }
  }
}

const exportRow = ({ current, people }: Matter): CaseExport['case'] => ({
  id: current.id,
  user: current.user,
  userName: people.get(current.user)?.name ?? null,
  client: current.client,
  state: current.state,
  version: current.version,
  profile: current.profile,
  policyDigest: current.policyDigest,
  path: current.path ?? null,
  offered: [...current.offered],
  failureClass: current.failureClass,
  attempts: current.attempts,
  openedAt: current.openedAt,
  expiresAt: current.expiresAt,
  grantedAt: current.grantedAt ?? null,
  endsAt: current.endsAt ?? null,
})

export type ExportCase = ReturnType<typeof createExportCase>
