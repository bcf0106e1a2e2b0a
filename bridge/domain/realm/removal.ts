import { emptyRecord, type InstallRecord, readRecord, sourceOfCopy } from './install-record.ts'
import { isMadeByTool } from './people-parts.ts'
import { ownCopies } from './plan-flows.ts'
import type { RealmChange } from './realm-change.ts'
import { pilotRole, scopeDescription } from './realm-parts.ts'
import type { RealmState } from './realm-state.ts'
import type { Refusal } from './refusal.ts'

/** How the realm gets back to what it was, and what stays. */
export type RemovalPlan = { changes: readonly RealmChange[]; notes: readonly string[] }

/**
 * Works out how everything is taken back: bindings first, so that no login goes through what is then deleted. What was
 * there before is read from the record in the realm; where that is lost, the copies themselves tell what they were
 * made from. Users keep their fallback codes, and the event log its events.
 */
export const planRemoval = (state: RealmState, clientId: string): RemovalPlan | { refusals: readonly Refusal[] } => {
  const record = readRecord(state.bridgeClient?.record) ?? emptyRecord
  const mine = ownCopies(state, record)
  const sourceOf = (alias: string): string | undefined =>
    sourceOfCopy(state.flows.find((flow) => flow.alias === alias)?.description ?? '') ?? record.flows[alias]
  const bind: RealmChange[] = []
  const refusals: Refusal[] = []
  const bindBack = (target: string | undefined, change: RealmChange): void => {
    if (target !== undefined && (mine.includes(target) || !state.flowAliases.includes(target))) {
      refusals.push({ code: 'flow_missing', at: target })
    } else bind.push(change)
  }
  if (mine.includes(state.browserFlow)) {
    const target = record.browserFlow ?? sourceOf(state.browserFlow) ?? ''
    bindBack(target, { kind: 'bind_realm', flow: target, before: state.browserFlow })
  }
  for (const { clientId: client, ownFlow } of state.clients) {
    if (ownFlow === undefined || !mine.includes(ownFlow)) continue
    const flow = client in record.clientFlows ? (record.clientFlows[client] ?? undefined) : sourceOf(ownFlow)
    bindBack(flow, { kind: 'bind_client', clientId: client, flow, before: ownFlow })
  }
  if (refusals.length > 0) return { refusals }
  const changes = [
    ...bind,
    ...mine.map((flow): RealmChange => ({ kind: 'delete_flow', flow })),
    ...scopeChanges(state),
    ...peopleChanges(state, record),
    ...settingChanges(state, record),
    ...record.pilotGroups.map((group): RealmChange => ({ kind: 'take_pilot_role', group, clientId, role: pilotRole })),
    ...clientChanges(state, record, clientId),
  ]
  return {
    changes,
    notes: [
      ...heldNotes(state, record),
      ...(changes.length === 0
        ? []
        : [
            'Users keep the fallback codes they set up; without the jar Keycloak does not ask for them.',
            'Override events stay in the event log, and cases in the bridge’s database.',
          ]),
    ],
  }
}

const scopeChanges = ({ scope, clients }: RealmState): readonly RealmChange[] =>
  scope?.description === scopeDescription
    ? [
        ...clients
          .filter(({ defaultScopes }) => defaultScopes.includes('fallback-bridge'))
          .map(({ clientId }): RealmChange => ({ kind: 'remove_client_scope', clientId })),
        { kind: 'remove_scope' },
      ]
    : []

/** A role that somebody has stays: whoever takes a right from people says whose, and that is not this tool. */
const peopleChanges = ({ people }: RealmState, record: InstallRecord): readonly RealmChange[] => [
  ...(people.client !== undefined && isMadeByTool(people.client, record)
    ? [{ kind: 'delete_people_client', clientId: people.client.clientId } as const]
    : []),
  ...people.roles
    .filter((role) => isMadeByTool(role, record) && !role.isHeld)
    .map(({ name }): RealmChange => ({ kind: 'delete_realm_role', role: name })),
]

const heldNotes = ({ people }: RealmState, record: InstallRecord): readonly string[] => {
  const held = people.roles.filter((role) => isMadeByTool(role, record) && role.isHeld).map(({ name }) => name)
  if (held.length === 0) return []
  return [
    `Realm roles that accounts, groups or other roles have are kept: ${held.join(', ')}. Take them from whoever has them, then run this again.`,
  ]
}

/** Only what is still as this tool set it; what somebody changed since is theirs. */
const settingChanges = (state: RealmState, record: InstallRecord): readonly RealmChange[] => {
  const { events, userVerification, acrMap, action } = record
  const { twoFactor, passwordless } = state.userVerification
  const eventsAreOurs = state.events.eventsEnabled && state.events.adminEventsEnabled
  return [
    ...(events !== undefined && eventsAreOurs
      ? [{ kind: 'set_events', values: events, before: state.events } as const]
      : []),
    ...(userVerification !== undefined && twoFactor === 'required' && passwordless === 'required'
      ? [{ kind: 'set_user_verification', ...userVerification } as const]
      : []),
    ...(acrMap === undefined ? [] : [{ kind: 'set_acr_map', map: acrMap ?? undefined } as const]),
    ...(action === undefined || state.action === undefined
      ? []
      : [action === null ? ({ kind: 'remove_action' } as const) : ({ kind: 'set_action', ...action } as const)]),
  ]
}

/** The record goes last: until then everything can be done again. */
const clientChanges = (state: RealmState, record: InstallRecord, clientId: string): readonly RealmChange[] => {
  if (state.bridgeClient?.record === undefined) return []
  return record.made.includes('client')
    ? [{ kind: 'delete_client', clientId }]
    : [{ kind: 'save_record', clientId, record: undefined }]
}
