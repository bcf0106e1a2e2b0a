import { checkRealmForTool } from './check-realm-for-tool.ts'
import { emptyRecord, type InstallRecord, readRecord, writeRecord } from './install-record.ts'
import { type FlowPlan, planFlows } from './plan-flows.ts'
import { type PartPlan, planParts } from './plan-parts.ts'
import { type PeoplePlan, planPeople } from './plan-people.ts'
import { planSettings } from './plan-settings.ts'
import type { RealmChange } from './realm-change.ts'
import type { RealmState } from './realm-state.ts'
import type { RealmWish } from './realm-wish.ts'
import type { Refusal } from './refusal.ts'

/** What would be done to a realm, in the order in which it is safe; nothing where all is as it shall be. */
export type RealmPlan = {
  /** Until the last of them no login changes its way; the realm's binding is the last. */
  changes: readonly RealmChange[]
  /** Copies that nobody is led through any more, to be deleted once the new ones have proved themselves. */
  cleanUp: readonly RealmChange[]
  notes: readonly string[]
  /** The flows and bindings that come of it, and the record: for writing them down elsewhere. */
  flows: FlowPlan['flows']
  bindings: FlowPlan['bindings']
  record: InstallRecord
  people: PeoplePlan['ours']
}

/** Works out what makes the realm as it is wished, or everything that stands in the way. */
export const planRealm = (state: RealmState, wish: RealmWish): RealmPlan | { refusals: readonly Refusal[] } => {
  const before = readRecord(state.bridgeClient?.record) ?? emptyRecord
  const problems = checkRealmForTool(state, wish)
  if (problems.length > 0) return { refusals: problems }
  const flows = planFlows(state, wish, before)
  const settings = planSettings(state, wish, before)
  const parts = planParts(state, wish, before)
  const people = planPeople(state, wish, before)
  const refusals = [...settings.refusals, ...flows.refusals]
  if (refusals.length > 0) return { refusals }
  const record = recordAfter(before, state, [settings.record, parts.record, people.record], flows)
  const isRecorded = state.bridgeClient?.record === writeRecord(record)
  return {
    changes: [
      ...clientChanges(state, wish, record, isRecorded),
      ...parts.roles,
      ...settings.changes,
      ...parts.changes,
      ...people.changes,
      ...flows.build,
      ...flows.bind,
    ],
    cleanUp:
      flows.cleanUp.length === 0
        ? []
        : [
            ...flows.cleanUp,
            { kind: 'save_record', clientId: wish.clientId, record: { ...record, flows: flows.copies } } as const,
          ],
    notes: [...settings.notes, ...people.notes, ...flows.notes],
    flows: flows.flows,
    bindings: flows.bindings,
    record,
    people: people.ours,
  }
}

/** The client carries the record, so that it comes before everything the record tells of. */
const clientChanges = (
  { bridgeClient }: RealmState,
  { clientId, jwks }: RealmWish,
  record: InstallRecord,
  isRecorded: boolean,
): readonly RealmChange[] => {
  if (bridgeClient === undefined) return [{ kind: 'create_client', clientId, jwks: jwks ?? '', record }]
  return [
    ...(isRecorded ? [] : [{ kind: 'save_record', clientId, record } as const]),
    ...(jwks === undefined || jwks === bridgeClient.jwks ? [] : [{ kind: 'set_client_keys', clientId, jwks } as const]),
  ]
}

/** What stood there before the very first change stays in the record; later values are the tool's own. */
const recordAfter = (
  before: InstallRecord,
  state: RealmState,
  parts: readonly PartPlan['record'][],
  flows: ReturnType<typeof planFlows>,
): InstallRecord => {
  const clientFlows = Object.fromEntries(
    flows.bind.flatMap((change) =>
      change.kind === 'bind_client' && !(change.clientId in before.clientFlows)
        ? [[change.clientId, change.before ?? null]]
        : [],
    ),
  )
  const bindsRealm = flows.bind.some(({ kind }) => kind === 'bind_realm')
  const stale = new Set(flows.cleanUp.flatMap((change) => (change.kind === 'delete_flow' ? [change.flow] : [])))
  const known = Object.entries(before.flows).filter(([alias]) => stale.has(alias) && state.flowAliases.includes(alias))
  return Object.assign({}, before, ...parts, {
    ...(bindsRealm && before.browserFlow === undefined ? { browserFlow: state.browserFlow } : {}),
    clientFlows: { ...before.clientFlows, ...clientFlows },
    made: [
      ...before.made,
      ...(state.bridgeClient === undefined && !before.made.includes('client') ? ['client' as const] : []),
      ...(state.scope === undefined && !before.made.includes('scope') ? ['scope' as const] : []),
    ],
    flows: { ...Object.fromEntries(known), ...flows.copies },
  })
}
