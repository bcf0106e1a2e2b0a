import { readRecord } from '../../domain/realm/install-record.ts'
import { planRealm } from '../../domain/realm/plan-realm.ts'
import type { RealmChange } from '../../domain/realm/realm-change.ts'
import type { RealmState } from '../../domain/realm/realm-state.ts'
import type { RealmWish } from '../../domain/realm/realm-wish.ts'
import type { Refusal } from '../../domain/realm/refusal.ts'
import { planRemoval } from '../../domain/realm/removal.ts'
import { type Verification, verifyRealm } from '../../domain/realm/verify-realm.ts'
import { makeChange } from './make-change.ts'
import type { RealmAdmin } from './realm-ports.ts'

export type ApplyDeps = {
  admin: RealmAdmin
  wish: RealmWish
  /** Told of each change before it is made. */
  progress: (change: RealmChange) => void
}

export type Applied =
  | { outcome: 'refused'; refusals: readonly Refusal[] }
  | { outcome: 'unchanged'; notes: readonly string[] }
  | { outcome: 'applied'; changes: readonly RealmChange[]; notes: readonly string[]; verification: Verification }
  /** The realm is as it was bound before; what the verification found is told. */
  | { outcome: 'rolled_back'; verification: Verification }

/**
 * Makes the realm as it is wished. Can be interrupted at any call and run again; until the last changes every login goes
 * the way it went. What comes out is read back and verified, and taken back where it is not what was meant.
 */
export const applyPlan = async ({ admin, wish, progress }: ApplyDeps): Promise<Applied> => {
  const { clientId, pilotGroup } = wish
  const ask = { clientId, pilotGroup }
  const make = async (changes: readonly RealmChange[]): Promise<void> => {
    for (const change of changes) {
      progress(change)
      await makeChange(admin, change)
    }
  }
  const before = await admin.read(ask)
  const plan = planRealm(before, wish)
  if ('refusals' in plan) return { outcome: 'refused', refusals: plan.refusals }
  const { changes, cleanUp, notes } = plan
  if (changes.length + cleanUp.length === 0) return { outcome: 'unchanged', notes }
  await make(changes)
  const after = await admin.read(ask)
  const found = verifyRealm(after, wish)
  const rest = planRealm(after, wish)
  const isDone =
    !('refusals' in rest) && rest.changes.length === 0 && found.ways.length === 0 && found.refusals.length === 0
  if (!isDone) {
    await make(wayBack(before, after, changes, clientId))
    return { outcome: 'rolled_back', verification: found }
  }
  await make(rest.cleanUp)
  const verification = verifyRealm(await admin.read(ask), wish)
  return { outcome: 'applied', changes: [...changes, ...rest.cleanUp], notes, verification }
}

/** A first installation is taken back whole; a later one goes back to the flows that were bound before it. */
const wayBack = (
  before: RealmState,
  after: RealmState,
  changes: readonly RealmChange[],
  clientId: string,
): readonly RealmChange[] => {
  const recordBefore = readRecord(before.bridgeClient?.record)
  if (recordBefore === undefined) {
    const removal = planRemoval(after, clientId)
    return 'refusals' in removal ? unbind(before, changes) : removal.changes
  }
  const built = changes.flatMap((change) => (change.kind === 'build_flow' ? [change.flow.alias] : []))
  return [
    ...unbind(before, changes),
    ...built.map((flow): RealmChange => ({ kind: 'delete_flow', flow })),
    { kind: 'save_record', clientId, record: recordBefore },
  ]
}

/** What was bound before, the realm's flow first. */
const unbind = (before: RealmState, changes: readonly RealmChange[]): readonly RealmChange[] =>
  changes
    .flatMap((change): readonly RealmChange[] => {
      if (change.kind === 'bind_realm') return [{ kind: 'bind_realm', flow: before.browserFlow, before: change.flow }]
      if (change.kind !== 'bind_client') return []
      return [{ kind: 'bind_client', clientId: change.clientId, flow: change.before, before: change.flow }]
    })
    .toReversed()
