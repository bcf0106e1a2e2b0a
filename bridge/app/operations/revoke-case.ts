import { nextState } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId } from '../../domain/ids.ts'
import type { RevokeAccess } from '../approval/revoke-access.ts'
import type { Actor } from '../people-ports.ts'
import { reasonOf } from '../policy/given-reason.ts'
import { type ActOnCase, mayDo } from './act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from './refusal.ts'

export type RevokeCaseDeps = { actOnCase: ActOnCase; sha256: Sha256; revokeAccess: RevokeAccess }

/** Takes back a case and whatever it gave (R52): by whom the matrix lets, or by the subject. */
export const createRevokeCase =
  ({ actOnCase, sha256, revokeAccess }: RevokeCaseDeps) =>
  (actor: Actor, ask: { case: CaseId; reason: string }): Promise<ActedOn | OperationRefusal> =>
    actOnCase(actor, ask.case, async (tx, matter): Promise<ActedOn | OperationRefusal> => {
      const { current } = matter
      const reason = reasonOf(ask.reason)
      const isSubject = current.user === actor.person.id
      if (!isSubject && !mayDo(matter, 'revoke')) return refuse('act_not_allowed')
      if (reason === undefined) return refuse('reason_malformed')
      if (nextState(current.state, 'revoke') === undefined) return refuse('case_over', [current.state])
      const facts = { reason: isSubject ? 'by_subject' : 'by_person', reasonDigest: sha256(reason) }
      const revoked = await revokeAccess(tx, current, 'revoke', { actor: `user:${actor.person.id}`, facts })
      return { outcome: 'done', state: revoked.state, version: revoked.version }
    })

export type RevokeCase = ReturnType<typeof createRevokeCase>
