import { type CaseEvent, type FallbackCase, nextState } from '../domain/case.ts'
import { BridgeError } from '../domain/errors.ts'
import type { HistoryFacts } from '../domain/history.ts'
import { overrideEventOf } from '../domain/override-event.ts'
import type { TellOfChange } from './notice/tell-of-change.ts'
import type { CaseChange, Clock, Ids, Transaction } from './ports.ts'

export type RecordChangeDeps = {
  clock: Clock
  ids: Pick<Ids, 'event'>
  /** Keeps the notices that this change calls for, in the same transaction. */
  tellOfChange: TellOfChange
}

/** Who changed the case, and the facts that go into its history and its override event. */
export type Change = { actor: string; facts: HistoryFacts; set?: CaseChange }

/**
 * Moves a case and writes everything that must stand beside the move: the history entry, and, where Keycloak's log
 * shows this change, the override event with the job that delivers it (R18). All in the caller's transaction.
 * @throws BridgeError case_conflict where the event is illegal in the case's state
 */
export const createRecordChange =
  (deps: RecordChangeDeps) =>
  async (tx: Transaction, current: FallbackCase, event: CaseEvent, change: Change): Promise<FallbackCase> => {
    const state = nextState(current.state, event)
    if (state === undefined) throw new BridgeError('case_conflict')
    const moved = await tx.cases.move(current, state, change.set ?? {})
    await writeBeside(tx, deps, moved, event, change)
    await deps.tellOfChange(tx, moved, event, change)
    return moved
  }

/**
 * Writes a new case with its first history entry and its override event; `declare` for one that happened outside,
 * `find_pattern` for failures that repeat.
 */
export const createRecordOpening =
  (deps: Omit<RecordChangeDeps, 'tellOfChange'>) =>
  async (
    tx: Transaction,
    fresh: FallbackCase,
    change: Omit<Change, 'set'>,
    event: 'open' | 'declare' | 'find_pattern' = 'open',
  ): Promise<FallbackCase> => {
    await tx.cases.insert(fresh)
    await writeBeside(tx, deps, fresh, event, change)
    return fresh
  }

const writeBeside = async (
  tx: Transaction,
  { clock, ids }: Omit<RecordChangeDeps, 'tellOfChange'>,
  current: FallbackCase,
  event: 'open' | CaseEvent,
  { actor, facts }: Omit<Change, 'set'>,
): Promise<void> => {
  const at = clock()
  const { realm, id, state, user } = current
  const entry = await tx.history.append({ realm, case: id, at, event, state, actor, facts })
  const name = overrideEventOf(event)
  if (name === undefined) return
  const override = {
    id: ids.event(),
    realm,
    case: id,
    user,
    name,
    at,
    representation: {
      case: id,
      event: name,
      state,
      at: new Date(at).toISOString(),
      user,
      client: current.client,
      session: current.session,
      profile: current.profile,
      path: current.path ?? null,
      failureClass: current.failureClass,
      policyDigest: current.policyDigest,
      actor,
      ...facts,
      history: { seq: entry.seq, hash: entry.hash },
    },
  }
  await tx.outbox.insert(override)
  await tx.jobs.add({ kind: 'deliver_event', realm, lane: `deliver:${id}`, about: override.id, dueAt: at })
}

/** Both writers of a case's life, made once. */
export type RecordChange = ReturnType<typeof createRecordChange>
export type RecordOpening = ReturnType<typeof createRecordOpening>
