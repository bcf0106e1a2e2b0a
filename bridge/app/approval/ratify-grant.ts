import { whyNotApart } from '../../domain/approval/separation.ts'
import { nextState } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId } from '../../domain/ids.ts'
import { isMember } from '../../domain/policy/authority.ts'
import { type ActOnCase, mayDo } from '../operations/act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from '../operations/refusal.ts'
import type { Actor } from '../people-ports.ts'
import { reasonOf } from '../policy/given-reason.ts'
import type { Clock } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'
import type { RevokeAccess } from './revoke-access.ts'

export type RatifyGrantAsk = { case: CaseId; verdict: 'ratify' | 'refuse'; reason: string }

export type RatifyGrantDeps = {
  actOnCase: ActOnCase
  clock: Clock
  sha256: Sha256
  recordChange: RecordChange
  revokeAccess: RevokeAccess
}

/**
 * Takes the word of the group that must ratify what was done ahead of it (R35). Whoever ratifies took no part in letting
 * the person in; a no takes the session back at once.
 */
export const createRatifyGrant =
  (deps: RatifyGrantDeps) =>
  (actor: Actor, ask: RatifyGrantAsk): Promise<ActedOn | OperationRefusal> =>
    deps.actOnCase(actor, ask.case, async (tx, matter): Promise<ActedOn | OperationRefusal> => {
      const reason = reasonOf(ask.reason)
      const { current, participants } = matter
      const { realm, id } = current
      if (!mayDo(matter, 'approve')) return refuse('act_not_allowed')
      if (reason === undefined) return refuse('reason_malformed')
      const waiting = await tx.ratifications.find(realm, id)
      if (waiting === undefined || !isMember(actor.person.groups, waiting.group)) return refuse('not_named')
      const at = deps.clock()
      if (waiting.state !== 'pending' || at >= waiting.dueAt) return refuse('case_over', [waiting.state])
      const apart = whyNotApart(actor.person, 'ratifier', participants)
      if (apart !== undefined) return refuse('kept_apart', [apart])
      const event = ask.verdict === 'ratify' ? 'ratify' : 'unratify'
      if (nextState(current.state, event) === undefined) return refuse('case_over', [current.state])
      const by = actor.person.id
      await tx.ratifications.settle(realm, id, { state: event === 'ratify' ? 'ratified' : 'refused', by, at })
      const { name, identity } = actor.person
      await tx.participants.add(realm, id, { part: 'ratifier', id: by, name, identity, at })
      const change = {
        actor: `user:${by}`,
        facts: {
          reasonDigest: deps.sha256(reason),
          acr: actor.acr ?? null,
          authTime: actor.authTime,
          ...(event === 'ratify' ? {} : { reason: 'ratification_refused' }),
        },
      }
      const moved =
        event === 'ratify'
          ? await deps.recordChange(tx, current, 'ratify', change)
          : await deps.revokeAccess(tx, current, 'unratify', change)
      return { outcome: 'done', state: moved.state, version: moved.version }
    })

export type RatifyGrant = ReturnType<typeof createRatifyGrant>
