import type { Flow } from './flow-tree.ts'
import { describeCopy, type InstallRecord, sourceOfCopy } from './install-record.ts'
import { proveFlow } from './prove-flow.ts'
import type { RealmChange } from './realm-change.ts'
import { pilotRole } from './realm-parts.ts'
import type { RealmState } from './realm-state.ts'
import { type RealmWish, referenceSeconds } from './realm-wish.ts'
import type { Refusal } from './refusal.ts'
import { type Transformed, transformFlow } from './transform-flow.ts'
import { asFlowNodes, differences, type WantedFlow } from './wanted-flow.ts'

/** Flows to build and bindings to make, in this order; copies that nobody needs any more come last and apart. */
export type FlowPlan = {
  build: readonly RealmChange[]
  bind: readonly RealmChange[]
  cleanUp: readonly RealmChange[]
  /** Aliases of the copies that shall be there, with their sources; and the copies themselves. */
  copies: Readonly<Record<string, string>>
  flows: readonly WantedFlow[]
  /** What shall be bound to which copy, also where it is bound already; undefined is the realm. */
  bindings: readonly { client: string | undefined; flow: string }[]
  notes: readonly string[]
  refusals: readonly Refusal[]
}

type Target = { flow: string; client: string | undefined }

/** Works out which flows are copied, and what is bound to the copies. */
export const planFlows = (state: RealmState, wish: RealmWish, record: InstallRecord): FlowPlan => {
  const targets = targetsOf(state, wish)
  const built = new Map<string, Copy>()
  const bindings: { client: string | undefined; flow: string }[] = []
  const notes: string[] = []
  const refusals: Refusal[] = []
  const bind: RealmChange[] = []
  for (const { flow, client } of targets) {
    const source = sourceFlow(state, record, flow)
    if (source === undefined) {
      refusals.push({ code: 'flow_missing', at: flow })
      continue
    }
    if (!built.has(source.alias)) {
      const copy = planCopy(state, wish, record, source)
      if ('refusals' in copy) {
        if (client !== undefined && wish.onlyClient === undefined && isWithoutWebAuthn(copy.refusals)) {
          notes.push(`${client} keeps its own flow ${flow}, which has no WebAuthn step.`)
        } else refusals.push(...copy.refusals)
        continue
      }
      notes.push(...copy.notes)
      built.set(source.alias, copy)
    }
    const alias = built.get(source.alias)?.alias
    if (alias === undefined) continue
    bindings.push({ client, flow: alias })
    if (alias === flow) continue
    if (client === undefined) bind.push({ kind: 'bind_realm', flow: alias, before: state.browserFlow })
    else {
      const before = state.clients.find(({ clientId }) => clientId === client)?.ownFlow
      bind.push({ kind: 'bind_client', clientId: client, flow: alias, before })
    }
  }
  const copies = Object.fromEntries([...built].map(([source, { alias }]) => [alias, source]))
  const bound = new Set([
    ...(bind.some(({ kind }) => kind === 'bind_realm') ? [] : [state.browserFlow]),
    ...state.clients.flatMap(({ clientId, ownFlow }) =>
      ownFlow === undefined || bind.some((one) => one.kind === 'bind_client' && one.clientId === clientId)
        ? []
        : [ownFlow],
    ),
    ...Object.keys(copies),
  ])
  const stale = ownCopies(state, record).filter((alias) => !bound.has(alias))
  return {
    build: [...built.values()].flatMap(({ changes }) => changes),
    // The realm's binding comes last of all: it is the one that most people feel.
    bind: bind.toSorted((a, b) => Number(a.kind === 'bind_realm') - Number(b.kind === 'bind_realm')),
    cleanUp: stale.map((flow) => ({ kind: 'delete_flow', flow })),
    copies,
    flows: [...built.values()].map(({ flow }) => flow),
    bindings,
    notes,
    refusals,
  }
}

const isWithoutWebAuthn = (refusals: readonly Refusal[]): boolean =>
  refusals.every(({ code }) => code === 'no_webauthn_step' || code === 'webauthn_disabled')

