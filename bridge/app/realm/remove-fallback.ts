import type { RealmChange } from '../../domain/realm/realm-change.ts'
import type { Refusal } from '../../domain/realm/refusal.ts'
import { planRemoval } from '../../domain/realm/removal.ts'
import { makeChange } from './make-change.ts'
import type { RealmAdmin } from './realm-ports.ts'

export type RemoveDeps = { admin: RealmAdmin; clientId: string; progress: (change: RealmChange) => void }

export type Removed =
  | { outcome: 'refused'; refusals: readonly Refusal[] }
  | { outcome: 'unchanged'; notes: readonly string[] }
  | { outcome: 'removed'; changes: readonly RealmChange[]; notes: readonly string[] }

/** Takes everything back, bindings first. Can be interrupted at any call and run again; the record of what was goes last. */
export const removeFallback = async ({ admin, clientId, progress }: RemoveDeps): Promise<Removed> => {
  const plan = planRemoval(await admin.read({ clientId, pilotGroup: undefined }), clientId)
  if ('refusals' in plan) return { outcome: 'refused', refusals: plan.refusals }
  if (plan.changes.length === 0) return { outcome: 'unchanged', notes: plan.notes }
  for (const change of plan.changes) {
    progress(change)
    await makeChange(admin, change)
  }
  return { outcome: 'removed', changes: plan.changes, notes: plan.notes }
}
