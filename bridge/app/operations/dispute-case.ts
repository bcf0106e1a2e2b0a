import { type FallbackCase, isOpen, nextState } from '../../domain/case.ts'
import type { Sha256 } from '../../domain/history.ts'
import type { CaseId } from '../../domain/ids.ts'
import { type Decision, termsOf } from '../../domain/policy/decision.ts'
import type { RevokeAccess } from '../approval/revoke-access.ts'
import { holdCase } from '../hold-case.ts'
import type { Actor } from '../people-ports.ts'
import type { Clock, Transaction, UnitOfWork } from '../ports.ts'
import type { RecordChange } from '../record-change.ts'
import type { ActOnCase } from './act-on-case.ts'
import { type ActedOn, type OperationRefusal, refuse } from './refusal.ts'

export type DisputeCaseDeps = {
  actOnCase: ActOnCase
  unitOfWork: UnitOfWork
  clock: Clock
  sha256: Sha256
  recordChange: RecordChange
  revokeAccess: RevokeAccess
  wakeJobs: () => void
}

/** Letters that are read as others, as Crockford's base32 has them. */
const misread: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' }

/** The word as it was made, whatever way it was typed. */
export const wordOf = (typed: string): string =>
  typed
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll(/[OIL]/g, (letter) => misread[letter] ?? letter)

/**
 * "This was not me" (E10): the session is taken back, the way that was used is frozen until it is set up anew, an incident
 * stands in the queue of reviews, and the next thirty days' decisions count it. Can be said by the signed-in subject, or
 * with the word of the notice; said twice it changes nothing more. It can only ever take away.
 */
export const createDisputeCase = (deps: DisputeCaseDeps) => {
  const bySubject = (actor: Actor, ask: { case: CaseId }): Promise<ActedOn | OperationRefusal> =>
    deps.actOnCase(actor, ask.case, async (tx, matter): Promise<ActedOn | OperationRefusal> => {
      if (matter.current.user !== actor.person.id) return refuse('act_not_allowed')
      return dispute(tx, matter.current, matter.decision, 'signed_in')
    })

  /** With the word alone; undefined where there is no such word, or it is too old. */
  const byWord = async (typed: string): Promise<ActedOn | undefined> => {
    const result = await deps.unitOfWork(async (tx) => {
      const found = await tx.disputes.findByWord(deps.sha256(wordOf(typed)), deps.clock())
      if (found === undefined) return undefined
      const current = await holdCase(tx, found.realm, found.case)
      if (current === undefined) return undefined
      const stored = await tx.decisions.find(found.realm, found.case)
      const disputed = await dispute(tx, current, stored?.decision, 'word')
      return 'code' in disputed ? undefined : disputed
    })
    deps.wakeJobs()
    return result
  }

  async function dispute(
    tx: Transaction,
    current: FallbackCase,
    decision: Decision | undefined,
    how: 'signed_in' | 'word',
  ): Promise<ActedOn | OperationRefusal> {
    const { realm, id, user } = current
    const at = deps.clock()
    if (!(await tx.disputes.insert(realm, id, user, at))) return done(current)
    const check = decision === undefined ? undefined : checkOf(current, decision)
    if (check !== undefined) await tx.disputes.freeze(realm, user, check, at)
    const change = { actor: `user:${user}`, facts: { how, frozen: check ?? null } }
    if (nextState(current.state, 'dispute') !== undefined) {
      return done(await deps.revokeAccess(tx, current, 'dispute', change))
    }
    // Nobody is in yet: the case is closed to whoever began it.
    if (isOpen(current.state) && nextState(current.state, 'revoke') !== undefined) {
      return done(
        await deps.revokeAccess(tx, current, 'revoke', { ...change, facts: { ...change.facts, reason: 'disputed' } }),
      )
    }
    return done(current)
  }

  return { bySubject, byWord }
}

const checkOf = (current: FallbackCase, decision: Decision): string | undefined =>
  current.grantedAt === undefined ? undefined : termsOf(decision)?.paths.find(({ id }) => id === current.path)?.check

const done = ({ state, version }: FallbackCase): ActedOn => ({ outcome: 'done', state, version })

export type DisputeCase = ReturnType<typeof createDisputeCase>