const targetsOf = (state: RealmState, { onlyClient }: RealmWish): readonly Target[] => {
  if (onlyClient !== undefined) {
    const client = state.clients.find(({ clientId }) => clientId === onlyClient)
    return [{ flow: client?.ownFlow ?? state.browserFlow, client: onlyClient }]
  }
  const ownFlows = state.clients.flatMap(({ clientId, ownFlow }) =>
    ownFlow === undefined ? [] : [{ flow: ownFlow, client: clientId }],
  )
  return [{ flow: state.browserFlow, client: undefined }, ...ownFlows]
}

/** The flow that a bound one was made from, where it is a copy of ours, else itself. */
const sourceFlow = (state: RealmState, record: InstallRecord, alias: string): Flow | undefined => {
  const named = (wanted: string): Flow | undefined => state.flows.find((flow) => flow.alias === wanted)
  const bound = named(alias)
  if (bound === undefined) return undefined
  const source = sourceOfCopy(bound.description) ?? record.flows[alias]
  return source === undefined ? bound : named(source)
}

/** Copies of this tool: those that say so themselves, and those it had begun. */
export const ownCopies = (state: RealmState, record: InstallRecord): readonly string[] =>
  state.flows
    .filter(
      ({ alias, builtIn, description }) =>
        !builtIn && (sourceOfCopy(description) !== undefined || record.flows[alias] !== undefined),
    )
    .map(({ alias }) => alias)

type Copy = { alias: string; flow: WantedFlow; changes: readonly RealmChange[]; notes: readonly string[] }

const planCopy = (
  state: RealmState,
  wish: RealmWish,
  record: InstallRecord,
  source: Flow,
): Copy | { refusals: readonly Refusal[] } => {
  const inTheWay = nameProblem(source.alias)
  if (inTheWay !== undefined) return { refusals: [inTheWay] }
  const wantedAs = (alias: string): Transformed =>
    transformFlow(source, {
      wish,
      alias,
      description: describeCopy(source.alias),
      maxAge: referenceSeconds(state.ssoSessionMaxLifespan),
      passkeysInForm: state.passkeysInForm,
      pilotRole: wish.pilotGroup === undefined ? undefined : `${wish.clientId}.${pilotRole}`,
    })
  const mine = ownCopies(state, record)
  for (const alias of mine) {
    const wanted = wantedAs(alias)
    const found = state.flows.find((flow) => flow.alias === alias)
    if ('refusals' in wanted || sourceOfCopy(found?.description ?? '') !== source.alias || found === undefined) continue
    if (differences(alias, wanted.flow.children, found.children).length === 0) {
      return { alias, flow: wanted.flow, changes: [], notes: wanted.notes }
    }
  }
  const isBound = (alias: string): boolean =>
    alias === state.browserFlow || state.clients.some(({ ownFlow }) => ownFlow === alias)
  const alias = freeName(
    `${source.alias} with fallback`,
    (name) => state.flowAliases.includes(name) && (!mine.includes(name) || isBound(name)),
  )
  const wanted = wantedAs(alias)
  if ('refusals' in wanted) return wanted
  const children = asFlowNodes(wanted.flow.children)
  const ways = proveFlow({ alias, children, passkeysInForm: state.passkeysInForm }, wish.levels.fallback)
  if (ways.length > 0) {
    return { refusals: ways.map(({ code, at }) => ({ code: 'proof_failed', at: `${at} (${code})` })) }
  }
  const begun: readonly RealmChange[] = state.flowAliases.includes(alias) ? [{ kind: 'delete_flow', flow: alias }] : []
  return {
    alias,
    flow: wanted.flow,
    changes: [...begun, { kind: 'build_flow', flow: wanted.flow, watched: wanted.watched }],
    notes: wanted.notes,
  }
}

/** Keycloak's own list of characters that no new flow may have in its name. */
const reserved = /[:/?#@!$&()*+,;=[\]\\]/
const longestName = 120

const nameProblem = (alias: string): Refusal | undefined => {
  if (reserved.test(alias)) return { code: 'reserved_character', at: alias }
  return alias.length > longestName ? { code: 'name_too_long', at: alias } : undefined
}

const freeName = (name: string, isTaken: (name: string) => boolean): string => {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name} ${count}`
    if (!isTaken(candidate)) return candidate
  }
}
