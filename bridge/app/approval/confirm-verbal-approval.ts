import { nextState } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId } from '../../domain/ids.ts'
import { type ActOnCase, mayDo } from '../operations/act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor } from '../people-ports.ts'
import { reasonOf } from '../policy/given-reason.ts'
import type { Clock } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'
import type { RevokeAccess } from './revoke-access.ts'

export type ConfirmVerbalAsk = { case: CaseId; verdict: 'confirm' | 'refuse'; reason: string }

export type ConfirmVerbalDeps = {
  actOnCase: ActOnCase
  clock: Clock
  sha256: Sha256
  recordChange: RecordChange
  revokeAccess: RevokeAccess
}

/**
 * Takes the word of the one who is said to have approved, from an own session, before the time is over (R36). A yes makes
 * the approval their own; a no takes back whatever it gave, at once, and the case is unratified.
 */
export const createConfirmVerbalApproval =
  (deps: ConfirmVerbalDeps) =>
  (actor: Actor, ask: ConfirmVerbalAsk): Promise<ActedOn | OperationRefusal> =>
    deps.actOnCase(actor, ask.case, async (tx, matter): Promise<ActedOn | OperationRefusal> => {
      const reason = reasonOf(ask.reason)
      const { current, approvals } = matter
      const pending = approvals.find(({ id, state }) => id === actor.person.id && state === 'pending')
      if (pending === undefined) return refuse('not_named')
      if (reason === undefined) return refuse('reason_malformed')
      const at = deps.clock()
      if (pending.confirmBy === undefined || at >= pending.confirmBy) return refuse('case_over', ['lapsed'])
      if (ask.verdict === 'confirm' && !mayDo(matter, 'approve')) return refuse('act_not_allowed')
      const event = ask.verdict === 'confirm' ? 'confirm' : 'unratify'
      if (nextState(current.state, event) === undefined) return refuse('case_over', [current.state])
      await tx.approvals.settle(current.realm, pending.approval, event === 'confirm' ? 'confirmed' : 'refused', at)
      const change = {
        actor: `user:${actor.person.id}`,
        facts: {
          approval: pending.approval,
          reasonDigest: deps.sha256(reason),
          acr: actor.acr ?? null,
          authTime: actor.authTime,
          ...(event === 'confirm' ? {} : { reason: 'approval_disowned' }),
        },
      }
      const moved =
        event === 'confirm'
          ? await deps.recordChange(tx, current, 'confirm', change)
          : await deps.revokeAccess(tx, current, 'unratify', change)
      return { outcome: 'done', state: moved.state, version: moved.version }
    })

export type ConfirmVerbalApproval = ReturnType<typeof createConfirmVerbalApproval>
