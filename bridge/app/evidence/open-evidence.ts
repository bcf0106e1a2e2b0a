import type { Evidence } from '../../domain/evidence.ts'
import { evidenceDigestText, evidenceSchemaOf, missingEvidence } from '../../domain/evidence.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId, EvidenceId } from '../../domain/ids.ts'
import type { Act } from '../../domain/policy/ceilings.ts'
import { type ActOnCase, auditorRole, isAboutActor, type Matter, mayDo } from '../operations/act-on-case.ts'
import { type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor } from '../people-ports.ts'
import type { Clock, SecretBox } from '../ports.ts'
import { evidencePlace } from './add-evidence.ts'

/** What a case has of evidence, and what it lacks. `opened` is what this caller has opened. */
export type EvidenceList = {
  outcome: 'done'
  items: readonly Evidence[]
  missing: readonly string[]
  opened: readonly EvidenceId[]
  /** What an evidence reviewer decides about. */
  evidenceDigest: string
}

export type OpenedEvidence = { outcome: 'done'; evidence: Evidence; content: { text: string } | { base64: string } }

export type OpenEvidenceDeps = { actOnCase: ActOnCase; clock: Clock; sha256: Sha256; secretBox: SecretBox }

const mayRead: readonly Act[] = ['approve', 'review-evidence', 'review', 'audit']

/** Lists the evidence of a case without its contents. */
export const createListEvidence =
  ({ actOnCase, sha256 }: Pick<OpenEvidenceDeps, 'actOnCase' | 'sha256'>) =>
  (actor: Actor, ask: { case: CaseId }): Promise<EvidenceList | OperationRefusal> =>
    actOnCase(actor, ask.case, async (tx, matter) => {
      const refused = whyNotRead(matter)
      if (refused !== undefined) return refused
      const { current, policy, terms } = matter
      const items = await tx.evidence.ofCase(current.realm, current.id)
      const schema = evidenceSchemaOf(policy, terms?.evidence ?? null) ?? []
      return {
        outcome: 'done',
        items,
        missing: missingEvidence(schema, items),
        opened: await tx.evidence.openedBy(current.realm, current.id, actor.person.id),
        evidenceDigest: sha256(evidenceDigestText(items)),
      }
    })

/** Opens one item, and writes down that this person did: nobody decides on evidence that they have not opened (R41). */
export const createOpenEvidence =
  ({ actOnCase, clock, secretBox }: OpenEvidenceDeps) =>
  (actor: Actor, ask: { case: CaseId; evidence: EvidenceId }): Promise<OpenedEvidence | OperationRefusal> =>
    actOnCase(actor, ask.case, async (tx, matter) => {
      const refused = whyNotRead(matter)
      if (refused !== undefined) return refused
      const { realm, id } = matter.current
      const found = await tx.evidence.find(realm, id, ask.evidence)
      if (found === undefined) return refuse('evidence_unknown')
      const { content, ...evidence } = found
      const opened = secretBox.open(content, evidencePlace(realm, id, ask.evidence))
      await tx.evidence.noteOpening(realm, ask.evidence, actor.person.id, clock())
      return {
        outcome: 'done',
        evidence,
        content: evidence.kind === 'attachment' ? { base64: opened } : { text: opened },
      }
    })

/** What others gave about somebody is not read by that person, whatever else they may. */
const whyNotRead = (matter: Matter): OperationRefusal | undefined => {
  const isReader = matter.actor.person.roles.includes(auditorRole) || mayRead.some((act) => mayDo(matter, act))
  if (!isReader) return refuse('act_not_allowed')
  return isAboutActor(matter) ? refuse('kept_apart', ['subject']) : undefined
}

export type ListEvidence = ReturnType<typeof createListEvidence>
export type OpenEvidence = ReturnType<typeof createOpenEvidence>
